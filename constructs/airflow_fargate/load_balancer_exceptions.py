"""What policies find about a `LoadBalancer` and its listeners, and why it is left."""

from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_listener import LbListener
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup

from .conditions import every
from .policy_exceptions import except_policy
from .values import Condition, is_token, negate

_PLAIN = "Without a certificate there is no HTTPS; plain_http says that this is wanted."


def except_policies(
    balancer: Lb,
    *,
    application: Condition,
    internal: Condition,
    plain: Condition,
    deletion_protection: Condition,
) -> None:
    """Say what is left of the load balancer itself.

    Args:
        balancer: The load balancer.
        application: Whether it is an application load balancer, and not a network one.
        internal: Whether it is not internet-facing.
        plain: Whether it has no certificate.
        deletion_protection: Whether AWS refuses to delete it.
    """
    except_policy(
        balancer,
        "CKV_AWS_91",
        "Airflow's API server logs every request itself, and a network load balancer would log "
        "those by TLS only.",
    )
    except_policy(
        balancer,
        "CKV_AWS_150",
        "Without deletion_protection it is one that comes and goes.",
        when=negate(deletion_protection),
    )
    except_policy(balancer, "CKV2_AWS_20", _PLAIN, when=plain)
    except_policy(
        balancer,
        "CKV2_AWS_28",
        "It lets in only the networks that allowed_cidr_blocks names; a web ACL of yours can be "
        "put before it.",
        when=every([application, negate(internal)]),
    )
    except_policy(
        balancer,
        "CKV_AWS_131",
        "An application load balancer drops such headers, and a network load balancer knows none.",
        # Alone, checkov takes the condition in a module for False.
        when=is_token(application),
    )


def except_plain_http(
    listener: LbListener | None, target_group: LbTargetGroup, *, when: Condition
) -> None:
    """Say why an application load balancer passes HTTP on.

    Args:
        listener: The one that listens for it, if there is one.
        target_group: Where it goes.
        when: Whether it does, and does not redirect.
    """
    except_policy(target_group, "CKV_AWS_378", _PLAIN, when=when)
    if listener is not None:
        for rule in ("CKV_AWS_2", "CKV_AWS_103"):
            except_policy(listener, rule, _PLAIN, when=when)
