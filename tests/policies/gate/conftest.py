"""Fixtures of the tests of the command line."""

from tests.policies.gate.apps import gate, write_app

__all__ = ["gate", "write_app"]
