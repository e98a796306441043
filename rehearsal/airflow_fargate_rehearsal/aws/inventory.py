"""What exists in the embedded AWS that was not there when it started."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict

from moto.core.base_backend import AccountSpecificBackend, BackendDict

from airflow_fargate_rehearsal.aws.contents import Found, contents
from airflow_fargate_rehearsal.aws.patching import around


class Inventory(TypedDict):
    """Readable ids by service: what exists, and what AWS itself keeps for a while.

    ``kept_by_aws`` holds what a deletion does not remove at once on AWS either: secrets in their
    recovery window, KMS keys pending deletion, inactive ECS definitions, database backups; and what
    AWS makes for itself: its own keys, default parameter groups, service-linked roles.
    """

    created: dict[str, list[str]]
    kept_by_aws: dict[str, list[str]]


_at_start: set[tuple[str, str, str, str]] = set()


# moto makes a service's state for a region at its first use, with what every account has in it,
# such as a default VPC. That is the moment to see what is not anyone's creation.
@around(AccountSpecificBackend, "__getitem__")
def _note_what_is_there(original: Any, self: AccountSpecificBackend[Any], region: str) -> Any:
    is_new = region not in self.keys()
    backend = original(self, region)
    if is_new:
        for found in contents(self.service_name, backend):
            _at_start.add((self.service_name, self.account_id, region, found.name))
    return backend


def take() -> Inventory:
    """List what exists now and did not at start-up."""
    inventory: Inventory = {"created": {}, "kept_by_aws": {}}
    for service, found in sorted(set(_walk())):
        kind = "kept_by_aws" if found.kept_by_aws else "created"
        inventory[kind].setdefault(service, []).append(found.name)
    return inventory


def _used_backends() -> list[BackendDict[Any]]:
    used: Any = BackendDict
    return used._instances


def _walk() -> Iterator[tuple[str, Found]]:
    for backends in list(_used_backends()):
        for account, region, backend in list(backends.iter_backends()):
            for found in contents(backends.service_name, backend):
                if (backends.service_name, account, region, found.name) not in _at_start:
                    yield backends.service_name, found
