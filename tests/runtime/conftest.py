"""A real PostgreSQL for the tests of the runtime."""

from tests.surroundings.postgres import free_port, postgres

__all__ = ["free_port", "postgres"]
