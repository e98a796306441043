"""What a listener does with what comes to it: its default action."""

from __future__ import annotations

import itertools
from typing import Any

from moto.elbv2.models import ELBv2Backend, FakeListener

from airflow_fargate_rehearsal.aws.elbv2_interfaces import way
from airflow_fargate_rehearsal.aws.elbv2_targets import targets_of
from airflow_fargate_rehearsal.fargate.load_balancer import Forward
from airflow_fargate_rehearsal.fargate.load_balancer_http import Reply

PROTOCOLS = ("HTTP", "TCP")
"""What is opened: without a certificate, and not UDP."""

_turn = itertools.count()


def action_of(backend: ELBv2Backend, listener: FakeListener) -> Forward | Reply:
    """What to do with the next connection; targets come in turn."""
    action: dict[str, Any] = listener.default_actions[-1].data
    if action.get("Type") == "redirect":
        return _redirect(listener, action["RedirectConfig"])
    if action.get("Type") == "fixed-response":
        fixed = action["FixedResponseConfig"]
        return Reply(
            int(fixed["StatusCode"]),
            content_type=fixed.get("ContentType") or "text/plain",
            body=fixed.get("MessageBody") or "",
        )
    if action.get("Type") != "forward":
        return Reply(500)
    groups = backend._get_target_group_arns_from(action)
    return _forward(backend, groups)


def _forward(backend: ELBv2Backend, group_arns: list[str]) -> Forward:
    # Of several groups the first counts: what weights share out, one run could not show.
    arn = group_arns[0]
    by_state: dict[str, list[Any]] = {"healthy": [], "unhealthy": []}
    for target in targets_of(arn):
        by_state.setdefault(target.health.state, []).append(target)
    # As on AWS: when all targets are unhealthy, they get what comes all the same.
    targets = by_state["healthy"] or by_state["unhealthy"]
    first = next(_turn) % max(len(targets), 1)
    return Forward(targets[first:] + targets[:first], lambda ip, port: way(backend, arn, ip, port))


def _redirect(listener: FakeListener, config: dict[str, Any]) -> Reply:
    protocol = config.get("Protocol") or "#{protocol}"
    port = config.get("Port") or "#{port}"
    host, path = config.get("Host") or "#{host}", config.get("Path") or "/#{path}"
    query = config.get("Query") or "#{query}"
    return Reply(
        int(config["StatusCode"].removeprefix("HTTP_")),
        location=f"{protocol.lower()}://{host}:{port}{path}?{query}",
        protocol=listener.protocol.lower(),
        port=int(listener.port),
    )
