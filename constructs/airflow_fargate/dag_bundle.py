"""DAGs that Airflow fetches while it runs, through one of its DAG bundles."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from constructs import Construct

from .airflow_options import terraform_map
from .conditions import some
from .git_dags import GitDags
from .iam import Statement, only_when
from .props import props
from .s3_dags import S3Dags, read_statements
from .values import choose, expression, has_token, json_text, map_of, source


@props
class ChosenDags:
    """DAGs that Airflow fetches from where only Terraform knows; those in the image if nowhere.

    It is how `modules/airflow` takes its variable `dags`. Of the two, one at most.
    """

    git: GitDags
    """The repository, if `from_git`."""
    from_git: bool
    """Whether they are in a repository."""
    s3: S3Dags
    """The bucket, if `from_s3`."""
    from_s3: bool
    """Whether they are in a bucket."""


FetchedDags: TypeAlias = GitDags | S3Dags | ChosenDags
"""DAGs that Airflow fetches while it runs."""

BUNDLE_CONFIG_LIST = "dag_processor.dag_bundle_config_list"
"""Airflow's option with the bundles."""
# The name of Airflow's own bundle of DAGs in the image. With the same one for all, runs go on when
# a deployment changes from one to another, and DAGs keep their history.
_NAME = "dags-folder"
_EMPTY = "zipmap([], [])"
_VARIABLE = "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"


def bundle_environment(dags: FetchedDags | None) -> Mapping[str, str]:
    """Airflow's option about its bundles, the same for all components."""
    if dags is None:
        return {}
    if isinstance(dags, ChosenDags):
        value = choose(dags.from_git, _bundle_of(dags.git), _bundle_of(dags.s3))
        given = some([dags.from_git, dags.from_s3])
        return map_of(f"{source(given)} ? {terraform_map({_VARIABLE: value})} : {_EMPTY}")
    return {_VARIABLE: _bundle_of(dags)}


def _bundle_of(dags: GitDags | S3Dags) -> str:
    # In the order in which Terraform writes them.
    values: dict[str, Any]
    if isinstance(dags, GitDags):
        classpath = "airflow.providers.git.bundles.git.GitDagBundle"
        values = {
            "git_conn_id": dags.git_conn_id,
            "refresh_interval": dags.refresh_interval_seconds,
            # Not from the connection, which not all components can look up.
            "repo_url": dags.repo_url,
            "subdir": dags.subdir,
            "tracking_ref": dags.tracking_ref,
        }
    else:
        classpath = "airflow.providers.amazon.aws.bundles.s3.S3DagBundle"
        values = {
            # No connection: the role of the container.
            "aws_conn_id": None,
            "bucket_name": dags.bucket_name,
            "prefix": dags.prefix,
            "refresh_interval": dags.refresh_interval_seconds,
        }
    return _bundles(classpath, values)


def read_dags_statements(scope: Construct, dags: FetchedDags | None) -> list[Statement]:
    """What a role needs to fetch the DAGs; a repository's credentials are a connection's."""
    if isinstance(dags, ChosenDags):
        return only_when(dags.from_s3, read_statements(scope, dags.s3))
    return read_statements(scope, dags) if isinstance(dags, S3Dags) else []


def _bundles(classpath: str, kwargs: Mapping[str, Any]) -> str:
    bundle = {"classpath": classpath, "kwargs": kwargs, "name": _NAME}
    if not has_token(kwargs):
        return json_text([bundle])
    # Encoded as a whole, as a variable may be null, or hold what JSON must escape.
    return expression(
        f"jsonencode([{_object({**bundle, 'kwargs': _object(kwargs)}, raw='kwargs')}])"
    )


def _object(values: Mapping[str, Any], raw: str = "") -> str:
    """The expression for an object, in which one value may be an expression already."""
    # zipmap and not braces: cdktf cannot tell where its own tokens end inside braces.
    items = [value if key == raw else source(value) for key, value in values.items()]
    return f"zipmap({source(list(values))}, [{', '.join(items)}])"
