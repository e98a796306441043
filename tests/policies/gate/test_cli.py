"""The command line: what opens the gate, what shuts it, and what it says of each."""

import json
from pathlib import Path

import pytest
from tests.policies.gate.apps import ADDRESS, EXCEPTED, REASON, RULE, Gate, WriteApp, parameter

from airflow_fargate_policies import cli


def test_a_stack_whose_findings_have_reasons_opens_the_gate(
    write_app: WriteApp, gate: Gate
) -> None:
    write_app(demo=parameter(EXCEPTED))
    seen = gate()
    assert seen.code == 0, seen.out
    assert "demo (synthesized)" in seen.out
    assert "The gate is open." in seen.out
    assert seen.err == "==> demo (synthesized)\n"


def test_without_the_exception_it_shuts_and_says_rule_address_and_place(
    write_app: WriteApp, gate: Gate
) -> None:
    write_app(demo=parameter())
    seen = gate("cdktf.out")
    assert seen.code == 1
    assert seen.rules() == [RULE]
    assert ADDRESS in seen.out
    assert "stack/names" in seen.out
    assert "The gate is shut: 1 problem." in seen.out


def test_an_exception_that_nothing_needs_shuts_it(write_app: WriteApp, gate: Gate) -> None:
    write_app(demo=parameter(EXCEPTED | {"CKV_AWS_337": REASON}, type="SecureString", key_id="k"))
    seen = gate()
    assert seen.code == 1
    assert "nothing fails CKV2_AWS_34 here" in " ".join(seen.out.split())
    assert "AF_GATE_NEEDLESS" in seen.out


@pytest.mark.parametrize("reason", ["", "Accepted.", "risk accepted by the team"])
def test_an_exception_without_a_sentence_shuts_it(
    write_app: WriteApp, gate: Gate, reason: str
) -> None:
    write_app(demo=parameter({RULE: reason}))
    seen = gate()
    assert seen.code == 1
    assert "AF_GATE_EXCEPTION" in seen.out
    assert RULE in seen.rules()


def test_an_emptied_output_folder_is_no_open_gate(write_app: WriteApp, gate: Gate) -> None:
    out = write_app()
    seen = gate()
    assert seen.code == 2
    assert "there is no stack in it; synthesize first" in seen.err
    (out / "manifest.json").unlink()
    (out / "stacks").rmdir()
    seen = gate()
    assert seen.code == 2
    assert "there is nothing in it that can be looked at" in seen.err


def test_a_stack_without_resources_is_no_open_gate(write_app: WriteApp, gate: Gate) -> None:
    write_app(demo=parameter(EXCEPTED), empty={"resource": {}})
    seen = gate()
    assert seen.code == 1
    assert "AF_GATE_NOTHING" in seen.out
    assert "empty (synthesized)" in seen.out


@pytest.mark.parametrize("text", ["{", "[]", '{"resource": {"aws_lb": []}}', ""])
def test_what_cannot_be_read_shuts_it_and_the_rest_is_looked_at(
    write_app: WriteApp, gate: Gate, text: str
) -> None:
    out = write_app(broken={}, other=parameter())
    (out / "stacks/broken/cdk.tf.json").write_text(text)
    seen = gate()
    assert seen.code == 1
    assert any("UNREADABLE" in rule or "NOTHING" in rule for rule in seen.rules()), seen.out
    assert RULE in seen.rules()


def test_one_stack_can_be_named(write_app: WriteApp, gate: Gate) -> None:
    out = write_app(one=parameter(EXCEPTED), two=parameter())
    assert gate(out / "stacks/one").code == 0
    assert gate(out / "stacks/two").code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gone"], "gone: there is no such file or folder."),
        (["--plan", "demo"], "--plan demo: it should be NAME=FILE, such as"),
        (["--plan", "demo=gone.json"], "gone.json: there is no such file"),
        (["--plans", "empty"], "empty: there is no plan (*.json) in it"),
        (["--secrets", "gone"], "gone: there is no such file or folder."),
        (["cdktf.out/notes.txt"], "it can be a *.tf.json, a plan (*.json) or a Dockerfile"),
    ],
)
def test_what_cannot_be_done_is_2_and_says_what_to_do(
    write_app: WriteApp, gate: Gate, tmp_path: Path, arguments: list[str], said: str
) -> None:
    out = write_app(demo=parameter(EXCEPTED))
    (out / "notes.txt").touch()
    (tmp_path / "empty").mkdir()
    seen = gate(*arguments)
    assert seen.code == 2
    assert said in seen.err
    assert seen.out == ""


def test_a_plan_of_a_stack_that_is_not_looked_at_is_refused(
    write_app: WriteApp, gate: Gate, tmp_path: Path
) -> None:
    write_app(demo=parameter(EXCEPTED))
    (tmp_path / "plan.json").write_text("{}")
    seen = gate("cdktf.out", "--plan", "dmo=plan.json")
    assert seen.code == 2
    assert "neither a stack of that name nor such a folder" in seen.err
    assert "demo" in seen.err


def test_another_checkov_is_refused(
    write_app: WriteApp, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_app(demo=parameter(EXCEPTED))
    monkeypatch.setattr(cli, "version", lambda _: "3.0.0")
    seen = gate()
    assert seen.code == 2
    assert f"needs checkov {cli.CHECKOV}, and has 3.0.0" in seen.err
    assert "pip install 'airflow-fargate[policy]'" in seen.err


def test_reports_are_written_where_the_gate_is_shut_too(
    write_app: WriteApp, gate: Gate, tmp_path: Path
) -> None:
    write_app(demo=parameter())
    seen = gate("--sarif", "out/r.sarif", "--junit", "out/r.xml", "--markdown", "out/r.md")
    assert seen.code == 1
    assert json.loads((tmp_path / "out/r.sarif").read_text())["version"] == "2.1.0"
    assert "<failure" in (tmp_path / "out/r.xml").read_text()
    assert "# Exceptions from the policies" in (tmp_path / "out/r.md").read_text()


def test_a_table_that_is_stale_shuts_it_and_is_left_as_it_is(
    write_app: WriteApp, gate: Gate, tmp_path: Path
) -> None:
    write_app(demo=parameter(EXCEPTED))
    table = tmp_path / "exceptions.md"
    table.write_text("old")
    seen = gate("--markdown", table, "--check")
    assert seen.code == 1
    assert "AF_GATE_STALE_TABLE" in seen.out
    assert table.read_text() == "old"
    assert gate("--markdown", table).code == 0
    assert gate("--markdown", table, "--check").code == 0


def test_where_all_plans_are_given_every_stack_has_one(
    write_app: WriteApp, gate: Gate, tmp_path: Path
) -> None:
    write_app(one=parameter(EXCEPTED), two=parameter(EXCEPTED))
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans/one.json").write_text("{}")
    seen = gate("--plans", "plans")
    assert seen.code == 2
    assert "there is no plan of two there. It should be called two.json." in seen.err
