"""Driving the real Terraform: finding it, its provider, and its commands with progress."""
