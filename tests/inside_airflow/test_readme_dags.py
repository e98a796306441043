"""README: its DAG can be parsed as it stands there."""

import re
from pathlib import Path
from typing import Any

README = Path(__file__).parents[2] / "README.md"


def test_the_dag_of_the_readme() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    (program,) = [block for block in blocks if "airflow.sdk" in block]
    names: dict[str, Any] = {}
    exec(program, names)  # noqa: S102 -- it is the README's
    dag = names["load"].dag
    assert dag.task_dict.keys() == {"load", "report"}
    assert names["report"].upstream_task_ids == {"load"}
