"""An image is a folder with a Dockerfile, and what cannot be followed is named."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
PYTHON = "FROM python:3.13-slim\n"


def run(fargate: Any, image: str, **more: Any) -> tuple[dict[str, Any], list[str]]:
    task = fargate.ends(fargate.define(fargate.container(image, **more)))
    return task, fargate.said(task["taskArn"])


def test_entry_point_command_environment_and_working_directory_are_the_dockerfiles(
    fargate: Any,
) -> None:
    image = fargate.image(
        PYTHON
        + "ARG COLOUR=red\n"
        + "ENV SHADE=dark COLOUR_OF_ALL=$COLOUR\n"
        + "WORKDIR /app\n"
        + "COPY show.py .\n"
        + 'ENTRYPOINT ["python", "/app/show.py"]\n'
        + 'CMD ["by", "default"]\n',
        show__py="import os, sys; print(sys.argv[1:], os.environ['SHADE'], "
        "os.environ['COLOUR_OF_ALL'], os.listdir())",
    )
    assert run(fargate, image)[1] == ["['by', 'default'] dark red ['show.py']"]
    assert run(fargate, image, command=["other"])[1] == ["['other'] dark red ['show.py']"]


def test_another_entry_point_takes_the_images_command_away(fargate: Any) -> None:
    image = fargate.image(PYTHON + 'ENTRYPOINT ["false"]\nCMD ["not", "said"]\n')
    assert run(fargate, image, entryPoint=["echo", "said"])[1] == ["said"]


def test_the_form_of_a_shell_command_runs_in_a_shell(fargate: Any) -> None:
    image = fargate.image(PYTHON + 'ENV WHO=world\nCMD echo "hello $WHO"\n')
    assert run(fargate, image)[1] == ["hello world"]


@pytest.mark.parametrize(
    ("copy", "path"),
    [
        ("COPY one.txt /data/two.txt", "/data/two.txt"),
        ("COPY one.txt /data/", "/data/one.txt"),
        ("COPY *.txt Dockerfile /data/", "/data/one.txt"),
        ('COPY ["one.txt", "/"]', "/one.txt"),
        ("COPY --chown=50000:0 . /data", "/data/one.txt"),
        ("WORKDIR /data\nCOPY . .", "/data/one.txt"),
        ("WORKDIR /usr/src/app\nCOPY . .", "/usr/src/app/one.txt"),
        ("COPY one.txt /usr/local/share/", "/usr/local/share/one.txt"),
        ("FROM base AS made\nCOPY one.txt /a/\nFROM base\nCOPY --from=made /a/ /b/", "/b/one.txt"),
        ("FROM base AS made\nCOPY one.txt /a/\nFROM made", "/a/one.txt"),
    ],
)
def test_what_is_copied_lies_where_the_dockerfile_says(fargate: Any, copy: str, path: str) -> None:
    image = fargate.image(f'FROM base\n{copy}\nCMD ["cat", "{path}"]\n', one__txt="it is one")
    assert run(fargate, image)[1] == ["it is one"]


def test_a_build_context_and_build_arguments_are_the_image_builders(
    fargate: Any, tmp_path: Path
) -> None:
    for name in ("image", "dags"):
        (tmp_path / name).mkdir()
    (tmp_path / "dags/dag.py").write_text("print('a dag')")
    (tmp_path / "image/Dockerfile").write_text(
        "FROM scratch AS dags\nFROM base\nARG WHO=nobody\nENV WHO=${WHO}\n"
        'COPY --from=dags . /dags\nCMD python /dags/dag.py && echo "$WHO"\n'
    )
    image = fargate.listed(
        tmp_path / "image",
        contexts={"dags": str(tmp_path / "dags")},
        build_arguments={"WHO": "somebody"},
    )
    assert run(fargate, image)[1] == ["a dag", "somebody"]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("RUN apt-get update", "'RUN apt-get update' of line 2"),
        ("RUN mkdir /x | cat", "it has no shell for '|'"),
        ("RUN pip uninstall boto3", "of pip it can do install, and no uninstall boto3"),
        ("COPY nothing /x/", "there is no nothing in"),
        ("ADD https://example.com/x /x", "https://example.com/x is an address"),
        ("COPY --from=elsewhere /x /x", "elsewhere is neither a stage nor a build context"),
        ('SHELL ["bash"]', "it knows no SHELL"),
    ],
)
def test_what_cannot_be_followed_is_named_in_the_stop_reason(
    fargate: Any, step: str, reason: str
) -> None:
    task, _ = run(fargate, fargate.image(PYTHON + step + "\n"), command=["true"])
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("CannotPullContainerError: local Fargate cannot follow")
    assert reason in task["stoppedReason"]
    assert task["containers"][0]["reason"] == task["stoppedReason"]
    assert "exitCode" not in task["containers"][0]


def test_an_image_that_is_not_listed_cannot_be_pulled(fargate: Any) -> None:
    task, _ = run(fargate, "example.com/unknown:1", command=["true"])
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("CannotPullContainerError: pull image manifest")
    assert "example.com/unknown:1: not found" in task["stoppedReason"]


def test_a_later_line_of_the_same_image_wins(fargate: Any, tmp_path: Path) -> None:
    uri = fargate.image('FROM base\nCMD ["echo", "first"]\n')
    (tmp_path / "Dockerfile").write_text('FROM base\nCMD ["echo", "second"]\n')
    with (fargate.folder / "images.jsonl").open("a") as file:
        file.write(f'{{"uri": "{uri}", "folder": "{tmp_path}"}}\n')
    assert run(fargate, uri)[1] == ["second"]


def test_a_container_sees_nothing_of_this_programs_packages(fargate: Any) -> None:
    image = fargate.image(PYTHON)
    task, said = run(fargate, image, command=["python", "-c", "import boto3"])
    assert task["containers"][0]["exitCode"] == 1
    assert "No module named 'boto3'" in said[-1]


@pytest.mark.real
def test_what_an_image_installs_is_installed_once(fargate: Any, tmp_path: Path) -> None:
    write_wheel(tmp_path / "greeting-1-py3-none-any.whl", greeting="TEXT = 'good morning'")
    (tmp_path / "requirements.txt").write_text("greeting==1\n")
    (tmp_path / "Dockerfile").write_text(
        PYTHON + "WORKDIR /app\nCOPY *.whl /wheels/\nCOPY requirements.txt .\n"
        "RUN pip install --no-cache-dir --no-index --find-links=/wheels -r requirements.txt\n"
        'CMD ["python", "-c", "import greeting; print(greeting.TEXT)"]\n'
    )
    definition = fargate.define(fargate.container(fargate.listed(tmp_path)))
    before = set(fargate.environments())
    arns = [fargate.run(definition)["taskArn"] for _ in range(2)]
    for arn in arns:
        fargate.reaches(arn, "STOPPED", seconds=100)
        assert fargate.said(arn) == ["good morning"]
    assert len(set(fargate.environments()) - before) == 1


@pytest.mark.real
def test_what_pip_cannot_install_is_said(fargate: Any) -> None:
    image = fargate.image(PYTHON + "RUN pip install --no-index no-such-package==1\n")
    task, _ = run(fargate, image, command=["true"])
    assert "No matching distribution found for no-such-package==1" in task["stoppedReason"]


def write_wheel(wheel: Path, **modules: str) -> None:
    name, version = wheel.name.split("-")[:2]
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        for module, content in modules.items():
            archive.writestr(f"{module}.py", content)
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        archive.writestr(f"{info}/METADATA", metadata)
        tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(f"{info}/WHEEL", tags)
        archive.writestr(f"{info}/RECORD", "")


@pytest.mark.parametrize("name", ["count_primes", "even_odd", "numbers"])
def test_the_projects_own_task_images_start(fargate: Any, name: str) -> None:
    image = fargate.listed(ROOT / "task_images" / name)
    task, said = run(fargate, image, command=["--help"])
    assert task["containers"][0]["exitCode"] == 0
    assert said[0].startswith("usage:")
