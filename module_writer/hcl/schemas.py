"""What `terraform providers schema -json` says about blocks and attributes."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Block = Mapping[str, Any]

_SECTIONS = {
    "resource": "resource_schemas",
    "data": "data_source_schemas",
    "ephemeral": "ephemeral_resource_schemas",
}


@dataclass(frozen=True)
class Schemas:
    """Schemas of all providers of a configuration, as Terraform prints them."""

    printed: Mapping[str, Any]

    def block(self, section: str, type_: str) -> Block:
        """What may be in a ``resource``, ``data`` or ``ephemeral`` block of a type.

        Raises ValueError for a type that no provider here has.
        """
        for provider in self.printed["provider_schemas"].values():
            if found := provider.get(_SECTIONS[section], {}).get(type_):
                return found["block"]
        raise ValueError(f'No provider has {section} "{type_}": the schema is of another version?')

    def provider(self, name: str) -> Block:
        """What may be in a ``provider`` block; ``name`` is the last part of its source."""
        for source, provider in self.printed["provider_schemas"].items():
            if source.rpartition("/")[2] == name:
                return provider["provider"]["block"]
        raise ValueError(f'No provider is called "{name}"')

    def attribute_type(self, section: str, type_: str, name: str) -> Any:
        """Type of an attribute as Terraform's JSON has it, None if there is none."""
        try:
            return self.block(section, type_).get("attributes", {}).get(name, {}).get("type")
        except ValueError:
            return None


def read_schemas(
    terraform: Path, folder: Path, environment: Mapping[str, str], cache: Path
) -> Schemas:
    """Schemas of the providers that an initialized folder uses.

    Printing takes seconds: the answer is kept in ``cache``, a file that should be named for the
    version of the provider.
    """
    if not cache.is_file():
        command = [terraform, "providers", "schema", "-json"]
        answer = subprocess.run(  # noqa: S603 - the project's own Terraform
            command, cwd=folder, env=environment, check=True, capture_output=True
        )
        cache.parent.mkdir(parents=True, exist_ok=True)
        beside = cache.with_name(f"{cache.name}.{os.getpid()}")
        beside.write_bytes(answer.stdout)
        beside.replace(cache)
    return Schemas(json.loads(cache.read_bytes()))


def formatted(terraform: Path, text: str) -> str:
    """HCL as `terraform fmt` leaves it; raises ValueError with its message if it is none."""
    answer = subprocess.run(  # noqa: S603 - the project's own Terraform
        [terraform, "fmt", "-"], input=text, capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise ValueError(f"terraform fmt: {answer.stderr.strip()}")
    return answer.stdout
