"""The rehearsal itself: apply, plan again, take protection off, destroy, look for leftovers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from airflow_fargate_rehearsal.alive.applied import Deployment, deployment_of
from airflow_fargate_rehearsal.console import Console
from airflow_fargate_rehearsal.emulator import EmbeddedAws
from airflow_fargate_rehearsal.errors import PreflightError, RehearsalError, TerraformError
from airflow_fargate_rehearsal.project import STATE_STACK, UNPROTECT_VARIABLE, Source, Stack
from airflow_fargate_rehearsal.terraform.driver import Terraform
from airflow_fargate_rehearsal.terraform.providers import REHEARSED_AWS_PROVIDER
from airflow_fargate_rehearsal.workspace import place, uses_s3_backend


@dataclass(kw_only=True)
class Rehearsal:
    """One run over the stacks of a project; every method raises RehearsalError if it fails.

    ``stacks`` are those asked for, without the state stack, which comes first wherever there is
    one. ``environment`` is all that Terraform and the app see; ``work_folder`` is thrown away.
    """

    source: Source
    stacks: tuple[str, ...]
    binary: Path
    environment: Mapping[str, str]
    work_folder: Path
    aws: EmbeddedAws
    console: Console
    _synthesized: dict[str, Stack] = field(default_factory=dict)
    _applied: dict[str, Terraform] = field(default_factory=dict)
    _bucket: str | None = None

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
            self.console.step(f"Synthesizing without protection: {UNPROTECT_VARIABLE}=1")
            unprotected = self.source.synthesize(
                self.work_folder / "cdktf.unprotected", self.environment, unprotected=True
            )
        for name, terraform in reversed(self._applied.items()):
            self._destroy(name, terraform, unprotected.get(name))
        self._hold_that_nothing_is_left()

    def deployments(self) -> list[Deployment]:
        """What runs of each stack that has something to run."""
        found = (deployment_of(name, each.show()) for name, each in self._applied.items())
        return [each for each in found if each is not None]

    def folder_of(self, name: str) -> Path:
        """Folder in which Terraform works on a stack."""
        # As deep as where it was synthesized: from there it names the folders of its images.
        return self.work_folder / "applied" / "stacks" / name

    def _names_in_order(self) -> list[str]:
        known = self._synthesized
        for name in self.stacks:
            if name not in known:
                raise PreflightError(
                    f"There is no stack {name!r}; {self._origin()} {', '.join(sorted(known))}. "
                    "Name one of them with --stack."
                )
        first = [STATE_STACK] if STATE_STACK in known else []
        return list(dict.fromkeys([*first, *self.stacks]))

    def _origin(self) -> str:
        return "the app synthesizes" if self.source.can_unprotect else "there are"

    def _apply(self, stack: Stack) -> None:
        self.console.step(f"Applying {stack.name}")
        terraform = self._terraform(stack)
        terraform.validate()
        with self.console.progress("applying") as report:
            terraform.apply(report)
        self._applied[stack.name] = terraform
        outputs = terraform.outputs()
        if stack.name == STATE_STACK:
            self._bucket = str(outputs["bucket"].value) if "bucket" in outputs else None
        self.console.outputs(outputs)
        self.console.created(terraform.resource_types())

    def _terraform(self, stack: Stack) -> Terraform:
        folder = self.folder_of(stack.name)
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
        return terraform

    def _hold_that_nothing_changes(self, name: str) -> None:
        self.console.step(f"Planning {name} again")
        changes = self._applied[name].plan()
        if changes:
            listed = "\n".join(f"  {action} {address}" for address, action in changes.items())
            raise RehearsalError(
                f"A second plan of {name} should be empty, and would change:\n{listed}"
            )
        self.console.line("no changes")

    def _destroy(self, name: str, terraform: Terraform, unprotected: Stack | None) -> None:
        if unprotected and unprotected.configuration != self._synthesized[name].configuration:
            self.console.step(f"Applying {name} without protection")
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
            advice = (
                f"The app protects {name} also when {UNPROTECT_VARIABLE} is 1 in its environment. "
                "Let it give deletion_protection=False then."
                if self.source.can_unprotect
                else f"{name} was synthesized with protection. Synthesize it with "
                "deletion_protection=False, or rehearse the project and not its output."
            )
            raise RehearsalError(f"{error}\n\n{advice}") from error

    def _hold_that_nothing_is_left(self) -> None:
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
