"""What the image installs, against what the packages say that they need."""

import json
import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

IMAGE = Path(__file__).parents[3] / "airflow_image"
MISSING = """
import importlib.metadata, json, sys
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

listed = set(json.load(sys.stdin))
for name in listed:
    try:
        needs = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        continue # for another Python
    for need in map(Requirement, needs):
        if need.marker is None or need.marker.evaluate({"extra": ""}):
            if (needed := canonicalize_name(need.name)) not in listed:
                print(name, "needs", needed)
"""


def test_nothing_that_the_image_installs_needs_more_than_it_installs(airflow_python: Path) -> None:
    text = (IMAGE / "requirements.txt").read_text()
    names = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", text, re.MULTILINE)
    result = subprocess.run(
        [airflow_python, "-c", MISSING],
        input=json.dumps(names),
        check=True,
        capture_output=True,
        text=True,
    )
    assert not result.stdout
