"""Where a deployment's DAGs come from: what Airflow is told, and what its roles may read."""

import json
from pathlib import Path
from typing import Any

import airflow_fargate as af

import pytest

COMPONENTS = ("api_server", "scheduler", "dag_processor", "triggerer", "worker_default")
READERS = ("dag_processor", "worker_default")
VARIABLE = "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"
CONTAINERS = {"worker_default": "worker"}
REPOSITORY = "https://github.com/acme/dags.git"
BUCKET = "arn:${data.aws_partition.current.partition}:s3:::acme-dags"


def told(deployed: Any, component: str) -> dict[str, str]:
    container = CONTAINERS.get(component, component.replace("_", "-"))
    return deployed.environment(component, container)


def about_dags(deployed: Any, component: str) -> dict[str, Any]:
    """Statements of a component's own role that are about DAGs."""
    found = deployed.statements(f"{component}_task")
    return {sid: statement for sid, statement in found.items() if sid.endswith("Dags")}


def test_dags_from_git_are_told_to_all_components_and_need_no_permission(deploy: Any) -> None:
    deployed = deploy(
        dags=af.GitDags(
            repo_url=REPOSITORY,
            tracking_ref="release/2026",
            subdir="airflow/dags",
            git_conn_id="dags_repository",
            refresh_interval_seconds=30,
        )
    )
    bundle = {
        "name": "dags-folder",
        "classpath": "airflow.providers.git.bundles.git.GitDagBundle",
        "kwargs": {
            "repo_url": REPOSITORY,
            "tracking_ref": "release/2026",
            "subdir": "airflow/dags",
            "git_conn_id": "dags_repository",
            "refresh_interval": 30,
        },
    }
    for component in COMPONENTS:
        assert json.loads(told(deployed, component)[VARIABLE]) == [bundle], component
        assert about_dags(deployed, component) == {}, component


def test_dags_from_s3_are_read_by_who_parses_and_who_runs_them_and_by_nobody_else(
    deploy: Any,
) -> None:
    deployed = deploy(
        dags=af.S3Dags(bucket_name="acme-dags", prefix="airflow/dags", kms_key_arn=KEY)
    )
    bundle = {
        "name": "dags-folder",
        "classpath": "airflow.providers.amazon.aws.bundles.s3.S3DagBundle",
        "kwargs": {
            "aws_conn_id": None,
            "bucket_name": "acme-dags",
            "prefix": "airflow/dags",
            "refresh_interval": 60,
        },
    }
    for component in COMPONENTS:
        assert json.loads(told(deployed, component)[VARIABLE]) == [bundle], component
        if component not in READERS:
            assert about_dags(deployed, component) == {}, component
    objects = f"{BUCKET}/airflow/dags/*"
    for component in READERS:
        found = about_dags(deployed, component)
        assert {
            sid: (statement["Action"], statement["Resource"]) for sid, statement in found.items()
        } == {
            "ListDags": (["s3:ListBucket"], [BUCKET]),
            "ReadDags": (["s3:GetObject"], [objects]),
            "DecryptDags": (["kms:Decrypt"], [KEY]),
        }
        assert found["DecryptDags"]["Condition"] == {
            "StringEquals": {"kms:ViaService": "s3.${data.aws_region.current.id}.amazonaws.com"},
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": [BUCKET, objects]},
        }


def test_without_a_prefix_and_a_key_all_of_the_bucket_is_read_and_nothing_decrypted(
    deploy: Any,
) -> None:
    deployed = deploy(dags=af.S3Dags(bucket_name="acme-dags"))
    found = about_dags(deployed, "worker_default")
    assert set(found) == {"ListDags", "ReadDags"}
    assert found["ReadDags"]["Resource"] == [f"{BUCKET}/*"]


def test_a_folder_goes_into_the_image_and_airflow_reads_it_where_it_always_does(
    deploy: Any, tmp_path: Path
) -> None:
    (tmp_path / "my_dags").mkdir()
    deployed = deploy(dags=tmp_path / "my_dags")
    build = deployed.at("terraform_data.airflow_build")
    assert "my_dags" in json.dumps(build)
    assert VARIABLE not in told(deployed, "dag_processor")
    assert about_dags(deployed, "dag_processor") == {}


def test_the_image_can_still_have_a_folder_beside_dags_that_are_fetched(
    deploy: Any, tmp_path: Path
) -> None:
    (tmp_path / "known_hosts_and_more").mkdir()
    image = af.AirflowImageProps(dags_folder=tmp_path / "known_hosts_and_more")
    deployed = deploy(dags=af.GitDags(repo_url=REPOSITORY), image=image)
    assert "known_hosts_and_more" in json.dumps(deployed.at("terraform_data.airflow_build"))
    assert "GitDagBundle" in told(deployed, "worker_default")[VARIABLE]


def test_another_class_of_bundles_is_an_option_like_any_other(deploy: Any) -> None:
    own = '[{"name": "ours", "classpath": "ours.Bundle", "kwargs": {}}]'
    options = {"dag_processor": {"dag_bundle_config_list": own}}
    deployed = deploy(configuration=options)
    assert told(deployed, "dag_processor")[VARIABLE] == own
    with pytest.raises(af.InvalidValue, match=r"it follows from AirflowFargateProps\.dags"):
        deploy(configuration=options, dags=af.GitDags(repo_url=REPOSITORY))
