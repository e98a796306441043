"""The embedded AWS alone: ``python -m airflow_fargate_rehearsal.aws``, with ``--help``.

Its first line on stdout is its address, once it listens.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from airflow_fargate_rehearsal.aws.server import HOST, serve


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; returns the exit code, 2 when the port cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m airflow_fargate_rehearsal.aws")
    parser.add_argument(
        "--port", type=int, default=0, help="port of 127.0.0.1 to listen on; any free one if 0"
    )
    parser.add_argument(
        "--fargate",
        type=Path,
        metavar="FOLDER",
        help="folder in which ECS tasks run as processes, with the images that there are in its "
        "images.jsonl; without it every task ends before it starts",
    )
    options = parser.parse_args(arguments)
    port: int = options.port
    try:
        server = serve(port, options.fargate and options.fargate.resolve())
    except (OSError, OverflowError) as error:
        print(f"The embedded AWS cannot listen on {HOST}:{port}: {error}.", file=sys.stderr)
        return 2
    print(f"http://{HOST}:{server.port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
