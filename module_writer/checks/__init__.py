"""Checks of what is published: the provider's next version, and changes between versions."""
