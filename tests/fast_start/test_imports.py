"""The provider's package in Python: lazy, and otherwise as shipped."""

import importlib.machinery
import sys
from pathlib import Path

from airflow_fargate import _fast_start
from airflow_fargate._fast_start._finder import BindingsFinder
from airflow_fargate._fast_start._upstream import PROVIDER

from .conftest import RunPython
from .programs import LOADED, PRINT

AWS = "import sys, airflow_fargate, cdktf_cdktf_provider_aws as aws; "


def test_only_the_submodules_that_are_named_are_imported(run_python: RunPython) -> None:
    before = "before = set(" + LOADED + "); import cdktf_cdktf_provider_aws.xray_group; "
    after = PRINT.format(f"sorted({{n.split('.')[1] for n in set({LOADED}) - before}})")

    assert run_python(AWS + before + after) == ["_jsii", "xray_group"]


def test_a_submodule_is_an_attribute_of_the_package(run_python: RunPython) -> None:
    program = AWS + "group = aws.xray_group.XrayGroup; "
    program += "from cdktf_cdktf_provider_aws.xray_group import XrayGroup; "

    assert run_python(program + PRINT.format("[group is XrayGroup, group.__module__]")) == [
        True,
        "cdktf_cdktf_provider_aws.xray_group",
    ]


def test_dir_and_all_list_the_submodules_without_importing_them(run_python: RunPython) -> None:
    names = "[len(aws.__all__), 'vpc' in dir(aws), 'xray_group' in aws.__all__]"

    count, in_dir, in_all, loaded = run_python(AWS + PRINT.format(f"[*{names}, len({LOADED})]"))

    assert (count > 1000, in_dir, in_all) == (True, True, True)
    assert loaded < 200


def test_an_attribute_that_is_not_there_is_an_ordinary_attribute_error(
    run_python: RunPython,
) -> None:
    program = AWS + "import inspect; inspect.unwrap(aws)\ntry: aws.vcp\n"
    program += "except AttributeError as error: " + PRINT.format("[str(error), error.name]")

    assert run_python(program) == [
        "module 'cdktf_cdktf_provider_aws' has no attribute 'vcp'",
        "vcp",
    ]


def test_the_package_knows_where_it_is_from(run_python: RunPython) -> None:
    program = AWS + "import importlib.resources, inspect, pathlib; "
    facts = (
        "[pathlib.Path(aws.__file__).name, aws.__package__, len(aws.__path__) > 0, "
        "aws.__spec__.name, importlib.resources.files(aws).joinpath('py.typed').is_file(), "
        "'publication.publish()' in inspect.getsource(aws), aws.__jsii_assembly__.name]"
    )

    assert run_python(program + PRINT.format(facts)) == [
        "__init__.py",
        "cdktf_cdktf_provider_aws",
        True,
        "cdktf_cdktf_provider_aws",
        True,
        True,
        "@cdktf/provider-aws",
    ]


def test_the_package_can_be_reloaded_and_its_classes_pickled(run_python: RunPython) -> None:
    program = AWS + "import importlib, pickle; vpc = aws.vpc.Vpc; again = importlib.reload(aws); "
    facts = "[again is aws, pickle.loads(pickle.dumps(vpc)) is aws.vpc.Vpc is vpc]"

    assert run_python(program + PRINT.format(facts)) == [True, True]


def test_installing_twice_adds_one_finder() -> None:
    _fast_start.install()
    _fast_start.install()

    assert sum(isinstance(finder, BindingsFinder) for finder in sys.meta_path) == 1


def test_no_other_package_is_found_by_the_finder() -> None:
    assert BindingsFinder().find_spec("json", None) is None


def test_a_package_of_another_layout_is_left_to_the_ordinary_finders(tmp_path: Path) -> None:
    package = tmp_path / PROVIDER
    package.mkdir()
    (package / "__init__.py").touch()
    ordinary = importlib.machinery.PathFinder.find_spec(PROVIDER, [str(tmp_path)])

    assert ordinary is not None
    assert BindingsFinder().find_spec(PROVIDER, [str(tmp_path)]) is None
