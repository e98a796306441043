"""docs/article.md: what the article lists is in the stack, at the addresses that it says."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROWS = re.findall(
    r"^\| (?P<wanted>[^|]+) \| (?P<here>[^|]+) \|",
    (Path(__file__).parent.parent / "docs/article.md").read_text(),
    re.MULTILINE,
)
ADDRESS = re.compile(r"`(aws_\w+)\.(\w+)")


def test_every_row_names_an_address() -> None:
    rows = ROWS[1:]
    assert len(rows) >= 14
    assert [wanted for wanted, here in rows[1:] if not ADDRESS.search(here)] == []


def test_every_address_of_the_article_is_in_the_stack(
    synthesize_main: Callable[..., dict[str, Any]],
) -> None:
    resources = synthesize_main()["airflow-dev"]["resource"]
    named = {match for _, here in ROWS for match in ADDRESS.findall(here)}
    missing = [f"{kind}.{name}" for kind, name in named if name not in resources.get(kind, {})]
    assert missing == []
