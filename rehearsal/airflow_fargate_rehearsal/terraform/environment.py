"""The environment in which rehearsed programs run: it can reach the embedded AWS and no other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

DUMMY_CREDENTIAL = "testing"
IMAGE_BUILDER_VARIABLE = "AIRFLOW_FARGATE_IMAGE_BUILDER"
IMAGES_FILE = "images.jsonl"
"""In the work folder: a line of JSON for each image that would have been built."""

# The stack or the user may name a region by these; a region gives no access to anything.
_KEPT_AWS_VARIABLES = frozenset({"AWS_REGION", "AWS_DEFAULT_REGION"})

# Each of these would make Terraform use other arguments, folders, states or providers than ours.
_DROPPED_TERRAFORM_VARIABLES = frozenset(
    {
        "TF_CLI_CONFIG_FILE",
        "TERRAFORM_CONFIG",
        "TF_DATA_DIR",
        "TF_WORKSPACE",
        "TF_REATTACH_PROVIDERS",
        "TF_INPUT",
    }
)


def rehearsal_environment(
    user: Mapping[str, str],
    *,
    endpoint_url: str,
    work_folder: Path,
    cli_config: Path | None,
    access_key: str = DUMMY_CREDENTIAL,
) -> dict[str, str]:
    """Environment variables for Terraform and for the program that synthesizes.

    Starts from the ``user``'s own and takes away every way to a real account: all ``AWS_*``
    variables but the region's, and with them profiles, keys, service endpoints and CA bundles.
    Shared configuration is read from empty files in ``work_folder``. ``cli_config`` is Terraform's
    CLI configuration file, None for the user's own.
    """
    environment = without_aws_access(user)
    empty = work_folder / "empty-aws-config"
    empty.write_text("")
    environment |= {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": access_key,
        "AWS_CONFIG_FILE": str(empty),
        "AWS_SHARED_CREDENTIALS_FILE": str(empty),
        "AWS_EC2_METADATA_DISABLED": "true",
        # The provider tries 25 times by default, with growing pauses. The embedded AWS answers or
        # has a gap, and a gap should be told within seconds and not after an hour.
        "AWS_MAX_ATTEMPTS": "4",
        # No image is built: the file gets a line for each, with the folders that it stands for.
        IMAGE_BUILDER_VARIABLE: f"record:{work_folder / IMAGES_FILE}",
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        "NO_PROXY": _with_loopback(user.get("NO_PROXY") or user.get("no_proxy") or ""),
    }
    environment["no_proxy"] = environment["NO_PROXY"]
    if cli_config is not None:
        environment["TF_CLI_CONFIG_FILE"] = str(cli_config)
    elif (own := user.get("TF_CLI_CONFIG_FILE")) and Path(own).is_file():
        environment["TF_CLI_CONFIG_FILE"] = own
    return environment


def without_aws_access(user: Mapping[str, str]) -> dict[str, str]:
    """The user's environment without AWS settings and without Terraform's own overrides."""
    return {name: value for name, value in user.items() if not _is_dropped(name)}


def _is_dropped(name: str) -> bool:
    if name.startswith("AWS_"):
        return name not in _KEPT_AWS_VARIABLES
    return name in _DROPPED_TERRAFORM_VARIABLES or name.startswith("TF_CLI_ARGS")


def _with_loopback(no_proxy: str) -> str:
    return ",".join(part for part in (no_proxy, "127.0.0.1", "localhost") if part)
