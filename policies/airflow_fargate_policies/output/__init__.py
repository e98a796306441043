"""What the gate writes: a table, SARIF, JUnit, and a table of the exceptions."""
