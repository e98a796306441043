"""What has moved between published versions, and what else whoever upgrades must be told.

This list is kept by hand; `python -m module_writer.checks.changes` says what is missing in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Moved:
    """A resource that has another address since a version: becomes a `moved` block.

    Addresses are as in the module, with an instance where one is meant: ``aws_subnet.public[0]``.
    ``since`` is the version that moves it, such as ``1.2.0``.
    """

    from_: str
    to: str
    since: str


@dataclass(frozen=True)
class Note:
    """A change that no `moved` block covers, told in words; they belong in CHANGELOG.md too.

    ``of`` is what has changed, as the check names it: ``var.nat``, ``output.url``,
    ``aws_ecs_service.scheduler``, ``terraform``, ``provider.aws``, ``module``.
    """

    of: str
    words: str
    since: str


# Blocks stay for good: somebody may come from any older version.
MOVED: Mapping[str, Sequence[Moved]] = {}
"""By the module's name."""

NOTES: Mapping[str, Sequence[Note]] = {}
"""By the module's name. A note stands for the change from the version before ``since``."""
