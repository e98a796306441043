"""README.md and picture of a module, from its definition and what was synthesized from it."""
