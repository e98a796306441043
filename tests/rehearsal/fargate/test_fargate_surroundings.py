"""What Fargate gives a container before it starts: variables, secrets, volumes, log streams."""

import json
import time
from typing import Any

import pytest

PYTHON = "FROM python:3.13-slim\n"
# In hexadecimal digits, for in plain text the log would show the container's own paths.
SHOWING = "import os, json; print(json.dumps(dict(os.environ)).encode().hex())"


def environment_of(fargate: Any, *, overrides: Any = (), **more: Any) -> dict[str, str]:
    image = more.pop("image", None) or fargate.image(PYTHON)
    container = fargate.container(image, command=["python", "-c", SHOWING], **more)
    asked = {"overrides": {"containerOverrides": overrides}} if overrides else {}
    task = fargate.ends(fargate.define(container), **asked)
    return json.loads(bytes.fromhex(fargate.said(task["taskArn"])[-1]))


def test_overrides_win_over_the_definition_and_the_definition_over_the_image(
    fargate: Any,
) -> None:
    image = fargate.image(PYTHON + "ENV A=image B=image C=image\n")
    got = environment_of(
        fargate,
        image=image,
        environment=[{"name": "B", "value": "definition"}, {"name": "C", "value": "definition"}],
        overrides=[{"name": "main", "environment": [{"name": "C", "value": "override"}]}],
    )
    assert (got["A"], got["B"], got["C"]) == ("image", "definition", "override")


def test_paths_of_the_container_are_replaced_where_they_begin(fargate: Any) -> None:
    image = fargate.image(PYTHON + "WORKDIR /app\nCOPY Dockerfile .\n")
    given = {
        "ALONE": "/app",
        "LIST": "/app/a:/usr:/app/b",
        "JSON": '{"path": "/app/x"}',
        "OPTION": "--to=/app/x",
        "OTHER": "/apple and s3://bucket/app and https://example.com/app and /usr/app",
    }
    environment = [{"name": name, "value": value} for name, value in given.items()]
    got = environment_of(fargate, image=image, environment=environment)
    place = got["ALONE"]
    assert place.endswith("/main/root/app")
    assert got["LIST"] == f"{place}/a:/usr:{place}/b"
    assert json.loads(got["JSON"]) == {"path": f"{place}/x"}
    assert got["OPTION"] == f"--to={place}/x"
    assert got["OTHER"] == given["OTHER"]


def test_nothing_of_this_machines_environment_reaches_a_container(fargate: Any) -> None:
    got = environment_of(fargate)
    assert set(got) - {"LC_CTYPE"} == {
        "AIRFLOW_FARGATE_REHEARSAL_HOOK",
        "AIRFLOW_FARGATE_REHEARSAL_NETWORK",
        "AWS_DEFAULT_REGION",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_ENDPOINT_URL",
        "AWS_EXECUTION_ENV",
        "AWS_REGION",
        "ECS_AGENT_URI",
        "ECS_CONTAINER_METADATA_URI_V4",
        "HOME",
        "PATH",
        "TMPDIR",
    }
    assert got["AWS_ENDPOINT_URL"] == fargate.endpoint_url


def test_secrets_come_from_secrets_manager_and_parameter_store(fargate: Any) -> None:
    value = json.dumps({"password": "p=/app", "port": 5432})
    arn = fargate.client("secretsmanager").create_secret(Name="db", SecretString=value)["ARN"]
    fargate.client("ssm").put_parameter(Name="/key", Type="SecureString", Value="k")
    parameter = "arn:aws:ssm:eu-west-1:123456789012:parameter/key"
    sources = {
        "WHOLE": arn,
        "PASSWORD": f"{arn}:password::",
        "PORT": f"{arn}:port:AWSCURRENT:",
        "KEY": "/key",
        "KEY_BY_ARN": parameter,
    }
    image = fargate.image(PYTHON + "ENV WHOLE=overridden\nWORKDIR /app\n")
    got = environment_of(
        fargate,
        image=image,
        secrets=[{"name": name, "valueFrom": each} for name, each in sources.items()],
    )
    assert {name: got[name] for name in sources} == {
        "WHOLE": value,
        "PASSWORD": "p=/app",
        "PORT": "5432",
        "KEY": "k",
        "KEY_BY_ARN": "k",
    }


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("/not-there", "invalid parameters: /not-there"),
        (
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:not-there-AbCdEf",
            "failed to fetch secret arn:aws:secretsmanager:eu-west-1:123456789012:secret:not-there",
        ),
    ],
)
def test_a_secret_that_is_not_there_keeps_the_task_from_starting(
    fargate: Any, source: str, reason: str
) -> None:
    container = fargate.container(
        fargate.image(PYTHON), command=["true"], secrets=[{"name": "S", "valueFrom": source}]
    )
    task = fargate.ends(fargate.define(container))
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("ResourceInitializationError: unable to pull secrets")
    assert reason in task["stoppedReason"]


def test_a_json_key_that_a_secret_lacks_is_named(fargate: Any) -> None:
    arn = fargate.client("secretsmanager").create_secret(Name="s", SecretString="{}")["ARN"]
    container = fargate.container(
        fargate.image(PYTHON), secrets=[{"name": "S", "valueFrom": f"{arn}:user::"}]
    )
    task = fargate.ends(fargate.define(container))
    assert task["stoppedReason"].endswith("did not contain json key user")


def test_without_its_log_group_a_task_does_not_start(fargate: Any) -> None:
    container = fargate.container(fargate.image(PYTHON), command=["true"])
    container["logConfiguration"]["options"]["awslogs-group"] = "/not-there"
    task = fargate.ends(fargate.define(container))
    assert task["stopCode"] == "TaskFailedToStart"
    assert "ResourceNotFoundException" in task["stoppedReason"]
    assert "/not-there" in task["stoppedReason"]


def test_a_command_that_is_not_there_is_named(fargate: Any) -> None:
    container = fargate.container(fargate.image(PYTHON), command=["no-such-program"])
    task = fargate.ends(fargate.define(container))
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("CannotStartContainerError")
    assert "'no-such-program': No such file or directory" in task["stoppedReason"]


def test_the_log_shows_the_containers_own_paths(fargate: Any) -> None:
    image = fargate.image(
        PYTHON + "COPY broken.py /app/\nWORKDIR /data\nCMD pwd; python /app/broken.py\n",
        broken__py="import tempfile; print(tempfile.gettempdir(), flush=True); 1 / 0",
    )
    task = fargate.ends(fargate.define(fargate.container(image)))
    said = fargate.said(task["taskArn"])
    assert said[:2] == ["/data", "/tmp"]
    assert 'File "/app/broken.py", line 1, in <module>' in said[3]


def test_much_output_is_complete_and_long_lines_are_cut(fargate: Any) -> None:
    program = "for n in range(20000): print(n)\nprint('x' * 20000, end='')"
    container = fargate.container(fargate.image(PYTHON), command=["python", "-c", program])
    task = fargate.ends(fargate.define(container))
    paginated: list[str] = []
    logs, token = fargate.client("logs"), {}
    stream = f"task/main/{task['taskArn'].rpartition('/')[2]}"
    while True:
        page = logs.get_log_events(
            logGroupName="/tasks", logStreamName=stream, startFromHead=True, **token
        )
        if not page["events"]:
            break
        paginated += [event["message"] for event in page["events"]]
        token = {"nextToken": page["nextForwardToken"]}
    assert paginated[:20000] == [str(n) for n in range(20000)]
    assert [len(line) for line in paginated[20000:]] == [16384, 3616]


def file_system(fargate: Any, *, root: dict[str, Any]) -> dict[str, Any]:
    efs = fargate.client("efs")
    made = efs.create_file_system(CreationToken=str(time.time_ns()))["FileSystemId"]
    [subnet] = fargate.network["awsvpcConfiguration"]["subnets"]
    efs.create_mount_target(FileSystemId=made, SubnetId=subnet)
    point = efs.create_access_point(
        ClientToken=str(time.time_ns()), FileSystemId=made, RootDirectory=root
    )["AccessPointId"]
    return {
        "fileSystemId": made,
        "transitEncryption": "ENABLED",
        "authorizationConfig": {"accessPointId": point, "iam": "ENABLED"},
    }


MOUNTED = {"mountPoints": [{"sourceVolume": "shared", "containerPath": "/shared"}]}
CREATION = {"OwnerUid": 50000, "OwnerGid": 50000, "Permissions": "0755"}


def test_what_one_task_writes_to_efs_the_next_one_reads(fargate: Any) -> None:
    efs = file_system(fargate, root={"Path": "/airflow", "CreationInfo": CREATION})
    volumes = [{"name": "shared", "efsVolumeConfiguration": efs}]
    image = fargate.image(PYTHON)
    write, read = (
        fargate.define(
            fargate.container(image, command=["sh", "-c", command], **MOUNTED), volumes=volumes
        )
        for command in ("echo kept > /shared/x", 'cat "$WHERE" --number /shared/x')
    )
    assert fargate.ends(write)["containers"][0]["exitCode"] == 0
    environment = [{"name": "WHERE", "value": "/shared/x"}]
    task = fargate.ends(
        read, overrides={"containerOverrides": [{"name": "main", "environment": environment}]}
    )
    assert [line.split() for line in fargate.said(task["taskArn"])] == [
        ["1", "kept"],
        ["2", "kept"],
    ]
    file = fargate.folder / "efs" / efs["fileSystemId"] / "airflow/x"
    assert file.read_text() == "kept\n"


def test_a_folder_that_nobody_creates_cannot_be_mounted(fargate: Any) -> None:
    efs = file_system(fargate, root={"Path": "/absent"})
    container = fargate.container(fargate.image(PYTHON), command=["true"], **MOUNTED)
    task = fargate.ends(
        fargate.define(container, volumes=[{"name": "shared", "efsVolumeConfiguration": efs}])
    )
    assert "ResourceInitializationError: failed to invoke EFS utils" in task["stoppedReason"]
    assert f"{efs['fileSystemId']}:/absent" in task["stoppedReason"]


@pytest.mark.parametrize("unknown", ["fileSystemId", "accessPointId"])
def test_a_file_system_or_access_point_that_is_not_there_is_named(
    fargate: Any, unknown: str
) -> None:
    efs = file_system(fargate, root={"Path": "/a", "CreationInfo": CREATION})
    place = efs if unknown == "fileSystemId" else efs["authorizationConfig"]
    place[unknown] = {"fileSystemId": "fs-", "accessPointId": "fsap-"}[unknown] + "0" * 17
    container = fargate.container(fargate.image(PYTHON), command=["true"], **MOUNTED)
    task = fargate.ends(
        fargate.define(container, volumes=[{"name": "shared", "efsVolumeConfiguration": efs}])
    )
    assert task["stopCode"] == "TaskFailedToStart"
    assert place[unknown] in task["stoppedReason"]
