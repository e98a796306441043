"""docs/writing-dags.md, followed step by step.

tests/test_writing_dags_in_a_clone.py does what it says of a clone, tests/running its last step.
"""

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import airflow_fargate as af

import pytest
from tests.documents import DOCS, blocks, files, write_files

ROOT = Path(__file__).parent.parent
DOCUMENT = "writing-dags.md"
AIRFLOW = ROOT / ".tools/venvs/airflow/bin/python"
LOADED = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
print(json.dumps(DagBag(sys.argv[1]).import_errors))
"""
KEYWORDS = """
import inspect, json
from airflow_fargate_runtime import FargateTaskOperator
parameters = inspect.signature(FargateTaskOperator).parameters.values()
named = [each for each in parameters if each.kind is each.KEYWORD_ONLY]
print(json.dumps({each.name: repr(each.default) for each in named}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The empty folder that the document begins with, and all that it says is made in it."""
    write_files(DOCUMENT, tmp_path)
    return tmp_path


def in_airflow(folder: Path, *arguments: object) -> str:
    """Run Airflow's Python in a folder; what it printed comes back."""
    environment = {
        "PATH": os.environ["PATH"],
        "AIRFLOW_HOME": str(folder / "home"),
        "PYTHONPATH": str(ROOT / "airflow_image"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    ended = subprocess.run(
        [AIRFLOW, *map(str, arguments)],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_tree_that_it_shows_is_what_it_makes(folder: Path) -> None:
    [tree] = [block for block in blocks(DOCUMENT, "") if block.startswith("dags/")]
    shown = {line.strip() for line in tree.splitlines()}
    made = {path for path in folder.rglob("*") if path.name != "tests"}
    names = {f"{path.name}/" if path.is_dir() else path.name for path in made} | {"tests/"}
    assert names == shown


def test_the_program_says_what_the_document_shows(folder: Path) -> None:
    [shown] = [block for block in blocks(DOCUMENT, "console") if "word_count.py" in block
               and "pytest" not in block]  # fmt: skip
    command, output = shown.removeprefix("$ ").split("\n", 1)
    _, *arguments = shlex.split(command)
    said = subprocess.run(
        [sys.executable, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    assert said.stdout == output


def test_the_folder_becomes_a_task_of_the_name_that_the_dag_says(folder: Path, synth: Any) -> None:
    def build(stack: Any) -> None:
        props = af.AirflowFargateProps(
            name="demo", dags=folder / "dags", tasks_folder=folder / "task_images"
        )
        af.AirflowFargate(stack, "_airflow", props)

    resources = synth(build)["resource"]
    assert list(resources["aws_ssm_parameter"]) == ["task_word_count"]
    assert 'task="word_count"' in files(DOCUMENT)["dags/word_count.py"]
    group = resources["aws_cloudwatch_log_group"]["task_word_count"]["name"]
    assert group.replace("demo", "<deployment>") in (DOCS / DOCUMENT).read_text()


def synthesized(folder: Path, synth: Any, add: Any = None) -> Any:
    """The statements and the environment of word_count, beside the project's own task folders."""
    shutil.copytree(ROOT / "task_images/sales_report", folder / "task_images/sales_report")

    def build(stack: Any) -> None:
        props = af.AirflowFargateProps(name="demo", tasks_folder=folder / "task_images")
        airflow = af.AirflowFargate(stack, "_airflow", props)
        if add:
            runpy.run_path(str(ROOT / "main.py"))["sales_bucket"](stack, airflow)
            add(stack, airflow)

    resources = synth(build)["resource"]
    policy = resources["aws_iam_role_policy"]["task_word_count_task"]["policy"]
    statements = {each["Sid"]: each["Action"] for each in json.loads(policy)["Statement"]}
    definition = resources["aws_ecs_task_definition"]["task_word_count"]["container_definitions"]
    return statements, definition


def test_its_bucket_can_stand_beside_that_of_main(folder: Path, synth: Any) -> None:
    [block] = [block for block in blocks(DOCUMENT, "python") if "af.Bucket(" in block]
    names: dict[str, Any] = {"af": af}
    exec(block, names)  # noqa: S102 -- it is the document's
    statements, definition = synthesized(folder, synth, names["texts_bucket"])
    assert statements["ReadTexts"] == ["s3:GetObject"]
    assert statements["WriteCounts"] == ["s3:PutObject"]
    assert '"BUCKET"' in definition.replace("\\", "")


def test_its_task_toml_lets_a_task_read_a_bucket_that_exists(folder: Path, synth: Any) -> None:
    [settings] = [block for block in blocks(DOCUMENT, "toml") if "s3:ListBucket" in block]
    (folder / "task_images/word_count/task.toml").write_text(settings)
    statements, definition = synthesized(folder, synth)
    assert statements["ReadTexts"] == ["s3:GetObject"]
    assert statements["ListTexts"] == ["s3:ListBucket"]
    assert statements["DecryptTexts"] == ["kms:Decrypt"]
    assert "acme-texts" in definition


@pytest.mark.real
def test_a_program_of_s3_runs_as_shown_on_the_local_aws(embedded_aws: str, tmp_path: Path) -> None:
    [block] = [block for block in blocks(DOCUMENT, "sh") if "create_bucket" in block]
    assert (DOCS / DOCUMENT).read_text().count("http://127.0.0.1:4566") == 2  # printed, and taken
    (tmp_path / "task_images").symlink_to(ROOT / "task_images")
    (tmp_path / ".tools").symlink_to(ROOT / ".tools")
    commands = block.replace("http://127.0.0.1:4566", embedded_aws)
    shell = ["sh", "-euc", commands]
    said = subprocess.run(shell, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert f"Its last line is `{said.splitlines()[-1]}`" in (DOCS / DOCUMENT).read_text()


@pytest.mark.real
def test_the_test_that_it_shows_passes_beside_a_clone(folder: Path) -> None:
    [block] = [block for block in blocks(DOCUMENT, "console") if "-m pytest" in block]
    _, *arguments = shlex.split(block.removeprefix("$ "))
    assert "3 passed" in in_airflow(folder, *arguments)


@pytest.mark.real
def test_the_mapped_task_that_it_shows_loads(folder: Path) -> None:
    [block] = [block for block in blocks(DOCUMENT, "python") if ".expand(" in block]
    head = (
        "from airflow.sdk import DAG, task\n"
        "from airflow_fargate_runtime import FargateTaskOperator\n"
        'with DAG("mapped"):\n'
        "    @task\n    def texts():\n        return [['to be'], ['or not']]\n"
    )
    indented = "".join(f"    {line}\n" for line in block.splitlines())
    (folder / "dags/mapped.py").write_text(head + indented)
    assert json.loads(in_airflow(folder, "-c", LOADED, "dags").splitlines()[-1]) == {}


@pytest.mark.real
def test_its_table_has_every_keyword_and_its_default(tmp_path: Path) -> None:
    text = (DOCS / DOCUMENT).read_text()
    table = text.partition("## FargateTaskOperator")[2].partition("And what every")[0]
    rows = re.findall(r"^\| (`.*?) \| .* \| (.*?) \|$", table, re.MULTILINE)
    said = {name: default for names, default in rows for name in re.findall(r"`(\w+)`", names)}
    true = json.loads(in_airflow(tmp_path, "-c", KEYWORDS).splitlines()[-1])
    assert said.keys() == true.keys()
    for name, default in true.items():
        if default not in ("None", "<class 'inspect._empty'>"):
            assert said[name].strip("`") == default, name
