"""What looks like a secret in any file: what checkov's search passes over."""

import re
from collections.abc import Iterator

from airflow_fargate_policies.rules.secret_values import is_secret_name, looks_random, secrets_in

IN_FILE = "AF_SECRET_IN_FILE"
TITLE = "No secret of a known form stands in a file."
# Of a key in PEM, checkov finds the line after this one.
_PASSED_OVER = frozenset({"a private key"})
# AWS's documentation has keys that end so.
_EXAMPLE = re.compile(r"AKIA\w+EXAMPLE\b")
_ASSIGNED = re.compile(
    r"(?<![\w.-])(?P<name>[A-Za-z][\w.-]*)[\"']?\s*(?:=>|=|:)\s*[\"'](?P<value>[A-Za-z0-9+/_=-]{24,})[\"']"
)


def secrets_in_text(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text that hold a secret, each with what it is; never the secret itself."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _secret_in(_EXAMPLE.sub("", line)):
            yield number, found


def _secret_in(line: str) -> str | None:
    for found in secrets_in(line):
        if found not in _PASSED_OVER:
            return found
    for each in _ASSIGNED.finditer(line):
        if is_secret_name(each["name"]) and looks_random(each["value"]):
            return f"{each['name']} with a value that looks like a key"
    return None
