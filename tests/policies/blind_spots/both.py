"""checkov as it comes, and the gate, held against the same files.

A test in this folder shows that checkov is blind, so that we learn when it no longer is, and that
the gate is not.
"""

import json
import multiprocessing
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow_fargate_policies.builtin.scan import offline, quiet
from airflow_fargate_policies.cli import main
from airflow_fargate_policies.gate import look
from airflow_fargate_policies.targets import sources_of

offline()

from checkov.main import Checkov  # noqa: E402 -- it reads the environment when it is imported
from checkov.runner_filter import RunnerFilter  # noqa: E402
from checkov.terraform.plan_runner import Runner as PlanRunner  # noqa: E402
from checkov.terraform.runner import Runner as HclRunner  # noqa: E402
from checkov.terraform_json.runner import TerraformJsonRunner  # noqa: E402

RUNNERS = {"terraform_json": TerraformJsonRunner, "terraform": HclRunner, "plan": PlanRunner}
Said = dict[tuple[str, str], str]
"""By the resource as checkov calls it and the rule: "passed" or "failed"."""


def write_stack(folder: Path, resource: Mapping[str, Any], **blocks: Any) -> Path:
    """A folder with resources as CDKTF writes them."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"resource": resource, **blocks}
    (folder / "cdk.tf.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def write_hcl(folder: Path, text: str) -> Path:
    """A folder with HCL."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.tf").write_text(text, encoding="utf-8")
    return folder


def write_plan(file: Path, plan: Mapping[str, Any]) -> Path:
    """A plan in JSON."""
    file.write_text(json.dumps(plan), encoding="utf-8")
    return file


def checkov_exits(*arguments: str) -> int | None:
    """The exit code of checkov's command line."""
    # A process for each: checkov's runners remember what they were given before. It is forked, as
    # checkov's import takes seconds.
    process = multiprocessing.get_context("fork").Process(target=_checkov, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def _checkov(*arguments: str) -> None:
    with quiet():
        sys.exit(Checkov(argv=[*arguments, "--skip-download", "--quiet", "--compact"]).run())


def checkov_says(framework: str, path: Path) -> Said:
    """What checkov says of the resources in a folder, or of a plan."""
    where = {"files": [str(path)]} if path.is_file() else {"root_folder": str(path)}
    with quiet():
        report = RUNNERS[framework]().run(
            **where, runner_filter=RunnerFilter(show_progress_bar=False)
        )
    (report,) = report if isinstance(report, list) else [report]
    return {
        (record.resource, record.check_id): outcome
        for outcome, records in (("passed", report.passed_checks), ("failed", report.failed_checks))
        for record in records
    }


def gate_exits(*arguments: str | Path) -> int:
    """The exit code of the gate's command line."""
    return main([str(each) for each in arguments])


def gate_says(*paths: Path, plans: Mapping[str, Path] | None = None) -> set[tuple[str, str]]:
    """What shuts the gate: addresses and rules."""
    result = look(sources_of(paths, plans or {}))
    return {(each.address, each.rule) for each in result.problems}


def gate_findings(path: Path) -> Said:
    """The outcome of every rule of the gate for every resource."""
    (target,) = look(sources_of([path], {})).targets
    return {(each.address, each.rule): each.outcome.value for each in target.findings}
