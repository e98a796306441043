"""The gate: looks at everything that it is given, and is open or shut."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from airflow_fargate_policies.builtin import check_builtin
from airflow_fargate_policies.builtin.dockerfiles import check_dockerfiles, dockerfile_exceptions
from airflow_fargate_policies.builtin.secrets import check_secrets, secret_exceptions
from airflow_fargate_policies.judging import UNREADABLE, judge
from airflow_fargate_policies.resource import Configuration, UnreadableError, without_keys
from airflow_fargate_policies.rules import check_own
from airflow_fargate_policies.targets import Source, read
from airflow_fargate_policies.verdict import Declared, Problem, Target, Verdict

# What reading raises where a file is not made as Terraform, or AWS, makes it.
_SHAPES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_SHOWN = 300  # characters of a message


@dataclass(kw_only=True)
class Result:
    """What the gate has seen.

    Attributes:
        targets: What was looked at, each finding judged.
        problems: What shuts the gate.
    """

    targets: list[Target] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def counts(self) -> Counter[Verdict]:
        """How many findings of each verdict there are in all."""
        return sum((each.counts() for each in self.targets), Counter[Verdict]())


def look(
    sources: Sequence[Source],
    step: Callable[[str], None] = lambda _: None,
    *,
    all_plans: bool = False,
) -> Result:
    """Look at all sources.

    Args:
        sources: What there is to look at.
        step: Told what is looked at now.
        all_plans: Whether the plans of all examples of the modules are among them.
    """
    result = Result()
    configurations: dict[str, Configuration] = {}
    unreadable = []
    # A plan needs what it is a plan of.
    for source in sorted(sources, key=lambda each: each.form == "plan"):
        step(f"{source.name} ({source.form})")
        try:
            result.targets.append(_target(source, configurations))
        except UnreadableError as error:
            unreadable.append(_unreadable(source, str(error)))
        except _SHAPES as error:
            said = f"it has another shape than expected, {error!r}"[:_SHOWN]
            unreadable.append(_unreadable(source, said))
    result.problems = [*unreadable, *judge(result.targets, all_plans=all_plans)]
    return result


def _unreadable(source: Source, what: str) -> Problem:
    path = source.path.as_posix()
    return Problem(target=source.name, rule=UNREADABLE, address=path, what=what, where=path)


def _target(source: Source, configurations: dict[str, Configuration]) -> Target:
    if source.form in ("Dockerfiles", "secrets"):
        return _of_files(source)
    configuration = read(source, configurations)
    if source.form != "plan":
        configurations[source.name] = configuration
    return target_of(configuration, source)


def target_of(configuration: Configuration, source: Source) -> Target:
    """A configuration with all that the rules say of it.

    Args:
        configuration: What was read.
        source: Where from.

    Raises:
        UnreadableError: checkov cannot read it.
    """
    return Target(
        name=f"{source.name} ({source.form})",
        form=source.form,
        path=source.path.as_posix(),
        unit=source.name,
        declared=list(
            dict.fromkeys(
                Declared(address=without_keys(resource.address), exception=exception)
                for resource in configuration.resources
                for exception in resource.exceptions
            )
        ),
        findings=[*check_builtin(configuration), *check_own(configuration)],
        resources={
            without_keys(each.address): not each.optional
            for each in configuration.resources
            if each.mode == "managed"
        },
        unseen=configuration.unseen,
    )


def _of_files(source: Source) -> Target:
    root = Path()
    if source.form == "Dockerfiles":
        findings = check_dockerfiles(source.files, root)
        declared = [each for file in source.files for each in dockerfile_exceptions(file, root)]
    else:
        findings = check_secrets(source.files, root)
        declared = secret_exceptions(source.files, root)
    return Target(
        name=source.name,
        form=source.form,
        path=source.path.as_posix(),
        unit=source.name,
        declared=[Declared(address=address, exception=each) for address, each in declared],
        findings=findings,
    )
