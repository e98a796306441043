"""The images, built on the real base images, or on stand-ins where no registry answers."""

import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from airflow_fargate.image_builder.failures import Failure
from airflow_fargate.image_builder.tag import Source

import pytest
from tests.images.engine import ARCHITECTURE, CannotBuild, Engine
from tests.images.stand_ins import StandIns

ROOT = Path(__file__).parents[2]
CERTIFICATES_URL = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
_SAID = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def say(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Tell who runs the tests something, at their end."""
    return pytestconfig.stash.setdefault(_SAID, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say on what the images were built."""
    if said := terminalreporter.config.stash.get(_SAID, []):
        terminalreporter.section("images")
        for line in said:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def engine(
    tmp_path_factory: pytest.TempPathFactory, say: Callable[[str], None]
) -> Iterator[Engine]:
    """What builds and runs images on this machine."""
    folder = tmp_path_factory.mktemp("engine")
    try:
        engine = Engine.of_this_machine(folder)
    except (Failure, CannotBuild) as missing:
        message = f"Images cannot be built and run on this machine.\n{missing}"
        raise pytest.fail.Exception(message, pytrace=False) from None
    say(f"Built with {engine.builder}, run with {engine.runner}.")
    try:
        yield engine
    finally:
        engine.remove_everything(folder)


@pytest.fixture(scope="session")
def base_image(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, say: Callable[[str], None]
) -> Callable[[Path], None]:
    """Have the base image of a Dockerfile on this machine: the real one, or a stand-in."""
    stand_ins = StandIns(engine, tmp_path_factory.mktemp("stand-ins"))
    there: set[str] = set()

    def have(dockerfile: Path) -> None:
        names = re.findall(r"(?m)^FROM (\S+:\S+)", dockerfile.read_text())
        for name in set(names) - there:
            if reason := engine.pull(name):
                try:
                    stand_ins.make(name)
                except CannotBuild as missing:
                    message = f"{name} cannot be had: {reason}\nNor a stand-in: {missing}"
                    raise pytest.fail.Exception(message, pytrace=False) from None
                say(f"{name}: a STAND-IN. The real one cannot be had: {reason}")
            else:
                say(f"{name}: the real one.")
            there.add(name)

    return have


@pytest.fixture(scope="session")
def airflow_image(
    engine: Engine,
    base_image: Callable[[Path], None],
    tmp_path_factory: pytest.TempPathFactory,
    say: Callable[[str], None],
) -> str:
    """Airflow's image, with the project's DAGs."""
    folder = ROOT / "airflow_image"
    base_image(folder / "Dockerfile")
    contexts = {"dags": ROOT / "dags"}
    try:
        urllib.request.urlopen(CERTIFICATES_URL, timeout=20).close()
    except urllib.error.URLError as error:
        # A context takes the place of the stage of this name, which would fetch them.
        stage = tmp_path_factory.mktemp("certificates")
        (stage / "home/airflow").mkdir(parents=True)
        shutil.copy("/etc/ssl/certs/ca-certificates.crt", stage / "home/airflow/rds-ca.pem")
        contexts["certificates"] = stage
        say(f"The certificates of RDS: a STAND-IN. AWS does not answer: {error.reason}")
    # Two lines, as users give them, of what is there already.
    extra = {"EXTRA_REQUIREMENTS": "requests\nboto3>=1.40"}
    return engine.build(Source(ARCHITECTURE, folder, contexts, extra), "demo/airflow")


@pytest.fixture(scope="session")
def task_image(engine: Engine, base_image: Callable[[Path], None]) -> Callable[[Path], str]:
    """Build the image of a task folder; its name."""
    built: dict[Path, str] = {}

    def build(folder: Path) -> str:
        if folder not in built:
            base_image(folder / "Dockerfile")
            built[folder] = engine.build(Source(ARCHITECTURE, folder), f"demo/tasks/{folder.name}")
        return built[folder]

    return build
