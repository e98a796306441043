"""Broker: what the real Terraform makes of it, with pools by value and by variable."""

import json
from typing import Any

from airflow_fargate.broker import Broker, BrokerProps
from airflow_fargate.iam import policy
from airflow_fargate.values import json_text

import pytest
from cdktf import TerraformOutput

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"


def broker(**settings: Any) -> Any:
    return lambda stack: Broker(stack, "broker", BrokerProps(name="demo", **settings))


def with_what_it_gives(build: Any) -> Any:
    """A stack with a broker whose outputs are all that the broker gives to others."""

    def add(stack: Any) -> None:
        made = build(stack)
        environment = [{"name": "PREDEFINED_QUEUES", "value": made.predefined_queues}]
        for name, value in {
            "queue_urls": made.queue_urls,
            "predefined_queues": made.predefined_queues,
            "containers": json_text([{"environment": environment}]),
            "send": policy(made.send_statements),
            "consume": policy(made.consume_statements("default")),
        }.items():
            TerraformOutput(stack, name, value=value)

    return add


@pytest.mark.slow  # test_modules_plan.py plans the whole from variables
@pytest.mark.real
def test_terraform_accepts_it_with_values_and_with_variables(
    validate: Any, broker_from_variables: Any
) -> None:
    validate(with_what_it_gives(broker(pools=["default", "spot"], kms_key_arn=KEY)))
    validate(with_what_it_gives(broker_from_variables))


@pytest.mark.slow  # test_modules_plan.py plans the whole from variables
@pytest.mark.real
def test_pools_from_values_and_from_a_variable_make_the_same_queues(
    synth: Any, terraform: Any, broker_from_variables: Any
) -> None:
    def as_module(config: Any) -> Any:
        settings = {k: v for k, v in config["terraform"].items() if k != "backend"}
        return {k: v for k, v in config.items() if k != "provider"} | {"terraform": settings}

    pools = ["default", "spot"]
    modules = {
        "literals": as_module(synth(with_what_it_gives(broker(pools=pools)))),
        "variables": as_module(synth(with_what_it_gives(broker_from_variables))),
    }
    defaults = BrokerProps(name="demo")
    variables = {
        "name": defaults.name,
        "pools": pools,
        "visibility": defaults.visibility_timeout_seconds,
        "retention": defaults.message_retention_seconds,
        "receives": defaults.max_receive_count,
        "kms_key_arn": None,
        "tags": {},
    }
    calls = {
        "literals": {"source": "./literals"},
        "variables": {"source": "./variables"} | variables,
    }
    runner = terraform(synth(lambda _: None) | {"module": calls}, modules)
    runner.plan(out=runner.folder / "plan")
    planned: dict[str, Any] = {"literals": {}, "variables": {}}
    for change in runner.show(runner.folder / "plan")["resource_changes"]:
        if change["mode"] == "managed":
            _, module, address = change["address"].split(".", 2)
            made = change["change"]
            planned[module][address] = (made["after"], made["after_unknown"])

    assert {address: after["name"] for address, (after, _) in planned["literals"].items()} == {
        'aws_sqs_queue.broker["default"]': "demo_default",
        'aws_sqs_queue.broker["spot"]': "demo_spot",
        'aws_sqs_queue.broker_dead_letter["default"]': "demo_default_dead-letter",
        'aws_sqs_queue.broker_dead_letter["spot"]': "demo_spot_dead-letter",
    }
    assert planned["variables"] == planned["literals"]


@pytest.mark.real
def test_scheduler_and_celery_are_told_of_every_queue(synth: Any, terraform: Any) -> None:
    # What a queue's URL and ARN will be is known after apply; so local values stand for the queues.
    config = synth(with_what_it_gives(broker(pools=["default", "spot"])))
    outputs_of_broker = json.dumps(config["output"])
    known = {name: {"url": f"https://{name}", "arn": f"arn:{name}"} for name in ("default", "spot")}
    runner = terraform(
        synth(lambda _: None)
        | {"locals": {"queues": known}}
        | {"output": json.loads(outputs_of_broker.replace("aws_sqs_queue.broker", "local.queues"))}
    )
    runner.plan(out=runner.folder / "plan")
    planned = runner.show(runner.folder / "plan")["planned_values"]["outputs"]
    found = {name: output["value"] for name, output in planned.items()}

    urls = {"default": {"url": "https://default"}, "spot": {"url": "https://spot"}}
    assert found["queue_urls"] == {"default": "https://default", "spot": "https://spot"}
    assert json.loads(found["predefined_queues"]) == urls
    ((told,),) = (container["environment"] for container in json.loads(found["containers"]))
    assert json.loads(told["value"]) == urls
    (send,), (consume,) = (json.loads(found[it])["Statement"] for it in ("send", "consume"))
    assert (send["Resource"], consume["Resource"]) == (["arn:default", "arn:spot"], ["arn:default"])
