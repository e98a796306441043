"""The gate's command line."""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from airflow_fargate_policies.targets import Source, UsageError, plans_below, sources_of

CHECKOV = "3.3.30"
OPEN, SHUT, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at what the arguments name, say what is found, and give the exit code.

    Returns:
        0 where the gate is open, 1 where it is shut, 2 where the command line asks for something
        that cannot be done.
    """
    asked = _parser().parse_intermixed_args(arguments)
    try:
        _require_table(asked)
        _require_checkov()
        plans = dict(_named(each) for each in asked.plan)
        for folder in asked.plans:
            plans |= plans_below(folder)
        sources = sources_of(asked.paths or [Path("cdktf.out")], plans, asked.secrets)
        if asked.plans:
            _require_plans(sources)
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    return _look(sources, asked)


def _look(sources: Sequence[Source], asked: argparse.Namespace) -> int:
    # Their imports take seconds, which a wrong command line need not wait for.
    from airflow_fargate_policies.gate import look  # noqa: PLC0415
    from airflow_fargate_policies.output.junit import junit_of  # noqa: PLC0415
    from airflow_fargate_policies.output.markdown import markdown_of, stale  # noqa: PLC0415
    from airflow_fargate_policies.output.sarif import sarif_of  # noqa: PLC0415
    from airflow_fargate_policies.output.terminal import text_of  # noqa: PLC0415

    result = look(sources, _say, all_plans=bool(asked.plans))
    if asked.markdown and asked.check:
        result.problems += stale(asked.markdown, result)
    for file, write in (
        (asked.sarif, sarif_of),
        (asked.junit, junit_of),
        (None if asked.check else asked.markdown, markdown_of),
    ):
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(write(result), encoding="utf-8")
    sys.stdout.write(f"\n{text_of(result)}")
    return OPEN if result.is_open else SHUT


def _say(text: str) -> None:
    sys.stderr.write(f"==> {text}\n")
    sys.stderr.flush()


def _named(text: str) -> tuple[str, Path]:
    name, separator, file = text.partition("=")
    if not (name and separator and file):
        raise UsageError(f"--plan {text}: it should be NAME=FILE, such as airflow-dev=plan.json.")
    return name, Path(file)


def _require_plans(sources: Sequence[Source]) -> None:
    planned = {each.name for each in sources if each.form == "plan"}
    for each in sources:
        if each.form == "synthesized" and each.name not in planned:
            raise UsageError(
                f"--plans: there is no plan of {each.name} there. It should be called "
                f"{each.name}.json."
            )


def _require_table(asked: argparse.Namespace) -> None:
    if asked.check and not asked.markdown:
        raise UsageError("--check compares a table: name it by --markdown FILE.")


def _require_checkov() -> None:
    try:
        found = version("checkov")
    except PackageNotFoundError:
        found = None
    if found != CHECKOV:
        raise UsageError(
            f"The gate needs checkov {CHECKOV}, and {'has ' + found if found else 'there is none'}."
            " Install it in an environment of its own: pip install 'airflow-fargate[policy]'."
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m airflow_fargate_policies",
        description="Policy gate for synthesized stacks, plans, modules, Dockerfiles and secrets.",
        epilog="Exit code: 0 the gate is open, 1 it is shut, 2 it could not look.",
    )
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="CDKTF's output (default: cdktf.out), a stack, a folder of .tf files, a plan in JSON, "
        "a Dockerfile or its folder",
    )
    parser.add_argument(
        "--plan",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="a plan (terraform show -json) of the stack or folder NAME",
    )
    parser.add_argument(
        "--plans",
        action="append",
        default=[],
        type=Path,
        metavar="FOLDER",
        help="a folder of plans, each called NAME.json: all there are, of every stack and of the "
        "modules' examples, which then have to say what the modules' HCL does not",
    )
    parser.add_argument(
        "--secrets",
        action="append",
        default=[],
        type=Path,
        metavar="PATH",
        help="files to be searched for secrets; of a repository, those that Git knows",
    )
    for option, what in (
        ("--sarif", "SARIF, for code scanning"),
        ("--junit", "JUnit's XML"),
        ("--markdown", "a table of the exceptions in Markdown"),
    ):
        parser.add_argument(option, type=Path, metavar="FILE", help=f"write {what}")
    parser.add_argument(
        "--check",
        action="store_true",
        help="do not write that table: shut the gate where it is not as it would be written",
    )
    return parser
