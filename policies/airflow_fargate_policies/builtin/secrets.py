"""checkov's search for secrets in files."""

import codecs
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from airflow_fargate_policies.builtin.scan import offline, quiet, shown
from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.resource import PolicyException, UnreadableError
from airflow_fargate_policies.rules.file_secrets import IN_FILE, TITLE, secrets_in_text

TARGET = "secrets"
READ = "CKV_SECRET"
# Of no account: it is put together here, so that no file holds it.
_CANARY = f'aws_access_key_id = "{"AKIA" + "Q7DLXKZ2MWPTV4HB"}"\n'
_CANARY_RULE = "CKV_SECRET_2"
_SKIP = re.compile(rf"checkov:skip=(CKV_SECRET_\d+|{IN_FILE})(?::(.*?))?\s*(?:-->|\*/)?$")
_COMMENT = re.compile(r"\b(?:checkov|bridgecrew|cortex):skip=[\w,-]*:?")
# detect-secrets, which checkov uses, passes over such a line without a word.
_HIDDEN = re.compile(r"pragma: ?(?:allow|white)list[ -]?(?:nextline[ -])?secret")


def check_secrets(files: Sequence[Path], root: Path) -> list[Finding]:
    """What looks like a secret in files; never the secret itself.

    A file in which nothing is found has a passed finding of the rule `CKV_SECRET`: it was read.
    Each search has to find a made-up key, so that one that sees nothing cannot pass. A file that
    is too large for it, or has a line that is, is not evaluated.

    Args:
        files: Text files, in UTF-8, UTF-16 or Latin-1; others are passed over.
        root: From which folder addresses are written.

    Raises:
        UnreadableError: The search has not found what it must.
    """
    offline()
    from checkov.runner_filter import RunnerFilter  # noqa: PLC0415 -- takes seconds
    from checkov.secrets.runner import MAX_FILE_SIZE, Runner  # noqa: PLC0415
    from detect_secrets.core.scan import MAX_LINE_LENGTH  # noqa: PLC0415
    from detect_secrets.filters.heuristic import IGNORED_FILE_EXTENSIONS  # noqa: PLC0415

    texts = {file.resolve(): text for file in files if (text := _text(file)) is not None}
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder, "canary.tf").resolve()
        canary.write_text(_CANARY, encoding="utf-8")
        copies: dict[Path, Path] = {}
        for number, (file, text) in enumerate(texts.items()):
            # It would pass over a file by its name without a word: Pipfile.lock, a.svg, swagger/.
            suffix = "" if file.suffix in IGNORED_FILE_EXTENSIONS else file.suffix
            copy = canary.parent / str(number) / f"text{suffix}"
            copy.parent.mkdir()
            # Exceptions are judged by the gate. With one on it, checkov may not see a line at all.
            copy.write_text(_COMMENT.sub("", text), encoding="utf-8")
            copies[copy] = file
        unread = {
            file
            for copy, file in copies.items()
            if 0 < MAX_FILE_SIZE < copy.stat().st_size
            or any(len(line.strip()) > MAX_LINE_LENGTH for line in texts[file].splitlines())
        }
        with quiet():
            report: Any = Runner().run(
                root_folder=None,
                files=[str(file) for file in (*copies, canary)],
                runner_filter=RunnerFilter(show_progress_bar=False),
            )
    records = [*report.failed_checks, *report.skipped_checks]
    if not any(Path(each.file_abs_path).resolve() == canary for each in records):
        raise UnreadableError("the search for secrets has not found the one that it must find")
    found = sorted(
        {
            (copies[copy], each.file_line_range[0], each.check_id)
            for each in records
            if (copy := Path(each.file_abs_path).resolve()) in copies
        }
        | set(_hidden(texts))
    )
    seen = {(file, line) for file, line, _ in found}
    own = {
        (file, line, IN_FILE): what
        for file in texts.keys() - unread
        for line, what in secrets_in_text(texts[file])
        if (file, line) not in seen
    }
    names = {IN_FILE: TITLE} | {each.check_id: each.check_name for each in records}
    failed = [
        Finding(
            target=TARGET,
            rule=rule,
            address=f"{shown(file, root)}:{line}",
            outcome=Outcome.FAILED,
            title=names.get(rule, ""),
            message=own.get((file, line, rule))
            or names.get(rule, "a comment hides this line from the search"),
            where=f"{shown(file, root)}:{line}",
        )
        for file, line, rule in sorted([*found, *own])
    ]
    clean = sorted(set(texts) - {file for file, _, _ in (*found, *own)} - unread)
    return [
        *failed,
        *(
            Finding(target=TARGET, rule=READ, address=shown(file, root), outcome=Outcome.PASSED)
            for file in clean
        ),
        *(
            Finding(
                target=TARGET,
                rule=READ,
                address=shown(file, root),
                outcome=Outcome.NOT_EVALUATED,
                message=f"the search passes over files of more than {MAX_FILE_SIZE} bytes and "
                f"lines of more than {MAX_LINE_LENGTH} characters",
                where=shown(file, root),
            )
            for file in sorted(unread)
        ),
    ]


def secret_exceptions(files: Sequence[Path], root: Path) -> list[tuple[str, PolicyException]]:
    """The exceptions on lines, or on the line before: `checkov:skip=RULE:Reason.`.

    Args:
        files: As in `check_secrets`.
        root: From which folder addresses are written.

    Returns:
        The address of the line that it is for, with each exception.
    """
    found = []
    for file in files:
        lines = (_text(file) or "").splitlines()
        for number, line in enumerate(lines, 1):
            if not (skip := _SKIP.search(line)):
                continue
            # A comment of its own is for the line after it.
            alone = not re.search(r"\w", line[: skip.start()])
            at = number + 1 if alone else number
            exception = PolicyException(
                rule=skip[1],
                reason=(skip[2] or "").strip(),
                where=f"{shown(file, root)}:{number}",
            )
            found.append((f"{shown(file, root)}:{at}", exception))
    return found


def _hidden(texts: dict[Path, str]) -> Iterator[tuple[Path, int, str]]:
    for file, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            if _HIDDEN.search(line):
                yield file, number, READ


def _text(file: Path) -> str | None:
    """A text file's text; None of another file."""
    try:
        content = file.read_bytes() if file.is_file() else None
    except OSError as error:
        raise UnreadableError(f"{file}: it cannot be read: {error}.") from error
    if content is None:
        return None
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # A NUL is in no text; without one it is in an older encoding, whose letters do not matter.
        return None if b"\0" in content else content.decode("latin-1")
