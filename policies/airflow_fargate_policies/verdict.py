"""What the gate makes of findings: verdicts, problems, and the targets that they are about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from airflow_fargate_policies.finding import Finding
from airflow_fargate_policies.resource import PolicyException


class Verdict(StrEnum):
    """What a finding means for the gate."""

    PASSED = "passed"
    EXCEPTED = "excepted"
    """It failed, or was not evaluated, and an exception with a reason says why it is left."""
    FAILED = "failed"
    NOT_EVALUATED = "not evaluated"
    LEFT = "left to the plans"
    """A module's HCL does not say it; the plans of what calls the module do."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A finding and what it means."""

    finding: Finding
    verdict: Verdict
    exception: PolicyException | None = None


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """Something that shuts the gate.

    Attributes:
        target: In which target.
        rule: Id of the rule, or of the gate's own `AF_GATE_...`.
        address: Of the resource, file or target.
        what: What is wrong.
        where: Where to change it.
    """

    target: str
    rule: str
    address: str
    what: str
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class Declared:
    """An exception, and for what it is declared."""

    address: str
    exception: PolicyException


@dataclass(kw_only=True)
class Target:
    """Something that is looked at as a whole: a form of a stack, a module, the Dockerfiles.

    Attributes:
        name: What reports call it.
        form: "synthesized", "plan", "module", "Dockerfiles" or "secrets".
        path: The file or folder it was read from, for reports.
        unit: What it is a form of: a stack and its plan are one.
        declared: The exceptions in it.
        findings: What the rules say.
        resources: Whether it is sure that there is one, by the addresses without keys.
        unseen: Calls of modules that were not looked into: where each is written, by its address.
    """

    name: str
    form: str
    path: str
    unit: str
    declared: Sequence[Declared] = ()
    findings: Sequence[Finding] = ()
    resources: Mapping[str, bool] = field(default_factory=dict)
    unseen: Mapping[str, str] = field(default_factory=dict)
    judged: list[Judged] = field(init=False, default_factory=list)

    def counts(self) -> Counter[Verdict]:
        """How many findings there are of each verdict."""
        return Counter(each.verdict for each in self.judged)
