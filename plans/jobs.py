"""What is planned together: stacks of one app, or roots that build on each other."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import rich.console
from plans.examples import JOURNEYS
from plans.fingerprint import fingerprint
from plans.journeys import ROOT, travel

from airflow_fargate_rehearsal.console import Console
from airflow_fargate_rehearsal.emulator import embedded_aws
from airflow_fargate_rehearsal.errors import RehearsalError
from airflow_fargate_rehearsal.project import open_project
from airflow_fargate_rehearsal.rehearsal import Rehearsal
from airflow_fargate_rehearsal.terraform.binary import find_terraform, terraform_platform
from airflow_fargate_rehearsal.terraform.environment import rehearsal_environment
from airflow_fargate_rehearsal.terraform.providers import find_mirror, write_cli_config

_SETTINGS = "AIRFLOW_FARGATE_"
APPS = {"": ("airflow-dev", "airflow-prod"), "examples/cdktf-app": ("orders",)}
"""Folders of CDKTF apps, with their stacks; the stack with the states comes before them."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """Some plans that are made on one embedded AWS.

    Attributes:
        name: What it is called on the terminal.
        plans: Names of the plans that it makes.
        number: While it is the same, they need not be made again.
        make: Makes them, in a folder for plans.
    """

    name: str
    plans: Sequence[str]
    number: str
    make: Callable[[Path], None]


def jobs() -> list[Job]:
    """All of them, the longest first."""
    return [*_of_apps(), *_of_examples()]


def synthesize(app: str) -> Path:
    """Synthesize an app as it comes, without settings; gives its cdktf.out."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(_SETTINGS)}
    folder = ROOT / app
    done = subprocess.run(
        [sys.executable, "main.py"],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RehearsalError(f"{folder / 'main.py'} failed:\n{done.stderr or done.stdout}")
    return folder / "cdktf.out"


def _of_apps() -> list[Job]:
    found = []
    for app, stacks in APPS.items():
        output = synthesize(app)
        for number, stack in enumerate(stacks):
            names = [stack]
            if number == 0 and (output / "stacks/state").is_dir():
                names = ["state", stack]
            found.append(
                Job(
                    name=f"{app}/{stack}".lstrip("/"),
                    plans=[f"{app}/{each}".lstrip("/") for each in names],
                    number=fingerprint([output / "stacks" / each for each in names], ROOT),
                    make=_app_maker(app, stack, names),
                )
            )
    return found


def _app_maker(app: str, stack: str, names: Sequence[str]) -> Callable[[Path], None]:
    def make(plans: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder, "plans")
            _apply(ROOT / app, stack, Path(folder), made)
            for each in names:
                target = plans / app / f"{each}.json"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes((made / f"{each}.json").read_bytes())

    return make


def _apply(app: Path, stack: str, work_folder: Path, plans: Path) -> None:
    mirror = find_mirror(terraform_platform())
    with embedded_aws(work_folder / "aws.log") as aws:
        environment = rehearsal_environment(
            _without_settings(os.environ),
            endpoint_url=aws.endpoint_url,
            work_folder=work_folder,
            cli_config=write_cli_config(mirror, work_folder / "cli.tfrc") if mirror else None,
        )
        rehearsal = Rehearsal(
            source=open_project(app),
            stacks=(stack,),
            binary=find_terraform(ROOT, _silent),
            environment=environment,
            work_folder=work_folder,
            aws=aws,
            console=_quiet_console(),
            plans_folder=plans,
        )
        rehearsal.apply()


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in environment.items() if not k.startswith(_SETTINGS)}


def _silent(_: str) -> None:
    """Several jobs at once would talk across each other."""


def _quiet_console() -> Console:
    return Console(rich.console.Console(quiet=True))


def _of_examples() -> list[Job]:
    found = []
    for name, journey in reversed(JOURNEYS.items()):
        folders = [*sorted(ROOT.glob("modules/*")), *(ROOT / each.folder for each in journey)]
        values = repr(journey)

        def make(plans: Path, name: str = name) -> None:
            with tempfile.TemporaryDirectory() as folder:
                outcome = travel(JOURNEYS[name], Path(folder), plans)
            for example, changes in outcome.second_plans.items():
                if changes:
                    raise RehearsalError(f"A second plan of {example} would change {changes}.")

        found.append(
            Job(
                name=name,
                plans=[each.folder for each in journey],
                number=f"{fingerprint(folders, ROOT)} {values}",
                make=make,
            )
        )
    return found
