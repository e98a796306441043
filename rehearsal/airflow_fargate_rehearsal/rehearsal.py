"""The rehearsal itself: apply, plan again, take protection off, destroy, look for leftovers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from airflow_fargate_rehearsal.alive.applied import Deployment, deployments_of
from airflow_fargate_rehearsal.console import Console
from airflow_fargate_rehearsal.emulator import EmbeddedAws
from airflow_fargate_rehearsal.errors import PreflightError, RehearsalError, TerraformError
from airflow_fargate_rehearsal.fargate.clients import Clients, with_access_key
from airflow_fargate_rehearsal.plain_root import Root
from airflow_fargate_rehearsal.project import STATE_STACK, Project, Source, Stack
from airflow_fargate_rehearsal.root_copy import (
    keeps_state_in_s3,
    note_images,
    place_root,
    write_values,
)
from airflow_fargate_rehearsal.root_settings import SETTINGS_FILE
from airflow_fargate_rehearsal.secret_search import found_in, values_of
from airflow_fargate_rehearsal.state_buckets import StateBuckets
from airflow_fargate_rehearsal.terraform.driver import Terraform
from airflow_fargate_rehearsal.terraform.providers import REHEARSED_AWS_PROVIDER
from airflow_fargate_rehearsal.workspace import place, uses_s3_backend


@dataclass(kw_only=True)
class Rehearsal:
    """One run over the stacks of a project; every method raises RehearsalError if it fails.

    ``stacks`` are those asked for, without the state stack, which comes first wherever there is
    one. ``environment`` is all that Terraform and the app see; ``work_folder`` is thrown away.
    Into ``plans_folder``, where one is given, the plans made after apply are written, as JSON:
    nothing in them is unknown.
    """

    source: Source
    stacks: tuple[str, ...]
    binary: Path
    environment: Mapping[str, str]
    work_folder: Path
    aws: EmbeddedAws
    console: Console
    plans_folder: Path | None = None
    secrets_in_the_open: list[str] = field(default_factory=list, init=False)
    _synthesized: dict[str, Stack] = field(default_factory=dict)
    _applied: dict[str, Terraform] = field(default_factory=dict)
    _started: list[Terraform] = field(default_factory=list)
    _bucket: str | None = None
    _buckets: StateBuckets = field(init=False)

    def __post_init__(self) -> None:
        self._buckets = StateBuckets(self.aws)

    def apply(self) -> None:
        """Synthesize, apply every stack, and hold that a second plan is empty."""
        self.console.step(self.source.announce())
        self._synthesized = self.source.synthesize(self.work_folder / "cdktf.out", self.environment)
        names = self._names_in_order()
        for name in names:
            self._apply(self._synthesized[name])
        for name in names:
            self._hold_that_nothing_changes(name)

    def destroy(self) -> None:
        """Take protection off where there is any, destroy all in reverse, look for leftovers."""
        unprotected: Mapping[str, Stack] = {}
        if self.source.can_unprotect:
            self.console.step(self.source.announce(unprotected=True))
            unprotected = self.source.synthesize(
                self.work_folder / "cdktf.unprotected", self.environment, unprotected=True
            )
        for name, terraform in reversed(self._applied.items()):
            self._destroy(name, terraform, unprotected.get(name))
        self._hold_that_nothing_is_left()

    def deployments(self) -> list[Deployment]:
        """What runs of each stack that has something to run."""
        applied = self._applied.items()
        return [each for name, it in applied for each in deployments_of(name, it.show())]

    def applied(self, name: str) -> Terraform:
        """Terraform, where one of the stacks was applied."""
        return self._applied[name]

    def plan_commands(self) -> list[list[str]]:
        """What plans each stack again, for who looks at what is kept."""
        return [
            ["terraform", f"-chdir={each.folder}", "plan", *each.values()] for each in self._started
        ]

    def _names_in_order(self) -> list[str]:
        known = self._synthesized
        for name in self.stacks:
            if name not in known:
                raise PreflightError(
                    f"There is no stack {name!r}; {self._origin()} {', '.join(sorted(known))}. "
                    "Name one of them with --stack."
                )
        state = known.get(STATE_STACK)
        first = [] if state is None or isinstance(state, Root) else [STATE_STACK]
        return list(dict.fromkeys([*first, *self.stacks]))

    def _origin(self) -> str:
        return "the app synthesizes" if isinstance(self.source, Project) else "there are"

    def _apply(self, stack: Stack) -> None:
        self.console.step(f"Applying {stack.name}")
        terraform = self._terraform(stack)
        terraform.validate()
        try:
            with self.console.progress("applying") as report:
                terraform.apply(report)
        except TerraformError as error:
            if "No value for required variable" not in str(error):
                raise
            raise PreflightError(
                f"{error}\n\nGive it a value for rehearsals under [variables] in {SETTINGS_FILE}, "
                f"beside the files of {stack.name}, or name your file under variable_files."
            ) from error
        self._applied[stack.name] = terraform
        outputs = terraform.outputs()
        if stack.name == STATE_STACK:
            self._bucket = str(outputs["bucket"].value) if "bucket" in outputs else None
        self.console.outputs(outputs)
        self.console.created(terraform.resource_types())

    def _terraform(self, stack: Stack) -> Terraform:
        if isinstance(stack, Root):
            return self._terraform_of_root(stack)
        # As deep as where it was synthesized: from there it names the folders of its images.
        folder = self.work_folder / "applied" / "stacks" / stack.name
        place(stack, folder)
        terraform = Terraform(binary=self.binary, folder=folder, environment=self.environment)
        backend_config = {}
        if uses_s3_backend(stack):
            if self._bucket is None:
                raise PreflightError(
                    f"Stack {stack.name} keeps its state in S3, and no bucket for it was made: the "
                    f"app needs a stack {STATE_STACK!r} with an output 'bucket'."
                )
            backend_config["bucket"] = self._bucket
        self._init(terraform, backend_config)
        return terraform

    def _terraform_of_root(self, root: Root) -> Terraform:
        folder, left_out = place_root(root, self.work_folder / "applied" / "roots" / root.name)
        for each in left_out:
            self.console.line(f"left out, because it is of a real account: {each}", "yellow")
        note_images(root, self.work_folder)
        terraform = Terraform(
            binary=self.binary,
            folder=folder,
            environment=self.environment,
            variable_files=write_values(root, self._values_of(root.name)),
        )
        backend_config = {}
        if keeps_state_in_s3(root):
            backend_config = self._buckets.provide(root.configuration["terraform"]["backend"]["s3"])
        self._init(terraform, backend_config)
        return terraform

    def _values_of(self, name: str) -> Path:
        return self.work_folder / "applied" / f"{name}.tfvars.json"

    def _init(self, terraform: Terraform, backend_config: Mapping[str, str]) -> None:
        self._started.append(terraform)
        try:
            terraform.init(backend_config)
        except TerraformError as error:
            if "provider" not in str(error).lower():
                raise
            raise PreflightError(
                f"{error}\n\nThe rehearsal needs provider hashicorp/aws {REHEARSED_AWS_PROVIDER}, "
                "from the Terraform registry or from a mirror: a folder registry.terraform.io in "
                "~/.terraform.d/plugins, as 'terraform providers mirror' makes it."
            ) from error

    def _hold_that_nothing_changes(self, name: str) -> None:
        self.console.step(f"Planning {name} again")
        terraform, plan = self._applied[name], self.work_folder / f"{name}.tfplan"
        changes = terraform.plan(plan)
        if changes:
            listed = "\n".join(f"  {action} {address}" for address, action in changes.items())
            raise RehearsalError(
                f"A second plan of {name} should be empty, and would change:\n{listed}"
            )
        self.console.line("no changes")
        shown = json.dumps(terraform.show(plan))
        if self.plans_folder:
            self.plans_folder.mkdir(parents=True, exist_ok=True)
            (self.plans_folder / f"{name}.json").write_text(shown, encoding="utf-8")
        self._look_for_secrets(shown, json.dumps(terraform.show()))

    def _look_for_secrets(self, plan: str, state: str) -> None:
        """Say which secrets can be read in a plan or a state; whether that may be is the user's."""
        clients = Clients(self.aws.endpoint_url, with_access_key(self.aws.access_key))
        values = values_of(state, clients)
        exposed = [
            f"{arn} can be read in its {where}"
            for where, text in (("plan", plan), ("state", state))
            for arn in found_in(text, values)
        ]
        for each in exposed:
            self.console.line(f"{each}: write it by secret_string_wo", "yellow")
        if values and not exposed:
            self.console.line(f"no value of its {len(values)} secrets in its plan or state")
        self.secrets_in_the_open += exposed

    def _destroy(self, name: str, terraform: Terraform, unprotected: Stack | None) -> None:
        if unprotected and not unprotected.is_same_as(self._synthesized[name]):
            self.console.step(f"Applying {name} without protection")
            if isinstance(unprotected, Root):
                write_values(unprotected, self._values_of(name))
            else:
                place(unprotected, terraform.folder)
            with self.console.progress("applying") as report:
                terraform.apply(report)
        self.console.step(f"Destroying {name}")
        try:
            with self.console.progress("destroying") as report:
                terraform.destroy(report)
        except TerraformError as error:
            if "prevent_destroy" not in str(error):
                raise
            advice = self.source.advice_on_protection(name)
            raise RehearsalError(f"{error}\n\n{advice}") from error

    def _hold_that_nothing_is_left(self) -> None:
        self._buckets.remove()
        self.console.step("Looking for what is left")
        if kept := self.aws.kept_by_aws():
            self.console.line("AWS itself keeps for a while:")
            self.console.listing(kept)
        if left := self.aws.created():
            listed = "\n".join(
                f"  {service}: {name}" for service, names in left.items() for name in names
            )
            raise RehearsalError(f"After the destroy there is still:\n{listed}")
        self.console.line("nothing else" if kept else "nothing")
