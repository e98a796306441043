"""`LoadBalancer`: the address at which people reach Airflow."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup, LbTargetGroupHealthCheck
from constructs import Construct

from .arguments import check_arguments
from .conditions import every
from .listeners import HTTP, HTTPS, Listeners
from .load_balancer_checks import preconditions, refuse_contradictions
from .load_balancer_exceptions import except_plain_http, except_policies
from .network import Network
from .nulls import is_null
from .props import OF_THE_DEPLOYMENT, Name, Tags, props
from .rules import Arn, CidrBlock, Items, Matches
from .security_group import SecurityGroup
from .values import choose, equals, merged

API_SERVER_PORT = 8080
HEALTH_PATH = "/api/v2/version"
"""Answered by Airflow 3 from memory: no login, no database (tried with Airflow 3.3.2)."""

_HOST_NAME = Matches(
    r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
    'a host name in lower case, without protocol and path, such as "airflow.example.com"',
)


@props
class LoadBalancerProps:
    """What a `LoadBalancer` can be told."""

    name: Name = OF_THE_DEPLOYMENT
    """Name of the deployment; begins every name in AWS."""
    kind: Literal["network", "application"] = "network"
    """`network` passes connections on and ends TLS; `application` speaks HTTP: it tells Airflow
    the client's address and protocol, redirects HTTP to HTTPS, and can carry AWS WAF. Another kind
    is another load balancer, with another DNS name."""
    scheme: Literal["internal", "internet-facing"] = "internal"
    """Whether it stands in the private subnets, for who is in the VPC or connected to it, or in
    the public ones."""
    certificate_arn: Annotated[str | None, Arn("acm", "certificate/")] = None
    """Certificate of AWS Certificate Manager, in the same region. With one, Airflow is reached by
    HTTPS, on port 443."""
    plain_http: bool = False
    """Whether Airflow is reached by HTTP without encryption, on port 80, because there is no
    certificate. Passwords then cross the network readably."""
    domain_name: Annotated[str | None, _HOST_NAME] = None
    """Host name that people use, one that the certificate is for, as in `airflow.example.com`.
    Making its DNS record is yours: an alias to `dns_name` and `zone_id`. Without it, it is AWS's
    name of the load balancer, which no certificate is for."""
    allowed_cidr_blocks: Annotated[Sequence[str], Items(CidrBlock())] = ()
    """Networks that may reach it. Empty means the VPC's own, if it is internal; an internet-facing
    one must name them, and `0.0.0.0/0` is everybody."""
    deletion_protection: bool = True
    """Whether AWS refuses to delete the load balancer, and with it the name that others know. To
    destroy it, apply once with False first."""
    tags: Tags = None
    """Tags of every resource, beside the provider's `default_tags`."""

    def __post_init__(self) -> None:
        """Refuse what cannot be together."""
        refuse_contradictions(self)


class LoadBalancer(Construct):
    """A network or application load balancer in front of Airflow's API server.

    It lets in who is named, by HTTPS, and reaches nobody until `allow_to` names the API server's
    security group.
    """

    def __init__(
        self, scope: Construct, id_: str, props: LoadBalancerProps, *, network: Network
    ) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props, network=network)
        self.props = props
        application = equals(props.kind, "application")
        internal = equals(props.scheme, "internal")
        plain = is_null(self, props.certificate_arn)
        subnets = choose(internal, network.private_subnet_ids, network.public_subnet_ids)
        checks = preconditions(
            props, plain=plain, subnets=subnets, looked_up=network.props.existing is not None
        )
        self._security_group = SecurityGroup(
            self,
            "_security_group",
            name=f"{props.name}-load-balancer",
            description=f"Load balancer of {props.name}",
            vpc_id=network.vpc_id,
            port=choose(plain, HTTP, HTTPS),
            tags=props.tags,
        )
        gateway: Any = network.node.try_find_child("internet_gateway")
        balancer = Lb(
            self,
            "lb",
            name=f"{props.name}-lb",  # 24 + 3 characters at most, of 32
            load_balancer_type=props.kind,
            internal=internal,
            subnets=list(subnets),
            security_groups=[self._security_group.id],
            # Else the address in a zone without an API server answers nobody. Application load
            # balancers always do.
            enable_cross_zone_load_balancing=True,
            drop_invalid_header_fields=choose(application, True, None),
            enable_deletion_protection=props.deletion_protection,
            lifecycle=TerraformResourceLifecycle(precondition=checks) if checks else None,
            # A public load balancer is refused in a VPC that has no way out yet.
            depends_on=[gateway] if gateway else None,
            tags=merged(props.tags, {"Name": f"{props.name}-lb"}),
        )
        target_group = LbTargetGroup(
            self,
            "lb_target_group",
            name=f"{props.name}-api",  # 24 + 4 characters at most, of 32
            target_type="ip",  # what Fargate's tasks are
            port=API_SERVER_PORT,
            protocol=choose(application, "HTTP", "TCP"),
            vpc_id=network.vpc_id,
            # ECS waits as long before it stops a server. Requests are short; AWS's 300 seconds
            # would be a wait in every deployment.
            deregistration_delay="30",
            health_check=LbTargetGroupHealthCheck(
                protocol="HTTP",
                path=HEALTH_PATH,
                matcher="200",
                interval=15,
                timeout=5,
                healthy_threshold=2,
                unhealthy_threshold=3,
            ),
            tags=merged(props.tags, {"Name": f"{props.name}-api"}),
        )
        listeners = Listeners(
            self,
            "_listeners",
            name=props.name,
            load_balancer_arn=balancer.arn,
            target_group_arn=target_group.arn,
            application=application,
            plain=plain,
            certificate_arn=props.certificate_arn,
            security_group_id=self._security_group.id,
            allowed_cidr_blocks=props.allowed_cidr_blocks,
            vpc_cidr_block=network.vpc_cidr_block,
            tags=props.tags,
        )
        except_policies(
            balancer,
            application=application,
            internal=internal,
            plain=plain,
            deletion_protection=props.deletion_protection,
        )
        except_plain_http(listeners.http, target_group, when=every([application, plain]))
        host = choose(is_null(self, props.domain_name), balancer.dns_name, props.domain_name)
        self.arn: str = balancer.arn
        """The load balancer."""
        self.dns_name: str = balancer.dns_name
        """AWS's name of the load balancer, for the DNS record of a domain name."""
        self.zone_id: str = balancer.zone_id
        """Route 53 zone of that name, for an alias record."""
        self.url: str = f"{choose(plain, 'http', 'https')}://{host}"
        """Address of Airflow's user interface and API; Airflow's `[api] base_url`."""
        self.target_group_arn: str = target_group.arn
        """What the API server's ECS service registers its tasks with."""
        self.listeners = listeners.resources
        """The listeners, for `depends_on`: ECS takes a target group only once one uses it."""
        self.security_group_id: str = self._security_group.id
        """The load balancer's security group, for the API server's to let in."""

    def allow_from(self, source_name: str, security_group_id: str) -> None:
        """Let a security group reach the load balancer, by HTTPS if it has a certificate."""
        self._security_group.allow_from(source_name, security_group_id)

    def allow_to(self, target_name: str, security_group_id: str, port: int) -> None:
        """Let the load balancer reach a port of a security group."""
        self._security_group.allow_to(target_name, security_group_id, port)
