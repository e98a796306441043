"""A plain root that calls the modules makes what a stack of the constructs makes, with all values.

Both are applied, each to an embedded AWS of its own. What is compared is each resource with all of
its attributes: ids and ARNs that AWS chose stand as the address of the resource that they are of.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import airflow_fargate as af

import pytest
from tests.conftest import ROOT
from tests.module_writer.known_values import read
from tests.module_writer.module_calls import STATEMENTS

from airflow_fargate_rehearsal.emulator import embedded_aws

pytestmark = [pytest.mark.real, pytest.mark.slow]

IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo"
TAGS = {"team": "data"}
# Chosen anew for each resource, and seen nowhere else.
_UNLIKE = {
    *("create_date", "creation_date", "created_time", "creation_token", "latest_restorable_time"),
    *("final_snapshot_identifier", "network_interface_id", "public_dns", "public_ip"),
    *("arn_suffix", "private_ip", "version_id", "hosted_zone", "default_network_acl_id"),
    *("default_route_table_id", "main_route_table_id", "prefix_list_id"),
}
_CHOSEN = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|(?<=<uuid>)-[A-Za-z0-9]{6}\b"  # at the end of the name of a secret of RDS
)
_NAMES_OF_IDS = ("arn", "id", "key_id", "allocation_id", "association_id", "unique_id", "dns_name")


def stack(here: af.Stack) -> None:
    airflow = af.AirflowFargate(
        here,
        "_airflow",
        af.AirflowFargateProps(
            name="demo",
            image=af.AirflowImageProps(uri=f"{IMAGE}/airflow:1"),
            network=af.NetworkProps(az_count=2, nat="single"),
            database=af.MetadataDatabaseProps(instance_class="db.t4g.micro", final_snapshot=False),
            shared_storage=af.SharedStorageProps(backups=False),
            credentials=af.CredentialsProps(recovery_window_days=0),
            encryption_key=af.EncryptionKeyProps(deletion_window_days=7),
            worker_pools=[af.WorkerPoolProps(spot=True)],
            log_retention_days=14,
            deletion_protection=False,
            tags=TAGS,
        ),
    )
    airflow.add_task(
        af.FargateTaskProps(
            task="even_odd", image_uri=f"{IMAGE}/even_odd:1", shared_storage_path="/shared"
        )
    )
    airflow.add_task(
        af.FargateTaskProps(
            task="report",
            image_uri=f"{IMAGE}/report:1",
            cpu=1024,
            memory_mib=2048,
            environment={"TEAM": "data"},
            statements=[
                af.Statement(
                    sid=each["sid"],
                    actions=each["actions"],
                    resources=each["resources"],
                    conditions=each.get("conditions"),
                )
                for each in STATEMENTS
            ],
        )
    )


ROOT_MODULE: dict[str, Any] = {
    "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
    "provider": {"aws": {"region": "eu-west-1"}},
    "module": {
        "network": {
            "source": "./modules/network",
            "name": "demo",
            "az_count": 2,
            "log_retention_days": 14,
            "kms_key_arn": "${module.airflow.kms_key_arn}",
            "tags": TAGS,
        },
        "airflow": {
            "source": "./modules/airflow",
            "name": "demo",
            "vpc_id": "${module.network.vpc_id}",
            "private_subnet_ids": "${module.network.private_subnet_ids}",
            "public_subnet_ids": "${module.network.public_subnet_ids}",
            "image_uri": f"{IMAGE}/airflow:1",
            "database": {"instance_class": "db.t4g.micro", "final_snapshot": False},
            "shared_storage": {"backups": False},
            "credentials": {"recovery_window_days": 0},
            "encryption_key": {"deletion_window_days": 7},
            "worker": {"spot": True},
            "log_retention_days": 14,
            "deletion_protection": False,
            "tags": TAGS,
        },
        "task_even_odd": {
            "source": "./modules/task",
            "host": "${module.airflow.task_host}",
            "task": "even_odd",
            "image_uri": f"{IMAGE}/even_odd:1",
            "shared_storage_path": "/shared",
            "tags": TAGS,
        },
        "task_report": {
            "source": "./modules/task",
            "host": "${module.airflow.task_host}",
            "task": "report",
            "image_uri": f"{IMAGE}/report:1",
            "cpu": 1024,
            "memory_mib": 2048,
            "environment": {"TEAM": "data"},
            "statements": STATEMENTS,
            "tags": TAGS,
        },
    },
}


def resources(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from values.get("resources", ())
    for child in values.get("child_modules", ()):
        yield from resources(child)


def plain_address(address: str) -> str:
    """The address that a resource of a module has in a stack."""
    # An optional part has a number where a variable decides on it.
    path = address.removesuffix("[0]").split(".")
    module = path[1] if path[0] == "module" else "airflow"
    kind, name = path[-2:]
    if module == "airflow":
        return f"{kind}.{name}"
    name = re.sub(r"^this(?=\W|$)", "", name)
    return f"{kind}.{module}" + (f"_{name}" if name and name[0] != "[" else name)


def _sorting(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def comparable(state: Mapping[str, Any]) -> dict[str, Any]:
    """Managed resources by their addresses in a stack; what AWS chose stands as an address."""
    found = {
        plain_address(each["address"]): each["values"]
        for each in resources(state["values"]["root_module"])
        if each["mode"] == "managed"
    }
    chosen = {
        str(values[name]): f"<{address}.{name}>"
        for address, values in found.items()
        for name in _NAMES_OF_IDS
        if len(str(values.get(name) or "")) > 8
    }
    by_length = sorted(chosen, key=len, reverse=True)
    either = re.compile("|".join(map(re.escape, by_length)))

    def replaced(value: Any) -> Any:
        match value:
            case str():
                text = either.sub(lambda hit: chosen[hit.group()], value)
                return _CHOSEN.sub("", _CHOSEN.sub("<uuid>", text))
            case dict():
                # To say an empty list is to say nothing: of secrets, in a container definition.
                said = {k: v for k, v in value.items() if k not in _UNLIKE and v != []}
                return {k: replaced(v) for k, v in said.items()}
            case list() | tuple():
                return sorted((replaced(each) for each in value), key=_sorting)
        return value

    return {address: replaced(read(values)) for address, values in found.items()}


@pytest.fixture
def applied(
    synth: Any, terraform_for: Any, tmp_path: Path
) -> Iterator[Callable[[], tuple[Any, Any]]]:
    with embedded_aws(tmp_path / "one") as one, embedded_aws(tmp_path / "two") as two:
        from_stack = terraform_for(one.endpoint_url)(synth(stack))
        from_root = terraform_for(two.endpoint_url)(
            {k: v for k, v in ROOT_MODULE.items() if k == "terraform"}
        )
        shutil.copytree(
            ROOT / "modules",
            from_root.folder / "modules",
            ignore=shutil.ignore_patterns(".terraform*"),
        )
        from_root.write(ROOT_MODULE)
        from_root.init()
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda each: each.apply(), (from_stack, from_root)))
        yield lambda: (from_stack.show(), from_root.show())


def test_a_root_of_modules_makes_what_a_stack_makes(
    applied: Callable[[], tuple[Any, Any]],
) -> None:
    from_stack, from_root = (comparable(state) for state in applied())
    assert len(from_stack) > 100
    assert sorted(from_root) == sorted(from_stack)
    unlike = {
        f"{address}.{name}": (value, from_root[address].get(name))
        for address, values in from_stack.items()
        for name, value in values.items()
        if value != from_root[address].get(name)
    }
    assert unlike == {}
