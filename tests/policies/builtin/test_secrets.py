"""The search for secrets: what it finds, what it never says, and that it cannot be blind.

The secrets are put together here, so that this file holds none.
"""

from pathlib import Path

import pytest

from airflow_fargate_policies.builtin import secrets
from airflow_fargate_policies.builtin.secrets import READ, check_secrets, secret_exceptions
from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.resource import UnreadableError

ACCESS_KEY = "AKIA" + "Z3MQ7T5KLWX2PV9R"
URL = "postgres://airflow:" + "h7Qd0Zk3x" + "@db.acme.internal/airflow"
PRIVATE_KEY = f"-----BEGIN RSA {'PRIVATE'} KEY-----\nMIIEowIBAAKCAQEA\n"
SECRETS = {"CKV_SECRET_2": f'key = "{ACCESS_KEY}"', "CKV_SECRET_4": f'url = "{URL}"'}
SKIP = "checkov:" + "skip="


def write(folder: Path, text: str, name: str = "settings.tf") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def failed(folder: Path, *files: Path) -> list[Finding]:
    return [each for each in check_secrets(files, folder) if each.outcome is Outcome.FAILED]


@pytest.mark.parametrize("rule", SECRETS)
@pytest.mark.parametrize("name", ["settings.tf", "settings.py", "settings.yaml", "notes.md"])
def test_a_secret_is_found_by_line_and_never_shown(tmp_path: Path, rule: str, name: str) -> None:
    findings = failed(tmp_path, write(tmp_path, f"# a\n{SECRETS[rule]}\n", name))
    assert [(each.rule, each.address) for each in findings] == [(rule, f"{name}:2")]
    assert ACCESS_KEY not in repr(findings)
    assert URL not in repr(findings)


PASSED_OVER = {
    "a password in a URL": f'url = "postgres://airflow:{"Sommer" + "2024!"}@db/airflow"',
    "secret_key with a value that looks like a key": (
        f'secret_key = "{"q7Rt2Lx9mW4z" + "K8vB3nYc6HsD"}" # secret: x'
    ),
}


@pytest.mark.parametrize("what", PASSED_OVER)
def test_what_checkov_passes_over_is_found_by_a_rule_of_ours(tmp_path: Path, what: str) -> None:
    (found,) = failed(tmp_path, write(tmp_path, f"\n{PASSED_OVER[what]}\n"))
    assert (found.rule, found.address) == ("AF_SECRET_IN_FILE", "settings.tf:2")
    assert found.message == what


@pytest.mark.parametrize(
    "comment",
    [
        "# checkov:" + "skip=CKV_SECRET_9:It is made up.",
        "# bridgecrew:" + "skip=CKV_SECRET_6:x",
        "# checkov:" + "skip=CKV_SECRET_6,CKV_SECRET_2",
    ],
)
def test_a_comment_that_is_no_exception_hides_nothing(tmp_path: Path, comment: str) -> None:
    text = f'api_key = "{"f3a9c2e8b1d7" * 3}Zq9" {comment}\n'
    (found,) = failed(tmp_path, write(tmp_path, text))
    assert found.rule == "CKV_SECRET_6"


def test_what_stands_after_an_exception_is_searched(tmp_path: Path) -> None:
    line = f"a = 1 # {SKIP}CKV_SECRET_9:It is made up. {SECRETS['CKV_SECRET_2']}\n"
    assert [each.rule for each in failed(tmp_path, write(tmp_path, line))] == ["CKV_SECRET_2"]


def test_a_private_key_is_found(tmp_path: Path) -> None:
    (found,) = failed(tmp_path, write(tmp_path, PRIVATE_KEY, "id.pem"))
    assert found.rule == "CKV_SECRET_13"
    assert found.address == "id.pem:2"  # where its value begins


def test_a_file_without_secrets_has_been_read(tmp_path: Path) -> None:
    files = [write(tmp_path, "a = 1\n"), write(tmp_path, SECRETS["CKV_SECRET_2"], "b.tf")]
    passed = [e for e in check_secrets(files, tmp_path) if e.outcome is Outcome.PASSED]
    assert [(each.rule, each.address) for each in passed] == [(READ, "settings.tf")]


def test_what_is_no_text_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\xff\x00")
    assert check_secrets([file], tmp_path) == []


@pytest.mark.parametrize("name", ["Pipfile.lock", "package-lock.json", "swagger.json", "a.svg"])
def test_a_file_that_checkov_passes_over_by_its_name_is_searched(tmp_path: Path, name: str) -> None:
    (found,) = failed(tmp_path, write(tmp_path, SECRETS["CKV_SECRET_2"], name))
    assert (found.rule, found.address) == ("CKV_SECRET_2", f"{name}:1")


def test_a_folder_that_checkov_passes_over_by_its_name_is_searched(tmp_path: Path) -> None:
    folder = tmp_path / "swagger-service"
    folder.mkdir()
    (found,) = failed(tmp_path, write(folder, SECRETS["CKV_SECRET_2"]))
    assert found.address == "swagger-service/settings.tf:1"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_text_in_another_encoding_is_searched(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "settings.tf"
    file.write_bytes(f"# caf\xe9\n{SECRETS['CKV_SECRET_2']}\n".encode(encoding))
    assert [each.address for each in failed(tmp_path, file)] == ["settings.tf:2"]


@pytest.mark.parametrize(
    "filler", ["# filler\n" * 600_000, "x" * 100_001], ids=["the file", "a line"]
)
def test_what_is_too_large_for_the_search_is_not_evaluated(tmp_path: Path, filler: str) -> None:
    file = write(tmp_path, filler)
    (found,) = check_secrets([file], tmp_path)
    assert (found.rule, found.address) == (READ, "settings.tf")
    assert found.outcome is Outcome.NOT_EVALUATED


def test_a_comment_hides_nothing_and_is_an_exception_for_its_line(tmp_path: Path) -> None:
    text = f"{SECRETS['CKV_SECRET_2']} # {SKIP}CKV_SECRET_2:It is of no account.\n"
    file = write(tmp_path, text)
    assert [each.address for each in failed(tmp_path, file)] == ["settings.tf:1"]
    ((address, exception),) = secret_exceptions([file], tmp_path)
    assert address == "settings.tf:1"
    assert (exception.rule, exception.reason) == ("CKV_SECRET_2", "It is of no account.")


@pytest.mark.parametrize(
    ("before", "after"), [("# ", ""), ("// ", ""), ("<!-- ", " -->"), ("/* ", " */")]
)
def test_a_comment_by_itself_is_for_the_next_line(tmp_path: Path, before: str, after: str) -> None:
    comment = f"{before}{SKIP}CKV_SECRET_4:It is an example.{after}"
    file = write(tmp_path, f"{comment}\n{SECRETS['CKV_SECRET_4']}\n")
    ((address, exception),) = secret_exceptions([file], tmp_path)
    assert address == "settings.tf:2"
    assert exception.reason == "It is an example."
    assert exception.where == "settings.tf:1"


@pytest.mark.parametrize(
    "pragma", ["allowlist secret", "whitelist secret", "allowlist nextline secret"]
)
def test_a_pragma_that_would_hide_a_line_is_a_finding(tmp_path: Path, pragma: str) -> None:
    line = f"{SECRETS['CKV_SECRET_2']}  # pragma: {pragma}\n"
    assert failed(tmp_path, write(tmp_path, line))


def test_a_search_that_sees_nothing_is_no_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "_CANARY", "a = 1\n")
    with pytest.raises(UnreadableError, match="has not found the one that it must find"):
        check_secrets([write(tmp_path, "a = 1\n")], tmp_path)
