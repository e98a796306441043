"""What a program synthesizes is the same however, and in whatever order, it imports."""

from pathlib import Path

import pytest

from .conftest import RunPython
from .programs import SYNTH

COUNT_MODULES = """
process.on('exit', () => {
  const count = Object.keys(require.cache).filter((name) => name.includes('provider-aws')).length;
  if (count) require('fs').writeFileSync('provider-modules.txt', String(count));
});
"""


@pytest.fixture
def count_provider_modules(tmp_path: Path) -> str:
    """NODE_OPTIONS that let jsii's Node write down how many modules of the provider it loaded."""
    (tmp_path / "count.js").write_text(COUNT_MODULES)
    return f'--require "{tmp_path / "count.js"}"'


def test_node_loads_only_the_resource_types_that_are_used(
    run_python: RunPython, count_provider_modules: str, tmp_path: Path
) -> None:
    config = run_python("import airflow_fargate\n" + SYNTH, NODE_OPTIONS=count_provider_modules)

    assert config["resource"]["aws_security_group"]["group"]["ingress"][0]["from_port"] == 443
    assert int((tmp_path / "provider-modules.txt").read_text()) < 20


def test_a_machine_without_node_can_synthesize(run_python: RunPython, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()

    config = run_python("import airflow_fargate\n" + SYNTH, PATH=str(tmp_path / "bin"))

    assert list(config["resource"]["aws_s3_bucket"]) == ["bucket"]
    # The engine zips an asset in a `node` of its own.
    assert list((tmp_path / "out").rglob("archive.zip"))


def test_cdktf_may_be_imported_first(run_python: RunPython) -> None:
    first = run_python("import cdktf, airflow_fargate\n" + SYNTH)

    assert list(first["resource"]["aws_s3_bucket"]) == ["bucket"]


@pytest.mark.slow
def test_the_bindings_as_shipped_synthesize_the_same(run_python: RunPython) -> None:
    shipped = run_python(SYNTH)
    ours = run_python("import airflow_fargate\n" + SYNTH)
    ours_second = run_python("import cdktf_cdktf_provider_aws, airflow_fargate\n" + SYNTH)

    assert ours == shipped
    assert ours_second == shipped
