"""What the command line finds at a path, and what reports call it."""

import json
import subprocess
from pathlib import Path

import pytest
from tests.policies.gate.apps import WriteApp, parameter

from airflow_fargate_policies.targets import Source, UsageError, plans_below, sources_of


@pytest.fixture(autouse=True)
def in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def named(*paths: str | Path, plans: dict[str, Path] | None = None) -> list[tuple[str, str]]:
    found = sources_of([Path(path) for path in paths], plans or {})
    return [(each.name, each.form) for each in found]


def written(path: str, text: str = "") -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_each_stack_of_an_app_goes_by_its_name(write_app: WriteApp) -> None:
    write_app(prod=parameter(), dev=parameter())
    assert named("cdktf.out") == [("dev", "synthesized"), ("prod", "synthesized")]
    assert named("cdktf.out/stacks/dev") == [("dev", "synthesized")]
    assert named("cdktf.out/stacks/dev/cdk.tf.json") == [("dev", "synthesized")]


def test_a_stack_of_an_app_elsewhere_goes_by_its_folder_too(
    write_app: WriteApp, tmp_path: Path
) -> None:
    out = write_app(orders=parameter())
    (tmp_path / "examples/app").mkdir(parents=True)
    out.rename("examples/app/cdktf.out")
    assert named("examples/app/cdktf.out") == [("examples/app/orders", "synthesized")]


def test_a_folder_of_hcl_goes_by_its_path_from_here() -> None:
    written("modules/airflow/main.tf")
    assert named("modules/airflow") == [("modules/airflow", "module")]
    assert named(Path("modules/airflow").resolve()) == [("modules/airflow", "module")]


def test_a_folder_may_be_a_module_and_hold_a_dockerfile() -> None:
    written("both/main.tf")
    written("both/Dockerfile")
    written("task/Dockerfile.slim")
    assert named("both", "task/Dockerfile.slim") == [
        ("both", "module"),
        ("Dockerfiles", "Dockerfiles"),
    ]


def test_all_dockerfiles_are_one_target() -> None:
    files = (written("a/Dockerfile"), written("b/Dockerfile"))
    (source,) = sources_of([Path("a"), Path("b/Dockerfile")], {})
    assert source.files == files


def test_a_plan_belongs_to_a_stack_or_a_folder(write_app: WriteApp) -> None:
    write_app(dev=parameter())
    written("modules/x/examples/basic/main.tf")
    plans = {
        "dev": written("plans/dev.json"),
        "modules/x/examples/basic": written("plans/modules/x/examples/basic.json"),
    }
    assert plans_below(Path("plans")) == plans
    assert named("cdktf.out", plans=plans) == [
        ("dev", "synthesized"),
        ("dev", "plan"),
        ("modules/x/examples/basic", "plan"),
    ]


def test_a_plan_can_stand_alone() -> None:
    written("airflow.json")
    assert named("airflow.json") == [("airflow", "plan")]


def test_of_a_repository_those_files_are_searched_that_git_knows(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    written(".gitignore", "left/\n")
    written("known.txt")
    written("left/cache.txt")
    (source,) = sources_of([], {}, [Path()])
    assert source.form == "secrets"
    assert {file.as_posix() for file in source.files} == {".gitignore", "known.txt"}


def test_of_another_folder_all_files_are_searched() -> None:
    written("notes/a.txt")
    written("notes/b/c.txt")
    (source,) = sources_of([], {}, [Path("notes")])
    assert {file.name for file in source.files} == {"a.txt", "c.txt"}


def test_a_file_is_looked_at_once(write_app: WriteApp) -> None:
    write_app(dev=parameter())
    (source,) = sources_of([Path("cdktf.out"), Path("cdktf.out/stacks/dev")], {})
    assert source == Source(name="dev", form="synthesized", path=Path("cdktf.out/stacks/dev"))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("gone", "there is no such file or folder"),
        ("empty", "no stacks/, no *.tf.json, no *.tf, no Dockerfile"),
        ("notes.md", "it can be a *.tf.json, a plan (*.json) or a Dockerfile"),
    ],
)
def test_where_there_is_nothing_to_look_at_it_says_so(path: str, said: str) -> None:
    Path("empty").mkdir()
    written("notes.md")
    with pytest.raises(UsageError, match=rf"^{path}: ") as refused:
        sources_of([Path(path)], {})
    assert said in str(refused.value)


def test_json_that_is_no_plan_is_told_from_a_stack(write_app: WriteApp) -> None:
    out = write_app(dev=parameter())
    assert json.loads((out / "manifest.json").read_text())["stacks"] == {}
    assert named(out / "manifest.json") == [("manifest", "plan")]


def test_a_stack_that_is_gone_from_the_output_is_missed(write_app: WriteApp) -> None:
    out = write_app(dev=parameter())
    stacks = {name: {"workingDirectory": f"stacks/{name}"} for name in ("dev", "prod")}
    (out / "manifest.json").write_text(json.dumps({"stacks": stacks}))
    with pytest.raises(UsageError, match="names the stacks prod, which are not in it"):
        sources_of([out], {})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"stacks": {"dev": {}}}'])
def test_a_manifest_that_is_none_is_refused(write_app: WriteApp, text: str) -> None:
    out = write_app(dev=parameter())
    (out / "manifest.json").write_text(text)
    with pytest.raises(UsageError, match=r"manifest\.json: it is no manifest of CDKTF's"):
        sources_of([out], {})
