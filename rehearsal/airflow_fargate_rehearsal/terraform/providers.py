"""The provider that is rehearsed with, and where Terraform installs it from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

REHEARSED_AWS_PROVIDER = "5.100.0"
"""Version of ``hashicorp/aws`` that every rehearsal pins, so that it is the same everywhere."""

_HOST = "registry.terraform.io"

# Where Terraform itself looks for mirrors, and where add-on software lives.
_MIRROR_PLACES = (
    "~/.terraform.d/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/local/share",
    "/usr/share/terraform/plugins",
    "/usr/share",
    "/opt/*",
    "/opt/*/*",
)


def find_mirror(platform: str, places: Iterable[str] = _MIRROR_PLACES) -> Path | None:
    """Folder of a provider mirror that holds the rehearsed AWS provider; None if there is none.

    ``platform`` is Terraform's name of it, such as ``linux_amd64``; ``places`` are glob patterns
    of folders that may hold a folder ``registry.terraform.io``.
    """
    for mirror in _folders(places):
        aws = mirror / _HOST / "hashicorp" / "aws"
        packed = f"terraform-provider-aws_{REHEARSED_AWS_PROVIDER}_{platform}.zip"
        if (aws / REHEARSED_AWS_PROVIDER / platform).is_dir() or (aws / packed).is_file():
            return mirror
    return None


def write_cli_config(mirror: Path, target: Path) -> Path:
    """Write a Terraform CLI configuration to ``target`` that installs from ``mirror``.

    Providers that the mirror does not hold still come from their registry.
    """
    held = sorted(
        "/".join(folder.relative_to(mirror).parts) for folder in mirror.glob(f"{_HOST}/*/*/")
    )
    # json.dumps quotes a path as HCL wants it too.
    target.write_text(
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        f"    path    = {json.dumps(str(mirror))}\n"
        f"    include = {json.dumps(held)}\n"
        "  }\n"
        "  direct {\n"
        f"    exclude = {json.dumps(held)}\n"
        "  }\n"
        "}\n"
    )
    return target


def _folders(patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        path = Path(pattern).expanduser()
        yield from sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
