"""What a resource's construct says to policy scanners, as comments of HCL."""

from collections.abc import Mapping
from typing import Any


def policy_comments(given: Mapping[str, Any], indent: int) -> str:
    """The exceptions of a resource from rules, one a line, for the top of its block.

    checkov reads them only inside the block and only to the end of the line, so a long reason goes
    beyond the width that other lines keep. ``given`` is the resource as CDKTF synthesizes it.
    """
    said = given.get("//")
    exceptions = said.get("policy_exceptions", {}) if isinstance(said, Mapping) else {}
    return "".join(
        f"{' ' * indent}# checkov:skip={rule}:{reason}\n" for rule, reason in exceptions.items()
    )
