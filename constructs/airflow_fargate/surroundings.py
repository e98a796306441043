"""Where a stack is applied: account, region and partition, as Terraform learns them.

Each is a data source that a stack has once, however many constructs ask.
"""

from collections.abc import Callable
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from cdktf import TerraformDataSource, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.data_aws_region import DataAwsRegion
from constructs import Construct

from .tree import stack_of

D = TypeVar("D", bound=TerraformDataSource)

_known: WeakKeyDictionary[TerraformStack, dict[str, str]] = WeakKeyDictionary()


def account_id(scope: Construct) -> str:
    """The account that Terraform runs in."""
    return _once(
        scope, "current_caller_identity", DataAwsCallerIdentity, lambda found: found.account_id
    )


def region(scope: Construct) -> str:
    """The region of the provider."""
    # `name` is deprecated in provider 6 and `region` unknown to 5.100; `id` is in both.
    return _once(scope, "current_region", DataAwsRegion, lambda found: found.id)


def partition(scope: Construct) -> str:
    """`aws`, or the partition of China or GovCloud."""
    return _once(scope, "current_partition", DataAwsPartition, lambda found: found.partition)


def _once(
    scope: Construct,
    id_: str,
    data_source: Callable[[Construct, str], D],
    attribute: Callable[[D], str],
) -> str:
    stack = stack_of(scope)
    known = _known.setdefault(stack, {})
    if id_ not in known:
        found = cast("D | None", stack.node.try_find_child(id_))
        known[id_] = attribute(found or data_source(stack, id_))
    return known[id_]
