"""Which builder is used, and what a machine needs."""

import ast
import sys
from pathlib import Path
from typing import Any

from airflow_fargate.image_builder import emulation

import pytest

PROGRAM = Path(emulation.__file__).parent
VARIABLE = "AIRFLOW_FARGATE_IMAGE_BUILDER"
NO_ENGINE = (1, "", "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.")


@pytest.mark.parametrize(
    ("installed", "docker", "used"),
    [
        (["docker", "podman", "buildah"], {}, "docker"),
        (["docker", "podman", "buildah"], {"docker version": NO_ENGINE}, "podman"),
        (["docker", "buildah"], {"docker buildx version": (1, "", "not a command")}, "buildah"),
        (["docker", "podman"], {"docker --version": (0, "podman version 5.3.1", "")}, "podman"),
        (["buildah"], {}, "buildah"),
    ],
)
def test_the_first_builder_that_works_is_used(
    machine: Any, installed: list[str], docker: dict[str, Any], used: str
) -> None:
    machine.install(*installed)
    for command, answer in docker.items():
        machine.answer(command, *answer)
    done = machine.check()
    assert (done.returncode, done.stdout) == (
        0,
        f"Images are built with {used}, for linux/amd64.\n",
    )


def test_without_a_builder_it_says_why_and_what_to_install(machine: Any) -> None:
    machine.install("docker", "buildah")
    machine.answer("docker version", *NO_ENGINE)
    machine.answer("buildah info", 125, "", "cannot clone: Operation not permitted\n")
    for done in (machine.check(), machine.build()):
        assert done.returncode == 3
        assert "docker has no engine: Cannot connect to the Docker daemon" in done.stderr
        assert "podman is not installed" in done.stderr
        assert "buildah does not work: cannot clone: Operation not permitted" in done.stderr
        assert "Install one of them" in done.stderr


def test_the_builder_that_the_user_names_is_used_or_none(machine: Any) -> None:
    machine.install("docker", "buildah")
    named = machine.run("check", "linux/amd64", **{VARIABLE: "buildah"})
    assert named.stdout == "Images are built with buildah, for linux/amd64.\n"
    missing = machine.run("check", "linux/amd64", **{VARIABLE: "podman"})
    assert missing.returncode == 3
    assert "podman is not installed" in missing.stderr
    assert "docker is" not in missing.stderr
    unknown = machine.run("check", "linux/amd64", **{VARIABLE: "kaniko"})
    assert unknown.returncode == 2
    assert (
        "must be one of docker, podman, buildah, or record:<file>; got 'kaniko'" in unknown.stderr
    )


@pytest.mark.parametrize(
    ("builder", "question", "answer", "there"),
    [
        ("docker", "docker buildx inspect", "Platforms: linux/amd64, linux/386\n", False),
        ("docker", "docker buildx inspect", "Platforms: linux/amd64, linux/arm64*\n", True),
        ("docker", "docker buildx inspect", "Platforms: a\n\nPlatforms: linux/arm64\n", True),
        (
            "podman",
            "podman info",
            '{"host": {"arch": "amd64", "emulatedArchitectures": []}}',
            False,
        ),
        (
            "podman",
            "podman info",
            '{"host": {"arch": "amd64", "emulatedArchitectures": ["linux/arm64"]}}',
            True,
        ),
        ("podman", "podman info", '{"host": {"arch": "arm64", "emulatedArchitectures": []}}', True),
    ],
)
def test_a_platform_that_is_not_emulated_is_refused_with_what_to_install(
    machine: Any, builder: str, question: str, answer: str, *, there: bool
) -> None:
    machine.install(builder)
    machine.answer(question, 0, answer)
    done = machine.check("linux/arm64")
    assert done.returncode == (0 if there else 3)
    for way in ("tonistiigi/binfmt --install arm64", "qemu-user-static", 'architecture="ARM64"'):
        assert (way in done.stderr) is not there


def test_a_buildx_without_a_builder_is_told_as_that(machine: Any) -> None:
    machine.install("docker")
    machine.answer("docker buildx inspect", 1, "", "ERROR: no builder 'mine' found\n")
    done = machine.check()
    assert done.returncode == 3
    assert "docker buildx has no builder that works: ERROR: no builder 'mine' found" in done.stderr


@pytest.mark.parametrize(
    ("machine_name", "emulators", "platforms"),
    [
        ("x86_64", {}, {"linux/amd64"}),
        ("aarch64", {}, {"linux/arm64"}),
        ("x86_64", {"qemu-aarch64": "enabled\n"}, {"linux/amd64", "linux/arm64"}),
        ("x86_64", {"qemu-aarch64": "disabled\n"}, {"linux/amd64"}),
        ("arm64", {"rosetta": "enabled\n"}, {"linux/amd64", "linux/arm64"}),
    ],
)
def test_the_kernel_knows_what_it_emulates(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    machine_name: str,
    emulators: dict[str, str],
    platforms: set[str],
) -> None:
    monkeypatch.setattr(emulation.platform, "machine", lambda: machine_name)
    for name, text in emulators.items():
        (tmp_path / name).write_text(text)
    assert emulation.platforms_of_this_machine(tmp_path) == platforms


def test_it_runs_by_itself_on_pythons_that_are_older_than_the_librarys() -> None:
    own = {file.stem for file in PROGRAM.glob("*.py")}
    for file in PROGRAM.glob("*.py"):
        tree = ast.parse(file.read_text(), feature_version=(3, 9))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level:
                assert {node.module or name.name for name in node.names} <= own, file
            elif isinstance(node, ast.ImportFrom):
                assert str(node.module).split(".")[0] in sys.stdlib_module_names, file
            elif isinstance(node, ast.Import):
                assert {name.name for name in node.names} <= sys.stdlib_module_names, file
