"""What Airflow's image is built from."""

import ast
import datetime as dt
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parents[2]
IMAGE = ROOT / "airflow_image"
DOCKERFILE = (IMAGE / "Dockerfile").read_text()
LOCKED = json.loads((ROOT / "Pipfile.lock").read_text())["airflow-packages"]


def test_the_image_installs_what_the_tests_run_with() -> None:
    program = [sys.executable, ROOT / "tools/image_requirements.py", "--check"]
    result = subprocess.run(program, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_every_requirement_is_pinned_and_hashed() -> None:
    text = (IMAGE / "requirements.txt").read_text()
    requirements = re.findall(r"^[^#\s].*(?:\n    .*)*", text, re.MULTILINE)
    assert len(requirements) > 150
    for requirement in requirements:
        assert re.match(r"[a-z0-9][a-z0-9._-]*==\S+ ", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement
    assert "pytest==" not in text
    assert "setuptools==" in text, "the runtime is built with it"


def test_the_base_image_has_the_version_of_airflow_that_is_locked() -> None:
    version = LOCKED["apache-airflow"]["version"].removeprefix("==")
    assert re.findall(r"^FROM apache/airflow:slim-([\d.]+)-python", DOCKERFILE, re.MULTILINE) == [
        version
    ]


def test_airflow_finds_a_configuration_file_and_writes_none() -> None:
    lines = (IMAGE / "airflow.cfg").read_text().splitlines()
    assert lines
    assert all(line.startswith("#") for line in lines)


def test_the_build_is_given_what_it_copies_and_nothing_else() -> None:
    copied = set()
    for words in re.findall(r"^COPY (.*)", DOCKERFILE, re.MULTILINE):
        if "--from=" not in words:
            copied |= {word for word in words.split()[:-1] if not word.startswith("--")}
    allowed = re.findall(r"^!(.*)", (IMAGE / ".dockerignore").read_text(), re.MULTILINE)
    assert sorted(copied) == sorted(allowed)
    for name in copied:
        assert (IMAGE / name).exists(), name


@pytest.fixture(scope="module")
def rds_ca() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rds_ca", IMAGE / "rds_ca.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _root_certificate(name: str) -> tuple[str, str]:
    """Return a root certificate as PEM, and its fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    return pem, certificate.fingerprint(hashes.SHA256()).hex()


def test_the_certificates_of_rds_may_grow_but_not_change(rds_ca: ModuleType) -> None:
    ireland, fingerprint = _root_certificate("Amazon RDS eu-west-1 Root CA RSA2048 G1")
    new_region, _ = _root_certificate("Amazon RDS xx-west-9 Root CA RSA2048 G1")
    forged, _ = _root_certificate("Amazon RDS eu-west-1 Root CA RSA2048 G1")
    known = {"Amazon RDS eu-west-1 Root CA RSA2048 G1": fingerprint}
    assert rds_ca.check(ireland + new_region, known) == 1
    with pytest.raises(ValueError, match=f"eu-west-1 .* should have the SHA-256 {fingerprint}"):
        rds_ca.check(ireland + forged, known)
    with pytest.raises(ValueError, match="none of its certificates"):
        rds_ca.check(new_region, known)
    with pytest.raises(ValueError, match="no list of certificates"):
        rds_ca.check("<html>Service Unavailable</html>", known)


def test_certificates_are_known_for_every_kind_that_rds_signs_with(rds_ca: ModuleType) -> None:
    known = rds_ca.known_certificates((IMAGE / "rds_ca_known.txt").read_text())
    assert len(known) > 80
    for kind in ("RSA2048", "RSA4096", "ECC384"):
        assert f"Amazon RDS eu-west-1 Root CA {kind} G1" in known
    assert all(re.fullmatch("[0-9a-f]{64}", fingerprint) for fingerprint in known.values())


def test_what_runs_inside_containers_knows_nothing_of_the_constructs() -> None:
    imported = set()
    for file in IMAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                imported |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                imported.add(node.module.split(".")[0])
    assert "airflow" in imported
    assert not imported & {"airflow_fargate", "airflow_fargate_rehearsal", "cdktf", "constructs"}
