"""The embedded AWS alone: ``python -m airflow_fargate_rehearsal.aws``, with ``--help``.

Its first line on stdout is its address, once it listens.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_fargate_rehearsal.aws.server import HOST, serve
from airflow_fargate_rehearsal.errors import PreflightError

if TYPE_CHECKING:
    from airflow_fargate_rehearsal.fargate.engine_images import EngineImages


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
    parser.add_argument(
        "--containers",
        action="store_true",
        help="docker or podman build the images and run the containers",
    )
    options = parser.parse_args(arguments)
    port: int = options.port
    try:
        folder = options.fargate and options.fargate.resolve()
        server = serve(port, folder, _engine_images(folder) if options.containers else None)
    except PreflightError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except (OSError, OverflowError) as error:
        print(f"The embedded AWS cannot listen on {HOST}:{port}: {error}.", file=sys.stderr)
        return 2
    print(f"http://{HOST}:{server.port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    return 0


def _engine_images(folder: Path | None) -> EngineImages:
    # They need more of the library than an AWS that has no containers.
    from airflow_fargate_rehearsal.fargate.engine_choice import find_engine  # noqa: PLC0415
    from airflow_fargate_rehearsal.fargate.engine_images import EngineImages  # noqa: PLC0415

    if folder is None:
        raise PreflightError("--containers needs --fargate FOLDER.")
    engine = find_engine()
    engine.remove_leftovers()
    return EngineImages(engine, folder)


if __name__ == "__main__":
    sys.exit(main())
