"""The synthesized dev stack's roles in an IAM, with the resources that they are about."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto import mock_aws

from airflow_fargate_rehearsal.access.calls import Call
from airflow_fargate_rehearsal.access.needs import Where, components, needs
from airflow_fargate_rehearsal.access.services import needs_of
from airflow_fargate_rehearsal.aws.access_facts import MotoFacts
from airflow_fargate_rehearsal.aws.access_roles import first_refused, principal_of

REGION = "eu-west-1"
ACCOUNT = "123456789012"
TAGS: Any = [{"Key": "Name", "Value": "airflow-dev"}]
CLUSTER = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/airflow-dev"
TASK = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/airflow-dev/{'1' * 32}"


def client(service: str) -> Any:
    """A client of moto, which is in this process."""
    return boto3.client(
        service,  # type: ignore[arg-type]  # any service
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


class Stack:
    """The synthesized stack: what its text refers to has ARNs here."""

    def __init__(self, resources: dict[str, Any]) -> None:
        self.resources = resources
        self.facts = MotoFacts(ACCOUNT, REGION)
        self._made: dict[str, str] = {}
        self.policies = {
            name: json.loads(self.text(each["policy"]))["Statement"]
            for name, each in resources["aws_iam_role_policy"].items()
        }

    def text(self, text: str) -> str:
        """A text of the stack with its references resolved."""
        return re.sub(r"\$\{([^}]*)\}", lambda found: self._resolved(found[1]), text)

    def references(self, text: str, kind: str) -> list[str]:
        """ARNs of resources of a kind to which a text refers, still as references."""
        names = sorted(set(re.findall(rf"{kind}\.([a-z0-9_]+)\.", text)))
        return [f"${{{kind}.{name}.arn}}" for name in names]

    def _resolved(self, said: str) -> str:
        known = {
            "data.aws_region.current.id": REGION,
            "data.aws_partition.current.partition": "aws",
            "data.aws_caller_identity.current.account_id": ACCOUNT,
            "aws_ecs_cluster.cluster.arn": CLUSTER,
            'replace(aws_ecs_cluster.cluster.arn, ":cluster/", ":task/")': CLUSTER.replace(
                ":cluster/", ":task/"
            ),
        }
        if said == "jsonencode(values(aws_sqs_queue.broker)[*].arn)":
            return json.dumps([self._resolved('aws_sqs_queue.broker["default"].arn')])
        if said not in known and said not in self._made:
            self._made[said] = self._make(said)
        return known.get(said) or self._made[said]

    def _make(self, said: str) -> str:
        kind, name = re.findall(r"[a-z0-9_]+", said)[:2]
        match kind:
            case "aws_kms_key":
                tags = [{"TagKey": "Name", "TagValue": "airflow-dev"}]
                return client("kms").create_key(Tags=tags)["KeyMetadata"]["Arn"]
            case "aws_secretsmanager_secret" | "aws_db_instance":
                secret: Any = {"Name": name, "SecretString": "{}", "KmsKeyId": self._key()}
                secret["Tags"] = TAGS
                return client("secretsmanager").create_secret(**secret)["ARN"]
            case "aws_sqs_queue":
                attributes = {"KmsMasterKeyId": self._key()}
                client("sqs").create_queue(
                    QueueName="default", Attributes=attributes, tags={"a": "b"}
                )
                return f"arn:aws:sqs:{REGION}:{ACCOUNT}:default"
            case "aws_s3_bucket":
                return self._bucket(name.replace("_", "-"))
            case "aws_cloudwatch_log_group":
                return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/{name}"
            case "aws_efs_file_system" | "aws_efs_access_point":
                place = kind.removeprefix("aws_efs_").replace("_", "-")
                return f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:{place}/{name}"
            case "aws_ecr_repository":
                return f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{name}"
        raise AssertionError(f"the stack refers to {said}, which this fixture cannot make")

    def _key(self) -> str:
        return self._resolved("aws_kms_key.key.arn")

    def _bucket(self, name: str) -> str:
        s3 = client("s3")
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": self._key()}
        rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": TAGS})
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
        return f"arn:aws:s3:::{name}"


@dataclass
class Role:
    """A role of the stack, as IAM has it."""

    stack: Stack
    name: str
    arn: str

    def gets(self, statements: list[Any]) -> None:
        """Give it a policy with these statements, in place of the one before."""
        client("iam").put_role_policy(
            RoleName=self.name,
            PolicyName="access",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
        )

    def refusal(self, service: str, operation: str, **parameters: Any) -> str | None:
        """The action that a call is refused for."""
        call = Call(
            service=service,
            operation=operation,
            parameters=parameters,
            region=REGION,
            account=ACCOUNT,
            facts=self.stack.facts,
        )
        found = needs_of(call)
        assert found is not None, f"nobody knows what {service}:{operation} needs"
        refused = first_refused(REGION, found, principal_of(self.arn, "session"))
        return refused[0].action if refused else None

    def lacks(self, command: list[str], environment: dict[str, str]) -> set[str]:
        """Actions that a component of Airflow needs and this role may not do."""
        listed = [{"name": name, "value": value} for name, value in environment.items()]
        (component,) = components([{"command": command, "environment": listed}])
        where = Where(account=ACCOUNT, region=REGION, task_arn=TASK, facts=self.stack.facts)
        principal = principal_of(self.arn, "session")
        return {
            refused[0].action
            for each in needs(component, where)
            for need in each.needs
            if (refused := first_refused(REGION, [need], principal))
        }


RoleNamed = Callable[[str], Role]


@pytest.fixture(scope="session")
def stack(synthesize_main: Callable[..., dict[str, Any]]) -> Iterator[Stack]:
    """The dev stack of main.py."""
    resources = synthesize_main()["airflow-dev"]["resource"]
    with mock_aws():
        yield Stack(resources)


@pytest.fixture
def role_named(stack: Stack) -> Iterator[RoleNamed]:
    """Roles of the stack, with the policies that they have there."""
    made: list[str] = []

    def role(name: str) -> Role:
        trust = stack.text(stack.resources["aws_iam_role"][name]["assume_role_policy"])
        created = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        made.append(name)
        found = Role(stack, name, created["Role"]["Arn"])
        found.gets(stack.policies[name])
        return found

    yield role
    for name in made:
        client("iam").delete_role_policy(RoleName=name, PolicyName="access")
        client("iam").delete_role(RoleName=name)
