"""Writes airflow_image/requirements.txt from Pipfile.lock, so that image and tests run the same.

`python tools/image_requirements.py` writes the file; with `--check` it only says whether the file
is what it would write, and ends with 1 if not. Standard library only.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "Pipfile.lock"
REQUIREMENTS = ROOT / "airflow_image/requirements.txt"
CATEGORY = "airflow-packages"

NOT_IN_THE_IMAGE = ("iniconfig", "pytest")
"""What the category holds for tests alone."""

HEADING = """\
# Written from Pipfile.lock by tools/image_requirements.py; `make lock` keeps it up to date.
# Everything that Airflow's image installs, with the hashes that pip accepts.
"""


def requirements(lock: dict[str, dict[str, dict[str, list[str] | str]]]) -> str:
    """The requirements as pip reads them, for a lock as pipenv writes it.

    Extras are left out: what they bring is locked and stands on lines of its own.
    """
    lines = [HEADING]
    for name, package in sorted(lock[CATEGORY].items()):
        # The project's own packages are copied into the image.
        if name in NOT_IN_THE_IMAGE or "path" in package:
            continue
        requirement = f"{name}{package['version']}"
        if "markers" in package:
            requirement += f" ; {package['markers']}"
        lines.append(" \\\n    ".join([requirement, *(f"--hash={h}" for h in package["hashes"])]))
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check the file; return the exit code."""
    wanted = requirements(json.loads(LOCK.read_text()))
    if arguments == ["--check"]:
        if REQUIREMENTS.read_text() == wanted:
            return 0
        sys.stderr.write(
            f"{REQUIREMENTS.relative_to(ROOT)} is not what Pipfile.lock says: "
            "run python tools/image_requirements.py\n"
        )
        return 1
    REQUIREMENTS.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
