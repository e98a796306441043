"""What Airflow's components do in AWS, as calls, whether or not an ordinary run comes to each.

Written down from what the programs call, not from the policies that they are given. What is there
is read from a container's environment, by Airflow's own settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_fargate_rehearsal.access.calls import Call, Facts, Found, Need
from airflow_fargate_rehearsal.access.services import needs_of

_COMPONENTS = {
    ("celery", "worker"): "worker",
    ("api-server",): "api-server",
    ("dag-processor",): "dag-processor",
    ("scheduler",): "scheduler",
    ("triggerer",): "triggerer",
}
_STARTS_TASKS = ("worker", "triggerer")
# checkov:skip=CKV_SECRET_6:It is the name of a variable.
_ASKS_FOR_SECRETS = "AIRFLOW__SECRETS__BACKEND_KWARGS"
# checkov:skip=CKV_SECRET_6:It is the name of a variable.
_SECRETS_BACKEND = "AIRFLOW__SECRETS__BACKEND"
_IN_SSM = ".SystemsManagerParameterStoreBackend"
_NO_ONE = "rehearsal"


@dataclass(frozen=True, kw_only=True)
class Component:
    """A container in which one of Airflow's components runs, with its environment."""

    name: str
    queues: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Reasoned:
    """What a component needs, and what it does with it."""

    needs: Sequence[Need]
    reason: str


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where a component runs: its account, region and task, and what is known of resources."""

    account: str
    region: str
    task_arn: str
    facts: Facts


def components(containers: Iterable[Mapping[str, Any]]) -> Iterator[Component]:
    """The components that a task definition's containers run."""
    for container in containers:
        words = [each for each in container.get("command") or () if each != "airflow"]
        for command, name in _COMPONENTS.items():
            if tuple(words[: len(command)]) == command:
                queues = re.search(r"(?:--queues|-q)[ =](\S+)", " ".join(words))
                yield Component(
                    name=name,
                    queues=queues[1].split(",") if queues else (),
                    environment={e["name"]: e["value"] for e in container.get("environment") or ()},
                )


def needs(component: Component, where: Where) -> Iterator[Reasoned]:
    """Everything that a component needs to be allowed."""
    asked = _Asked(component, where)
    for group in (asked.database, asked.queues, asked.logs, asked.secrets, asked.tasks):
        yield from group()


class _Supposing:
    """Facts, with a few things supposed that are not there yet: a log, a secret, a task."""

    def __init__(self, facts: Facts, supposed: Mapping[tuple[str, str], Found]) -> None:
        self._facts = facts
        self._supposed = supposed

    def find(self, kind: str, name: str) -> Found | None:
        return self._supposed.get((kind, name)) or self._facts.find(kind, name)


class _Asked:
    def __init__(self, component: Component, where: Where) -> None:
        self._component = component
        self._environment = component.environment
        self._where = where

    def database(self) -> Iterator[Reasoned]:
        if arn := self._environment.get("AIRFLOW_FARGATE_DATABASE_SECRET_ARN"):
            yield self._call(
                "it reads the password of the database when it connects",
                *("secretsmanager", "GetSecretValue"),
                SecretId=arn,
            )

    def queues(self) -> Iterator[Reasoned]:
        setting = "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__PREDEFINED_QUEUES"
        urls = {k: v["url"] for k, v in json.loads(self._environment.get(setting, "{}")).items()}
        done = {
            "worker": {
                "ReceiveMessage": "it takes tasks from its queue",
                "DeleteMessage": "it says that it has taken a task",
                "ChangeMessageVisibility": "it hands tasks back when it stops",
                "GetQueueAttributes": "Celery asks a queue for its size",
            },
            "scheduler": {
                "SendMessage": "it hands tasks to workers",
                "GetQueueAttributes": "Celery asks a queue for its size",
            },
        }
        own = self._component.queues if self._component.name == "worker" else list(urls)
        for queue in own:
            for operation, reason in done.get(self._component.name, {}).items():
                url = urls.get(queue, queue)
                yield self._call(reason, "sqs", operation, QueueUrl=url)

    def logs(self) -> Iterator[Reasoned]:
        folder = self._environment.get("AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER", "")
        if not folder.startswith("s3://"):
            return
        bucket, _, prefix = folder.removeprefix("s3://").partition("/")
        key = "/".join(filter(None, (prefix.rstrip("/"), _NO_ONE)))
        found = self._where.facts.find("bucket", bucket)
        there = Found(arn="", kms_key_arn=found.kms_key_arn if found else None)
        supposed = {("object", f"{bucket}/{key}"): there}
        object_ = {"Bucket": bucket, "Key": key}
        if self._component.name in ("worker", "triggerer"):
            yield self._call("it writes the logs of tasks", "s3", "PutObject", **object_)
            yield self._call("it looks whether a log is there", "s3", "HeadObject", **object_)
            reason = "it reads a log that is there, to write it again with more"
            yield self._call(reason, "s3", "GetObject", supposed, **object_)
        if self._component.name == "api-server":
            reason = "it shows the logs of tasks"
            yield self._call(reason, "s3", "GetObject", supposed, **object_)
            yield self._call(reason, "s3", "ListObjectsV2", Bucket=bucket, Prefix=key)

    def secrets(self) -> Iterator[Reasoned]:
        given = json.loads(self._environment.get(_ASKS_FOR_SECRETS) or "{}")
        in_ssm = self._environment.get(_SECRETS_BACKEND, "").endswith(_IN_SSM)
        database = self._environment.get("AIRFLOW_FARGATE_DATABASE_SECRET_ARN", "")
        known = self._where.facts.find("secret", database) if database else None
        for kind in ("connections", "variables"):
            if prefix := given.get(f"{kind}_prefix"):
                name = f"{prefix}/{_NO_ONE}"
                if in_ssm:
                    parameter = Found(
                        arn=self._arn("ssm", f"parameter/{name.lstrip('/')}"),
                        kms_key_arn=known.kms_key_arn if known else None,
                    )
                    yield self._call(
                        f"it looks {kind} up",
                        *("ssm", "GetParameter"),
                        {("parameter", name): parameter},
                        Name=name,
                        WithDecryption=True,
                    )
                    continue
                # As people make them: with the key of the deployment, which the database's has.
                secret = Found(
                    arn=self._arn("secretsmanager", f"secret:{name}-000000"),
                    kms_key_arn=known.kms_key_arn if known else None,
                )
                yield self._call(
                    f"it looks {kind} up",
                    *("secretsmanager", "GetSecretValue"),
                    {("secret", name): secret},
                    SecretId=name,
                )

    def tasks(self) -> Iterator[Reasoned]:
        path = self._environment.get("AIRFLOW_FARGATE_TASKS_PATH")
        name = self._component.name
        if not path or name not in (*_STARTS_TASKS, "dag-processor"):
            return
        reason = "it learns which tasks there are on Fargate"
        yield self._call(reason, "ssm", "GetParametersByPath", Path=path)
        if name == "worker":
            yield self._call(
                "it keeps ECS from stopping it while it has tasks",
                *("ecs", "UpdateTaskProtection"),
                cluster=self._where.task_arn.split("/")[-2],
                tasks=[self._where.task_arn],
            )
        below = self._where.facts.find("parameters", path)
        for parameter in below.more["parameters"] if below and name in _STARTS_TASKS else ():
            yield from self._one_task(json.loads(parameter.more["value"]))

    def _one_task(self, task: Mapping[str, Any]) -> Iterator[Reasoned]:
        cluster, definition = task["cluster"], task["task_definition"]
        found = self._where.facts.find("task_definition", definition)
        arn = f"{cluster.replace(':cluster/', ':task/')}/{'0' * 32}"
        supposed = {("task", arn): Found(arn=arn, tags=found.tags if found else {})}
        yield self._call(
            "operators start tasks on Fargate",
            *("ecs", "RunTask"),
            cluster=cluster,
            taskDefinition=definition,
            propagateTags="TASK_DEFINITION",
        )
        yield self._call(
            "a retry joins a task that runs; tasks that nobody waits for are found",
            *("ecs", "ListTasks"),
            cluster=cluster,
        )
        named: dict[str, Any] = {"cluster": cluster, "tasks": [arn]}
        reason = "an operator waits for its task"
        yield self._call(reason, "ecs", "DescribeTasks", supposed, **named)
        reason = "a task is stopped when its Airflow task is cancelled"
        yield self._call(reason, "ecs", "StopTask", supposed, cluster=cluster, task=arn)
        if logs := task.get("logs"):
            stream = f"{logs['stream_prefix']}/{task['container']}/{'0' * 32}"
            yield self._call(
                "what a task prints is shown in Airflow's log",
                *("logs", "GetLogEvents"),
                logGroupName=logs["group"],
                logStreamName=stream,
            )

    def _arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self._where.region}:{self._where.account}:{resource}"

    def _call(
        self,
        reason: str,
        service: str,
        operation: str,
        supposed: Mapping[tuple[str, str], Found] | None = None,
        /,
        **parameters: Any,
    ) -> Reasoned:
        call = Call(
            service=service,
            operation=operation,
            parameters=parameters,
            region=self._where.region,
            account=self._where.account,
            facts=_Supposing(self._where.facts, supposed or {}),
        )
        return Reasoned(needs=needs_of(call) or (), reason=reason)
