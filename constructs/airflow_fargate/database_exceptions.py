"""What policies find about a `DatabaseInstance`, and why it is left."""

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.db_instance import DbInstance

from .policy_exceptions import except_policy
from .values import Condition, equals, negate

if TYPE_CHECKING:
    from .metadata_database import MetadataDatabaseProps


def except_policies(
    instance: DbInstance, props: "MetadataDatabaseProps", *, without_key: Condition
) -> None:
    """Say what is left, under the settings that leave it.

    Args:
        instance: The instance.
        props: Those of the database.
        without_key: Whether it has no key of its own.
    """
    except_policy(
        instance,
        "CKV_AWS_161",
        "RDS makes its password, replaces it every 7 days, and only Secrets Manager knows it; with "
        "IAM, each new connection would need a token first.",
    )
    except_policy(
        instance,
        "CKV_AWS_118",
        "Performance Insights and CloudWatch's metrics are on; monitoring_interval_seconds adds "
        "the operating system's, at a price.",
        when=equals(props.monitoring_interval_seconds, 0),
    )
    except_policy(
        instance,
        "CKV_AWS_157",
        "Without multi_az no standby is paid for, which costs as much as the instance again.",
        when=negate(props.multi_az),
    )
    except_policy(
        instance,
        "CKV_AWS_293",
        "Without deletion_protection it is one that comes and goes.",
        when=negate(props.deletion_protection),
    )
    except_policy(
        instance,
        "CKV_AWS_354",
        "Without kms_key_arn, RDS encrypts it with AWS's own key.",
        when=without_key,
    )
