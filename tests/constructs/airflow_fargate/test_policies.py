"""Settings at their ends, before the policy gate: each finding has its exception, and no other.

An exception that a setting does not need shuts the gate as much as one that is missing.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import airflow_fargate as af

import pytest
from cdktf import App
from tests.conftest import ROOT

CHECKOV = ROOT / ".tools/venvs/policy/bin/python"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
OFFICE = "203.0.113.0/24"
PLAIN = af.LoadBalancerProps(plain_http=True)
SETTINGS: dict[str, dict[str, Any]] = {
    "least": {
        "cluster": af.ClusterProps(container_insights="disabled"),
        "network": af.NetworkProps(flow_logs=False),
        "task_logs": af.TaskLogsProps(destination="cloudwatch"),
        "deletion_protection": False,
    },
    "most": {
        "load_balancer": af.LoadBalancerProps(certificate_arn=CERTIFICATE),
        "database": af.MetadataDatabaseProps(multi_az=True, monitoring_interval_seconds=60),
        "log_retention_days": 365,
    },
    "without_nat": {"network": af.NetworkProps(nat="none")},
    "application_by_http": {
        "load_balancer": af.LoadBalancerProps(kind="application", plain_http=True)
    },
    "application_by_https": {
        "load_balancer": af.LoadBalancerProps(kind="application", certificate_arn=CERTIFICATE)
    },
    "public": {
        "load_balancer": af.LoadBalancerProps(
            kind="application",
            scheme="internet-facing",
            certificate_arn=CERTIFICATE,
            allowed_cidr_blocks=[OFFICE],
        )
    },
    "public_by_http": {
        "load_balancer": af.LoadBalancerProps(
            scheme="internet-facing", plain_http=True, allowed_cidr_blocks=[OFFICE]
        )
    },
}


def deployment(settings: dict[str, Any]) -> Callable[[af.Stack], object]:
    given: dict[str, Any] = {"name": "demo", "dags": ROOT / "dags", "load_balancer": PLAIN}
    props = af.AirflowFargateProps(**given | settings)
    return lambda stack: af.AirflowFargate(stack, "_airflow", props)


def parts_without_keys(stack: af.Stack) -> None:
    """Each part by itself, with no key but AWS's own."""
    network = af.Network(stack, "network", af.NetworkProps(name="demo"))
    af.Cluster(stack, "cluster", af.ClusterProps(name="demo"), network=network)
    af.MetadataDatabase(stack, "database", af.MetadataDatabaseProps(name="demo"), network=network)
    af.Broker(stack, "broker", af.BrokerProps(name="demo", pools=["default"]))
    af.Credentials(stack, "credentials", af.CredentialsProps(name="demo"))
    af.SharedStorage(stack, "storage", af.SharedStorageProps(name="demo"), network=network)
    af.TaskLogs(stack, "logs", af.TaskLogsProps(name="demo"))
    af.Bucket(stack, "bucket", af.BucketProps(name="demo"))
    af.StateBackend(stack, "state", af.StateBackendProps(name="demo"))
    folder = ROOT / "task_images/count_primes"
    af.TaskImage(stack, "image", af.TaskImageProps(name="demo", task="primes", folder=folder))


def gate(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CHECKOV, "-m", "airflow_fargate_policies", folder],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "policies")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.real
@pytest.mark.slow
def test_every_finding_has_its_exception_and_no_exception_is_needless(tmp_path: Path) -> None:
    builds = {name: deployment(settings) for name, settings in SETTINGS.items()}
    builds["parts"] = parts_without_keys
    app = App(outdir=str(tmp_path))
    for name, build in builds.items():
        build(af.Stack(app, name, region="eu-west-1", local_state=True))
    app.synth()
    seen = gate(tmp_path)
    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert all(f"{name} (synthesized)" in seen.stdout for name in builds)


@pytest.mark.real
@pytest.mark.slow
def test_who_lets_in_the_world_has_to_say_why(tmp_path: Path) -> None:
    def build(app: App, name: str) -> af.AirflowFargate:
        balancer = af.LoadBalancerProps(
            scheme="internet-facing", certificate_arn=CERTIFICATE, allowed_cidr_blocks=["0.0.0.0/0"]
        )
        stack = af.Stack(app, name, region="eu-west-1", local_state=True)
        props = af.AirflowFargateProps(name="demo", dags=ROOT / "dags", load_balancer=balancer)
        return af.AirflowFargate(stack, "_airflow", props)

    app = App(outdir=str(tmp_path))
    build(app, "silent")
    af.except_policy(
        build(app, "said").load_balancer,
        "AF_PUBLIC_INGRESS",
        "Our customers' students log in from wherever they are.",
        resource_type="aws_vpc_security_group_ingress_rule",
    )
    app.synth()
    seen = gate(tmp_path)
    assert seen.returncode == 1, seen.stdout + seen.stderr
    problems = [line for line in seen.stdout.splitlines() if "AF_PUBLIC_INGRESS" in line]
    assert len(problems) == 1, seen.stdout
    assert "silent/" in seen.stdout
    assert "said/" not in seen.stdout
