"""The main job: apply, have the stacks work, destroy, report; or keep it all up."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from airflow_fargate_rehearsal.alive.applied import Deployment
from airflow_fargate_rehearsal.alive.performance import REPORT_FOLDER, Performance
from airflow_fargate_rehearsal.alive.scene import Scene
from airflow_fargate_rehearsal.console import Console
from airflow_fargate_rehearsal.emulator import EmbeddedAws, embedded_aws
from airflow_fargate_rehearsal.errors import PreflightError, RehearsalError
from airflow_fargate_rehearsal.fargate.clients import Clients, with_access_key
from airflow_fargate_rehearsal.fargate.engine import Engine
from airflow_fargate_rehearsal.keeping import keep_running
from airflow_fargate_rehearsal.plain_root import PlainRoots, is_plain_root, open_roots
from airflow_fargate_rehearsal.project import Source, Synthesized, open_project, open_synthesized
from airflow_fargate_rehearsal.rehearsal import Rehearsal
from airflow_fargate_rehearsal.report.story import Story
from airflow_fargate_rehearsal.report.write import PAGE
from airflow_fargate_rehearsal.terraform.binary import find_terraform, terraform_platform
from airflow_fargate_rehearsal.terraform.environment import (
    rehearsal_environment,
    without_aws_access,
)
from airflow_fargate_rehearsal.terraform.providers import find_mirror, write_cli_config
from airflow_fargate_rehearsal.work_folder import new_work_folder

DEFAULT_STACK = "airflow-dev"
RUNS_CONTAINERS = sys.platform == "linux"
"""Elsewhere stacks are applied and destroyed, and what would run does not."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is asked for: see ``--help``, which has the same names."""

    paths: Sequence[Path]
    stacks: Sequence[str]
    dag: str | None
    port: int
    keep: bool
    containers: bool = False


def rehearse(options: Options) -> None:
    """Rehearse the project in the current folder, or what was synthesized; see the errors."""
    console = Console()
    begin = datetime.now(UTC)
    here = Path.cwd()
    # An earlier rehearsal's; this one may end before it has anything to tell.
    (here / REPORT_FOLDER / PAGE).unlink(missing_ok=True)
    source = _source(options.paths, here)
    stacks = _stacks(source, options.stacks)
    engine = _engine() if options.containers else None
    binary = find_terraform(here, console.step)
    with new_work_folder() as work_folder, contextlib.ExitStack() as running:
        mirror = find_mirror(terraform_platform())
        cli_config = write_cli_config(mirror, work_folder / "cli.tfrc") if mirror else None
        console.step("Starting the embedded AWS")
        fargate = work_folder if RUNS_CONTAINERS else None
        aws = running.enter_context(
            embedded_aws(
                work_folder / "aws.log",
                options.port,
                fargate=fargate,
                containers=engine is not None,
                access_key=f"AKIA{secrets.token_hex(8).upper()}",
            )
        )
        console.line(
            f"{aws.endpoint_url}, Terraform {binary}, providers from {mirror or 'the registry'}"
        )
        if engine:
            console.line(f"Containers are those of {engine.program}.")
        rehearsal = Rehearsal(
            source=source,
            stacks=stacks,
            binary=binary,
            environment=rehearsal_environment(
                os.environ,
                endpoint_url=aws.endpoint_url,
                work_folder=work_folder,
                cli_config=cli_config,
                access_key=aws.access_key,
            )
            # Killed provider plugins leave sockets; they go with the folder.
            | {"TMPDIR": str(work_folder)},
            work_folder=work_folder,
            aws=aws,
            console=console,
            plans_folder=here / REPORT_FOLDER / "plans",
        )
        performance = Performance(
            scene=Scene(
                aws=aws,
                clients=_clients(aws),
                console=console,
                story=Story(
                    title=f"Rehearsal of {' and '.join(stacks)}",
                    begin=begin,
                    containers=engine is not None,
                ),
            ),
            dag_id=options.dag,
            folder=here / REPORT_FOLDER,
        )
        _rehearse(rehearsal, performance, keep=options.keep)


def _engine() -> Engine:
    # It needs more of the library than a rehearsal without containers.
    from airflow_fargate_rehearsal.fargate.engine_choice import find_engine  # noqa: PLC0415

    return find_engine()


def _clients(aws: EmbeddedAws) -> Clients:
    """Clients that know nothing of the user's profiles, keys and addresses."""
    kept = without_aws_access(os.environ)
    for name in [each for each in os.environ if each.startswith("AWS_") and each not in kept]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return Clients(aws.endpoint_url, with_access_key(aws.access_key))


def _rehearse(rehearsal: Rehearsal, performance: Performance, *, keep: bool) -> None:
    """Apply the stacks, have them work, destroy them, and write the report of it all."""
    console, scene = rehearsal.console, performance.scene
    try:
        rehearsal.apply()
        scene.check("Terraform applies the stacks, and would change nothing after it", ok=True)
        if not rehearsal.secrets_in_the_open:
            scene.check("No value of a secret stands in a plan or a state", ok=True)
        performance.deployments = _what_runs(rehearsal, performance)
        performance.play()
        if not keep:
            rehearsal.destroy()
            scene.check("All is destroyed and nothing is left", ok=True)
    except PreflightError:
        raise  # something is missing: there is nothing to tell of the stacks
    except RehearsalError as error:
        performance.write(error)
        if keep:
            console.step("This does not hold:")
            console.line(str(error), "red")
            keep_running(rehearsal, performance)
        raise
    console.step("Everything held.")
    for each in scene.story.left_out:
        console.line(each, "yellow")
    minutes, seconds = divmod((datetime.now(UTC) - scene.story.begin).seconds, 60)
    console.line(f"{minutes} min {seconds} s in all")
    performance.write()
    if keep:
        keep_running(rehearsal, performance)


def _what_runs(rehearsal: Rehearsal, performance: Performance) -> list[Deployment]:
    if not RUNS_CONTAINERS:
        performance.scene.leave_out(
            "Nothing is run: containers run here as processes on Linux only."
        )
        return []
    deployments = rehearsal.deployments()
    if performance.dag_id and not deployments:
        raise PreflightError(
            f"The DAG {performance.dag_id} cannot be run: the stacks have no ECS service that "
            "runs a task."
        )
    return deployments


def _source(paths: Sequence[Path], here: Path) -> Source:
    if not paths:
        return open_project(here)
    if len(paths) > 1 or is_plain_root(paths[0]):
        return open_roots(paths)
    return open_synthesized(paths[0])


def _stacks(source: Source, asked: Sequence[str]) -> tuple[str, ...]:
    if asked:
        return tuple(asked)
    if isinstance(source, PlainRoots):
        return tuple(source.stacks)
    if isinstance(source, Synthesized) and DEFAULT_STACK not in source.stacks:
        if len(source.stacks) > 1:
            names = ", ".join(sorted(source.stacks))
            raise PreflightError(f"{source.folder} has several stacks. Choose by --stack: {names}.")
        return tuple(source.stacks)
    return (DEFAULT_STACK,)
