"""A network interface: where in the VPC something is, by what rules decide about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Interface:
    """An elastic network interface of the embedded AWS.

    `name` is for people: `service worker-default`, `database airflow-dev-metadata`. `private_ip` is
    its address in the VPC, which nothing on this machine has.
    """

    name: str
    region: str
    subnet_id: str
    private_ip: str
    security_group_ids: Sequence[str]
