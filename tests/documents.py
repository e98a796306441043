"""Reads what documents show, for tests that do what they say."""

import re
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"


def files(document: str) -> dict[str, str]:
    """The files that a document shows, by the path that stands on the line before each."""
    shown = r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$"
    return dict(re.findall(shown, (DOCS / document).read_text(), re.MULTILINE | re.DOTALL))


def blocks(document: str, language: str) -> list[str]:
    """The blocks of code of a document in one language, with those that are files."""
    shown = rf"^```{language}\n(.*?)^```$"
    return re.findall(shown, (DOCS / document).read_text(), re.MULTILINE | re.DOTALL)


def write_files(document: str, folder: Path) -> None:
    """Make the files that a document shows."""
    for path, text in files(document).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
