"""The variable `dags` of modules/airflow."""

from airflow_fargate import GitDags, S3Dags
from airflow_fargate.dag_bundle import ChosenDags
from airflow_fargate.values import boolean

from module_writer.interface.inputs import object_of
from module_writer.interface.variables import Validation, Variable

# As GitDags has them, in the regular expressions that Terraform has, and as it writes text.
_PLACE = r"[0-9A-Za-z_.-]+"
_URL = (
    rf"^(https://{_PLACE}(:[0-9]+)?/[^\\s?#]+|ssh://({_PLACE}@)?{_PLACE}(:[0-9]+)?/\\S+"
    rf"|{_PLACE}@{_PLACE}:/?[^/\\s]\\S*)$"
)


def dags() -> tuple[Variable, ChosenDags]:
    """The variable, and the DAGs that it says."""
    git, from_git = object_of(
        GitDags, "git", "DAGs from a Git repository.", inside="dags", nullable=True
    )
    s3, from_s3 = object_of(S3Dags, "s3", "DAGs from an S3 bucket.", inside="dags", nullable=True)
    one = Validation(
        "var.dags.git == null || var.dags.s3 == null",
        "dags must have git or s3, and not both: Airflow has one place for DAGs.",
    )
    # The address is not shown: what is wrong may be the password in it.
    url = "var.dags.git.repo_url"
    written = Validation(
        f'var.dags.git == null ? true : can(regex("{_URL}", {url}))',
        "dags.git.repo_url must be a repository's address by HTTPS or SSH, without user and "
        "password: https://github.com/acme/dags.git or git@github.com:acme/dags.git. Keep a "
        "password in a connection of Airflow and name it in git_conn_id (docs/dags.md).",
    )
    has_key = Validation(
        f'var.dags.git == null ? true : startswith({url}, "https://") '
        "|| var.dags.git.git_conn_id != null",
        "dags.git.git_conn_id must name a connection of Airflow, as SSH needs a key "
        "(docs/dags.md).",
    )
    variable = Variable(
        "dags",
        "object",
        "Where Airflow fetches DAGs from while it runs: `git` or `s3`; those in the image if "
        "neither is given (docs/dags.md).",
        {},
        [git, s3],
        [one, written, has_key, *git.validations, *s3.validations],
    )
    chosen = ChosenDags(
        git=from_git,
        from_git=boolean("var.dags.git != null"),
        s3=from_s3,
        from_s3=boolean("var.dags.s3 != null"),
    )
    return variable, chosen
