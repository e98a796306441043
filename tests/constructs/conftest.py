"""Fixtures of more than one file about a construct."""

from collections.abc import Callable
from typing import Any

from airflow_fargate.broker import Broker, BrokerProps

import pytest
from cdktf import TerraformVariable, Token


@pytest.fixture
def broker_from_variables() -> Callable[[Any], Broker]:
    """Build a broker all of whose settings are variables of Terraform."""

    def build(stack: Any) -> Broker:
        def variable(name: str, type_: str) -> TerraformVariable:
            return TerraformVariable(stack, name, type=type_, nullable=True)

        return Broker(
            stack,
            "broker",
            BrokerProps(
                name=variable("name", "string").string_value,
                pools=variable("pools", "list(string)").list_value,
                visibility_timeout_seconds=variable("visibility", "number").number_value,  # type: ignore[arg-type]
                message_retention_seconds=variable("retention", "number").number_value,  # type: ignore[arg-type]
                max_receive_count=variable("receives", "number").number_value,  # type: ignore[arg-type]
                kms_key_arn=variable("kms_key_arn", "string").string_value,
                tags=Token.as_string_map(variable("tags", "map(string)").value),
            ),
        )

    return build
