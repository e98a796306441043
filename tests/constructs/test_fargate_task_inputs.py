"""What a `FargateTask` refuses: each with the field, the rule and the value."""

from pathlib import Path
from typing import Any

import airflow_fargate as af
from airflow_fargate.fargate_task import FargateTask, FargateTaskProps
from airflow_fargate.task_host import TaskHost

import pytest
from cdktf import TerraformVariable, Token

ACCOUNT = "123456789012"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/mine"
HOST: dict[str, Any] = {
    "name": "demo",
    "cluster_arn": f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/demo",
    "private_subnet_ids": ["subnet-00000001"],
    "security_group_ids": ["sg-00000001"],
}
IMAGE: dict[str, Any] = {"task": "report", "image_uri": "example.com/report:1"}


def task(synth: Any, at: dict[str, Any] | None = None, **settings: Any) -> Any:
    def build(stack: Any) -> None:
        props = FargateTaskProps(**(IMAGE | settings))
        FargateTask(stack, "report", props, host=TaskHost(**(HOST | (at or {}))))

    return synth(build)


def permitting(**changes: Any) -> list[af.Statement]:
    statement = {"sid": "A", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::a"]}
    return [af.Statement(**(statement | changes))]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cpu": 300}, r'FargateTask\("report"\)\.cpu must be one of 256, 512, .*; got 300'),
        ({"cpu": 256, "memory_mib": 4096}, r"memory_mib must be one of 512, 1024, 2048 with 256"),
        ({"memory_mib": "512"}, r"FargateTaskProps\.memory_mib must be a whole number or None"),
        ({"ephemeral_storage_gib": 201}, r"ephemeral_storage_gib must be from 21 to 200"),
        ({"capacity_provider": "SPOT"}, r"capacity_provider must be .*'FARGATE_SPOT'.*'SPOT'"),
        ({"task": "my-task"}, r"FargateTaskProps\.task must be 1 to 24 .*; got 'my-task'"),
        ({"task": None}, r"FargateTaskProps\.task must be given if there is no folder"),
        ({"image_uri": None}, r"FargateTaskProps\.image_uri must be given, as there is no folder"),
        ({"image_uri": "example.com/report"}, r"image_uri must be an image with a tag or a digest"),
        ({"folder": "x"}, r"left out if there is one; got 'report'.*folder's name is the name"),
        ({"writable_paths": ["work"]}, r"writable_paths must be .*absolute path.*\['work'\]"),
        ({"environment": {"A-B": "1"}}, r"name of an environment variable of task report .*'A-B'"),
        ({"secrets": {"1A": "/a"}}, r"name of an environment variable of task report .*'1A'"),
        (
            {"environment": {"A": "1"}, "secrets": {"A": "/a"}},
            r"variable of task report must be in environment or in secrets; got \['A'\]",
        ),
        (
            {"secrets": {"A": f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:orders"}},
            r"secrets\.A .* of Secrets Manager with the six characters at its end",
        ),
        ({"secrets": {"A": "orders"}}, r"secrets\.A of task report must be the ARN.*got 'orders'"),
        ({"environment": {"A": "x" * 70_000}}, r"task report must be at most 65536 characters"),
        ({"statements": permitting(actions=["*"])}, r"of statement A .*must be named.*got '\*'"),
        ({"statements": permitting(actions=["s3:*"])}, r"a whole service is more.*got 's3:\*'"),
        ({"statements": permitting(actions=["s3:**"])}, r"must be named .*got 's3:\*\*'"),
        ({"statements": permitting(actions=["GetObject"])}, r'the form "service:Action".*GetObj'),
        (
            {"statements": permitting(actions=[])},
            r"actions of statement A .* one or more; got \[\]",
        ),
        (
            {"statements": permitting(sid="my id")},
            r"sid of a statement .*letters and digits.*my id",
        ),
        ({"statements": permitting(resources=[])}, r"with resources and without principals"),
        ({"statements": permitting(principals="*")}, r"with resources and without principals"),
        ({"statements": permitting() * 2}, r"different for each statement.*\['A'\]"),
        (
            {"statements": permitting(resources=[f"arn:aws:s3:::{n:0100}" for n in range(100)])},
            r"policy of the task role of task report must be at most 10240 characters \(IAM\)",
        ),
        ({"shared_storage_path": "/shared"}, r"shared_storage of task report must be left out, as"),
        (
            {"secrets_kms_key_arn": KEY.replace("eu-west-1", "us-east-1")},
            r"FargateTaskProps\.secrets_kms_key_arn must be in the stack's region, eu-west-1",
        ),
    ],
)
def test_what_cannot_be_is_refused(synth: Any, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(af.InvalidValue, match=message):
        task(synth, **settings)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cluster_arn": "demo"}, r"TaskHost\.cluster_arn must be an ARN .*; got 'demo'"),
        ({"private_subnet_ids": []}, r"private_subnet_ids must be a list of at least 1 .*got \[\]"),
        ({"security_group_ids": ["x"]}, r"security_group_ids must be .*security group's id"),
        (
            {"security_group_ids": [f"sg-0000000{n}" for n in range(6)]},
            r"TaskHost\.security_group_ids must be at most 5",
        ),
        (
            {"private_subnet_ids": [f"subnet-{n:08x}" for n in range(17)]},
            r"TaskHost\.private_subnet_ids must be at most 16",
        ),
        ({"file_system_id": "fs-00000001"}, r"access_point_arn must be given all four, or none"),
        ({"architecture": "arm64"}, r"TaskHost\.architecture must be one of 'ARM64', 'X86_64'"),
        (
            {"kms_key_arn": KEY.replace("eu-west-1", "us-east-1")},
            r"TaskHost\.kms_key_arn must be in the stack's region, eu-west-1",
        ),
    ],
)
def test_a_host_that_cannot_be_is_refused(
    synth: Any, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(af.InvalidValue, match=message):
        task(synth, changes)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSWORD", "hunter2"),
        ("DB_PASSWORD", "hunter2"),
        ("api_token", "abc"),
        ("STRIPE_API_KEY", "abc"),
        ("AWS_SECRET_ACCESS_KEY", "abc"),
        # checkov:skip=CKV_SECRET_2:The example of AWS's documentation.
        ("AWS_ID", "AKIAIOSFODNN7EXAMPLE"),
        # checkov:skip=CKV_SECRET_4:Made up, to be refused by what is tested.
        ("DATABASE_URL", "postgresql://me:hunter2@db/orders"),
        ("CERTIFICATE", "-----BEGIN RSA PRIVATE KEY-----"),
        ("DB_PASSWORD", "${aws_db_instance.orders.password}"),
    ],
)
def test_a_secret_in_the_environment_is_refused_and_not_shown(
    synth: Any, name: str, value: str
) -> None:
    with pytest.raises(af.InvalidValue, match=rf"got '{name}'.*name its ARN in `secrets`") as shown:
        task(synth, environment={name: value})
    assert value not in str(shown.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSWORD", ""),
        ("MAX_TOKENS", "100"),
        ("TOKEN_URL", "https://example.com/token"),
        ("DB_SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x"),
        ("PARTITION_KEY", "id"),
        ("DATABASE_URL", "postgresql://db:5432/orders"),
        ("PROXY", "http://proxy@example.com:80"),
    ],
)
def test_what_only_sounds_like_a_secret_passes(synth: Any, name: str, value: str) -> None:
    task(synth, environment={name: value})


@pytest.mark.parametrize("action", ["s3:Get*", "s3:*Object", "sqs:SendMessage"])
def test_actions_may_share_a_beginning_or_an_end(synth: Any, action: str) -> None:
    task(synth, statements=permitting(actions=[action]))


def folder(path: Path, dockerfile: str = "FROM x\nUSER 50000\n", toml: str = "") -> Path:
    path.mkdir(parents=True)
    (path / "Dockerfile").write_text(dockerfile)
    (path / "task.toml").write_text(toml)
    return path


def from_folder(synth: Any, path: Path, **settings: Any) -> Any:
    props = FargateTaskProps(folder=path, **settings)
    return synth(lambda stack: FargateTask(stack, "it", props, host=TaskHost(**HOST)))


def test_a_size_half_from_the_file_and_half_from_python_is_checked(
    synth: Any, tmp_path: Path
) -> None:
    path = folder(tmp_path / "report", toml="memory_mib = 512")
    with pytest.raises(af.InvalidValue, match=r'FargateTask\("report"\)\.memory_mib .*512'):
        from_folder(synth, path, cpu=1024)


def test_writable_paths_of_a_built_image_are_the_dockerfiles(synth: Any, tmp_path: Path) -> None:
    with pytest.raises(af.InvalidValue, match=r"writable_paths must be left out .*VOLUME"):
        from_folder(synth, folder(tmp_path / "report", toml='writable_paths = ["/work"]'))


def test_a_volume_where_the_shared_storage_is_mounted_is_refused(
    synth: Any, tmp_path: Path
) -> None:
    path = folder(tmp_path / "report", "FROM x\nVOLUME /shared\nUSER 1\n", "[shared_storage]")
    storage: dict[str, Any] = {
        "file_system_id": "fs-00000001",
        "file_system_arn": f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:file-system/fs-1",
        "access_point_id": "fsap-00000001",
        "access_point_arn": f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:access-point/fsap-1",
    }
    at = TaskHost(**(HOST | storage))
    with pytest.raises(af.InvalidValue, match=r"another than those of the image's VOLUMEs"):
        synth(lambda stack: FargateTask(stack, "x", FargateTaskProps(folder=path), host=at))


def test_two_folders_of_one_name_are_refused_with_both_places(synth: Any, tmp_path: Path) -> None:
    one, other = folder(tmp_path / "a/report"), folder(tmp_path / "b/report")

    def build(stack: Any) -> None:
        for number, path in enumerate((one, other)):
            FargateTask(
                stack, f"task{number}", FargateTaskProps(folder=path), host=TaskHost(**HOST)
            )

    with pytest.raises(af.InvalidValue, match=f"{other} must be .*; got 'report'. {one} has it"):
        synth(build)


def test_two_deployments_may_have_a_task_of_one_name(synth: Any, tmp_path: Path) -> None:
    path = folder(tmp_path / "report")

    def build(stack: Any) -> None:
        for name in ("demo", "other"):
            settings: dict[str, Any] = HOST | {"name": name}
            at = TaskHost(**settings)
            FargateTask(stack, f"{name}_report", FargateTaskProps(folder=path), host=at)

    families = {
        definition["family"]
        for definition in synth(build)["resource"]["aws_ecs_task_definition"].values()
    }
    assert families == {"demo_task_report", "other_task_report"}


def test_a_map_of_terraform_beside_a_folder_is_refused(synth: Any, tmp_path: Path) -> None:
    path = folder(tmp_path / "report")

    def build(stack: Any) -> None:
        variable = TerraformVariable(stack, "environment", type="map(string)")
        props = FargateTaskProps(
            folder=path, environment=Token.as_string_map(variable.string_value)
        )
        FargateTask(stack, "report", props, host=TaskHost(**HOST))

    with pytest.raises(af.TokenNotAllowed, match=r"FargateTaskProps\.environment"):
        synth(build)
