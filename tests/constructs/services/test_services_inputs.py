"""Settings of services that cannot work: field, rule and value are in the message."""

import re
from typing import Any

from airflow_fargate import InvalidValue
from airflow_fargate.api_server import ApiServerProps
from airflow_fargate.dag_processor import DagProcessorProps
from airflow_fargate.scheduler import SchedulerProps
from airflow_fargate.triggerer import TriggererProps
from airflow_fargate.worker_pool import WorkerPoolProps

import pytest

ALL = [SchedulerProps, ApiServerProps, DagProcessorProps, TriggererProps, WorkerPoolProps]


@pytest.mark.parametrize("props", ALL)
def test_a_size_that_fargate_does_not_have_is_refused_for_every_service(props: Any) -> None:
    name = props.__name__
    with pytest.raises(InvalidValue, match=rf"{name}\.memory_mib must be one of 512, .*got 4096"):
        props(cpu=256, memory_mib=4096)
    with pytest.raises(InvalidValue, match=rf"{name}\.cpu must be one of 256, 512, .*got 300"):
        props(cpu=300)


@pytest.mark.parametrize("props", ALL)
def test_every_service_can_rest(props: Any) -> None:
    assert props(desired_count=0).desired_count == 0


@pytest.mark.parametrize(
    ("props", "settings", "words"),
    [
        (SchedulerProps, {"desired_count": -1}, "desired_count must be from 0 to 5000 (what ECS"),
        (SchedulerProps, {"desired_count": 1.5}, "desired_count must be a whole number; got 1.5"),
        (SchedulerProps, {"exec": "yes"}, "exec must be true or false; got 'yes'"),
        (SchedulerProps, {"log_retention_days": 31}, "log_retention_days must be one of 1, 3"),
        (SchedulerProps, {"kms_key_arn": "alias/mine"}, "kms_key_arn must be an ARN of the form"),
        (ApiServerProps, {"desired_count": 1001}, "from 0 to 1000 (what Cloud Map holds"),
        (ApiServerProps, {"workers": 0}, "ApiServerProps.workers must be from 1 to 32"),
        (WorkerPoolProps, {"pool": "Big"}, "WorkerPoolProps.pool must be 1 to 16 lower-case"),
        (WorkerPoolProps, {"pool": "p" * 17}, "WorkerPoolProps.pool must be 1 to 16 lower-case"),
        (WorkerPoolProps, {"concurrency": 0}, "concurrency must be from 1 to 256"),
        (WorkerPoolProps, {"ephemeral_storage_gib": 20}, "from 21 to 200 (what Fargate allows)"),
        (WorkerPoolProps, {"ephemeral_storage_gib": 201}, "got 201"),
        (WorkerPoolProps, {"spot": 1}, "WorkerPoolProps.spot must be true or false; got 1"),
    ],
)
def test_a_setting_that_cannot_work_is_refused(
    props: Any, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidValue, match=re.escape(words)):
        props(name="demo", **settings)


def test_the_props_of_another_service_are_refused(services: Any) -> None:
    def build(parts: Any) -> None:
        scheduler = type(parts.add("scheduler"))
        scheduler(
            parts.stack,
            "other",
            TriggererProps(name="demo"),
            image=parts.image,
            configuration=parts.configuration,
            cluster=parts.cluster,
            network=parts.network,
        )

    with pytest.raises(InvalidValue, match=r"Scheduler\(props=\.\.\.\) must be of type Scheduler"):
        services(build)


def test_what_is_no_image_is_refused(services: Any) -> None:
    def build(parts: Any) -> None:
        parts.image = "demo:1"
        parts.add("triggerer")

    with pytest.raises(InvalidValue, match=r"Triggerer\(image=\.\.\.\) must be of type Airflow"):
        services(build)
