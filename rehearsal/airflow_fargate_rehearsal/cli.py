"""The main job as a command: arguments, preflight, signals and exit codes."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from airflow_fargate_rehearsal.errors import RehearsalError
from airflow_fargate_rehearsal.program import DEFAULT_STACK, Options, rehearse

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
        rehearse(options)
    except RehearsalError as error:
        print(f"\n{error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("\nInterrupted; everything that ran is ended.", file=sys.stderr)
        return _INTERRUPTED
    return 0


def _parse(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(
        prog="python -m airflow_fargate_rehearsal",
        description="Apply the stacks of a CDKTF project, or plain Terraform configurations, to an "
        "AWS emulator on this machine, with the real Terraform; plan again; run what was applied: "
        "its services, and a DAG in its Airflow; destroy, look for leftovers. A report is written "
        "to rehearsal-report/.",
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="path",
        type=Path,
        help="folder of a plain Terraform configuration, of which there may be several, which are "
        "applied in their order; or what CDKTF has synthesized, such as "
        "cdktf.out/stacks/airflow-dev; by default the project in the current folder, which is "
        "synthesized first",
    )
    parser.add_argument(
        "--stack",
        action="append",
        metavar="NAME",
        default=[],
        help=f"stack to rehearse after the state stack, {DEFAULT_STACK} by default; repeatable",
    )
    parser.add_argument(
        "--dag",
        metavar="ID",
        help="DAG to run when Airflow is up; by default even_odd if it is there, else none",
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
    parser.add_argument(
        "--containers",
        action="store_true",
        help="build the images with docker or podman, and run the containers from them; without, "
        "containers are processes of this machine",
    )
    given = parser.parse_args(arguments)
    return Options(
        paths=given.paths,
        stacks=given.stack,
        dag=given.dag,
        port=given.port,
        keep=given.keep,
        containers=given.containers,
    )


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(
            f"must be a number from 1 to {_HIGHEST_PORT}; got {text!r}"
        )
    return int(text)


def _end(number: int, _frame: FrameType | None) -> None:
    # Leaves every "with" on the way, so children and folders go as they do at the normal end.
    raise SystemExit(128 + number)
