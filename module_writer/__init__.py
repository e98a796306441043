"""Writes the modules of this repository; a program of it, and no part of what is shipped."""
