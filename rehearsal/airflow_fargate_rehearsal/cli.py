"""The main job as a command: arguments, preflight, signals and exit codes."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from airflow_fargate_rehearsal.console import Console
from airflow_fargate_rehearsal.emulator import embedded_aws
from airflow_fargate_rehearsal.errors import RehearsalError
from airflow_fargate_rehearsal.project import open_project
from airflow_fargate_rehearsal.rehearsal import Rehearsal
from airflow_fargate_rehearsal.terraform.binary import find_terraform, terraform_platform
from airflow_fargate_rehearsal.terraform.environment import DUMMY_CREDENTIAL, rehearsal_environment
from airflow_fargate_rehearsal.terraform.providers import find_mirror, write_cli_config

DEFAULT_STACK = "airflow-dev"

_INTERRUPTED = 130
_HIGHEST_PORT = 65535


def main(arguments: Sequence[str] | None = None) -> int:
    """Rehearse the project in the current folder.

    Returns 0 when everything held; 1 when something failed; 2 for bad usage or a missing
    requirement; 130 after Ctrl-C, 128 + n after another signal n.
    """
    options = _parse(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        _rehearse(Path.cwd(), options.stack or [DEFAULT_STACK], options.port, keep=options.keep)
    except RehearsalError as error:
        print(f"\n{error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("\nInterrupted; everything that ran is ended.", file=sys.stderr)
        return _INTERRUPTED
    return 0


def _rehearse(project_folder: Path, stacks: Sequence[str], port: int, *, keep: bool) -> None:
    console = Console()
    project = open_project(project_folder)
    binary = find_terraform(project_folder, console.step)
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as name:
        work_folder = Path(name)
        mirror = find_mirror(terraform_platform())
        cli_config = write_cli_config(mirror, work_folder / "cli.tfrc") if mirror else None
        console.step("Starting the embedded AWS")
        with embedded_aws(work_folder / "aws.log", port, fargate=work_folder) as aws:
            console.line(
                f"{aws.endpoint_url}, Terraform {binary}, providers from {mirror or 'the registry'}"
            )
            rehearsal = Rehearsal(
                project=project,
                stacks=tuple(stacks),
                binary=binary,
                environment=rehearsal_environment(
                    os.environ,
                    endpoint_url=aws.endpoint_url,
                    work_folder=work_folder,
                    cli_config=cli_config,
                )
                # Killed provider plugins leave sockets; they go with the folder.
                | {"TMPDIR": name},
                work_folder=work_folder,
                aws=aws,
                console=console,
            )
            rehearsal.apply()
            if keep:
                _keep(rehearsal, console)
            else:
                rehearsal.destroy()
                console.step("Everything held.")


def _keep(rehearsal: Rehearsal, console: Console) -> None:
    try:
        console.step("Kept running. Ctrl-C ends it and removes everything. To look at it:")
        console.line(f"export AWS_ENDPOINT_URL={rehearsal.aws.endpoint_url}")
        console.line("export AWS_DEFAULT_REGION=...  # the stack's")
        console.line(
            f"export AWS_ACCESS_KEY_ID={DUMMY_CREDENTIAL} AWS_SECRET_ACCESS_KEY={DUMMY_CREDENTIAL}"
        )
        console.line("aws s3 ls")
        for stack in rehearsal.stacks:
            console.line(f"terraform -chdir={rehearsal.folder_of(stack)} plan")
        threading.Event().wait()
    except KeyboardInterrupt:
        console.step("Ended.")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m airflow_fargate_rehearsal",
        description="Apply the stacks of the CDKTF project in this folder to an AWS emulator on "
        "this machine, with the real Terraform; plan again, destroy, look for leftovers.",
    )
    parser.add_argument(
        "--stack",
        action="append",
        metavar="NAME",
        help=f"stack to rehearse after the state stack, {DEFAULT_STACK} by default; repeatable",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=0,
        metavar="N",
        help="port of 127.0.0.1 for the embedded AWS; any free one by default",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="do not destroy: leave everything running until Ctrl-C, which then is no failure",
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(
            f"must be a number from 1 to {_HIGHEST_PORT}; got {text!r}"
        )
    return int(text)


def _end(number: int, _frame: FrameType | None) -> None:
    # Leaves every "with" on the way, so children and folders go as they do at the normal end.
    raise SystemExit(128 + number)
