"""What stands outside resources."""

from airflow_fargate_policies.reading.outside import outside_of_json, outside_of_plan
from airflow_fargate_policies.resource import Template


def test_outputs_defaults_and_providers_of_what_was_synthesized() -> None:
    assert outside_of_json(
        {
            "//": {"metadata": {}},
            "output": {"url": {"value": "${aws_lb.it.dns_name}"}},
            "variable": {"size": {"default": 3, "type": "number"}, "name": {"type": "string"}},
            "provider": {
                "aws": [
                    {"region": "eu-west-1", "assume_role": [{"role_arn": "x"}]},
                    {"alias": "us", "region": "us-east-1"},
                ]
            },
        }
    ) == {
        "output.url": Template("${aws_lb.it.dns_name}"),
        "var.size": 3,
        "provider.aws.region": "eu-west-1",
        "provider.aws.assume_role": [{"role_arn": "x"}],
        "provider.aws.us.alias": "us",
        "provider.aws.us.region": "us-east-1",
    }


def test_outputs_variables_and_providers_of_a_plan() -> None:
    aws = {
        "region": {"constant_value": "eu-west-1"},
        "profile": {"references": ["var.profile"]},
        "default_tags": [{"tags": {"constant_value": {"team": "data"}}}],
    }
    plan = {
        "planned_values": {"outputs": {"url": {"sensitive": False, "value": "x"}}},
        "variables": {"profile": {"value": "work"}},
        "configuration": {"provider_config": {"aws": {"name": "aws", "expressions": aws}}},
    }
    assert outside_of_plan(plan) == {
        "output.url": "x",
        "var.profile": "work",
        "provider.aws.region": "eu-west-1",
        "provider.aws.default_tags": [{"tags": {"team": "data"}}],
    }
