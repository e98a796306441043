"""What decides about access to a resource of moto's: its ARN, key, tags and policy."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from moto.backends import get_backend
from moto.core.exceptions import ServiceException
from moto.ecs.models import ecs_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import ssm_backends
from werkzeug.exceptions import HTTPException

from airflow_fargate_rehearsal.access.calls import Found
from airflow_fargate_rehearsal.access.decision import NamedPolicies

_PARTITION = "aws"


class MotoFacts:
    """Resources of one account, seen from one region."""

    def __init__(self, account: str, region: str) -> None:
        self._account = account
        self._region = region

    def find(self, kind: str, name: str) -> Found | None:
        """A resource by its kind and its name, id or ARN; None when there is none."""
        look = _KINDS[kind]
        with contextlib.suppress(LookupError, ServiceException, HTTPException):
            return look(self, name)  # moto has errors of its own for what is not there
        return None

    def _backend(self, backends: Any) -> Any:
        return backends[self._account][self._region]

    def _global(self, backends: Any) -> Any:
        return backends[self._account][_PARTITION]

    def _key_arn(self, key_id: str | None) -> str | None:
        if not key_id or key_id.rpartition("/")[0].endswith("alias/aws"):
            return None
        found = self.find("key", key_id)
        return found.arn if found else key_id

    def _key(self, name: str) -> Found | None:
        backend = self._backend(kms_backends)
        alias = backend.get_alias_name(name)
        for key in list(backend.keys.values()):
            # Not by moto's look-up, which makes AWS's own keys as they are asked for.
            if key.id == backend.get_key_id(name) or alias in key.aliases:
                return Found(
                    arn=key.arn,
                    tags=backend.tagger.get_tag_dict_for_resource(key.id),
                    policies=_named("the key's policy", key.policy),
                )
        return None

    def _secret(self, name: str) -> Found | None:
        secret = self._backend(secretsmanager_backends).secrets.get(name)
        if secret is None:
            return None
        return Found(
            arn=secret.arn,
            kms_key_arn=self._key_arn(secret.kms_key_id),
            tags=_pairs(secret.tags),
            policies=_named("the secret's policy", secret.policy),
            more={"version_id": getattr(secret, "default_version_id", None)},
        )

    def _queue(self, name: str) -> Found:
        queue = self._backend(sqs_backends).get_queue(name.rpartition("/")[2])
        return Found(
            arn=queue.queue_arn,
            kms_key_arn=self._key_arn(getattr(queue, "kms_master_key_id", None)),
            tags=queue.tags,
            policies=_named("the queue's policy", queue.policy),
        )

    def _parameter(self, name: str) -> Found:
        backend = self._backend(ssm_backends)
        return self._parameter_found(backend._parameters[name][-1])

    def _parameter_found(self, parameter: Any) -> Found:
        backend = self._backend(ssm_backends)
        secure = parameter.parameter_type == "SecureString"
        tags = backend.list_tags_for_resource("Parameter", parameter.name)
        path = parameter.name.lstrip("/")
        return Found(
            arn=f"arn:aws:ssm:{self._region}:{self._account}:parameter/{path}",
            kms_key_arn=self._key_arn(parameter.keyid) if secure else None,
            tags=tags,
            more={"value": parameter.decrypt(parameter.value)},
        )

    def _parameters(self, path: str) -> Found:
        backend = self._backend(ssm_backends)
        below = [
            self._parameter_found(versions[-1])
            for name, versions in list(dict.items(backend._parameters))
            if name.startswith(f"{path}/")
        ]
        return Found(arn="", more={"parameters": below})

    def _bucket(self, name: str) -> Found:
        bucket = self._global(s3_backends).get_bucket(name)
        rule = (bucket.encryption or {}).get("Rule") or {}
        if isinstance(rule, list):
            rule = rule[0]
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
        tags = self._global(s3_backends).tagger.get_tag_dict_for_resource(bucket.arn)
        return Found(
            arn=bucket.arn,
            kms_key_arn=self._key_arn(default.get("KMSMasterKeyID")),
            tags=tags,
            policies=_named("the bucket's policy", bucket.policy),
            more={"bucket_key": str(rule.get("BucketKeyEnabled", "")).lower() == "true"},
        )

    def _object(self, name: str) -> Found | None:
        bucket, _, key = name.partition("/")
        found = self._global(s3_backends).get_object(bucket, key)
        if found is None:
            return None
        encrypted = found.encryption == "aws:kms"
        key_arn = self._key_arn(found.kms_key_id) if encrypted else None
        return Found(arn=f"arn:aws:s3:::{name}", kms_key_arn=key_arn)

    def _task_definition(self, name: str) -> Found:
        definition = self._backend(ecs_backends).describe_task_definition(name)
        return Found(
            arn=definition.arn,
            tags=_pairs(definition.tags),
            more={
                "taskRoleArn": getattr(definition, "task_role_arn", None),
                "executionRoleArn": getattr(definition, "execution_role_arn", None),
            },
        )

    def _task(self, name: str) -> Found | None:
        wanted = name.rpartition("/")[2]
        for tasks in list(self._backend(ecs_backends).tasks.values()):
            for task in list(tasks.values()):
                if task.id == wanted:
                    return Found(arn=task.task_arn, tags=_pairs(task.tags))
        return None

    def _role(self, name: str) -> Found:
        role = self._global(iam_backends).get_role_by_arn(name)
        trust = _named("the role's trust policy", role.assume_role_policy_document)
        return Found(arn=role.arn, tags=_pairs(role.tags), more={"trust": trust, "id": role.id})

    def _repository(self, name: str) -> Found:
        repository = _of_service("ecr", self._account, self._region).repositories[name]
        return Found(
            arn=repository.arn,
            policies=_named("the repository's policy", repository.policy),
        )

    def _topic(self, name: str) -> Found:
        topic = _of_service("sns", self._account, self._region).topics[name]
        return Found(arn=topic.arn, policies=_named("the topic's policy", topic.policy))

    def _file_system(self, name: str) -> Found:
        system = _of_service("efs", self._account, self._region).file_systems_by_id[name]
        return Found(
            arn=system.file_system_arn,
            policies=_named("the file system's policy", system.file_system_policy),
        )


_KINDS: dict[str, Callable[[MotoFacts, str], Found | None]] = {
    "bucket": MotoFacts._bucket,
    "file_system": MotoFacts._file_system,
    "key": MotoFacts._key,
    "object": MotoFacts._object,
    "parameter": MotoFacts._parameter,
    "parameters": MotoFacts._parameters,
    "queue": MotoFacts._queue,
    "repository": MotoFacts._repository,
    "role": MotoFacts._role,
    "secret": MotoFacts._secret,
    "task": MotoFacts._task,
    "task_definition": MotoFacts._task_definition,
    "topic": MotoFacts._topic,
}


def _of_service(service: Any, account: str, region: str) -> Any:
    return get_backend(service)[account][region]


def _named(name: str, policy: Any) -> NamedPolicies:
    if not policy:
        return ()
    return [(name, policy.decode() if isinstance(policy, bytes) else policy)]


def _pairs(tags: Any) -> Mapping[str, str]:
    """Tags as a mapping; AWS's services, and so moto's, have four ways to write them."""
    if isinstance(tags, Mapping):
        return tags
    # Key, key or TagKey; Value, value or TagValue.
    same = [
        {key.lower().removeprefix("tag"): value for key, value in each.items()}
        for each in tags or ()
    ]
    return {each["key"]: each["value"] for each in same}
