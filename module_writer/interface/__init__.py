"""Interfaces of modules: variables, from the props of constructs."""
