"""Target groups where containers run: targets are checked, and drain before they are gone."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from typing import Any

from moto.elbv2.exceptions import TargetGroupNotFoundError
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup

from airflow_fargate_rehearsal.aws.elbv2_interfaces import balancer_of, name_at, way
from airflow_fargate_rehearsal.aws.patching import around
from airflow_fargate_rehearsal.aws.place import here, runs_containers
from airflow_fargate_rehearsal.fargate.target_check import Failure, HealthCheck, probe
from airflow_fargate_rehearsal.fargate.target_health import (
    NOT_IN_USE,
    Health,
    Target,
    Unreachable,
)

_targets: dict[str, list[Target]] = {}
_lock = threading.Lock()


def targets_of(group_arn: str) -> list[Target]:
    """All targets of a group that are registered or drain."""
    with _lock:
        kept = [each for each in _targets.get(group_arn, []) if not each.drained]
        _targets[group_arn] = kept
        return list(kept)


# moto: every target is healthy at once, and gone at once.
@around(ELBv2Backend, "register_targets")
def _register(
    original: Any, self: ELBv2Backend, target_group_arn: str, instances: list[dict[str, Any]]
) -> None:
    original(self, target_group_arn, instances)
    group = self.target_groups[target_group_arn]
    if not runs_containers() or group.target_type != "ip":
        return
    there = {(each.ip, each.port) for each in targets_of(group.arn) if _registered(each)}
    for each in instances:
        key = each["Id"], int(each.get("Port") or group.port)
        if key not in there:
            target = _target(self, group, *key)
            with _lock:
                _targets[group.arn].append(target)


@around(ELBv2Backend, "deregister_targets")
def _deregister(
    original: Any, self: ELBv2Backend, target_group_arn: str, instances: list[dict[str, Any]]
) -> None:
    original(self, target_group_arn, instances)
    group = self.target_groups[target_group_arn]
    delay = float(group.attributes["deregistration_delay.timeout_seconds"])
    for target in targets_of(group.arn):
        if _registered(target) and any(_is(target, each) for each in instances):
            target.deregister(delay)


@around(ELBv2Backend, "delete_target_group")
def _delete(original: Any, self: ELBv2Backend, target_group_arn: str) -> FakeTargetGroup:
    group: FakeTargetGroup = original(self, target_group_arn)
    for target in targets_of(target_group_arn):
        target.deregister(0)
    _targets.pop(target_group_arn, None)
    return group


@around(ELBv2Backend, "describe_target_health")
def _describe(
    original: Any, self: ELBv2Backend, target_group_arn: str, targets: list[dict[str, Any]]
) -> Sequence[FakeHealthStatus]:
    if not runs_containers():
        return original(self, target_group_arn, targets)
    group = self.target_groups.get(target_group_arn)
    if group is None:
        raise TargetGroupNotFoundError
    there = targets_of(group.arn)
    asked = targets or [{"Id": each.ip, "Port": each.port} for each in there]
    in_use = balancer_of(self, group.arn) is not None
    answers: list[FakeHealthStatus] = []
    for each in asked:
        found = next((target for target in reversed(there) if _is(target, each)), None)
        if found is None:
            answers += original(self, target_group_arn, [each])
            continue
        health = found.health if in_use else NOT_IN_USE
        answers.append(_status(found, health, str(found.check_port(check_of(group)))))
    return answers


def check_of(group: FakeTargetGroup) -> HealthCheck:
    """The health check of a target group, as it is now."""
    enabled = group.health_check_enabled
    matcher = getattr(group, "matcher", None) or {}
    return HealthCheck(
        # moto: ModifyTargetGroup keeps the parameter's text.
        enabled=enabled if isinstance(enabled, bool) else str(enabled).lower() == "true",
        protocol=group.health_check_protocol or "TCP",
        port=str(group.health_check_port or "traffic-port"),
        path=group.health_check_path or "/",
        codes=matcher.get("HttpCode") or matcher.get("GrpcCode") or "200-399",
        interval_seconds=float(group.health_check_interval_seconds),
        timeout_seconds=float(group.health_check_timeout_seconds),
        healthy_threshold=int(group.healthy_threshold_count),
        unhealthy_threshold=int(group.unhealthy_threshold_count),
    )


def _target(backend: ELBv2Backend, group: FakeTargetGroup, ip: str, port: int) -> Target:
    return Target(
        ip,
        port,
        check=lambda: check_of(group),
        way=lambda ip, port: way(backend, group.arn, ip, port),
        on_failure=lambda target, failure: _tell(backend, group, target, failure),
    )


def _tell(backend: ELBv2Backend, group: FakeTargetGroup, target: Target, failure: Failure) -> None:
    """Note what is surely a mistake. A server that is not up yet is none.

    Nor is a rule that Terraform makes a moment after the service: only what lasts for an interval
    comes here.
    """
    balancer, check = balancer_of(backend, group.arn), check_of(group)
    port = target.check_port(check)
    if balancer is None:
        return
    if failure.refused:
        here().findings.add("refused", f"load balancer {balancer.name}", failure.seen)
    if failure.refused or target.health.state != "unhealthy":
        return
    what = f"{check.protocol} on port {port}"
    if check.protocol in ("HTTP", "HTTPS"):
        what += f", path {check.path}"
    said = (
        f"The health check of target group {group.name} fails for {name_at(backend, target.ip)} "
        f"({what}): {failure.seen}."
    )
    if failure.reason != "Target.ResponseCodeMismatch":
        if port == target.port or not _answers(backend, group, target):
            return
        said += f" The target listens on port {target.port}."
    here().findings.add("failed", f"load balancer {balancer.name}", said)


def _answers(backend: ELBv2Backend, group: FakeTargetGroup, target: Target) -> bool:
    plain = HealthCheck(**{**vars(check_of(group)), "protocol": "TCP"})
    with contextlib.suppress(Unreachable):
        address = way(backend, group.arn, target.ip, target.port)
        return probe(plain, address, target.port, host=address) is None
    return False


def _status(target: Target, health: Health, check_port: str) -> FakeHealthStatus:
    status: Any = FakeHealthStatus(  # what moto's classes are made of hides their type
        target.ip, str(target.port), check_port, health.state, health.reason, health.description
    )
    return status


def _registered(target: Target) -> bool:
    return target.health.state != "draining"


def _is(target: Target, asked: dict[str, Any]) -> bool:
    return target.ip == asked["Id"] and target.port == int(asked.get("Port") or target.port)
