"""PostgreSQL that runs on this machine for the time of a program: what stands behind RDS here."""
