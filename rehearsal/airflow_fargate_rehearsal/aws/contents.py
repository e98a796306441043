"""What one service of the embedded AWS holds, as readable ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from moto.core.common_models import BaseModel


class Found(NamedTuple):
    """A thing that exists: its kind and id, and whether AWS keeps it though it was deleted."""

    name: str
    kept_by_aws: bool = False


def contents(service: str, backend: Any) -> Iterator[Found]:
    """Everything in a service's backend that someone created and could have to delete.

    A service that has no entry here is searched for any collection of resources, so that nothing
    is overlooked because it is new.
    """
    yield from _CONTENTS.get(service, _any_collection)(backend)


def _any_collection(backend: Any) -> Iterator[Found]:
    for attribute, value in list(vars(backend).items()):
        if isinstance(value, Mapping):
            for key, item in list(value.items()):
                if isinstance(item, BaseModel):
                    yield Found(f"{attribute} {key}")


def _keys(kind: str, collection: Iterable[Any]) -> Iterator[Found]:
    for key in list(collection):
        yield Found(f"{kind} {key}")


def _autoscaling(backend: Any) -> Iterator[Found]:
    for dimension, targets in list(backend.targets.items()):
        yield from (Found(f"scalable target {resource} {dimension}") for resource in list(targets))
    for policy in list(backend.policies.values()):
        yield Found(f"scaling policy {policy.policy_name} of {policy.resource_id}")


def _ec2(backend: Any) -> Iterator[Found]:
    for kind, collection in (
        ("vpc", backend.vpcs),
        ("internet gateway", backend.internet_gateways),
        ("network interface", backend.enis),
        ("flow log", backend.flow_logs),
    ):
        yield from _keys(kind, collection)
    for subnets in list(backend.subnets.values()):
        yield from _keys("subnet", subnets)
    yield from (Found(f"elastic ip {each.allocation_id}") for each in list(backend.addresses))
    yield from _what_comes_with_a_vpc(backend)
    yield from _what_is_shown_when_deleted(backend)


def _what_comes_with_a_vpc(backend: Any) -> Iterator[Found]:
    # A VPC's default group and main route table come and go with it; only others are told.
    for groups in list(backend.groups.values()):
        for group in list(groups.values()):
            if group.name != "default":
                yield Found(f"security group {group.id} ({group.name})")
    for table in list(backend.route_tables.values()):
        if table.main_association_id is None:
            yield Found(f"route table {table.id}")


def _what_is_shown_when_deleted(backend: Any) -> Iterator[Found]:
    # AWS shows these for an hour after their deletion, moto for ever.
    for gateway in list(backend.nat_gateways.values()):
        if gateway.state != "deleted":
            yield Found(f"nat gateway {gateway.id}")
    for endpoint in list(backend.vpc_end_points.values()):
        if endpoint.state != "deleted":
            yield Found(f"vpc endpoint {endpoint.id} ({endpoint.service_name})")


def _ecs(backend: Any) -> Iterator[Found]:
    for kind, items in (("cluster", backend.clusters), ("service", backend.services)):
        for each in list(items.values()):
            yield Found(f"{kind} {each.name}", kept_by_aws=each.status == "INACTIVE")
    for family, revisions in list(backend.task_definitions.items()):
        for revision, definition in list(revisions.items()):
            inactive = definition.status == "INACTIVE"
            yield Found(f"task definition {family}:{revision}", kept_by_aws=inactive)
    for tasks in list(backend.tasks.values()):
        for task in list(tasks.values()):
            yield Found(f"task {task.id}", kept_by_aws=task.last_status == "STOPPED")


def _iam(backend: Any) -> Iterator[Found]:
    for role in list(backend.roles.values()):
        # AWS makes these by itself at the first use of a service and keeps them.
        linked = role.path.startswith("/aws-service-role/")
        yield Found(f"role {role.path}{role.name}", kept_by_aws=linked)
    for arn, policy in list(backend.managed_policies.items()):
        if type(policy).__name__ != "AWSManagedPolicy":
            yield Found(f"policy {arn}")
    yield from _keys("user", backend.users)
    yield from _keys("group", backend.groups)
    yield from _keys("instance profile", backend.instance_profiles)


def _kms(backend: Any) -> Iterator[Found]:
    for key in list(backend.keys.values()):
        if key.key_manager == "CUSTOMER":
            pending = key.key_state == "PendingDeletion"
            # AWS makes its own by itself, at the first use of a service, and keeps them.
            own = any(alias.startswith("alias/aws/") for alias in key.aliases)
            yield Found(f"key {key.id} ({key.description})", kept_by_aws=pending or own)


def _rds(backend: Any) -> Iterator[Found]:
    yield from _keys("db instance", backend.databases)
    yield from _keys("db cluster", backend.clusters)
    for name in list(backend.db_parameter_groups):
        # As keys: only AWS's own may have such a name.
        yield Found(f"db parameter group {name}", kept_by_aws=name.startswith("default."))
    yield from _keys("db subnet group", backend.subnet_groups)
    yield from _keys("db option group", backend.option_groups)
    for name in [*backend.database_snapshots, *backend.cluster_snapshots]:
        yield Found(f"db snapshot {name}", kept_by_aws=True)


def _route53(backend: Any) -> Iterator[Found]:
    for zone in list(backend.zones.values()):
        yield Found(f"hosted zone {zone.name}")


def _s3(backend: Any) -> Iterator[Found]:
    yield from _keys("bucket", backend.buckets)


def _secretsmanager(backend: Any) -> Iterator[Found]:
    for secret in list(backend.secrets.values()):
        yield Found(f"secret {secret.name}", kept_by_aws=secret.is_deleted())


def _servicediscovery(backend: Any) -> Iterator[Found]:
    yield from (Found(f"namespace {each.name}") for each in list(backend.namespaces.values()))
    yield from (Found(f"service {each.name}") for each in list(backend.services.values()))


def _ssm(backend: Any) -> Iterator[Found]:
    for name, versions in list(backend._parameters.items()):
        if versions and not name.startswith("/aws/"):  # AWS's own public parameters
            yield Found(f"parameter {name}")


_CONTENTS: Mapping[str, Callable[[Any], Iterator[Found]]] = {
    "application-autoscaling": _autoscaling,
    "ec2": _ec2,
    "ecs": _ecs,
    "iam": _iam,
    "kms": _kms,
    "rds": _rds,
    "route53": _route53,
    "s3": _s3,
    "secretsmanager": _secretsmanager,
    "servicediscovery": _servicediscovery,
    "ssm": _ssm,
}
