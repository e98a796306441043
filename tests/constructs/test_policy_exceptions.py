"""except_policy: a finding that is left as it is, with a rule and a reason, beside the resource."""

from types import SimpleNamespace
from typing import Any

from airflow_fargate import InvalidValue, SecurityGroup, except_policy, withdraw_exception

import pytest
from cdktf import TerraformVariable
from cdktf_cdktf_provider_aws.data_aws_availability_zones import DataAwsAvailabilityZones
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from constructs import Construct
from tests.documents import blocks

RULE = "CKV_AWS_91"
REASON = "Who reached Airflow is in the API server's own log."


def balancer(stack: Any, name: str = "web") -> Lb:
    return Lb(stack, name, subnets=["subnet-1"])


def written(config: Any, address: str) -> Any:
    type_, name = address.split(".")
    return config["resource"][type_][name]["//"]


def test_it_stands_beside_what_cdktf_writes(synth: Any) -> None:
    config = synth(lambda stack: except_policy(balancer(stack), RULE, REASON))
    beside = written(config, "aws_lb.web")
    assert beside["policy_exceptions"] == {RULE: REASON}
    assert beside["metadata"]["path"].endswith("/web")


def test_a_resource_has_as_many_as_it_needs(synth: Any) -> None:
    def build(stack: Any) -> None:
        made = balancer(stack)
        except_policy(made, RULE, REASON)
        except_policy(made, "AF_PUBLIC_INGRESS", 'The "world" may come.')
        except_policy(made, "CKV2_AWS_20", "1 port is enough.")

    assert written(synth(build), "aws_lb.web")["policy_exceptions"] == {
        RULE: REASON,
        "AF_PUBLIC_INGRESS": 'The "world" may come.',
        "CKV2_AWS_20": "1 port is enough.",
    }


def test_data_sources_have_them_too(synth: Any) -> None:
    def build(stack: Any) -> None:
        except_policy(DataAwsAvailabilityZones(stack, "places"), "CKV_AWS_394", REASON)

    zones = synth(build)["data"]["aws_availability_zones"]["places"]
    assert zones["//"]["policy_exceptions"] == {"CKV_AWS_394": REASON}
    assert zones["//"]["metadata"]["path"].endswith("/places")


def test_a_later_reason_replaces_the_librarys(synth: Any) -> None:
    def build(stack: Any) -> None:
        made = balancer(stack)
        except_policy(made, RULE, "The library says so.")
        except_policy(made, RULE, "Our auditors agreed to it.")

    found = written(synth(build), "aws_lb.web")["policy_exceptions"]
    assert found == {RULE: "Our auditors agreed to it."}


def test_what_is_mended_needs_no_exception_any_more(synth: Any) -> None:
    def build(stack: Any) -> None:
        made = balancer(stack)
        except_policy(made, RULE, REASON)
        except_policy(made, "CKV_AWS_150", REASON)
        withdraw_exception(stack, RULE, resource_type="aws_lb")
        zones = DataAwsAvailabilityZones(stack, "places")
        except_policy(zones, "CKV_AWS_394", REASON)
        withdraw_exception(zones, "CKV_AWS_394")

    config = synth(build)
    assert written(config, "aws_lb.web")["policy_exceptions"] == {"CKV_AWS_150": REASON}
    assert "CKV_AWS_394" not in str(config["data"])


def test_withdrawing_says_what_is_wrong_as_excepting_does(synth: Any) -> None:
    with pytest.raises(InvalidValue, match=r"withdraw_exception\(rule=\.\.\.\) must be a rule's"):
        synth(lambda stack: withdraw_exception(balancer(stack), "91"))
    with pytest.raises(InvalidValue, match=r"withdraw_exception\(resource=\.\.\.\) must be a res"):
        synth(lambda stack: withdraw_exception(Construct(stack, "ours"), RULE))


def test_resources_inside_a_construct_are_named_by_their_type(synth: Any) -> None:
    def build(stack: Any) -> None:
        ours = Construct(stack, "ours")
        balancer(ours, "one")
        balancer(ours, "two")
        SecurityGroup(ours, "group", name="x", description="x", vpc_id="vpc-1", port=80)
        balancer(stack, "other")
        except_policy(ours, RULE, REASON, resource_type="aws_lb")

    config = synth(build)
    assert written(config, "aws_lb.ours_one")["policy_exceptions"] == {RULE: REASON}
    assert written(config, "aws_lb.ours_two")["policy_exceptions"] == {RULE: REASON}
    assert "policy_exceptions" not in written(config, "aws_lb.other")
    assert "policy_exceptions" not in written(config, "aws_security_group.ours_group")


def test_what_python_knows_decides_and_a_condition_of_terraform_declares_always(
    synth: Any,
) -> None:
    def build(stack: Any) -> None:
        made = balancer(stack)
        variable = TerraformVariable(stack, "open", type="bool").boolean_value
        except_policy(made, "CKV_AWS_1", REASON, when=True)
        except_policy(made, "CKV_AWS_2", REASON, when=False)
        except_policy(made, "CKV_AWS_3", REASON, when=variable)

    found = written(synth(build), "aws_lb.web")["policy_exceptions"]
    assert list(found) == ["CKV_AWS_1", "CKV_AWS_3"]


@pytest.mark.parametrize(
    "rule", ["", "91", "CKV_AWS", "ckv_aws_91", "CKV_AWS_91 ", "CKV_AWS_91,CKV_AWS_2", "AF", "AF_x"]
)
def test_what_is_no_rule_is_refused(synth: Any, rule: str) -> None:
    with pytest.raises(InvalidValue, match=r"except_policy\(rule=\.\.\.\) must be a rule's id"):
        synth(lambda stack: except_policy(balancer(stack), rule, REASON))


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "Accepted.",
        "Risk accepted",
        "we do not need it here.",
        "We do not\nneed it here.",
        "We  do not need it here.",
        "We do not need it here. ",
        "It is right for ${var.name} only.",
    ],
)
def test_what_is_no_sentence_is_refused(synth: Any, reason: str) -> None:
    with pytest.raises(InvalidValue, match=r"reason=\.\.\.\) must be a full sentence in one line"):
        synth(lambda stack: except_policy(balancer(stack), RULE, reason))


def test_a_fault_shows_in_settings_that_do_not_need_the_exception(synth: Any) -> None:
    with pytest.raises(InvalidValue, match="must be a full sentence"):
        synth(lambda stack: except_policy(balancer(stack), RULE, "because", when=False))


def test_a_construct_without_a_type_is_refused(synth: Any) -> None:
    with pytest.raises(InvalidValue, match=r'Construct at .*ours.*resource_type="aws_lb"'):
        synth(lambda stack: except_policy(Construct(stack, "ours"), RULE, REASON))


def test_the_document_shows_what_works(synth: Any) -> None:
    (shown,) = blocks("policies.md", "python")

    def build(stack: Any) -> None:
        ours = Construct(stack, "ours")
        names = {
            "bucket": S3Bucket(stack, "files"),
            "airflow": SimpleNamespace(load_balancer=ours),
        }
        balancer(ours)
        exec(shown, names)  # noqa: S102

    config = synth(build)
    assert list(written(config, "aws_s3_bucket.files")["policy_exceptions"]) == ["CKV_AWS_144"]
    assert list(written(config, "aws_lb.ours_web")["policy_exceptions"]) == ["CKV2_AWS_28"]


def test_a_type_that_is_not_there_is_refused_and_those_that_are_named(synth: Any) -> None:
    def build(stack: Any) -> None:
        ours = Construct(stack, "ours")
        balancer(ours)
        except_policy(ours, RULE, REASON, resource_type="aws_db_instance")

    with pytest.raises(InvalidValue, match=r"got 'aws_db_instance'\. There are: aws_lb\."):
        synth(build)
