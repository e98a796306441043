"""`python -m airflow_fargate_runtime.health COMPONENT`: whether a container works.

ECS runs it every half minute in each container, so it imports neither Airflow nor anything that is
slow to import: it takes about 40 ms of CPU, where `airflow jobs check` takes three seconds.

It ends with 0 if the component works and with 1 if not, and says in one line what it saw; with 2 if
it was called wrongly.
"""

import os
import socket
import sys

from . import signs_of_life

TIMEOUT_SECONDS = 5.0
"""How long a server may take to answer."""

LONGEST_SILENCE_SECONDS = {
    # Fetching DAGs from Git or S3 takes its main loop's time.
    "dag-processor": 300,
    "triggerer": 60,
    "worker": 60,
}
"""How old the last sign of life may be, for each component that gives signs."""

_SERVERS = {
    "api-server": ("AIRFLOW__API__PORT", 8080, "/api/v2/version"),
    "scheduler": ("AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT", 8974, "/health"),
}
"""Variable with the port, its default, and the path that is asked for."""

COMPONENTS = sorted(_SERVERS | LONGEST_SILENCE_SECONDS)


def main(arguments: list[str]) -> int:
    """Check the one component that is named; print what was seen, return the exit code."""
    if len(arguments) != 1 or arguments[0] not in COMPONENTS:
        got = " ".join(arguments) or "nothing"
        print(f"health: name one of {', '.join(COMPONENTS)}; got {got}", file=sys.stderr)
        return 2
    works, seen = check(arguments[0])
    print(f"{arguments[0]}: {seen}")
    return 0 if works else 1


def check(component: str) -> tuple[bool, str]:
    """Return whether a component works, and what was seen of it."""
    if component in _SERVERS:
        variable, default, path = _SERVERS[component]
        return _server_answers(int(os.environ.get(variable, default)), path)
    age = signs_of_life.age_seconds(component)
    if age is None:
        return False, "has given no sign of life yet"
    limit = LONGEST_SILENCE_SECONDS[component]
    return age <= limit, f"last sign of life {age:.0f} s ago, at most {limit} s are well"


def _server_answers(port: int, path: str) -> tuple[bool, str]:
    # Not http.client: with what it imports, it would be most of what this program costs.
    request = f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) as connection:
            connection.sendall(request.encode())
            with connection.makefile("rb") as answer:
                status_line = answer.readline(1000).decode("latin-1").split()
    except OSError as error:
        return False, f"port {port} does not answer: {error}"
    status = status_line[1] if status_line[1:] else "no HTTP"
    return status == "200", f"port {port} answers {path} with {status}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
