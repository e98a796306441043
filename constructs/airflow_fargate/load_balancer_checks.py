"""What a `LoadBalancer` refuses: in Python what Python knows, and the rest in Terraform."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cdktf import Precondition

from .rules import InvalidValue
from .values import Condition, expression, is_token, length, source

if TYPE_CHECKING:
    from .load_balancer import LoadBalancerProps


def refuse_contradictions(props: "LoadBalancerProps") -> None:
    """Refuse what Python knows to be wrong.

    Raises:
        InvalidValue: There is neither a certificate nor a wish for plain HTTP, or there are both;
            or the load balancer is internet-facing and names nobody who may reach it.
    """
    if not is_token(props.plain_http):
        if props.plain_http and props.certificate_arn is not None:
            raise InvalidValue(
                "LoadBalancerProps.plain_http",
                "False when certificate_arn is given",
                props.plain_http,
                "With a certificate Airflow is reached by HTTPS. Leave one of the two out.",
            )
        if not props.plain_http and props.certificate_arn is None:
            raise InvalidValue(
                "LoadBalancerProps.certificate_arn",
                "the ARN of a certificate, for HTTPS",
                None,
                "Give one, or ask for HTTP without encryption by plain_http=True.",
            )
    if props.scheme == "internet-facing" and not props.allowed_cidr_blocks:
        raise InvalidValue(
            "LoadBalancerProps.allowed_cidr_blocks",
            'the networks that may reach it, as the scheme is "internet-facing"',
            props.allowed_cidr_blocks,
            'Name them; "0.0.0.0/0" is everybody.',
        )


def preconditions(
    props: "LoadBalancerProps", *, plain: Condition, subnets: Sequence[str], looked_up: bool
) -> list[Precondition]:
    """What Terraform has to check when it plans, because it alone knows.

    Args:
        props: The load balancer's.
        plain: Whether there is no certificate.
        subnets: Where the load balancer stands.
        looked_up: Whether the subnets were there already, however many.

    Raises:
        InvalidValue: There are no subnets.
    """
    if not is_token(subnets) and not subnets:
        raise InvalidValue(
            "LoadBalancer(network=...)",
            'one with public subnets, as the scheme is "internet-facing"',
            subnets,
            "Name them in ExistingNetwork.public_subnet_ids.",
        )
    checks: dict[str, str] = {}
    # In a module, plain_http says whether there is a certificate, and its variable is checked.
    asked = source(plain) != source(props.plain_http)
    if asked and (is_token(plain) or is_token(props.plain_http)):
        checks[f"{source(plain)} == {source(props.plain_http)}"] = (
            "Either certificate_arn must be given, for HTTPS, or plain_http must be true, to ask "
            "for HTTP without encryption; not both and not neither."
        )
    if is_token(props.scheme) or is_token(props.allowed_cidr_blocks):
        named = f"{source(length(props.allowed_cidr_blocks))} > 0"
        checks[f'{source(props.scheme)} == "internal" || {named}'] = (
            'With the scheme "internet-facing", allowed_cidr_blocks must name the networks that '
            'may reach the load balancer; "0.0.0.0/0" is everybody.'
        )
    if looked_up:
        needed = f'({source(props.kind)} == "application" ? 2 : 1)'
        checks[f"length({source(subnets)}) >= {needed}"] = (
            f"The existing network must have enough subnets for a load balancer of "
            f"kind {props.kind}: one for a network load balancer, two in different zones for an "
            "application load balancer. Name them in private_subnet_ids, where it is internal, or "
            "in public_subnet_ids."
        )
    return [
        Precondition(condition=expression(condition), error_message=message)
        for condition, message in checks.items()
    ]
