"""Bad values are refused when Terraform plans, and by the props in Python, in the same words."""

import json
import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import airflow_fargate as af
from airflow_fargate.nulls import knowing_nulls
from airflow_fargate.props import given_fields
from airflow_fargate.rules import InvalidValue

import pytest
from module_writer.publish import DEFINITIONS, files_beside
from tests.conftest import ROOT
from tests.module_writer.bad_value_calls import GOOD, MAPS, TABLE, calls, leaves
from tests.module_writer.bad_values import IMAGE, SUBNETS, Bad

from airflow_fargate_rehearsal.terraform.environment import without_aws_access

ROWS = [(module, bad) for module, rows in TABLE.items() for bad in rows]
IDS = [f"{module}: {bad.said[:70]}" for module, bad in ROWS]
_PLACE = re.compile(r"\nThis was checked by the validation rule at ([\w-]+)/variables\.tf:(\d+),")

_TASK = af.FargateTaskProps(task="report", image_uri=IMAGE)
_HOST = af.TaskHost(**GOOD["task"]["host"])
_NETWORK = af.ExistingNetwork(vpc_id="vpc-0123456789abcdef0", private_subnet_ids=SUBNETS)
PROPS: Mapping[str, Mapping[str, Any]] = {
    "network": {"": af.NetworkProps(name="demo")},
    "state-backend": {"": af.StateBackendProps(name="demo")},
    "task": {"": _TASK, "host": _HOST, "tags": _HOST},
    "worker-pool": {"": af.WorkerPoolProps(), "host": af.WorkerHost(**GOOD["worker-pool"]["host"])},
    "airflow": {
        "": af.AirflowFargateProps(name="demo"),
        "vpc_id": _NETWORK,
        "private_subnet_ids": _NETWORK,
        "public_subnet_ids": _NETWORK,
        "endpoints_security_group_ids": _NETWORK,
        "image_uri": af.AirflowImageProps(),
        "architecture": af.AirflowImageProps(),
        "dags.git": af.GitDags(repo_url="https://github.com/acme/dags.git"),
        "dags.s3": af.S3Dags(bucket_name="demo-dags"),
        "database": af.MetadataDatabaseProps(),
        "database.existing": af.ExistingDatabase(
            host="db.example.com",
            secret_arn="arn:aws:secretsmanager:eu-west-1:123456789012:secret:crm-AbCdEf",
            security_group_id="sg-0123abcd",
        ),
        "broker": af.BrokerProps(),
        "shared_storage": af.SharedStorageProps(),
        "credentials": af.CredentialsProps(),
        "cluster": af.ClusterProps(),
        "load_balancer": af.LoadBalancerProps(plain_http=True),
        "api_server": af.ApiServerProps(),
        "scheduler": af.SchedulerProps(),
        "dag_processor": af.DagProcessorProps(),
        "triggerer": af.TriggererProps(),
        "worker": af.WorkerPoolProps(),
        "encryption_key": af.EncryptionKeyProps(),
    },
}
"""The props that a module's variables are made of, by what stands before the field's name."""
_FIELDS = {("image_uri", "image_uri"): "uri"}


@pytest.fixture(scope="module")
def refused(
    binary: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Mapping[int, list[str]]]:
    """What one plan of all calls says: by call, and by the line of the validation.

    Of the modules there are the variables and the locals that validations ask for. So no provider
    and no AWS is asked, and all are planned in a second.
    """
    folder = tmp_path_factory.mktemp("bad-values")
    for name, call in calls().items():
        # A copy for each call: Terraform says which file refuses, and not always which call.
        (folder / name).mkdir()
        shutil.copy(ROOT / "modules" / call.module / "variables.tf", folder / name)
        with knowing_nulls():
            asked = {"locals": DEFINITIONS[call.module]().locals}
        (folder / name / "locals.tf.json").write_text(json.dumps(asked))
        for file, text in files_beside(call.module).items():
            (folder / name / file).write_text(text)
    root = {
        "variable": {"calls": {"type": "any"}},
        # By a variable, so that it is the plan that sees the values, not `terraform validate`.
        "module": {
            name: {"source": f"./{name}"}
            | {each: f"${{var.calls.{name}.{each}}}" for each in call.inputs}
            for name, call in calls().items()
        },
    }
    values = {"calls": {name: call.inputs for name, call in calls().items()}}
    (folder / "main.tf.json").write_text(json.dumps(root))
    (folder / "terraform.tfvars.json").write_text(json.dumps(values))
    _terraform(binary, folder, "init")
    return _told(_terraform(binary, folder, "plan", "-json"))


def _terraform(binary: Path, folder: Path, *arguments: str) -> str:
    environment = without_aws_access(os.environ) | {"CHECKPOINT_DISABLE": "1"}
    command = [binary, *arguments, "-input=false"]
    answer = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == (1 if "plan" in arguments else 0), answer.stderr
    return answer.stdout


def _told(answer: str) -> Mapping[str, Mapping[int, list[str]]]:
    said: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in answer.splitlines():
        if told := json.loads(line).get("diagnostic"):
            assert told["summary"] == "Invalid value for variable", told
            place = _PLACE.search(told["detail"])
            assert place is not None, told
            said[place[1]][int(place[2])].append(told["detail"].replace("\n", " "))
    return said


def lines_of(said: Mapping[int, list[str]], bad: Bad) -> list[int]:
    return [line for line, texts in said.items() if any(t.startswith(bad.said) for t in texts)]


@pytest.mark.real
@pytest.mark.parametrize(("module", "bad"), ROWS, ids=IDS)
def test_a_bad_value_is_refused_when_terraform_plans(
    module: str, bad: Bad, refused: Mapping[str, Mapping[int, list[str]]]
) -> None:
    (call,) = (name for name, call in calls().items() if any(row is bad for row in call.rows))
    assert len(lines_of(refused[call], bad)) == 1, (call, dict(refused[call]))


@pytest.mark.real
@pytest.mark.parametrize("module", TABLE)
def test_every_validation_of_a_module_has_a_bad_value(
    module: str, refused: Mapping[str, Mapping[int, list[str]]]
) -> None:
    text = (ROOT / "modules" / module / "variables.tf").read_text().splitlines()
    there = {place for place, line in enumerate(text, 1) if line == "  validation {"}
    kept = {
        line
        for name, call in calls().items()
        if call.module == module
        for bad in call.rows
        for line in lines_of(refused[name], bad)
    }
    assert there - kept == set()


KNOWN = [(module, bad) for module, bad in ROWS if bad.python is not None]


@pytest.mark.parametrize(
    ("module", "bad"), KNOWN, ids=[f"{module}: {bad.said[:70]}" for module, bad in KNOWN]
)
def test_python_refuses_the_same_value_in_the_same_words(module: str, bad: Bad) -> None:
    words = bad.python or bad.said.partition(" must be ")[2].replace("a whole number from", "from")
    with pytest.raises(InvalidValue) as refusal:
        bad.check() if bad.check else _props(module, bad)
    assert words in str(refusal.value)


def _props(module: str, bad: Bad) -> object:
    """The props that have the fields, made with the bad values."""
    path = next(leaves(bad.inputs))[0]
    owners = (each for each in PROPS[module] if f"{path}.".startswith(f"{each}." if each else ""))
    owner = max(owners, key=len)
    props, values = PROPS[module][owner], bad.inputs
    for step in owner.split(".") if owner else ():
        # The owner is the variable itself, or an object that the field is in.
        inner = values[step]
        values = inner if isinstance(inner, Mapping) and step not in MAPS else values
    given = {name: getattr(props, name) for name in given_fields(props)}
    return type(props)(**given | {_FIELDS.get((owner, f), f): v for f, v in values.items()})
