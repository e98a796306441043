"""What can go wrong with a database."""

from __future__ import annotations


class DatabaseFailed(Exception):
    """PostgreSQL is not there, does not start or refuses a statement; the message says why."""
