"""`Listeners`: the ports of a load balancer, and who may reach them."""

from collections.abc import Mapping, Sequence
from typing import Any

from cdktf import TerraformCount
from cdktf_cdktf_provider_aws.lb_listener import LbListener, LbListenerDefaultAction
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from .parts import for_each, optional
from .values import Condition, choose, equals, expression, is_token, length, merged, negate, source

HTTP = 80
HTTPS = 443
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
"""TLS 1.3, and 1.2 with forward secrecy and authenticated encryption only; both kinds know it."""


class Listeners(Construct):
    """HTTPS with a certificate; HTTP without one, or to redirect from.

    Args:
        name: Name of the deployment.
        application: Whether the load balancer is an application load balancer, and not a network
            load balancer, which cannot redirect.
        plain: Whether there is no certificate.
        allowed_cidr_blocks: Networks that may reach the ports; if empty, the VPC's.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        load_balancer_arn: str,
        target_group_arn: str,
        application: Condition,
        plain: Condition,
        certificate_arn: str | None,
        security_group_id: str,
        allowed_cidr_blocks: Sequence[str],
        vpc_cidr_block: str,
        tags: Mapping[str, str] | None,
    ) -> None:
        super().__init__(scope, id_)
        secure = negate(plain)
        self._name = name
        self._security_group_id = security_group_id
        self._allowed_cidr_blocks = allowed_cidr_blocks
        self._vpc_cidr_block = vpc_cidr_block
        self._tags = tags
        https = optional(
            secure,
            lambda count: LbListener(
                self,
                "https_lb_listener",
                load_balancer_arn=load_balancer_arn,
                port=HTTPS,
                protocol=choose(application, "HTTPS", "TLS"),
                certificate_arn=certificate_arn,
                ssl_policy=TLS_POLICY,
                default_action=[
                    LbListenerDefaultAction(type="forward", target_group_arn=target_group_arn)
                ],
                tags=merged(tags, {"Name": f"{name}-https"}),
                count=count,
            ),
        )
        with_http = choose(plain, True, application)
        http = optional(
            with_http,
            # One listener for both purposes: a port can have one only, so that from plain HTTP to
            # HTTPS its action changes in place.
            lambda count: self._http_listener(
                count,
                load_balancer_arn=load_balancer_arn,
                protocol=choose(application, "HTTP", "TCP"),
                action=LbListenerDefaultAction(
                    type=choose(plain, "forward", "redirect"),
                    target_group_arn=choose(plain, target_group_arn, None),
                ),
                redirects=secure,
            ),
        )
        self._let_in("https", HTTPS, when=secure)
        self._let_in("http", HTTP, when=with_http)
        self.http: LbListener | None = http.resource
        """The one for HTTP, if there is one."""
        self.resources = [part.resource for part in (https, http) if part.resource is not None]
        """The listeners that there are."""

    def _http_listener(
        self,
        count: TerraformCount | None,
        *,
        load_balancer_arn: str,
        protocol: str,
        action: LbListenerDefaultAction,
        redirects: Condition,
    ) -> LbListener:
        listener = LbListener(
            self,
            "http_lb_listener",
            load_balancer_arn=load_balancer_arn,
            port=HTTP,
            protocol=protocol,
            default_action=[action],
            tags=merged(self._tags, {"Name": f"{self._name}-http"}),
            count=count,
        )
        redirect: dict[str, Any] = {
            "port": str(HTTPS),
            "protocol": "HTTPS",
            "status_code": "HTTP_301",
        }
        if is_token(redirects):
            # A block that may be there or not is written by `dynamic`.
            block = {"for_each": expression(f"{source(redirects)} ? [1] : []"), "content": redirect}
            listener.add_override("default_action.0.dynamic.redirect", block)
        elif redirects:
            listener.add_override("default_action.0.redirect", redirect)
        return listener

    def _let_in(self, listener: str, port: int, *, when: Condition) -> None:
        """Open a port to the networks that are named, or to the VPC when none is."""

        def rule(source_name: str, cidr_block: str, count: TerraformCount | None) -> Any:
            return VpcSecurityGroupIngressRule(
                self,
                f"{listener}_from_{source_name}",
                security_group_id=self._security_group_id,
                cidr_ipv4=cidr_block,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                description=f"Load balancer of {self._name}, {listener} from {cidr_block}",
                tags=self._tags,
                count=count,
            )

        none_named = equals(length(self._allowed_cidr_blocks), 0)
        # Apart from the named ones: the VPC's addresses may be known only after apply, and
        # for_each must know its keys before.
        optional(
            choose(negate(when), False, none_named),
            lambda count: rule("vpc", self._vpc_cidr_block, count),
        )
        for_each(
            self._allowed_cidr_blocks, lambda: rule("networks", "${each.key}", None), when=when
        )
