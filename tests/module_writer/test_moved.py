"""`moved` blocks: those that make no sense are refused, and Terraform really moves."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from module_writer.checks.compare import changes
from module_writer.checks.manifest import manifest
from module_writer.checks.moves import moved_blocks
from module_writer.hcl.schemas import Schemas
from module_writer.hcl.write import write_files
from module_writer.moved import MOVED, NOTES, Moved
from module_writer.publish import DEFINITIONS

CONFIG = {
    "resource": {
        "aws_lb": {"main": {}},
        "aws_eip": {"nat": {"count": 2}},
        "aws_sqs_queue": {"broker": {"for_each": {}}},
    }
}


def blocks(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    moved = {"m": [Moved(from_=from_, to=to, since="1.1.0") for from_, to in pairs]}
    return moved_blocks("m", CONFIG, moved)


def test_what_is_kept_in_the_source_names_modules() -> None:
    assert {*MOVED, *NOTES} <= {*DEFINITIONS}


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [("aws_lb.this", "aws_lb.main")],
        [("aws_lb.first", "aws_lb.this"), ("aws_lb.this", "aws_lb.main")],
        [("aws_eip.nat", "aws_eip.nat[0]")],
        [("aws_eip.this[0]", "aws_eip.nat[0]"), ("aws_eip.this[1]", "aws_eip.nat[1]")],
        [("aws_sqs_queue.broker[0]", 'aws_sqs_queue.broker["default"]')],
    ],
)
def test_blocks_are_in_the_order_of_the_list(pairs: list[tuple[str, str]]) -> None:
    assert blocks(*pairs) == [{"from": from_, "to": to} for from_, to in pairs]


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("aws_lb.this", "aws_lb.other")], "the module has no aws_lb.other"),
        ([("aws_lb.main", "aws_eip.nat")], "aws_lb.main is still there"),
        ([("aws_eip.nat[1]", "aws_eip.nat[0]")], r"aws_eip.nat\[1\] is still there"),
        ([("aws_eip.nat", "aws_lb.main")], "aws_eip.nat is still there"),
        ([("aws_lb.a", "aws_lb.main"), ("aws_lb.a", "aws_eip.nat")], "aws_lb.a moves twice"),
    ],
)
def test_blocks_that_make_no_sense_are_refused(pairs: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        blocks(*pairs)


def little_module(**resources: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "variable": {"name": {"type": "string", "nullable": False}},
        "resource": {
            "terraform_data": {
                name: {"input": f"${{var.name}}/{path}"} | more
                for name, (path, more) in resources.items()
            }
        },
    }


@pytest.mark.real
def test_an_upgrade_moves_and_destroys_nothing(
    tmp_path: Path, run_terraform: Callable[..., str], schemas: Schemas
) -> None:
    first = little_module(
        renamed=("a", {}),
        chained=("b", {}),
        keyed=("c/${count.index}", {"count": 2}),
        counted=("d", {}),
        single=("e", {"count": 1}),
    )
    second = little_module(
        name=("a", {}),
        end=("b", {}),
        keyed=("c/${each.key}", {"for_each": '${toset(["0", "1"])}'}),
        counted=("d", {"count": 1}),
        single=("e", {}),
    )
    of = "terraform_data"
    entries = [
        Moved(from_=f"{of}.renamed", to=f"{of}.name", since="2.0.0"),
        Moved(from_=f"{of}.chained", to=f"{of}.middle", since="1.1.0"),
        Moved(from_=f"{of}.middle", to=f"{of}.end", since="2.0.0"),
        Moved(from_=f"{of}.keyed[0]", to=f'{of}.keyed["0"]', since="2.0.0"),
        Moved(from_=f"{of}.keyed[1]", to=f'{of}.keyed["1"]', since="2.0.0"),
    ]
    assert {each.of for each in changes(manifest("m", first), manifest("m", second))} == {
        f"{of}.{name}" for name in ("renamed", "chained", "keyed")
    }
    moved = second | {"moved": moved_blocks("m", second, {"m": entries})}
    assert changes(manifest("m", first), manifest("m", moved)) == []

    (tmp_path / "main.tf.json").write_text(
        json.dumps({"module": {"little": {"source": "./little", "name": "upgrade"}}})
    )
    little = tmp_path / "little"
    little.mkdir()
    (little / "main.tf.json").write_text(json.dumps(first))
    run_terraform(tmp_path, "init")
    run_terraform(tmp_path, "apply", "-auto-approve")

    def planned(config: dict[str, Any]) -> list[list[str]]:
        for file in little.iterdir():
            file.unlink()
        for file, text in write_files(config, schemas).items():
            (little / file).write_text(text)
        run_terraform(tmp_path, "plan", f"-out={tmp_path / 'plan'}")
        plan = json.loads(run_terraform(tmp_path, "show", "-json", str(tmp_path / "plan")))
        return [each["change"]["actions"] for each in plan["resource_changes"]]

    assert planned(second).count(["delete"]) == 4
    assert planned(moved) == [["no-op"]] * 6
