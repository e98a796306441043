"""How `container_sockets` comes into every Python of a container: by a `.pth` file."""

from __future__ import annotations

import os
from pathlib import Path

HOOK = Path(__file__).with_name("container_sockets.py")
"""What it is, as a file of this machine."""
HOOK_VARIABLE = "AIRFLOW_FARGATE_REHEARSAL_HOOK"
"""Where a container finds it."""
_SETTINGS_VARIABLE = "AIRFLOW_FARGATE_REHEARSAL_NETWORK"
FILE = "airflow_fargate_rehearsal.pth"
"""The file's name, in a folder `site-packages`."""
# Python runs a line that begins with "import" when it starts. The program is where the rehearsal
# is, so that an environment that was kept has today's.
_NAME = "airflow_fargate_rehearsal_sockets"
LINE = (
    f"import os, sys; f = os.environ.get({HOOK_VARIABLE!r}); "
    f"f and {_NAME!r} not in sys.modules and exec('"
    "import importlib.util as u; "
    f's = u.spec_from_file_location("{_NAME}", f); '
    "m = u.module_from_spec(s); "
    "sys.modules[s.name] = m; "
    "s.loader.exec_module(m)')\n"
)
"""What is in the file; it does nothing a second time, for a Python may have two such folders."""


def put_into(programs: Path) -> None:
    """Let every Python of an environment use the hook; `programs` is its folder `bin`.

    Without the variables of :func:`variables` it does nothing.
    """
    for packages in programs.parent.glob("lib/python3*/site-packages"):
        file = packages / FILE
        if not file.exists() or file.read_text() != LINE:
            written = packages / f"{FILE}.{os.getpid()}.{os.urandom(4).hex()}"
            written.write_text(LINE)
            written.replace(file)


def variables(
    *, visible: str, hidden: str, loopback: str, host_name: str, agent_url: str
) -> dict[str, str]:
    """Environment of a task's containers, for the hook."""
    agent = agent_url.removeprefix("http://")
    settings = {
        "visible": visible,
        "hidden": hidden,
        "loopback": loopback,
        "host_name": host_name,
        "agent": agent,
    }
    return {
        HOOK_VARIABLE: str(HOOK),
        _SETTINGS_VARIABLE: " ".join(f"{name}={value}" for name, value in settings.items()),
    }
