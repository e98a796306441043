"""Other programs, run as they are, without a shell."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

_ANSWER_SECONDS = 120  # docker starts its BuildKit container on the first question


@dataclass(frozen=True)
class Answer:
    """What a program said, and whether it ended well."""

    succeeded: bool
    output: str
    complaint: str

    @property
    def last_words(self) -> str:
        """The last line of its complaint, where programs put the reason."""
        lines = self.complaint.strip().splitlines()
        return lines[-1].strip() if lines else "it gave no reason"


def ask(*command: str, stdin: str | None = None) -> Answer:
    """Run a program that answers soon, and keep what it says."""
    try:
        done = subprocess.run(  # noqa: S603  every argument is passed as it is, without a shell
            command,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=False,
            env={**os.environ, "AWS_PAGER": ""},
        )
    except subprocess.TimeoutExpired:
        return Answer(False, "", f"{command[0]} gave no answer within {_ANSWER_SECONDS} seconds")
    except OSError as error:
        return Answer(False, "", f"{command[0]} cannot be run: {error.strerror}")
    return Answer(done.returncode == 0, done.stdout, done.stderr)


def run(*command: str) -> int:
    """Run a program that works for a while; the user sees what it says. Gives its exit code."""
    sys.stdout.flush()
    done = subprocess.run(  # noqa: S603  every argument is passed as it is, without a shell
        command, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, check=False
    )
    return done.returncode


def say(text: str) -> None:
    """Tell the user, at once: Terraform passes it on line by line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
