"""What looks like a secret."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from airflow_fargate_policies.reading.templates import expressions

_NAME = re.compile(
    r"(?:(?:^|[_.\-])(?:passphrase|secrets?|tokens?|credentials?|jwt|"
    r"(?:private|api|access|secret|fernet|encryption|signing|auth)_?key)"
    r"|[a-z0-9]*(?:password|passwd)|[_.\-](?:pwd|pass|pw))"  # PGPASSWORD, MYSQL_PWD
    r"(?:_(?:value|text|plain))?(?:_?\d+)?$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CERTAIN = {
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a password in a URL": re.compile(
        r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://[^/\s:@$]*:[^/\s@$]+@", re.IGNORECASE
    ),
    "a JSON web token": re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\."),
    "a token of GitHub": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{30,}\b"),
    "a token of Slack": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
}
_RANDOM = re.compile(r"[A-Za-z0-9+/_=-]{24,}")
_ENTROPY_BITS = 4.0  # of a character; English has about 4.1 in the alphabet, but not in 24 letters
# What Terraform knows to be secret, and what would put it where it can be read.
_SECRET_REFERENCE = re.compile(
    r"\b(?:random_password\.\w+\.(?:result|bcrypt_hash)|[\w.]+\.secret_string|"
    r"[\w.]+\.secret_binary|\w*private_key\w*\.\w+\.private_key\w*|ephemeral\.[\w.]+|"
    r"aws_(?:db_instance|rds_cluster)\.\w+\.(?:master_)?password|"
    r"aws_iam_access_key\.\w+\.(?:secret|ses_smtp_password_v4)|"
    r"data\.aws_ssm_parameter\.\w+\.value)\b"
)
# Nothing, a switch, a small number; an ARN; a URL; a path; a class.
_PLAIN = re.compile(r"(?:true|false|none|null|\d{1,5}(?:\.\d+)?)?", re.IGNORECASE)
_NAMED = re.compile(
    r"arn:[^:\s]+:\S+|https?://[^@]*|(?:/[\w.\-]+)+/?|[a-z_]\w*(?:\.[a-z_]\w*)+\.[A-Z]\w+"
)
_EXPRESSION = re.compile(r"\$\{[^{}]*\}")
_OPTION = re.compile(r"--?([A-Za-z][\w-]*)(?:=(.*))?", re.DOTALL)
_ASSIGNED = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)", re.DOTALL)


def is_secret_name(name: str) -> bool:
    """Whether a name says that its value is a secret."""
    return bool(_NAME.search(_CAMEL.sub("_", name)))


def is_harmless(value: Any) -> bool:
    """Whether a value cannot be a secret: nothing, a small number, an ARN, a URL, a path."""
    if not isinstance(value, str):
        return True
    text = value.strip()
    if _PLAIN.fullmatch(text):
        return True
    is_named = _NAMED.fullmatch(_EXPRESSION.sub("x", text)) if text[:1] != "$" else None
    return bool(is_named) and not looks_random(text)


def texts_of(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """All texts in a value, by where they stand in it: `options.splunk-token`."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from texts_of(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_of(each, path)


def secrets_in(text: str) -> Iterator[str]:
    """What in a text is certainly a secret, without the secret itself."""
    for what, pattern in _CERTAIN.items():
        if pattern.search(text):
            yield what
    for expression in expressions(text):
        if found := _SECRET_REFERENCE.search(expression):
            yield f"the value of {found[0]}"


def looks_random(text: str) -> bool:
    """Whether a text is one long word that nobody would have chosen."""
    if not _RANDOM.fullmatch(text):
        return False
    kinds = sum(bool(re.search(each, text)) for each in ("[a-z]", "[A-Z]", "[0-9]"))
    counts = Counter(text).values()
    entropy = -sum(each / len(text) * math.log2(each / len(text)) for each in counts)
    return kinds == 3 and entropy >= _ENTROPY_BITS  # noqa: PLR2004 -- all three kinds


def given_secrets(words: Sequence[Any]) -> Iterator[str]:
    """Options and variables of a command that are secrets and are written out."""
    # A word of a list may be a whole script.
    parts = [part.strip("'\"") for it in words if isinstance(it, str) for part in it.split()]
    for part, following in pairwise([*parts, ""]):
        if option := _OPTION.fullmatch(part):
            name, value = option[1].replace("-", "_"), option[2]
            value = following if value is None else value
        elif assigned := _ASSIGNED.fullmatch(part):
            name, value = assigned[1], assigned[2]
        else:
            continue
        # What the shell puts in is not written out, and neither is an option without a value.
        is_written = not value.strip("'\"").startswith(("$", "`", "-"))
        if is_written and is_secret_name(name) and not is_harmless(value.strip("'\"")):
            yield name
