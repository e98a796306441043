"""Rules for the fields of props: what a value must be, said once, checked when props are made."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

_MOST_TAGS = 40
_LONGEST_TAG = 256


class InvalidValue(ValueError):
    """A setting that cannot work. The message names the field, the rule, the value and a remedy."""

    def __init__(self, field: str, rule: str, got: object, remedy: str = "") -> None:
        super().__init__(f"{field} must be {rule}; got {got!r}." + (f" {remedy}" if remedy else ""))


class Rule(Protocol):
    """What a value must be."""

    @property
    def text(self) -> str:
        """The rule, so that it can follow "must be"."""
        ...

    def holds(self, value: object) -> bool:
        """Whether a known value keeps the rule."""
        ...


@dataclass(frozen=True)
class Between:
    """A number from `minimum` to `maximum`, both allowed."""

    minimum: float
    maximum: float
    reason: str = ""

    @property
    def text(self) -> str:
        return f"from {self.minimum} to {self.maximum}" + (f" ({self.reason})" * bool(self.reason))

    def holds(self, value: object) -> bool:
        return isinstance(value, int | float) and self.minimum <= value <= self.maximum


@dataclass(frozen=True)
class OneOf:
    """One of a few values; `reason` says whose they are."""

    values: tuple[object, ...]
    reason: str = ""

    @property
    def text(self) -> str:
        listed = ", ".join(repr(value) for value in self.values)
        return f"one of {listed}" + (f" ({self.reason})" * bool(self.reason))

    def holds(self, value: object) -> bool:
        return value in self.values


@dataclass(frozen=True)
class Matches:
    """Text of a form: a regular expression for all of it, and the same in words."""

    pattern: str
    text: str

    def holds(self, value: object) -> bool:
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True)
class Items:
    """A list whose items keep a rule, at least `minimum` of them and none twice."""

    rule: Rule
    minimum: int = 0

    @property
    def text(self) -> str:
        least = f"at least {self.minimum} different values" if self.minimum else "different values"
        return f"a list of {least}, each {self.rule.text}"

    def holds(self, value: object) -> bool:
        return (
            isinstance(value, list | tuple)
            and self.minimum <= len(value) == len(set(value))
            and all("${" in str(item) or self.rule.holds(item) for item in value)
        )


@dataclass(frozen=True)
class CidrBlock:
    """An IPv4 network, between two sizes."""

    largest_prefix: int = 0
    smallest_prefix: int = 32
    reason: str = ""

    @property
    def text(self) -> str:
        sizes = f" from /{self.largest_prefix} to /{self.smallest_prefix}"
        return f"an IPv4 network{sizes}, with no host bits set" + (
            f" ({self.reason})" * bool(self.reason)
        )

    def holds(self, value: object) -> bool:
        try:
            prefix = ipaddress.IPv4Network(str(value)).prefixlen
        except ValueError:
            return False
        return "/" in str(value) and self.largest_prefix <= prefix <= self.smallest_prefix


@dataclass(frozen=True)
class Arn:
    """The ARN of a resource of one AWS service, for example `Arn("kms", "key/")`."""

    service: str
    resource: str = ""

    @property
    def text(self) -> str:
        place = ":ACCOUNT" if self.service == "iam" else "REGION:ACCOUNT"
        return f"an ARN of the form arn:aws:{self.service}:{place}:{self.resource}..."

    def holds(self, value: object) -> bool:
        # AWS's own IAM policies have "aws" for an account.
        place = r":(\d{12}|aws)" if self.service == "iam" else r"[a-z0-9-]+:\d{12}"
        pattern = rf"arn:aws[a-z-]*:{self.service}:{place}:{re.escape(self.resource)}.+"
        return isinstance(value, str) and re.fullmatch(pattern, value) is not None


@dataclass(frozen=True)
class TagSet:
    """Tags as AWS takes them, without those that the library sets itself."""

    text: str = (
        "a mapping of at most 40 tags: keys of 1 to 128 characters that do not begin with aws: "
        "and are not Name (which every resource has of its own), values of at most 256"
    )

    def holds(self, value: object) -> bool:
        # AWS takes 50 for a resource; the provider's default_tags count too.
        return (
            isinstance(value, Mapping)
            and len(value) <= _MOST_TAGS
            and all(
                "${" in f"{key}{text}"
                or (re.fullmatch(r"(?!aws:)(?!Name\Z).{1,128}", key) and len(text) <= _LONGEST_TAG)
                for key, text in value.items()
            )
        )
