"""Broker: what it refuses before Terraform sees anything."""

from typing import Any

from airflow_fargate.broker import Broker, BrokerProps
from airflow_fargate.rules import InvalidValue

import pytest


def broker(**settings: Any) -> Any:
    return lambda stack: Broker(stack, "broker", BrokerProps(name="demo", **settings))


@pytest.mark.parametrize("ask", [Broker.queue, Broker.consume_statements])
def test_an_unknown_pool_is_refused(synth: Any, ask: Any) -> None:
    def build(stack: Any) -> None:
        ask(broker(pools=["default", "spot"])(stack), "gpu")

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
        ({"pools": ["p" * 17]}, r"BrokerProps\.pools .*1 to 16"),
        # A message would come back while its task runs.
        (
            {"visibility_timeout_seconds": 600},
            r"message_retention_seconds must be at most visibility_timeout_seconds, which is 600",
        ),
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
