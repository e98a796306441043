"""What a rule says about a resource."""

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """How it went."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_EVALUATED = "not evaluated"
    """The rule could not read what it needs: a failure too, wherever all should be known."""


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """What a rule says about a resource or a file.

    Attributes:
        target: Name of the configuration, as in `Configuration.name`.
        rule: Id of the rule: checkov's, such as `CKV_AWS_91`, or one of ours, `AF_PUBLIC_INGRESS`.
        address: Of the resource; of a Dockerfile or of a secret, the file.
        outcome: How it went.
        title: What the rule asks, in a sentence; the same wherever it looks.
        message: What is wrong, or what could not be read; for people.
        where: Where to change it: a construct's path, or file and line.
    """

    target: str
    rule: str
    address: str
    outcome: Outcome
    title: str = field(default="", compare=False)
    message: str = ""
    where: str = ""
