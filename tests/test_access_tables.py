"""docs/access.md: who may do what, written from what was applied."""

import json
import re
import tomllib
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from tables import access
from tables.access import access_tables
from tables.applied import AppliedStack
from tables.reasons import Reasons, ReasonsError

DOCUMENT = Path(__file__).parent.parent / "docs/access.md"
ACCOUNT = "123456789012"
WRITTEN = tomllib.loads(access.REASONS.read_text(encoding="utf-8"))
Render = Callable[..., str]


def resource(address: str, **values: Any) -> dict[str, Any]:
    return {
        "mode": "managed",
        "type": address.partition(".")[0],
        "address": address,
        "values": values,
    }


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def shown(*resources: dict[str, Any], region: str = "eu-west-1") -> dict[str, Any]:
    """A state as Terraform shows it."""
    known = {"aws_caller_identity": {"account_id": ACCOUNT}, "aws_region": {"id": region}}
    data = [{"mode": "data", "type": type_, "values": values} for type_, values in known.items()]
    return {"values": {"root_module": {"resources": [*data, *resources]}}}


def deployment(mark: str) -> list[dict[str, Any]]:
    """Two groups, a rule, a role and a queue whose ids have a mark."""
    queue = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:tasks-{mark}"
    secret = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:rds!db-{mark}-AbCdEf"
    allow = {"Effect": "Allow"}
    return [
        resource("aws_security_group.web", id=f"sg-{mark}"),
        resource("aws_security_group.store", id=f"sg-{mark}00"),
        resource(
            "aws_vpc_security_group_egress_rule.web_to_store",
            id=f"sgr-{mark}",
            security_group_id=f"sg-{mark}",
            referenced_security_group_id=f"sg-{mark}00",
            ip_protocol="tcp",
            from_port=5432,
            to_port=5433,
        ),
        resource(
            "aws_vpc_security_group_ingress_rule.web_from_office",
            security_group_id=f"sg-{mark}",
            cidr_ipv4="203.0.113.0/24",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
        ),
        resource("aws_db_instance.store", id="db", master_user_secret=[{"secret_arn": secret}]),
        resource("aws_sqs_queue.tasks", arn=queue, policy=policy(
            {"Sid": "OnlyTls", "Effect": "Deny", "Principal": "*", "Action": "sqs:*",
             "Resource": queue, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        )),
        resource("aws_sqs_queue_redrive_policy.tasks", id=queue),
        resource("aws_iam_role.web", id="web", name="web", assume_role_policy=policy(
            allow | {"Sid": "Trust", "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                     "Action": "sts:AssumeRole"},
        )),
        resource("aws_iam_role_policy.web", role="web", policy=policy(
            allow | {"Sid": "Read", "Action": ["sqs:ReceiveMessage"], "Resource": [secret, queue]},
        )),
        resource("aws_iam_role_policy_attachment.web", role="web",
                 policy_arn="arn:aws:iam::aws:policy/Monitoring"),
    ]  # fmt: skip


@pytest.fixture
def render(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Render:
    """The document of some resources, with the reasons that are given."""

    def run(*resources: dict[str, Any], rules: Any = None, statements: Any = None) -> str:
        rules = {"*_to_*": "For data.", "*_from_*": "For people."} if rules is None else rules
        statements = {"*": "It must."} if statements is None else statements
        tables = {"rules": rules, "statements": statements}
        lines = [
            f"{line}\n"
            for name, table in tables.items()
            for line in (f"[{name}]", *(f'"{key}" = "{text}"' for key, text in table.items()))
        ]
        file = tmp_path / "reasons.toml"
        file.write_text("".join(lines), encoding="utf-8")
        monkeypatch.setattr(access, "REASONS", file)
        return access_tables(AppliedStack(shown(*resources)))

    return run


def test_a_rule_says_who_reaches_whom_on_which_port_and_why(render: Render) -> None:
    text = render(*deployment("0a1b2c3d"))
    assert "| `web` | reach `store` | tcp 5432-5433 | For data. |" in text
    assert "| `web` | be reached from `203.0.113.0/24` | tcp 443 | For people. |" in text


def test_a_role_says_who_takes_it_on_and_what_it_may_by_any_way(render: Render) -> None:
    text = render(*deployment("0a1b2c3d"))
    role = text[text.index("### `aws_iam_role.web`") : text.index("## Policies of resources")]
    assert "| Trust<br>`ecs-tasks.amazonaws.com` | `sts:AssumeRole` |  | It must. |" in role
    on = "`<aws_db_instance.store.master_user_secret>`<br>`<aws_sqs_queue.tasks>`"
    assert f"| Read | `sqs:ReceiveMessage` | {on} | It must. |" in role
    assert "| ManagedPolicy | `arn:aws:iam::aws:policy/Monitoring` |" in role


def test_a_resources_policy_says_who_when_and_whether_it_denies(render: Render) -> None:
    text = render(*deployment("0a1b2c3d"))
    assert "### `aws_sqs_queue.tasks`" in text
    row = "| Deny OnlyTls<br>`*` | `sqs:*` | `<aws_sqs_queue.tasks>`<br>if "
    assert f"{row}`Bool aws:SecureTransport: false` | It must. |" in text


def test_another_apply_with_other_ids_gives_the_same_document(render: Render) -> None:
    first, second = render(*deployment("0a1b2c3d")), render(*reversed(deployment("ffeeddcc")))
    assert first == second
    assert "0a1b2c3d" not in first
    assert ACCOUNT not in first


@pytest.mark.parametrize(
    ("arn", "readable"),
    [
        (f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task/demo/*", "ecs:task/demo/*"),
        (f"arn:aws:iam::{ACCOUNT}:role/demo", "iam:role/demo"),
        # What is not the stack's own stays to be seen.
        (f"arn:aws:ecs:us-east-1:{ACCOUNT}:task/*", "arn:aws:ecs:us-east-1:ACCOUNT:task/*"),
        ("arn:aws:ecs:eu-west-1:210987654321:task/*", "arn:aws:ecs:eu-west-1:210987654321:task/*"),
        ("arn:aws:ecs:eu-west-1:*:task/*", "arn:aws:ecs:eu-west-1:*:task/*"),
    ],
)
def test_arns_are_without_account_and_region_where_these_are_the_stacks_own(
    arn: str, readable: str
) -> None:
    assert AppliedStack(shown()).readable(arn) == readable


def test_what_begins_as_another_resource_does_is_told_apart() -> None:
    arn = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:demo"
    applied = AppliedStack(
        shown(resource("aws_sqs_queue.a", arn=arn), resource("aws_sqs_queue.b", arn=f"{arn}-dead"))
    )
    assert applied.readable(f"{arn}-dead") == "<aws_sqs_queue.b>"
    assert applied.readable(f"{arn}-other") == "sqs:demo-other"
    assert applied.readable(f"{arn}:*") == "<aws_sqs_queue.a>:*"


def test_a_rule_or_a_statement_without_a_reason_is_named(render: Render) -> None:
    with pytest.raises(ReasonsError, match=r"no reason for web_from_office: .*reasons\.toml"):
        render(*deployment("0a1b2c3d"), rules={"*_to_*": "For data."})
    with pytest.raises(ReasonsError, match="no reason for web/Read"):
        render(*deployment("0a1b2c3d"), statements={"*/Trust": "ECS."})


def test_a_reason_for_what_is_gone_is_named(render: Render) -> None:
    gone = {"*": "It must.", "old_role/Read": "It was so."}
    with pytest.raises(ReasonsError, match="old_role/Read"):
        render(*deployment("0a1b2c3d"), statements=gone)


def test_the_first_reason_that_fits_counts() -> None:
    reasons = Reasons({"big_*": "Because it is big.", "*": "Because."})
    assert [reasons.of(name) for name in ("big_one", "other")] == ["Because it is big.", "Because."]
    reasons.refuse_unused()


def rows() -> list[list[str]]:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    cells = [line.strip("|").split(" | ") for line in lines if line.startswith("| ")]
    return [row for row in cells if row[-1].strip() != "Why"]


def test_every_line_of_the_document_has_its_reason_from_the_file() -> None:
    reasons = {*WRITTEN["rules"].values(), *WRITTEN["statements"].values()}
    assert {row[-1].strip() for row in rows()} == reasons


def test_every_reason_is_a_sentence_of_its_own() -> None:
    reasons = [*WRITTEN["rules"].values(), *WRITTEN["statements"].values()]
    assert len(set(reasons)) == len(reasons)
    for reason in reasons:
        assert re.fullmatch(r"[A-Z].{20,}\.", reason), reason
        assert "|" not in reason


def test_the_document_holds_no_id_of_one_apply() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert not re.findall(
        r"\b\d{12}\b|-[0-9a-f]{8,17}\b|[0-9a-f]{8}-[0-9a-f]{4}|127\.0\.0\.1", text
    )


@pytest.fixture(scope="module")
def stacks(synthesize_main: Any) -> dict[str, Any]:
    """Resources of this project's deployments."""
    synthesized = synthesize_main()
    return {name: synthesized[name]["resource"] for name in ("airflow-dev", "airflow-prod")}


@pytest.mark.real
@pytest.mark.parametrize("name", ["airflow-dev", "airflow-prod"])
def test_cloudwatch_may_encrypt_every_log_group_with_the_deployments_key(
    stacks: dict[str, Any], name: str
) -> None:
    # AWS refuses a log group whose name the key's policy does not hold; the emulator takes it.
    key = json.loads(stacks[name]["aws_kms_key"]["key"]["policy"])
    (logs,) = [each for each in key["Statement"] if each["Sid"] == "LetCloudWatchLogsEncrypt"]
    patterns = logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    place = patterns[0].partition("/airflow-fargate/")[0]
    groups = [group["name"] for group in stacks[name]["aws_cloudwatch_log_group"].values()]
    assert len(groups) >= 12
    for group in groups:
        assert any(fnmatchcase(f"{place}{group}", pattern) for pattern in patterns), group


@pytest.mark.real
def test_the_document_is_of_the_stack_as_it_is_now(stacks: dict[str, Any]) -> None:
    # By names and ids of statements; tests/test_apply.py compares all of it.
    resources = stacks["airflow-dev"]
    text = DOCUMENT.read_text(encoding="utf-8")
    rules = len(resources["aws_vpc_security_group_ingress_rule"])
    rules += len(resources["aws_vpc_security_group_egress_rule"])
    shown_rules = [row for row in rows() if row[1].startswith(("reach ", "be reached "))]
    assert len(shown_rules) == rules
    sections = set(re.findall(r"^### `aws_iam_role\.(\w+)`$", text, re.MULTILINE))
    assert sections == set(resources["aws_iam_role"])
    for name in sections:
        section = text.split(f"### `aws_iam_role.{name}`\n")[1].split("\n##")[0]
        sids = re.findall(r"^\| (\w+)", section, re.MULTILINE)
        written = resources["aws_iam_role_policy"].get(name, {}).get("policy", "")
        expected = re.findall(r'"Sid":"(\w+)"', written.replace('\\"', '"'))
        assert sids == ["Statement", "TrustService", *expected], name
