"""Constructs know their place without asking Node, and it is the place that Node knows."""

from typing import Any

from airflow_fargate.tree import path_of, stack_of

import cdktf
import pytest
from cdktf import App, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.vpc import Vpc
from constructs import Construct

from .conftest import RunPython
from .programs import PRINT


class Part(Construct):
    pass


def tree(app: App) -> list[Any]:
    stack = TerraformStack(app, "stack")
    part = Part(stack, "part")
    inner = Construct(part, "inner.1")
    odd = Construct(inner, "an id/with signs")
    below = Part(odd, "below")
    elements = [Vpc(below, "vpc"), TerraformOutput(part, "out", value=1)]
    return [app, stack, part, inner, odd, below, *elements]


@pytest.mark.parametrize("app", [App, cdktf.Testing.app])
def test_path_and_stack_are_those_that_node_knows(app: Any) -> None:
    constructs = tree(app())

    assert [path_of(each) for each in constructs] == [each.node.path for each in constructs]
    assert path_of(constructs[5]) == "stack/part/inner.1/an id--with signs/below"
    assert [stack_of(each) for each in constructs[1:]] == [constructs[1]] * 7


def test_a_child_that_node_made_is_found_as_well() -> None:
    stack = tree(App())[1]
    part = stack.node.find_child("part")

    assert path_of(part.node.find_child("out")) == "stack/part/out"
    assert stack_of(part) is stack


def test_what_is_in_no_stack_is_refused_as_ever() -> None:
    with pytest.raises(RuntimeError, match="No stack could be identified"):
        stack_of(Construct(App(), "alone"))


def test_constructs_made_before_the_fast_start_are_asked_for(run_python: RunPython) -> None:
    program = (
        "import cdktf, constructs; stack = cdktf.TerraformStack(cdktf.App(), 'stack'); "
        "part = constructs.Construct(stack, 'part'); import airflow_fargate; "
        "from airflow_fargate.tree import path_of, stack_of; "
        "inner = constructs.Construct(part, 'inner'); "
    )

    facts = "[path_of(inner), path_of(part), stack_of(inner) is stack]"
    assert run_python(program + PRINT.format(facts)) == ["stack/part/inner", "stack/part", True]
