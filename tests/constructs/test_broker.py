"""Broker: queues, dead letters, and what scheduler and workers may do."""

import json
import re
from typing import Any

from airflow_fargate.broker import Broker, BrokerProps
from airflow_fargate.iam import policy

from cdktf import TerraformOutput, TerraformVariable

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"


def broker(**settings: Any) -> Any:
    return lambda stack: Broker(stack, "broker", BrokerProps(name="demo", **settings))


def queues(config: Any) -> Any:
    return config["resource"]["aws_sqs_queue"]


def test_each_pool_has_a_queue_and_a_dead_letter_queue(synth: Any) -> None:
    found = queues(synth(broker(pools=["default", "high-memory"])))
    assert {address: queue["name"] for address, queue in found.items()} == {
        "broker": "demo_${each.key}",
        "broker_dead_letter": "demo_${each.key}_dead-letter",
    }
    for queue in found.values():
        assert queue["for_each"] == '${toset(["default", "high-memory"])}'


def test_the_longest_names_fit_into_what_sqs_allows(synth: Any) -> None:
    def build(stack: Any) -> None:
        Broker(stack, "broker", BrokerProps(name="n" * 24, pools=["p" * 16]))

    names = [
        queue["name"].replace("${each.key}", "p" * 16) for queue in queues(synth(build)).values()
    ]
    assert max(len(name) for name in names) <= 80


def test_a_message_that_a_worker_holds_is_gone_before_it_would_come_back(synth: Any) -> None:
    queue = queues(synth(broker()))["broker"]
    assert queue["message_retention_seconds"] <= queue["visibility_timeout_seconds"] == 43200


def test_dead_letters_outlive_the_tasks_and_come_from_their_own_queue_only(synth: Any) -> None:
    found = queues(synth(broker(max_receive_count=3)))
    assert json.loads(found["broker"]["redrive_policy"]) == {
        "deadLetterTargetArn": "${aws_sqs_queue.broker_dead_letter[each.key].arn}",
        "maxReceiveCount": 3,
    }
    dead_letters = found["broker_dead_letter"]
    assert dead_letters["message_retention_seconds"] == 1_209_600
    allowed = json.loads(dead_letters["redrive_allow_policy"])
    assert allowed["redrivePermission"] == "byQueue"
    assert [arn.rpartition(":")[2] for arn in allowed["sourceQueueArns"]] == ["demo_${each.key}"]


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

    return {name: found["value"] for name, found in synth(with_outputs)["output"].items()}


def statements(policy_text: str) -> Any:
    """The statements of a policy, with its Terraform expressions as text."""
    expressions = r"\$\{[^{}]*\}"
    escaped = re.sub(expressions, lambda found: json.dumps(found[0])[1:-1], policy_text)
    quoted = re.sub(rf"(?<=[:\[,]){expressions}(?=[,\]}}])", r'"\g<0>"', escaped)
    return json.loads(quoted)["Statement"]


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
    return statements(found["send"]), statements(found["consume"])


def test_the_scheduler_may_send_to_every_pool_and_take_from_none(synth: Any) -> None:
    (send,), _ = permissions(synth, broker(pools=["default", "spot"]))
    assert set(send["Action"]) == {"sqs:GetQueueAttributes", "sqs:SendMessage"}
    assert send["Resource"] == "${jsonencode(values(aws_sqs_queue.broker)[*].arn)}"


def test_workers_may_take_from_their_own_pool_only(synth: Any) -> None:
    _, (consume,) = permissions(synth, broker(pools=["default", "spot"]), pool="spot")
    assert consume["Resource"] == ['${aws_sqs_queue.broker["spot"].arn}']
    assert set(consume["Action"]) == {
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    }


def test_workers_of_two_pools_can_have_one_policy(synth: Any) -> None:
    def build(stack: Any) -> None:
        made = broker(pools=["default", "high-memory"], kms_key_arn=KEY)(stack)
        policy([*made.consume_statements("default"), *made.consume_statements("high-memory")])

    synth(build)


def test_two_deployments_cannot_come_to_one_queue(synth: Any) -> None:
    def name(deployment: str, pool: str) -> str:
        props = BrokerProps(name=deployment, pools=[pool])
        queue = queues(synth(lambda stack: Broker(stack, "broker", props)))["broker"]["name"]
        return queue.replace("${each.key}", pool)

    assert name("airflow", "prod-default") != name("airflow-prod", "default")


def test_who_uses_a_queue_may_use_its_key_through_sqs(synth: Any) -> None:
    (_, send), (_, consume) = permissions(synth, broker(kms_key_arn=KEY))
    assert set(send["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert set(consume["Action"]) == {"kms:Decrypt"}
    for statement in (send, consume):
        assert statement["Resource"] == [KEY]
        assert statement["Condition"]["StringEquals"]["kms:ViaService"].startswith("sqs.")


def test_a_pool_has_a_queue_and_dead_letters_by_its_name(synth: Any) -> None:
    found = outputs(synth, broker(), lambda made: vars(made.queue("default")))
    for what in ("name", "url", "arn"):
        assert found[what] == f'${{aws_sqs_queue.broker["default"].{what}}}'
        letters = f'${{aws_sqs_queue.broker_dead_letter["default"].{what}}}'
        assert found[f"dead_letter_{what}"] == letters


def test_pools_may_come_from_a_variable(synth: Any, broker_from_variables: Any) -> None:
    for queue in queues(synth(broker_from_variables)).values():
        assert queue["for_each"] == "${toset(var.pools)}"


def test_a_pool_may_come_from_a_variable(synth: Any) -> None:
    def build(stack: Any) -> Broker:
        TerraformVariable(stack, "pool", type="string")
        return broker()(stack)

    _, (consume,) = permissions(synth, build, pool="${var.pool}")
    assert consume["Resource"] == ["${aws_sqs_queue.broker[var.pool].arn}"]


def test_a_variable_stays_a_number_in_the_redrive_policy(
    synth: Any, broker_from_variables: Any
) -> None:
    redrive_policy = queues(synth(broker_from_variables))["broker"]["redrive_policy"]
    assert redrive_policy.endswith('"maxReceiveCount":${jsonencode(var.receives)}}')


def test_a_key_that_may_be_null_turns_on_the_encryption_of_sqs(
    synth: Any, broker_from_variables: Any
) -> None:
    managed = queues(synth(broker_from_variables))["broker"]["sqs_managed_sse_enabled"]
    assert managed == "${(var.kms_key_arn == null) ? true : null}"


def test_a_key_that_may_be_null_is_in_a_policy_only_when_it_is_given(
    synth: Any, broker_from_variables: Any
) -> None:
    found = outputs(
        synth,
        broker_from_variables,
        lambda made: {
            "SendTasksWithKey": policy(made.send_statements),
            "ConsumeTasksDefaultWithKey": policy(made.consume_statements("default")),
        },
    )
    for sid, written in found.items():
        always, _, sometimes = written.partition("!(var.kms_key_arn == null)")
        assert sid not in always
        assert sid in sometimes
        assert "[var.kms_key_arn]" in sometimes
