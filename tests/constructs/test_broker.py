"""Broker: queues, dead letters, and what scheduler and workers may do."""

import json
from typing import Any

from airflow_fargate.broker import Broker, BrokerProps
from airflow_fargate.iam import policy
from airflow_fargate.rules import InvalidValue
from airflow_fargate.values import TokenNotAllowed

import pytest
from cdktf import TerraformOutput, TerraformVariable, Token

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"


def broker(**settings: Any) -> Any:
    return lambda stack: Broker(stack, "broker", BrokerProps(name="demo", **settings))


def queues(config: Any) -> Any:
    return config["resource"]["aws_sqs_queue"]


def test_each_pool_has_a_queue_and_a_dead_letter_queue(synth: Any) -> None:
    found = queues(synth(broker(pools=["default", "high-memory"])))
    assert {address: queue["name"] for address, queue in found.items()} == {
        "broker_default": "demo-default",
        "broker_default_dead_letter": "demo-default-dead-letter",
        "broker_high_memory": "demo-high-memory",
        "broker_high_memory_dead_letter": "demo-high-memory-dead-letter",
    }


def test_the_longest_names_fit_into_what_sqs_allows(synth: Any) -> None:
    def build(stack: Any) -> None:
        Broker(stack, "broker", BrokerProps(name="n" * 24, pools=["p" * 20]))

    assert max(len(queue["name"]) for queue in queues(synth(build)).values()) <= 80


def test_a_message_that_a_worker_holds_is_gone_before_it_would_come_back(synth: Any) -> None:
    queue = queues(synth(broker()))["broker_default"]
    assert queue["message_retention_seconds"] <= queue["visibility_timeout_seconds"] == 43200


def test_dead_letters_outlive_the_tasks_and_come_from_their_own_queue_only(synth: Any) -> None:
    found = queues(synth(broker(max_receive_count=3)))
    assert json.loads(found["broker_default"]["redrive_policy"]) == {
        "deadLetterTargetArn": "${aws_sqs_queue.broker_default_dead_letter.arn}",
        "maxReceiveCount": 3,
    }
    dead_letters = found["broker_default_dead_letter"]
    assert dead_letters["message_retention_seconds"] == 1_209_600
    allowed = json.loads(dead_letters["redrive_allow_policy"])
    assert allowed["redrivePermission"] == "byQueue"
    assert [arn.rpartition(":")[2] for arn in allowed["sourceQueueArns"]] == ["demo-default"]


def test_every_queue_refuses_plain_http_and_lets_nobody_in(synth: Any) -> None:
    for queue in queues(synth(broker())).values():
        (statement,) = json.loads(queue["policy"])["Statement"]
        assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert statement["Resource"][0].endswith(f":{queue['name']}")


def test_every_queue_is_encrypted_by_sqs_or_by_the_users_key(synth: Any) -> None:
    for queue in queues(synth(broker())).values():
        assert queue["sqs_managed_sse_enabled"] is True
        assert "kms_master_key_id" not in queue
    for queue in queues(synth(broker(kms_key_arn=KEY))).values():
        assert queue["kms_master_key_id"] == KEY
        assert "sqs_managed_sse_enabled" not in queue  # Terraform refuses both


def test_every_queue_is_tagged(synth: Any) -> None:
    for queue in queues(synth(broker(tags={"team": "data"}))).values():
        assert queue["tags"] == {"team": "data", "Name": queue["name"]}


def outputs(synth: Any, build: Any, give: Any) -> Any:
    """What a broker gives to others, as Terraform would write it."""

    def with_outputs(stack: Any) -> None:
        for name, value in give(build(stack)).items():
            TerraformOutput(stack, name, value=value)

    return {name: json.loads(it["value"]) for name, it in synth(with_outputs)["output"].items()}


def test_celery_is_told_the_url_of_every_pool(synth: Any) -> None:
    build = broker(pools=["default", "high-memory"])
    assert outputs(synth, build, lambda made: {"queues": made.predefined_queues}) == {
        "queues": {
            "default": {"url": "${aws_sqs_queue.broker_default.url}"},
            "high-memory": {"url": "${aws_sqs_queue.broker_high_memory.url}"},
        }
    }


def permissions(synth: Any, build: Any, pool: str = "default") -> tuple[Any, Any]:
    """Statements to send, and statements to consume from a pool."""
    found = outputs(
        synth,
        build,
        lambda made: {
            "send": policy(made.send_statements),
            "consume": policy(made.consume_statements(pool)),
        },
    )
    return found["send"]["Statement"], found["consume"]["Statement"]


def test_the_scheduler_may_send_to_every_pool_and_take_from_none(synth: Any) -> None:
    (send,), _ = permissions(synth, broker(pools=["default", "spot"]))
    assert set(send["Action"]) == {"sqs:GetQueueAttributes", "sqs:SendMessage"}
    assert send["Resource"] == [
        "${aws_sqs_queue.broker_default.arn}",
        "${aws_sqs_queue.broker_spot.arn}",
    ]


def test_workers_may_take_from_their_own_pool_only(synth: Any) -> None:
    _, (consume,) = permissions(synth, broker(pools=["default", "spot"]), pool="spot")
    assert consume["Resource"] == ["${aws_sqs_queue.broker_spot.arn}"]
    assert set(consume["Action"]) == {
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    }


def test_who_uses_a_queue_may_use_its_key_through_sqs(synth: Any) -> None:
    (_, send), (_, consume) = permissions(synth, broker(kms_key_arn=KEY))
    assert set(send["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert set(consume["Action"]) == {"kms:Decrypt"}
    for statement in (send, consume):
        assert statement["Resource"] == [KEY]
        assert statement["Condition"]["StringEquals"]["kms:ViaService"].startswith("sqs.")


def test_statements_for_an_unknown_pool_are_refused(synth: Any) -> None:
    def build(stack: Any) -> None:
        broker(pools=["default", "spot"])(stack).consume_statements("gpu")

    with pytest.raises(InvalidValue, match=r"one of the broker's pools: default, spot; got 'gpu'"):
        synth(build)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "Demo"}, r"BrokerProps\.name must be 1 to 24 lower-case .*got 'Demo'"),
        ({"pools": []}, r"BrokerProps\.pools must be a list of at least 1 .*got \[\]"),
        ({"pools": ["a", "a"]}, r"BrokerProps\.pools must be a list of .* different"),
        ({"pools": "default"}, r"BrokerProps\.pools must be a list.*got 'default'"),
        ({"pools": ["High"]}, r"BrokerProps\.pools .*lower-case letters.*got \['High'\]"),
        ({"pools": ["p" * 21]}, r"BrokerProps\.pools .*1 to 20"),
        # Its queue would have the name of another pool's dead-letter queue.
        ({"pools": ["a", "a-dead-letter"]}, r'BrokerProps\.pools .*not ending in .*"dead-letter"'),
        (
            {"visibility_timeout_seconds": 86400},
            r"BrokerProps\.visibility_timeout_seconds must be from 30 to 43200 .*got 86400",
        ),
        (
            {"message_retention_seconds": 30},
            r"BrokerProps\.message_retention_seconds must be from 60 to 1209600 .*got 30",
        ),
        ({"max_receive_count": 0}, r"BrokerProps\.max_receive_count must be from 1 to 1000"),
        ({"max_receive_count": "3"}, r"BrokerProps\.max_receive_count must be a whole number"),
        ({"kms_key_arn": "alias/mine"}, r"BrokerProps\.kms_key_arn must be an ARN .*:kms:"),
    ],
)
def test_bad_input_is_refused_before_terraform(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        BrokerProps(**{"name": "demo", **settings})


def test_pools_from_a_variable_are_refused(synth: Any) -> None:
    def build(stack: Any) -> None:
        pools = TerraformVariable(stack, "pools", type="list(string)").list_value
        broker(pools=pools)(stack)

    with pytest.raises(TokenNotAllowed, match=r"BrokerProps\.pools decides what is synthesized"):
        synth(build)


def from_variables(stack: Any) -> Broker:
    def variable(name: str, type_: str) -> TerraformVariable:
        return TerraformVariable(stack, name, type=type_, nullable=True)

    return Broker(
        stack,
        "broker",
        BrokerProps(
            name=variable("name", "string").string_value,
            visibility_timeout_seconds=variable("visibility", "number").number_value,  # type: ignore[arg-type]
            message_retention_seconds=variable("retention", "number").number_value,  # type: ignore[arg-type]
            max_receive_count=variable("receives", "number").number_value,  # type: ignore[arg-type]
            kms_key_arn=variable("kms_key_arn", "string").string_value,
            tags=Token.as_string_map(variable("tags", "map(string)").value),
        ),
    )


def test_a_variable_stays_a_number_in_the_redrive_policy(synth: Any) -> None:
    redrive_policy = queues(synth(from_variables))["broker_default"]["redrive_policy"]
    assert redrive_policy.endswith('"maxReceiveCount":${var.receives}}')


def test_a_key_that_may_be_null_turns_on_the_encryption_of_sqs(synth: Any) -> None:
    managed = queues(synth(from_variables))["broker_default"]["sqs_managed_sse_enabled"]
    assert managed == "${(var.kms_key_arn == null) ? true : null}"


def test_a_key_that_may_be_null_leaves_a_policy_that_permits_nothing_more(synth: Any) -> None:
    (_, send), (_, consume) = permissions(synth, from_variables)
    for statement in (send, consume):
        # Of KMS, on a queue: no such thing.
        assert all(action.startswith("kms:") for action in statement["Action"])
        assert statement["Resource"] == [
            "${(var.kms_key_arn == null) ? aws_sqs_queue.broker_default.arn : var.kms_key_arn}"
        ]


@pytest.mark.real
@pytest.mark.parametrize(
    "build",
    [broker(pools=["default", "spot"]), broker(kms_key_arn=KEY), from_variables],
    ids=["literals", "own key", "variables"],
)
def test_terraform_accepts_it(validate: Any, build: Any) -> None:
    validate(build)
