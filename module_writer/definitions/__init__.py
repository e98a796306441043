"""The modules: which constructs each is made of, and what it can be told."""
