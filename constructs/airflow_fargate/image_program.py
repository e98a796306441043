"""What a stack with images to build has once: the program that builds, and a look before it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import jsii
from cdktf import App, IAnyProducer, IResolveContext, Lazy, TerraformResource, TerraformStack
from constructs import Construct

from . import image_builder
from .image_builder.emulation import PLATFORMS
from .stack import Stack
from .tree import stack_of

_PROGRAM = Path(image_builder.__file__).parent
_of_stacks: WeakKeyDictionary[TerraformStack, "ImageProgram"] = WeakKeyDictionary()


class ImageProgram:
    """The program `image_builder` in a stack's folder, and its check before anything is applied.

    Terraform applies on a machine that may be another than the one that synthesizes, so that the
    program goes with the stack and everything is named from the stack's folder.
    """

    def __init__(self, stack: TerraformStack) -> None:
        self.folder = Path(App.of(stack).outdir, "stacks", stack.node.id).resolve()
        """The stack's folder, in which Terraform runs."""
        self._copy()
        self._tags: dict[str, str] = {}
        self._platforms: set[str] = set()
        self.check = TerraformResource(
            stack, "image_builder", terraform_resource_type="terraform_data"
        )
        """Ends in an error when images cannot be built; runs again when there are others."""
        # Both are known once every image of the stack is.
        self.check.add_override("triggers_replace", _later(lambda: self._tags))
        self.check.add_override("provisioner", _later(self._check_provisioner))
        if isinstance(stack, Stack):
            stack.begin_with(self.check)

    def add(self, repository_name: str, *, tag: str, architecture: str) -> None:
        """Tell of an image that the stack builds."""
        self._tags[repository_name] = tag
        self._platforms.add(PLATFORMS[architecture])

    def _check_provisioner(self) -> list[dict[str, Any]]:
        return [run_program("check", command=",".join(sorted(self._platforms)))]

    def _copy(self) -> None:
        target = self.folder / _PROGRAM.name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for file in _PROGRAM.glob("*.py"):
            shutil.copyfile(file, target / file.name)


def program_of(scope: Construct) -> ImageProgram:
    """The program of a construct's stack, which is put there by the first image."""
    stack = stack_of(scope)
    if stack not in _of_stacks:
        _of_stacks[stack] = ImageProgram(stack)
    return _of_stacks[stack]


def run_program(*arguments: str, command: str) -> dict[str, Any]:
    """A provisioner that runs the program.

    The command goes in as one argument, whatever it holds: no shell comes between.
    """
    return {
        "local-exec": {
            "working_dir": "${path.module}",
            "interpreter": ["python3", "-B", "-m", _PROGRAM.name, *arguments],
            "command": command,
        }
    }


@jsii.implements(IAnyProducer)
class _Later:
    def __init__(self, produce: Callable[[], Any]) -> None:
        self._produce = produce

    @jsii.member(jsii_name="produce")
    def produce(self, context: IResolveContext) -> Any:  # noqa: ARG002  cdktf's signature
        return self._produce()


def _later(produce: Callable[[], Any]) -> Any:
    """A value that is asked for when the stack is synthesized."""
    return Lazy.any_value(_Later(produce))
