"""What Fargate allows is written twice, as the runtime does not import the constructs."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACES = (
    "constructs/airflow_fargate/fargate_size.py",
    "airflow_image/airflow_fargate_runtime/fargate_task_arguments.py",
)


def test_both_know_the_same_sizes() -> None:
    written = [sizes(ROOT / place) for place in PLACES]
    assert written[0] == written[1]


def sizes(file: Path) -> str:
    for statement in ast.parse(file.read_text()).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="MEMORY_MIB_BY_CPU")], value=value):
                return ast.dump(value)
    raise AssertionError(f"{file.name} has no MEMORY_MIB_BY_CPU")
