"""Values that the modules refuse, each with words that the refusal says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_fargate.iam import Statement, check_statements

ARN = "arn:aws:%s:eu-west-1:123456789012:%s"
IMAGE = "example.com/airflow:1"
SECRET = ARN % ("secretsmanager", "secret:crm-AbCdEf")
SUBNETS = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
NAME = "1 to 24 lower-case letters, digits and single hyphens, beginning with a letter"
KEY = "an ARN of the form arn:aws:kms:REGION:ACCOUNT:key/..."
POLICY = "an ARN of the form arn:aws:iam::ACCOUNT:policy/..."
RETENTION = "3288, 3653 (what CloudWatch Logs allows)"
TAGS = "a mapping of at most 40 tags"
FARGATE_CPU = "one of 256, 512, 1024, 2048, 4096, 8192, 16384 (what Fargate allows)"
SECRETS = "without secrets"
NAMES = "letters, digits and underscores"


@dataclass(frozen=True)
class Bad:
    """A value that one validation of a module refuses.

    ``inputs`` are those that are bad, ``said`` begins what is said of them in Terraform.
    ``python`` is said by Python of the same value: the words after "must be" unless it says them
    otherwise, None where Python knows no such value. ``check`` calls what refuses it there, if
    that is not the props of the field.
    """

    inputs: Mapping[str, Any]
    said: str
    python: str | None = ""
    check: Callable[[], object] | None = None


def each(prefix: str, rows: Mapping[str, tuple[Any, str]]) -> Iterator[Bad]:
    """Rows for attributes of an object, or for variables, each alone."""
    for field, (value, rule) in rows.items():
        path = f"{prefix}.{field}" if prefix else field
        yield Bad(nested(path, value), f"{path} must be {rule}")


def nested(path: str, value: Any) -> dict[str, Any]:
    """The inputs in which a value stands at a path."""
    first, _, rest = path.partition(".")
    return {first: nested(rest, value) if rest else value}


def statements(label: str) -> Iterator[Bad]:
    """Statements of a policy that are refused."""
    good = {"sid": "Read", "actions": ["s3:GetObject"], "resources": ["*"]}
    for field, value, said, python in (
        ("sid", "with space", "{} must have a sid of letters and digits", "letters and digits"),
        ("actions", [], "{} must have one action or more", "one or more"),
        ("actions", ["s3:*"], "actions of {} must be named (a whole", "named (a whole service"),
        ("actions", ["S3.Get"], "actions of {} must be of the form", "of the form"),
        ("resources", ["bucket"], "resources of {} must be ARNs", "ARNs, which begin with"),
    ):
        bad = good | {field: value}
        yield Bad(nested(label, [bad]), said.format(label), python, _checking(bad))


def _checking(statement: Mapping[str, Any]) -> Callable[[], object]:
    return lambda: check_statements("test", [Statement(**statement)])


NETWORK: Sequence[Bad] = [
    *each(
        "",
        {
            "name": ("Demo", NAME),
            "cidr_block": ("10.0.0.0/8", "an IPv4 network from /16 to /21, with no host bits set"),
            "az_count": (7, "a whole number from 2 to 6 (RDS and the load balancer need two"),
            "nat": ("two", "one of 'single', 'per_az', 'none'"),
            "log_retention_days": (31, "one of 1, 3, 5, 7"),
            "kms_key_arn": ("key/mine", KEY),
            "permissions_boundary_arn": ("boundary", POLICY),
            "tags": ({"Name": "mine"}, TAGS),
        },
    ),
    Bad({"az_count": 2.5}, "az_count must be a whole number from 2 to 6 (RDS", "a whole number"),
]
STATE_BACKEND: Sequence[Bad] = [
    *each(
        "",
        {
            "name": ("demo-", NAME),
            "version_retention_days": (0, "a whole number from 1 to 3650"),
            "kms_key_arn": (ARN % ("s3", "key/mine"), KEY),
            "tags": ({"aws:team": "data"}, TAGS),
        },
    )
]
