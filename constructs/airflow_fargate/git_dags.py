"""`GitDags`: DAGs that Airflow fetches from a Git repository."""

import re
from typing import Annotated

from .props import props
from .rules import Between, InvalidValue, Matches
from .values import is_token

_REF = Matches(
    r"(?!-|/|refs/|.*(\.\.|//|@\{))[^\x00-\x20\x7f~^:?*\[\\]+(?<![./])",
    "a branch, a tag or a commit, without `refs/heads/` before it",
)
_SUBDIR = Matches(
    r"(?!/|(.*/)?\.{1,2}(/|\Z))[^\x00-\x1f\\]+(?<!/)",
    'a folder inside the repository, such as "airflow/dags", with no slash at its ends',
)
CONN_ID = Matches(r"[A-Za-z0-9_.-]{1,200}", "the id of a connection: letters, digits, _, . and -")
RefreshSeconds = Annotated[int, Between(10, 86400)]

_HTTPS = re.compile(r"https://[\w.-]+(:\d+)?/[^\s?#]+", re.ASCII)
# As a URL, and as scp writes it.
_SSH = re.compile(
    r"ssh://([\w.-]+@)?[\w.-]+(:\d+)?/\S+|(?![\w.+-]+://)[\w.-]+@[\w.-]+:(?!//)\S+", re.ASCII
)


@props
class GitDags:
    """DAGs that Airflow fetches from a Git repository, with Airflow's names for what it is told.

    A pushed change is in Airflow after `refresh_interval_seconds`; a run goes on with the commit
    that it began with. Who may push decides what runs.
    """

    repo_url: str
    """Address of the repository, without user and password: `https://github.com/acme/dags.git`,
    `git@github.com:acme/dags.git` or `ssh://git@ssh.github.com:443/acme/dags.git`. Containers call
    by port 443 only, until more is allowed."""
    tracking_ref: Annotated[str, _REF] = "main"
    """Branch that is followed; or a tag, or a commit, which stay as they are."""
    subdir: Annotated[str | None, _SUBDIR] = None
    """Folder of the DAGs in the repository; its root if left out. What DAGs import must be in it
    too."""
    git_conn_id: Annotated[str | None, CONN_ID] = None
    """Airflow's connection with the token or key for the repository, such as the secret
    `<name>/connections/<git_conn_id>` (docs/dags.md). A public repository needs none."""
    refresh_interval_seconds: RefreshSeconds = 60
    """Seconds from one look for new commits to the next."""

    def __post_init__(self) -> None:
        """Refuse addresses with a password, and those that cannot be fetched from."""
        if not is_token(self.repo_url):
            _check_url(self.repo_url, self.git_conn_id)


def without_credentials(url: str) -> str:
    """A URL to show, without what may be a password or a token."""
    return re.sub(r"://[^/]*@", "://***@", url)


def _check_url(url: str, git_conn_id: str | None) -> None:
    field = "GitDags.repo_url"
    is_ssh = _SSH.fullmatch(url) is not None
    if not is_ssh and re.match(r"[\w.+-]+://[^/]*@", url):
        raise InvalidValue(
            field,
            "without user and password: who may look at ECS or at Terraform's state reads them",
            without_credentials(url),
            "Keep them in a connection of Airflow and name it in `git_conn_id` (docs/dags.md).",
        )
    if not is_ssh and not _HTTPS.fullmatch(url):
        raise InvalidValue(
            field,
            'a repository\'s address by HTTPS or SSH, such as "https://github.com/acme/dags.git" '
            'or "git@github.com:acme/dags.git"',
            url,
        )
    if is_ssh and git_conn_id is None:
        raise InvalidValue(
            field,
            "one by HTTPS, or have `git_conn_id` beside it: SSH needs a key",
            url,
            "Make a connection of Airflow with the key and name it (docs/dags.md).",
        )
