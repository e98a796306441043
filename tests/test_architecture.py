"""Who may import whom: arrows point down only (docs/decisions.md)."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "constructs/airflow_fargate"

# What everything stands on; it knows nothing above it.
GROUND = {
    "iam",
    "logical_ids",
    "parts",
    "props",
    "protection",
    "arguments",
    "rules",
    "stack",
    "surroundings",
    "values",
}
# What only a network can be handed to as an argument; no other part knows another.
TAKES_NETWORK = {"cluster", "database_instance", "metadata_database", "shared_storage"}
PARTS = {
    "broker",
    "cluster",
    "credentials",
    "encryption_key",
    "metadata_database",
    "network",
    "shared_storage",
    "state_backend",
}


def imports(file: Path) -> set[str]:
    """Modules that a file imports; those of its own package by their bare names."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "" if node.level == 0 else f".{node.module or ''}")
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


def roots(folder: Path) -> set[str]:
    return {name.split(".")[0] for file in folder.rglob("*.py") for name in imports(file)}


def test_the_rehearsal_reads_what_was_synthesized_and_never_the_constructs() -> None:
    assert "airflow_fargate" not in roots(ROOT / "rehearsal")


def test_the_constructs_know_neither_rehearsal_nor_airflow() -> None:
    assert not {"airflow_fargate_rehearsal", "airflow", "boto3", "moto"} & roots(LIBRARY)


def test_the_ground_knows_nothing_above_it() -> None:
    for name in GROUND:
        inside = {i.removeprefix(".") for i in imports(LIBRARY / f"{name}.py") if i[:1] == "."}
        assert inside <= GROUND, f"{name} imports {sorted(inside - GROUND)}"


def test_parts_know_each_other_only_as_arguments() -> None:
    for file in LIBRARY.glob("*.py"):
        if file.stem == "__init__":
            continue
        known = {i.removeprefix(".") for i in imports(file) if i[:1] == "."} & PARTS - {file.stem}
        allowed = {"network"} if file.stem in TAKES_NETWORK else set()
        # A part's own helper files may name the part's props.
        if file.stem == "database_instance":
            allowed.add("metadata_database")
        assert known <= allowed, f"{file.stem} imports {sorted(known - allowed)}"


def test_constructs_is_a_source_root_and_no_package() -> None:
    assert not (ROOT / "constructs/__init__.py").exists()


def test_main_uses_the_library_as_any_user_does() -> None:
    inside = {name for name in imports(ROOT / "main.py") if name.startswith("airflow_fargate.")}
    assert not inside
