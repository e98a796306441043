"""Run by Airflow's Python: DAGs fetched as a worker does it before a task.

Arguments: a file, and the versions of it to fetch; the present one if there are none. Prints JSON:
the file's texts, and the calls that S3 was asked for.
"""

# It is Airflow's environment that has these, and not the one of the type checker.
# pyright: reportMissingImports=false

import json
import sys
from typing import Any

import boto3.session
from airflow.dag_processing.bundles.manager import DagBundlesManager

CALLS: set[str] = set()


def note(model: Any, **_: Any) -> None:
    """Keep a call's name; called by botocore."""
    CALLS.add(model.name)


def noting_sessions() -> None:
    """Have every boto3 session note its calls, those in Airflow's hooks too."""
    original = boto3.session.Session.__init__

    def made(self: Any, *arguments: Any, **named: Any) -> None:
        original(self, *arguments, **named)
        self.events.register("after-call.s3", note)

    boto3.session.Session.__init__ = made


def main(file: str, *versions: str) -> None:
    noting_sessions()
    texts = []
    for version in versions or (None,):
        bundle = DagBundlesManager().get_bundle("dags-folder", version)
        bundle.initialize()
        texts.append((bundle.path / file).read_text())
    sys.stdout.write(f"{json.dumps({'texts': texts, 'calls': sorted(CALLS)})}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
