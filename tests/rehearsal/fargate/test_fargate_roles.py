"""Roles of tasks are enforced: on what containers do, and on what Fargate does for them."""

import itertools
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.utils import ContainerMetadataFetcher
from tests.rehearsal.fargate.conftest import GROUP, PYTHON, REGION

_numbers = itertools.count()
ACCOUNT = "123456789012"
ECS = f"arn:aws:ecs:{REGION}:{ACCOUNT}:*"
SHOW = "import os,time;print(os.environ['AWS_CONTAINER_CREDENTIALS_FULL_URI'],flush=True)"
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
LOGS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}:*"


def allow(actions: str | list[str], resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


START = {
    "LogIn": allow("ecr:GetAuthorizationToken"),
    "Pull": allow(PULL, f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/*"),
    "Streams": allow("logs:CreateLogStream", LOGS),
    "Events": allow("logs:PutLogEvents", LOGS),
}


class Roles:
    """Makes roles, and runs tasks with them."""

    def __init__(self, fargate: Any, name: str) -> None:
        self.fargate = fargate
        self.name = name
        self._iam = fargate.client("iam")

    def role(self, kind: str, *statements: Any, source: str = ECS) -> str:
        """A role that ECS's tasks may take on; gives its ARN."""
        name = f"{self.name}-{kind}"[:64]
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
                "ArnLike": {"aws:SourceArn": source},
            },
        }
        made = self._iam.create_role(RoleName=name, AssumeRolePolicyDocument=self._policy(trust))
        self.gets(kind, *statements)
        return made["Role"]["Arn"]

    def gets(self, kind: str, *statements: Any) -> None:
        """Give a role other statements."""
        self._iam.put_role_policy(
            RoleName=f"{self.name}-{kind}"[:64],
            PolicyName="access",
            PolicyDocument=self._policy(*(statements or [allow("none:Nothing")])),
        )

    def definition(self, task_role: str, execution_role: str, code: str = SHOW, **more: Any) -> str:
        """A task definition with two roles; `more` is of its container."""
        fargate = self.fargate
        container = fargate.container(fargate.image(PYTHON), command=["python", "-c", code], **more)
        return fargate.define(
            container, family=self.name, taskRoleArn=task_role, executionRoleArn=execution_role
        )

    def findings(self) -> list[str]:
        """What was found of this test's tasks."""
        return [
            each["message"]
            for each in self.fargate.findings()
            if each["subject"] == f"task {self.name}"
        ]

    @staticmethod
    def _policy(*statements: Any) -> str:
        return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def roles_of(fargate: Any, request: pytest.FixtureRequest) -> Roles:
    """Roles with names that no other test has."""
    name = request.node.name.partition("[")[0].removeprefix("test_")
    return Roles(fargate, f"{name[:36]}-{next(_numbers)}")


@pytest.fixture
def roles(fargate: Any, request: pytest.FixtureRequest) -> Roles:
    """Roles of a test's own."""
    return roles_of(fargate, request)


def client_of(roles: Roles, *statements: Any) -> Any:
    """Clients with the credentials that a task gets for a role."""
    task_role = roles.role("task", *statements)
    definition = roles.definition(task_role, roles.role("execution", *START.values()))
    task = roles.fargate.ends(definition)
    # Credentials outlive their task, as on AWS.
    uri = roles.fargate.said(task["taskArn"])[0]
    given = ContainerMetadataFetcher().retrieve_full_uri(uri)
    assert given["RoleArn"] == task_role
    session = boto3.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["Token"],
        region_name=REGION,
    )
    endpoint = roles.fargate.endpoint_url
    return lambda service: session.client(service, endpoint_url=endpoint)


def test_a_container_may_do_what_its_role_says_and_nothing_else(roles: Roles) -> None:
    key = roles.fargate.client("kms").create_key()["KeyMetadata"]["Arn"]
    queue = roles.fargate.client("sqs").create_queue(
        QueueName="roles", Attributes={"KmsMasterKeyId": key}
    )["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:roles"
    via_sqs = {"StringEquals": {"kms:ViaService": f"sqs.{REGION}.amazonaws.com"}}
    key_use = allow(["kms:Decrypt", "kms:GenerateDataKey"], key, Condition=via_sqs)
    client = client_of(roles, allow("sqs:SendMessage", arn), key_use)
    caller = client("sts").get_caller_identity()["Arn"]
    assert caller.startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/{roles.name}-task")

    client("sqs").send_message(QueueUrl=queue, MessageBody="x")
    with pytest.raises(ClientError) as refused:
        client("sqs").receive_message(QueueUrl=queue)
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    assert (
        f"User: {caller} is not authorized to perform: sqs:ReceiveMessage on resource: {arn}"
        in (refused.value.response["Error"]["Message"])
    )
    roles.gets("task", allow("sqs:SendMessage", arn))
    with pytest.raises(ClientError, match="kms:GenerateDataKey"):
        client("sqs").send_message(QueueUrl=queue, MessageBody="x")
    named = [text.partition(" on ")[0].rpartition(" ")[2] for text in roles.findings()]
    assert named == ["sqs:ReceiveMessage", "kms:GenerateDataKey"]


def test_refusals_are_in_each_services_own_way(roles: Roles) -> None:
    client = client_of(roles)
    calls = {
        "s3": lambda s3: s3.put_object(Bucket="b", Key="k", Body=b"x" * 1_000_000),
        "ec2": lambda ec2: ec2.describe_vpcs(),
        "sns": lambda sns: sns.publish(TopicArn=f"arn:aws:sns:{REGION}:1:t", Message="x"),
        "lambda": lambda function: function.invoke(FunctionName="f"),
        "ecs": lambda ecs: ecs.list_tasks(cluster="airflow"),
    }
    codes = {}
    for service, call in calls.items():
        with pytest.raises(ClientError, match="is not authorized to perform") as refused:
            call(client(service))
        codes[service] = refused.value.response["Error"]["Code"]
    assert codes == {
        "s3": "AccessDenied",
        "ec2": "UnauthorizedOperation",
        "sns": "AuthorizationError",
        "lambda": "AccessDeniedException",
        "ecs": "AccessDeniedException",
    }


def test_what_is_not_known_here_passes_and_is_told(roles: Roles) -> None:
    client_of(roles)("rds").describe_db_instances()
    (message,) = roles.findings()
    assert "rds:DescribeDBInstances is not checked" in message


@pytest.mark.parametrize("removed", ["LogIn", "Pull", "Streams"])
def test_a_task_does_not_start_without_a_right_of_its_execution_role(
    roles: Roles, removed: str
) -> None:
    kept = [statement for name, statement in START.items() if name != removed]
    task_role, execution_role = f"task-{removed}", f"execution-{removed}"
    definition = roles.definition(roles.role(task_role), roles.role(execution_role, *kept))
    task = roles.fargate.ends(definition)
    assert task["stopCode"] == "TaskFailedToStart"
    actions = START[removed]["Action"]
    listed = actions if isinstance(actions, list) else [actions]
    assert any(f"not authorized to perform: {each} on" in task["stoppedReason"] for each in listed)


@pytest.mark.parametrize("distrusting", ["task", "execution"])
def test_a_role_that_does_not_trust_ecs_from_here_starts_nothing(
    roles: Roles, distrusting: str
) -> None:
    made = {
        kind: roles.role(
            kind,
            *START.values(),
            source=f"arn:aws:ecs:us-east-1:{ACCOUNT}:*" if kind == distrusting else ECS,
        )
        for kind in ("task", "execution")
    }
    task = roles.fargate.ends(roles.definition(made["task"], made["execution"]))
    assert "ECS was unable to assume the role" in task["stoppedReason"]
    assert any("aws:SourceArn" in message for message in roles.findings())


def test_who_starts_a_task_must_be_allowed_to_pass_its_roles_and_to_tag_it(roles: Roles) -> None:
    run = allow("ecs:RunTask", f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/*")
    client = client_of(roles, run)
    asked = {
        "cluster": "airflow",
        "taskDefinition": roles.name,
        "networkConfiguration": roles.fargate.network,
        "launchType": "FARGATE",
        "tags": [{"key": "a", "value": "b"}],
    }
    with pytest.raises(ClientError, match="iam:PassRole on resource"):
        client("ecs").run_task(**asked)
    to_tasks = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    passing = allow("iam:PassRole", Condition=to_tasks)
    roles.gets("task", run, passing)
    with pytest.raises(ClientError, match="ecs:TagResource on resource"):
        client("ecs").run_task(**asked)
    at_start = {"StringEquals": {"ecs:CreateAction": "RunTask"}}
    roles.gets("task", run, passing, allow("ecs:TagResource", Condition=at_start))
    task = client("ecs").run_task(**asked)["tasks"][0]
    roles.fargate.reaches(task["taskArn"], "STOPPED")


@pytest.mark.parametrize(
    ("action", "ends"),
    [("ssm:GetParameters", "EssentialContainerExited"), ("ssm:GetParameter", "TaskFailedToStart")],
)
def test_parameters_are_fetched_with_the_call_that_fargate_makes(
    roles: Roles, action: str, ends: str
) -> None:
    name = f"/{roles.name}"
    roles.fargate.client("ssm").put_parameter(Name=name, Type="String", Value="v")
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{name}"
    execution = roles.role("execution", *START.values(), allow(action, arn))
    definition = roles.definition(
        roles.role("task"), execution, "", secrets=[{"name": "KEY", "valueFrom": arn}]
    )
    assert roles.fargate.ends(definition)["stopCode"] == ends
