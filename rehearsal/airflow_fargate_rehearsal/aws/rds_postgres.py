"""RDS: an instance of PostgreSQL is a server that runs, where this embedded AWS runs anything."""

from __future__ import annotations

import json
import threading
from typing import Any

from moto.ec2.models import ec2_backends
from moto.rds.models import DBInstance, DBInstanceClustered, DBParameterGroup, RDSBackend

from airflow_fargate_rehearsal.aws.patching import around, sibling
from airflow_fargate_rehearsal.aws.place import here, runs_containers
from airflow_fargate_rehearsal.database.certificates import AUTHORITY_FOLDER, CertificateAuthority
from airflow_fargate_rehearsal.database.errors import DatabaseFailed
from airflow_fargate_rehearsal.database.instance import Instance, Wanted
from airflow_fargate_rehearsal.fargate.interface import Interface

# moto: an instance is available at once, at an address where nobody is.


@around(RDSBackend, "create_db_instance")
def _create(original: Any, self: RDSBackend, settings: Any) -> DBInstance:
    created: Any = original(self, settings)
    if not runs_containers():
        return created
    subject = _subject(created)
    if created.engine != "postgres" or isinstance(created, DBInstanceClustered):
        here().findings.add(
            "unchecked", subject, f"only RDS for PostgreSQL runs here, and no {created.engine}"
        )
        return created
    created.status = "creating"
    try:
        created.running = Instance(
            _wanted(created), here().network, _authority(), _interface(created)
        )
    except (DatabaseFailed, OSError) as error:
        _fail(created, error)
        return created
    name = subject.replace(" ", "-")
    threading.Thread(target=_start, args=(created,), name=name, daemon=True).start()
    return created


def _start(instance: Any) -> None:
    try:
        instance.running.start()
        _compare_versions(instance)
    except Exception as error:  # noqa: BLE001 - whoever waits for the instance must learn of it
        if instance.status != "deleting":
            _fail(instance, error)
        return
    if instance.status == "creating":
        instance.status = "available"


def _fail(instance: Any, error: Exception) -> None:
    here().findings.add("failed", _subject(instance), f"{error}")
    # As on AWS, where parameters are what keeps a server from starting.
    instance.status = "incompatible-parameters" if _parameters(instance) else "failed"


def _authority() -> CertificateAuthority:
    return CertificateAuthority.in_folder(here().folder / AUTHORITY_FOLDER)


def _wanted(instance: Any) -> Wanted:
    return Wanted(
        version=str(instance.engine_version),
        user=instance.master_username,
        password=_password(instance),
        database=instance.db_name,
        port=instance.port,
        parameters=_parameters(instance),
    )


def _compare_versions(instance: Any) -> None:
    asked, there = str(instance.engine_version), instance.running.server.version()
    if asked.partition(".")[0] != there.partition(".")[0]:
        here().findings.add(
            "unchecked",
            _subject(instance),
            f"PostgreSQL {there} stands in for {asked}, which this machine does not have",
        )


def _subject(instance: Any) -> str:
    return f"database {instance.db_instance_identifier}"


def _password(instance: Any) -> str:
    if instance.manage_master_user_password:
        secret = instance.master_user_secret.secret
        return json.loads(secret.versions[secret.default_version_id]["secret_string"])["password"]
    return instance._master_user_password


def _parameters(instance: Any) -> dict[str, str]:
    (group,) = instance.db_parameter_groups()
    return {
        name: str(parameter["ParameterValue"])
        for name, parameter in group.parameters.items()
        if parameter.get("ParameterValue") is not None
    }


def _interface(instance: Any) -> Interface:
    subnet = _subnet(instance)
    if not hasattr(instance, "private_ip"):
        instance.private_ip = subnet.get_available_subnet_ip(instance)
    return Interface(
        name=_subject(instance),
        region=instance.region,
        subnet_id=subnet.id,
        private_ip=instance.private_ip,
        security_group_ids=list(instance.vpc_security_group_ids),
    )


def _subnet(instance: Any) -> Any:
    ec2 = sibling(ec2_backends, instance.backend)
    if hasattr(instance, "db_subnet_group"):
        subnets = instance.db_subnet_group._subnets
    else:
        subnets = ec2.get_default_subnets().values()
    in_zone = [each for each in subnets if each.availability_zone == instance.availability_zone]
    return (in_zone or list(subnets))[0]


# moto: the address is a name that nothing resolves. This one is on this machine.
_moto_address = DBInstance.address


def _address(self: Any) -> str:
    running = getattr(self, "running", None)
    return _moto_address.__get__(self) if running is None else running.address


DBInstance.address = property(_address)  # type: ignore[assignment,method-assign]


# moto: what is changed of an instance changes no server.


@around(RDSBackend, "modify_db_instance")
def _modify(
    original: Any, self: RDSBackend, db_instance_identifier: str, db_kwargs: dict[str, Any]
) -> DBInstance:
    (before,) = self.describe_db_instances(db_instance_identifier)
    known: Any = before
    groups = list(known.vpc_security_group_ids) if hasattr(known, "running") else []
    asked = dict(db_kwargs)
    instance: Any = original(self, db_instance_identifier, db_kwargs)
    running = getattr(instance, "running", None)
    if running is None:
        return instance
    if asked.get("master_user_password") or asked.get("manage_master_user_password"):
        running.set_password(_password(instance))
    if groups != list(instance.vpc_security_group_ids):
        running.move(_interface(instance))
    if asked.get("db_parameter_group_name"):
        running.set_parameters(_parameters(instance))
    return instance


@around(DBParameterGroup, "update_parameters")
def _change_parameters(original: Any, self: DBParameterGroup, parameters: Any) -> None:
    original(self, parameters)
    databases: list[Any] = list(self.backend.databases.values())
    for instance in databases:
        if hasattr(instance, "running") and instance.db_parameter_group_name == self.name:
            instance.running.set_parameters(_parameters(instance))


@around(RDSBackend, "reboot_db_instance")
def _reboot(original: Any, self: RDSBackend, *arguments: Any, **named: Any) -> DBInstance:
    return _attempt("restart", original(self, *arguments, **named))


@around(RDSBackend, "stop_db_instance")
def _stop(original: Any, self: RDSBackend, *arguments: Any, **named: Any) -> DBInstance:
    return _attempt("stop", original(self, *arguments, **named))


@around(RDSBackend, "start_db_instance")
def _resume(original: Any, self: RDSBackend, *arguments: Any, **named: Any) -> DBInstance:
    return _attempt("resume", original(self, *arguments, **named))


def _attempt(action: str, instance: Any) -> DBInstance:
    if hasattr(instance, "running"):
        try:
            getattr(instance.running, action)()
        except (DatabaseFailed, OSError) as error:
            _fail(instance, error)
    return instance


@around(RDSBackend, "delete_db_instance")
def _delete(original: Any, self: RDSBackend, *arguments: Any, **named: Any) -> DBInstance:
    instance: Any = original(self, *arguments, **named)
    if hasattr(instance, "private_ip"):
        _subnet(instance).del_subnet_ip(instance.private_ip)
    if hasattr(instance, "running"):
        instance.running.remove()
    return instance
