"""docs/policies.md: what it lists is what there is."""

import re
from pathlib import Path

import airflow_fargate_policies
from airflow_fargate_policies.cli import _parser
from airflow_fargate_policies.rules import RULES

TEXT = (Path(__file__).parents[2] / "docs/policies.md").read_text(encoding="utf-8")


def test_it_lists_every_rule_of_ours_with_its_title() -> None:
    listed = dict(re.findall(r"^\| `(AF_\w+)` \| (.+) \|$", TEXT, re.MULTILINE))
    assert listed == {rule.id: rule.title for rule in RULES}


def test_it_names_every_fault_of_the_gate_itself() -> None:
    package = Path(str(airflow_fargate_policies.__file__)).parent
    texts = [file.read_text(encoding="utf-8") for file in package.rglob("*.py")]
    own = {each for text in texts for each in re.findall(r'"(AF_GATE_\w+)"', text)}
    assert own
    assert set(re.findall(r"`(AF_GATE_\w+)`", TEXT)) == own


def test_it_explains_every_option() -> None:
    options = re.findall(r"--\w+", _parser().format_usage())
    assert options
    assert set(options) <= set(re.findall(r"--\w+", TEXT))
