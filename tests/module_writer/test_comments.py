"""Exceptions from policies in a module's HCL: comments that checkov reads too."""

from collections.abc import Callable
from typing import Any

from airflow_fargate import except_policy

from cdktf import TerraformVariable
from cdktf_cdktf_provider_aws.data_aws_availability_zones import DataAwsAvailabilityZones
from cdktf_cdktf_provider_aws.lb import Lb
from module_writer.hcl.schemas import Schemas
from module_writer.hcl.write import write

Fmt = Callable[[str], str]

REASON = "Who reached Airflow is in the API server's own log, and in the VPC's flow logs as well."


def build(stack: Any) -> None:
    balancer = Lb(stack, "web", internal=True, subnets=["subnet-1"])
    except_policy(balancer, "CKV_AWS_91", REASON)
    except_policy(balancer, "AF_NAMED", 'It is "named" elsewhere.')
    zones = DataAwsAvailabilityZones(stack, "places")
    except_policy(zones, "CKV_AWS_394", "Every zone of the region is meant.")


def test_exceptions_are_comments_at_the_top_of_the_block(
    synth: Any, schemas: Schemas, fmt: Fmt
) -> None:
    config = synth(build)
    written = fmt(write({key: config[key] for key in ("resource", "data")}, schemas))
    assert (
        f"""\
resource "aws_lb" "web" {{
  # checkov:skip=AF_NAMED:It is "named" elsewhere.
  # checkov:skip=CKV_AWS_91:{REASON}

  internal = true
  subnets  = ["subnet-1"]
}}
"""
        in written
    )
    assert (
        """\
data "aws_availability_zones" "places" {
  # checkov:skip=CKV_AWS_394:Every zone of the region is meant.
}
"""
        in written
    )


def test_each_stays_on_one_line_as_checkov_reads_no_further(
    synth: Any, schemas: Schemas, fmt: Fmt
) -> None:
    def long(stack: Any) -> None:
        except_policy(Lb(stack, "web", subnets=["subnet-1"]), "CKV_AWS_91", reason)

    reason = f"It goes on {'and on ' * 30}to its end."
    written = fmt(write({"resource": synth(long)["resource"]}, schemas))
    assert f"\n  # checkov:skip=CKV_AWS_91:{reason}\n" in written


def test_a_condition_that_is_a_variable_leaves_the_comment(synth: Any, schemas: Schemas) -> None:
    def from_variable(stack: Any) -> None:
        public = TerraformVariable(stack, "public", type="bool").boolean_value
        balancer = Lb(stack, "web", subnets=["subnet-1"])
        except_policy(balancer, "CKV_AWS_91", REASON, when=public)
        except_policy(balancer, "CKV_AWS_150", REASON, when=False)

    written = write({"resource": synth(from_variable)["resource"]}, schemas)
    assert "checkov:skip=CKV_AWS_91:" in written
    assert "CKV_AWS_150" not in written
