"""Run by Airflow's Python: task logs written and read as Airflow does it, and what AWS was asked.

Prints JSON: for writing and for reading, the calls of AWS, each with the status it was answered.
"""

# It is Airflow's environment that has these, and not the one of the type checker.
# pyright: reportMissingImports=false

import json
import logging
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3.session
import structlog
from airflow.sdk.log import load_remote_log_handler, upload_to_remote

CALLS: list[list[Any]] = []
LOG = "dag_id=demo/run_id=manual__2026-11-22T00:00:00+00:00/task_id=first/attempt=1.log"


def note(http_response: Any, model: Any, **_: Any) -> None:
    """Keep a call's name and the status of its answer; called by botocore."""
    CALLS.append([model.name, http_response.status_code])


def noting_sessions() -> None:
    """Have every boto3 session note its calls, those in Airflow's hooks too."""
    original = boto3.session.Session.__init__

    def made(self: Any, *arguments: Any, **named: Any) -> None:
        original(self, *arguments, **named)
        self.events.register("after-call", note)

    boto3.session.Session.__init__ = made


def log_a_line(log_file: Path, line: str) -> None:
    """One line in a task's log file, through the remote log's processors, as the supervisor."""
    remote: Any = load_remote_log_handler()
    with log_file.open("a") as opened:
        logger = structlog.wrap_logger(
            structlog.WriteLogger(opened),
            processors=[*remote.processors, structlog.processors.JSONRenderer()],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        )
        logger.info(line)
        opened.flush()
        upload_to_remote(logger)


def main() -> None:
    noting_sessions()
    log_file = Path(os.environ["AIRFLOW__LOGGING__BASE_LOG_FOLDER"]) / LOG
    log_file.parent.mkdir(parents=True)
    for line in ("before it deferred", "after it resumed"):
        log_a_line(log_file, line)
    written, CALLS[:] = list(CALLS), []
    remote: Any = load_remote_log_handler()
    _, logs = remote.read(LOG, SimpleNamespace(end_date=None))
    answer = {"write": written, "read": CALLS, "logs": "".join(logs or [])}
    sys.stdout.write(f"{json.dumps(answer)}\n")


if __name__ == "__main__":
    main()
