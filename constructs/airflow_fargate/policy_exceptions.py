"""Findings of the policy gate that are left as they are, and why."""

import re
from collections.abc import Iterator
from typing import Any, cast

from cdktf import TerraformDataSource, TerraformResource
from constructs import IConstruct

from .rules import InvalidValue
from .values import Condition, is_token

# checkov's rules, built in or external, and this project's own.
_RULE = re.compile(r"CKV\d?_[A-Z0-9]+_\d+|AF(_[A-Z0-9]+)+")
# Begins as a sentence does, has three words or more, and ends as one.
_SENTENCE = re.compile(r"[A-Z0-9\"'`]\S*( \S+)* \S+ \S*[.!]")


def except_policy(
    resource: IConstruct,
    rule: str,
    reason: str,
    *,
    resource_type: str | None = None,
    when: Condition = True,
) -> None:
    """Leave a finding of the policy gate as it is, for one resource, and say why.

    The exception travels with what is synthesized, in `"//"`, and the gate matches it to its
    report by the resource's address. One that nothing needs any more shuts the gate too:
    `withdraw_exception`. A later exception from the same rule replaces the reason, so that yours
    may say more than the library's.

    Args:
        resource: A resource or data source; with `resource_type`, any construct.
        rule: Id of the rule as the gate reports it, such as `CKV_AWS_91` or `AF_PUBLIC_INGRESS`.
        reason: Why it is left, in one full sentence, or more.
        resource_type: Terraform's type, such as `aws_lb`: all resources of it in the construct, at
            the time of the call.
        when: Whether the finding is there. With a condition of Terraform, which is known only when
            Terraform runs, the exception is declared always.

    Raises:
        InvalidValue: The rule's id or the reason is not of that form, or there is no such resource.
    """
    _check_rule("except_policy", rule)
    _check_reason(rule, reason)
    chosen = list(_resources("except_policy", resource, resource_type))
    if is_token(when) or when:
        for each in chosen:
            _write(each, rule, reason)


def withdraw_exception(
    resource: IConstruct, rule: str, *, resource_type: str | None = None
) -> None:
    """Take an exception back that the library declares, because you have mended the finding.

    Args:
        resource: A resource or data source; with `resource_type`, any construct.
        rule: Id of the rule, such as `CKV_AWS_18`.
        resource_type: Terraform's type, such as `aws_s3_bucket`: all resources of it in the
            construct, at the time of the call.

    Raises:
        InvalidValue: The rule's id is not of that form, or there is no such resource.
    """
    _check_rule("withdraw_exception", rule)
    for each in _resources("withdraw_exception", resource, resource_type):
        _write(each, rule, None)


def _write(block: TerraformResource | TerraformDataSource, rule: str, reason: str | None) -> None:
    path = f"//.policy_exceptions.{rule}"
    if isinstance(block, TerraformResource):
        block.add_override(path, reason)
    else:
        # CDKTF writes over what a data source itself says there.
        address = f"data.{block.terraform_resource_type}.{block.friendly_unique_id}"
        block.cdktf_stack.add_override(f"{address}.{path}", reason)


def _check_rule(function: str, rule: str) -> None:
    if not isinstance(rule, str) or not _RULE.fullmatch(rule):
        raise InvalidValue(
            f"{function}(rule=...)",
            "a rule's id, such as CKV_AWS_91 or AF_PUBLIC_INGRESS",
            rule,
            "Take it from the gate's report.",
        )


def _check_reason(rule: str, reason: str) -> None:
    if not isinstance(reason, str) or is_token(reason) or not _SENTENCE.fullmatch(reason):
        raise InvalidValue(
            f"except_policy(rule={rule!r}, reason=...)",
            "a full sentence in one line: three words or more, beginning with a capital letter and "
            "ending with a full stop, without ${...}",
            reason,
            "Say why this finding is right to leave.",
        )


def _resources(
    function: str, construct: IConstruct, resource_type: str | None
) -> Iterator[TerraformResource | TerraformDataSource]:
    if resource_type is None:
        if not isinstance(construct, TerraformResource | TerraformDataSource):
            raise InvalidValue(
                f"{function}(resource=...)",
                "a resource or data source",
                _called(construct),
                'Name its type to mean a resource inside it, as in resource_type="aws_lb".',
            )
        yield construct
        return
    types = {
        each: each.terraform_resource_type
        for each in construct.node.find_all()
        if isinstance(each, TerraformResource | TerraformDataSource)
    }
    if resource_type not in types.values():
        listed = ", ".join(sorted(set(types.values())))
        raise InvalidValue(
            f"{function}(resource_type=...)",
            f"a type of resource that is in {_called(construct)}",
            resource_type,
            f"There are: {listed}." if listed else "There is no resource in it.",
        )
    yield from (each for each, type_ in types.items() if type_ == resource_type)


def _called(construct: IConstruct) -> str:
    path = cast(Any, construct).node.path if hasattr(construct, "node") else repr(construct)
    return f"{type(construct).__name__} at {path or 'the root'}"
