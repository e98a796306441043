"""Local Fargate follows the Dockerfile of Airflow's image as it is, line by line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509

from airflow_fargate_rehearsal.fargate.base_images import without_init
from airflow_fargate_rehearsal.fargate.errors import CannotPullContainer
from airflow_fargate_rehearsal.fargate.image import Image, Source, build
from airflow_fargate_rehearsal.fargate.images import find_image

ROOT = Path(__file__).parents[3]
Build = Callable[..., Image]


@pytest.fixture
def airflow_image(tmp_path: Path) -> Build:
    """Build `airflow_image/` as the image builder writes it down."""

    def make(**build_arguments: str) -> Image:
        line = {
            "uri": "airflow",
            "folder": str(ROOT / "airflow_image"),
            "contexts": {"dags": str(ROOT / "dags")},
            "build_arguments": build_arguments,
        }
        (tmp_path / "images.jsonl").write_text(json.dumps(line) + "\n")
        return build(find_image("airflow", tmp_path), tmp_path / "root")

    return make


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Image]:
    """Build an image from the text of a Dockerfile."""

    def make(dockerfile: str) -> Image:
        (tmp_path / "Dockerfile").write_text(dockerfile)
        source = Source(folder=tmp_path, rds_authority=tmp_path / "rds-ca")
        return build(source, tmp_path / "root")

    return make


def installed(image: Image) -> list[list[str]]:
    return [list(command.written) for command in image.pip_commands]


def test_it_installs_what_the_dockerfile_says_and_nothing_else(airflow_image: Build) -> None:
    image = airflow_image()
    assert installed(image) == [
        ["install", "--no-deps", "--require-hashes", "-r", "/opt/airflow/requirements.txt"],
        ["install", "--no-deps", "--no-build-isolation", "/home/airflow/runtime"],
    ]
    requirements, runtime = (Path(command.placed[-1]) for command in image.pip_commands)
    assert requirements.read_text() == (ROOT / "airflow_image/requirements.txt").read_text()
    assert (runtime / "airflow_fargate_runtime/prepare.py").exists()
    assert (runtime / "pyproject.toml").exists()
    image.complete()
    assert not runtime.exists()


def test_further_requirements_are_installed_within_the_versions_that_are_there(
    airflow_image: Build,
) -> None:
    image = airflow_image(EXTRA_REQUIREMENTS='polars==1.0\nit\'s "quoted" $HOME; x')
    _, frozen, extra, _ = image.pip_commands
    assert list(frozen.written) == ["list", "--format=freeze"]
    assert list(extra.written[:2]) == ["install", "-c"]
    assert extra.placed[2] == str(frozen.output)
    asked = Path(extra.placed[4])
    assert asked.read_text() == 'polars==1.0\nit\'s "quoted" $HOME; x\n'
    image.complete()
    assert not asked.exists()


def test_its_environment_and_folders_are_those_of_apache_airflows_image(
    airflow_image: Build,
) -> None:
    image = airflow_image()
    assert image.environment["AIRFLOW_HOME"] == "/opt/airflow"
    assert image.environment["AIRFLOW__CORE__LOAD_EXAMPLES"] == "false"
    assert image.environment["DUMB_INIT_SETSID"] == "0"
    assert image.working_directory == "/opt/airflow"
    assert image.volumes == ["/tmp", "/opt/airflow/logs"]
    assert list(image.files.in_root("/opt/airflow/logs").iterdir()) == []
    assert Path(image.files.translated("/opt/airflow/airflow.cfg")).exists()


def test_it_has_the_dags_and_the_certificates_of_this_aws(
    airflow_image: Build, tmp_path: Path
) -> None:
    image = airflow_image()
    dags = {each.name for each in Path(image.files.translated("/opt/airflow/dags")).glob("*.py")}
    assert dags == {each.name for each in (ROOT / "dags").glob("*.py")}
    url = image.files.translated("postgresql://127.1.0.2/a?sslrootcert=/opt/airflow/rds-ca.pem")
    trusted = Path(url.partition("sslrootcert=")[2]).read_bytes()
    assert trusted == (tmp_path / "rds-ca/ca.pem").read_bytes()
    assert x509.load_pem_x509_certificate(trusted).issuer.rfc4514_string().startswith("CN=Root CA")


def test_its_entry_point_is_left_to_the_init_that_every_container_has_here(
    airflow_image: Build,
) -> None:
    image = airflow_image()
    assert without_init([*image.entry_point, "airflow", "scheduler"]) == ["airflow", "scheduler"]
    assert without_init(["/usr/bin/dumb-init", "-v", "--", "a", "--", "b"]) == ["a", "--", "b"]
    assert without_init(["tini", "a", "-v"]) == ["a", "-v"]
    assert without_init(["python", "--", "a"]) == ["python", "--", "a"]


def test_certificates_that_are_fetched_from_aws_are_those_of_this_aws(
    written: Callable[[str], Image], tmp_path: Path
) -> None:
    address = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
    image = written(f"FROM scratch\nADD --chown=0:0 {address} /ca/\nADD {address} /other.pem\n")
    authority = (tmp_path / "rds-ca/ca.pem").read_bytes()
    assert image.files.in_root("/ca/global-bundle.pem").read_bytes() == authority
    assert image.files.in_root("/other.pem").read_bytes() == authority


@pytest.mark.parametrize(
    ("step", "folders"),
    [
        ('ARG A=1\nRUN if [ -n "$A" ]; then mkdir /yes; else mkdir /no; fi', ["yes"]),
        ("ARG A=1\nRUN if [ -z '$A' ]; then mkdir /yes; else mkdir /no; fi", ["no"]),
        ('ARG A\nRUN if [ "$A" = "x y" ]; then mkdir /yes; fi; mkdir /after', ["after"]),
        ('ARG A="x y"\nRUN if [ "$A" = "x y" ]; then mkdir /yes; fi', ["yes"]),
        ("ARG A=1\nRUN if [ $A != 2 ]; then if [ 1 = 2 ]; then mkdir /no; fi; fi", []),
        ("RUN mkdir /yes || mkdir /no; mkdir /after", ["after", "yes"]),
        ("RUN mkdir -p /a/b /c && find /a -mindepth 1 -delete && rm -r /c", ["a"]),
        ('ARG A="/x /y"\nRUN mkdir $A', ["x", "y"]),
        ('ARG A="/x y"\nRUN mkdir "$A"', ["x y"]),
        ("RUN python --version", []),
    ],
)
def test_the_little_of_a_shell_that_dockerfiles_use(
    written: Callable[[str], Image], step: str, folders: list[str]
) -> None:
    image = written(f"FROM scratch\n{step}\n")
    assert sorted(each.name for each in image.files.root.iterdir()) == folders


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("if [ -d /x ]; then mkdir /y; fi", r"it does not know the condition \[ -d /x \]"),
        ("then mkdir /y", "it has then without if"),
        ("mkdir /x > /log", "it has no shell for '>' behind mkdir"),
        ("printf '%d' 1 > /x", "of printf it can do"),
        ("find / -name x", "of find it can do"),
        ("python setup.py install", "of python it can do pip and rds_ca.py"),
        ("pip list", "of pip it can do install, and no list"),
        ("no-such-program-here --version", "this machine has no no-such-program-here"),
    ],
)
def test_what_is_beyond_it_is_named(
    written: Callable[[str], Image], step: str, reason: str
) -> None:
    with pytest.raises(CannotPullContainer, match=reason):
        written(f"FROM scratch\nRUN {step}\n")
