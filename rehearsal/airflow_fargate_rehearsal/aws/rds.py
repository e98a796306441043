"""RDS: attributes that moto forgets, and what AWS creates beside a database."""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.logs.models import logs_backends
from moto.moto_api._internal import mock_random
from moto.rds.exceptions import DBParameterGroupNotFoundError
from moto.rds.models import DBInstance, DBParameterGroup, MasterUserSecret, RDSBackend
from moto.rds.responses import RDSResponse

from airflow_fargate_rehearsal.aws.patching import around, missing, sibling

# AWS's default since January 2024; moto's, `rds-ca-default`, is nobody's.
_DEFAULT_CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1"
_DEFAULT_RETENTION_DAYS = 7  # AWS's default for Performance Insights, and its free tier

# moto: performance_insights_* of CreateDBInstance are not kept, and every instance has the same
# DbiResourceId, by which the Terraform provider looks instances up: two databases look like one.


@around(DBInstance, "__init__")
def _remember(original: Any, self: DBInstance, *arguments: Any, **settings: Any) -> None:
    settings.setdefault("ca_certificate_identifier", _DEFAULT_CERTIFICATE_AUTHORITY)
    original(self, *arguments, **settings)
    letters = mock_random.get_random_string(length=26, lower_case=True).upper()
    self.dbi_resource_id = f"db-{letters}"
    _set_performance_insights(
        self,
        enabled=bool(settings.get("enable_performance_insights")),
        kms_key_id=settings.get("performance_insights_kms_key_id"),
        retention_days=settings.get("performance_insights_retention_period"),
    )


@around(DBInstance, "update")
def _update(original: Any, self: DBInstance, **settings: Any) -> None:
    enabled = settings.pop("enable_performance_insights", None)
    kms_key_id = settings.pop("performance_insights_kms_key_id", None)
    retention_days = settings.pop("performance_insights_retention_period", None)
    original(self, **settings)
    known: Any = self
    _set_performance_insights(
        self,
        enabled=known.performance_insights_enabled if enabled is None else enabled,
        kms_key_id=kms_key_id or known.performance_insights_kms_key_id,
        retention_days=retention_days or known.performance_insights_retention_period,
    )
    _create_log_groups(self)


def _set_performance_insights(
    instance: Any, *, enabled: bool, kms_key_id: str | None, retention_days: int | None
) -> None:
    instance.performance_insights_enabled = enabled
    instance.performance_insights_kms_key_id = kms_key_id if enabled else None
    instance.performance_insights_retention_period = (
        retention_days or _DEFAULT_RETENTION_DAYS if enabled else None
    )


# AWS exports logs into these groups, creates those that are absent, and leaves them behind when
# the instance goes. moto has no logs and creates none.


@around(RDSBackend, "create_db_instance")
def _create_with_log_groups(original: Any, self: RDSBackend, settings: Any) -> DBInstance:
    instance = original(self, settings)
    _create_log_groups(instance)
    return instance


def _create_log_groups(instance: DBInstance) -> None:
    logs = sibling(logs_backends, instance.backend)
    for kind in instance.enabled_cloudwatch_logs_exports:
        logs.ensure_log_group(f"/aws/rds/instance/{instance.db_instance_identifier}/{kind}")


# moto: the managed secret always holds "admin" and one fixed password. AWS puts the instance's
# own user name and a random password into it.
@around(MasterUserSecret, "_generate_secret_string")
def _real_secret(_original: Any, self: MasterUserSecret) -> str:
    password = mock_random.get_random_string(length=28)
    return json.dumps({"username": self.resource.master_username, "password": password})


# moto: parameters have no Source, and DescribeDBParameters does not filter by it. The Terraform
# provider reads back only those with the source "user".


@around(DBParameterGroup, "update_parameters")
def _mark_as_users(original: Any, self: DBParameterGroup, parameters: Any) -> None:
    original(self, [{**each, "Source": "user", "IsModifiable": True} for each in parameters])


@around(RDSResponse, "describe_db_parameters")
def _filter_by_source(original: Any, self: RDSResponse) -> ActionResult:
    answer = original(self)
    source = self.params.get("Source")
    answer.result["Parameters"] = [
        each for each in answer.result["Parameters"] if source in (None, each.get("Source"))
    ]
    return answer


# moto: ResetDBParameterGroup is missing. AWS sets the named parameters, or all, to the default.


@missing(RDSResponse)
def reset_db_parameter_group(self: Any) -> ActionResult:
    """Set parameters of a group to their defaults."""
    name = self.params["DBParameterGroupName"]
    group = self.backend.db_parameter_groups.get(name)
    if group is None:
        raise DBParameterGroupNotFoundError(name)
    reset = {each["ParameterName"] for each in self.params.get("Parameters", [])}
    for parameter in list(group.parameters):
        if self.params.get("ResetAllParameters") or parameter in reset:
            del group.parameters[parameter]
    group.update_parameters([])  # whoever has taken them over is told
    return ActionResult({"DBParameterGroupName": name})
