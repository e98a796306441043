"""A picture of a module, drawn from what was synthesized."""
