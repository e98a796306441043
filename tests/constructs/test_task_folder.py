"""Task folders: which they are, what their Dockerfile must say, and what stands in task.toml."""

from pathlib import Path
from typing import Any

import airflow_fargate as af
from airflow_fargate.task_folder import dockerfile_user, task_folders, task_name
from airflow_fargate.task_toml import KEYS, read_task_toml

import pytest

ROOT = Path(__file__).parent.parent.parent


def folder_with(tmp_path: Path, toml: str) -> Path:
    (tmp_path / "task.toml").write_text(toml)
    return tmp_path


def test_every_folder_is_a_task_but_hidden_ones_and_those_with_an_underscore(
    tmp_path: Path,
) -> None:
    for name in ("two", "one", ".git", "__pycache__", "_common"):
        (tmp_path / name).mkdir()
    (tmp_path / "README.md").touch()
    assert [folder.name for folder in task_folders(str(tmp_path))] == ["one", "two"]


def test_a_folder_of_folders_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(
        af.InvalidValue, match=r"tasks_folder must be a folder that is there.*nowhere"
    ):
        task_folders(tmp_path / "nowhere")


def test_a_task_folder_is_no_folder_of_folders(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").touch()
    with pytest.raises(af.InvalidValue, match=r"without a Dockerfile of its own.*that it is in"):
        task_folders(tmp_path)


def test_the_folders_name_is_the_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "even_odd").mkdir()
    monkeypatch.chdir(tmp_path / "even_odd")
    assert task_name(tmp_path / "even_odd") == task_name(Path()) == "even_odd"


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("even-odd", "even_odd"),
        ("Even.Odd", "even_odd"),
        ("2_sums", "sums"),
        ("a__b", "a_b"),
        ("a_", "a"),
        ("n" * 25, None),
        ("_", None),
    ],
)
def test_an_ill_formed_name_is_refused_with_a_better_one(
    tmp_path: Path, name: str, proposed: str | None
) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(af.InvalidValue, match="must be 1 to 24 lower-case letters") as refused:
        task_name(tmp_path / name)
    assert f"got {name!r}." in str(refused.value)
    assert ("Name it" in str(refused.value)) is (proposed is not None)
    assert proposed is None or f"Name it {proposed}." in str(refused.value)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(af.InvalidValue, match=r"FargateTaskProps\.folder must be a folder"):
        task_name(tmp_path / "gone")


def test_a_folder_without_a_dockerfile_is_refused_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "main.py").touch()
    with pytest.raises(af.InvalidValue, match=r"with a Dockerfile; got \['main.py'\].*image_uri"):
        dockerfile_user(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "FROM x\n",
        "FROM x\nUSER root\n",
        "FROM x\nUSER 0\n",
        "FROM x\nUSER 0:50000\n",
        'FROM x\nUSER "root"\n',
        "FROM x\nUSER 50000\nRUN y\nUSER root\n",
        "FROM x AS build\nUSER 50000\nFROM y\n",
        "FROM x\n# USER 50000\n",
        "FROM x\nARG WHO\nUSER $WHO\n",
    ],
)
def test_an_image_that_runs_as_root_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "Dockerfile").write_text(text)
    with pytest.raises(af.InvalidValue, match=r'another than root.*"USER 50000:50000"'):
        dockerfile_user(tmp_path)


@pytest.mark.parametrize("user", ["50000:50000", "app", "1000", "nobody:root"])
def test_any_other_user_will_do(tmp_path: Path, user: str) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM x\nUSER root\nRUN y\nuser {user}\n")
    assert dockerfile_user(tmp_path) == user


def test_without_task_toml_nothing_is_set(tmp_path: Path) -> None:
    assert read_task_toml(tmp_path) == {}


def test_every_key_is_read(tmp_path: Path) -> None:
    settings = read_task_toml(
        folder_with(
            tmp_path,
            """
            cpu = 1024
            memory_mib = 2048
            ephemeral_storage_gib = 50
            capacity_provider = "FARGATE_SPOT"
            image_uri = "example.com/report:1"
            writable_paths = ["/work"]
            secrets_kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/mine"
            environment = { LEVEL = "info" }
            secrets = { API_KEY = "/orders/api" }
            shared_storage = { mount_path = "/data", read_only = true }
            [[statements]]
            sid = "Read"
            actions = ["s3:GetObject"]
            resources = ["arn:aws:s3:::orders/*"]
            conditions = { Bool = { "aws:SecureTransport" = "true" } }
            """,
        )
    )
    statement = settings.pop("statements")[0]
    assert (statement.sid, statement.effect) == ("Read", "Allow")
    assert statement.conditions == {"Bool": {"aws:SecureTransport": "true"}}
    assert settings.pop("shared_storage_path") == "/data"
    assert settings.pop("shared_storage_read_only") is True
    assert settings["ephemeral_storage_gib"] == 50
    assert settings["environment"] == {"LEVEL": "info"}
    assert settings.keys() == KEYS - {"statements", "shared_storage"}


def test_the_shared_storage_is_mounted_at_shared(tmp_path: Path) -> None:
    settings = read_task_toml(folder_with(tmp_path, "[shared_storage]"))
    assert settings["shared_storage_path"] == "/shared"


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("cpu = ", r"task\.toml must be TOML; got"),
        ("memory = 512", r'one of .*memory_mib.*; got \'memory\'\. Did you mean "memory_mib"\?'),
        ("xyz = 1", r"A key of .*task\.toml must be one of capacity_provider, cpu, .*got 'xyz'\.$"),
        ("folder = 'x'", r"must be one of .*; got 'folder'"),
        ("cpu = '256'", r"cpu in .*task\.toml must be a whole number; got '256'"),
        ("cpu = true", r"cpu in .* must be a whole number; got True"),
        ("ephemeral_storage_gib = 20", r"from 21 to 200 \(what Fargate allows\); got 20"),
        ("capacity_provider = 'SPOT'", r"one of 'FARGATE', 'FARGATE_SPOT'; got 'SPOT'"),
        ("environment = ['A=1']", r"environment in .* a table of keys and values; got \['A=1'\]"),
        ("environment.COUNT = 10", r"environment\.COUNT in .*task\.toml must be text; got 10"),
        ("secrets.KEY = 1", r"secrets\.KEY in .* must be text; got 1"),
        ("writable_paths = ['work']", r"each an absolute path in the container.*got \['work'\]"),
        ("shared_storage = true", r"shared_storage in .* must be a table"),
        ("shared_storage.path = '/x'", r"shared_storage must be one of mount_path, read_only; got"),
        ("shared_storage.mount_path = 'x'", r"shared_storage\.mount_path in .*absolute path.*'x'"),
        ("shared_storage.read_only = 1", r"shared_storage\.read_only in .*true or false; got 1"),
        ("statements = 'x'", r"statements in .* must be a list.*; got 'x'"),
        ("[statements]\nsid = 'A'", r"a list of tables; .*Write \[\[statements\]\], with two brac"),
        ("statements = ['x']", r"statements\[0\] in .* must be a table of keys and values"),
        ("[[statements]]\nsid = 'A'", r"statements\[0\] in .* must be a statement with actions"),
        ("[[statements]]\nprincipals = 'x'", r"sid; got 'principals'"),
        (
            "[[statements]]\nsid = 'A'\nactions = 's3:Get'\nresources = ['x']",
            r"statements\[0\]\.actions in .* must be a list, each item text; got 's3:Get'",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_file_and_key(
    tmp_path: Path, toml: str, message: str
) -> None:
    with pytest.raises(af.InvalidValue, match=message) as refused:
        read_task_toml(folder_with(tmp_path, toml))
    assert "None" not in str(refused.value)


def test_the_documentation_names_every_key() -> None:
    table = (ROOT / "docs/task-folders.md").read_text()
    for key in KEYS:
        assert any(form in table for form in (f"| `{key}` |", f"| `[{key}]` |", f"[[{key}]]"))


def test_the_documented_example_is_read(tmp_path: Path) -> None:
    text = (ROOT / "docs/task-folders.md").read_text()
    example = text.split("```toml\n")[1].split("```")[0]
    settings: dict[str, Any] = read_task_toml(folder_with(tmp_path, example))
    assert settings["memory_mib"] == 4096
    assert settings["statements"][0].sid == "ReadOrders"
