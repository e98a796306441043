"""Writes down the options that Airflow and its providers know, for checking a configuration.

Run it with the Python that has Airflow, after its version has changed (a test tells when):

    .tools/venvs/airflow/bin/python tools/airflow_options.py

It reads Airflow's own descriptions of its options, and those that its parser knows by older names.
"""

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

OPTIONS = Path(__file__).parent.parent / "constructs/airflow_fargate/airflow_options.json"


def describe() -> dict[str, Any]:
    """What the installed Airflow knows: its options, which hold secrets, and old names of some."""
    with tempfile.TemporaryDirectory() as home:
        # Without a home of its own, Airflow would write a configuration file into the user's.
        os.environ["AIRFLOW_HOME"] = home
        # The environment has no Airflow for the type checker to look at.
        version = importlib.import_module("airflow.version").version
        manager = importlib.import_module("airflow.providers_manager").ProvidersManager()
        manager.initialize_providers_configuration()
        conf: Any = importlib.import_module("airflow.configuration").conf
        return {
            "version": version,
            "options": {
                section: sorted(known["options"])
                for section, known in sorted(conf.configuration_description.items())
            },
            "sensitive": sorted(
                f"{section}.{key}"
                for section, known in conf.configuration_description.items()
                for key, option in known["options"].items()
                # Settings of a library, which may hold a password and mostly do not.
                if option.get("sensitive") and not key.endswith("args")
            ),
            "renamed": newest_names(
                {
                    f"{old_section}.{old_key}": f"{section}.{key}"
                    for (section, key), (old_section, old_key, _) in conf.deprecated_options.items()
                }
            ),
        }


def newest_names(renamed: dict[str, str]) -> dict[str, str]:
    """The same, with the last name of what was renamed more than once."""
    newest = {}
    for old, new in sorted(renamed.items()):
        while new in renamed:
            new = renamed[new]  # noqa: PLW2901  follows the chain of names
        newest[old] = new
    return newest


if __name__ == "__main__":
    text = json.dumps(describe(), indent=1) + "\n"
    if sys.argv[1:] == ["--print"]:
        sys.stdout.write(text)
    else:
        OPTIONS.write_text(text)
