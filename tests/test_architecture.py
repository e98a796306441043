"""Who may import whom: arrows point down only (docs/decisions.md)."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "constructs/airflow_fargate"

# What everything stands on; it knows nothing above it.
GROUND = {
    "_fast_start",
    "begin_with",
    "conditions",
    "iam",
    "logical_ids",
    "nulls",
    "parts",
    "policy_exceptions",
    "props",
    "protection",
    "arguments",
    "rules",
    "stack",
    "surroundings",
    "tree",
    "values",
}
PARTS = {
    "airflow_image",
    "broker",
    "bucket",
    "cluster",
    "configuration",
    "credentials",
    "encryption_key",
    "fargate_task",
    "load_balancer",
    "metadata_database",
    "network",
    "shared_storage",
    "state_backend",
    "task_image",
    "task_logs",
}
SERVICES = {"api_server", "dag_processor", "scheduler", "triggerer", "worker_pool"}
ON_TOP = {
    "airflow_fargate",
    "airflow_fargate_props",
    "further_worker_pool",
    "service_reach",
    "__init__",
}
# Which parts a file knows: those it is given as arguments, or whose helper it is.
_TOLD = {"broker", "cluster", "credentials", "metadata_database", "task_logs"}
_RUN = {"airflow_image", "cluster", "configuration", "load_balancer", "network"}
KNOWS = {
    "airflow_settings": _TOLD,
    "cluster": {"network"},
    "component_secrets": _TOLD,
    "configuration": _TOLD,
    "dag_tasks": {"fargate_task"},
    "database_exceptions": {"metadata_database"},
    "database_instance": {"metadata_database", "network"},
    "fargate_service": _RUN,
    "fargate_task": {"task_image"},
    "load_balancer": {"network"},
    "load_balancer_checks": {"load_balancer"},
    "metadata_database": {"network"},
    "service_containers": _RUN,
    "service_host": _RUN,
    "service_task": _RUN,
    "shared_storage": {"network"},
    "task_definition": {"task_image"},
    "worker_host": {"airflow_image"},
    "worker_host_of_parts": _TOLD | _RUN,
    "workload": {"configuration"},
} | dict.fromkeys(SERVICES, _RUN | {"broker"})  # a worker pool is named as its queue is


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
    # The image builder is a program for itself, which goes with what is synthesized; a rehearsal
    # with real images builds them with it.
    builder = "airflow_fargate.image_builder"
    for file in (ROOT / "rehearsal").rglob("*.py"):
        used = {each for each in imports(file) if each.split(".")[0] == "airflow_fargate"}
        if file.name.startswith("engine_"):
            used = {each for each in used if not f"{each}.".startswith(f"{builder}.")}
        assert not used, f"{file} imports {sorted(used)}"


def test_the_image_builder_knows_nothing_of_the_constructs() -> None:
    assert "airflow_fargate" not in roots(LIBRARY / "image_builder")
    files = {file.stem for file in (LIBRARY / "image_builder").glob("*.py")}
    inside = {
        name.removeprefix(".").split(".")[0]
        for file in (LIBRARY / "image_builder").glob("*.py")
        for name in imports(file)
        if name.startswith(".")
    }
    assert inside <= {*files, ""}


def test_the_constructs_know_neither_rehearsal_nor_gate_nor_airflow() -> None:
    above = {"airflow_fargate_policies", "airflow_fargate_rehearsal", "checkov"}
    assert not (above | {"airflow", "boto3", "moto"}) & roots(LIBRARY)


def test_the_gate_reads_what_was_written_and_never_the_constructs() -> None:
    """It has an environment of its own, in which there is nothing but checkov."""
    used = roots(ROOT / "policies")
    assert "checkov" in used
    assert not {"airflow_fargate", "airflow_fargate_rehearsal", "cdktf", "constructs"} & used


def test_the_rehearsal_knows_no_policies() -> None:
    assert not {"airflow_fargate_policies", "checkov"} & roots(ROOT / "rehearsal")


def test_the_ground_knows_nothing_above_it() -> None:
    for name in GROUND - {"_fast_start"}:
        inside = {i.removeprefix(".") for i in imports(LIBRARY / f"{name}.py") if i[:1] == "."}
        assert inside <= GROUND, f"{name} imports {sorted(inside - GROUND)}"


def known_parts(file: Path) -> set[str]:
    return {i.removeprefix(".") for i in imports(file) if i[:1] == "."} & (PARTS | SERVICES)


def test_parts_know_each_other_only_as_arguments() -> None:
    for file in LIBRARY.glob("*.py"):
        if file.stem not in ON_TOP:
            known = known_parts(file) - {file.stem}
            allowed = KNOWS.get(file.stem, set())
            assert known <= allowed, f"{file.stem} imports {sorted(known - allowed)}"


def test_only_what_stands_on_top_knows_services() -> None:
    for file in LIBRARY.glob("*.py"):
        if file.stem not in ON_TOP:
            assert not (known_parts(file) & SERVICES) - {file.stem}, file.stem


def test_constructs_is_a_source_root_and_no_package() -> None:
    assert not (ROOT / "constructs/__init__.py").exists()


def test_main_uses_the_library_as_any_user_does() -> None:
    inside = {name for name in imports(ROOT / "main.py") if name.startswith("airflow_fargate.")}
    assert not inside
