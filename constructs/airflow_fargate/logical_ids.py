"""Readable Terraform addresses: `aws_vpc.network`, not `aws_vpc.network_vpc_8F3B21AA`."""

import re

HIDDEN_PREFIX = "_"
"""A construct whose id begins so leaves no trace in addresses: it only groups."""
WHOLE = "."
"""A construct whose id holds it keeps all of its words: a part of the id is what a user named."""
UNNAMED = "this"
"""What Terraform users call the only resource of its type in a module."""

_PROVIDER_MODULE = re.compile(r"(?:^|\.)(?:cdktf_cdktf|cdktn)_provider_aws\.(\w+)$")


def resource_words(module: str) -> list[str]:
    """The words of the Terraform type that a module of the provider's bindings holds.

    Empty for a module that is not of the provider. `aws_` and `data_aws_` are left out.
    """
    found = _PROVIDER_MODULE.search(module)
    if not found:
        return []
    return found.group(1).removeprefix("data_aws_").split("_")


def logical_id(path: str, type_words: list[str]) -> str:
    """The name of an element in Terraform, from its path in the construct tree.

    The stack's own id is left out, and so is what the end of the path repeats of the resource's
    type: `dev/network/flow_logs_role/role` of an `aws_iam_role` is `network_flow_logs`. A parent
    keeps at least one word, because it may be a name that a user chose, and all of them if its id
    says so: `task.load_task`, else the same as `task.load`. What has no name left is `this`.
    """
    parts = [
        [re.sub(r"\W", "_", part)] if WHOLE in part else re.sub(r"\W", "_", part).split("_")
        for part in path.split("/")[1:]
        if not part.startswith(HIDDEN_PREFIX)
    ]
    if parts:
        for size in range(min(len(parts[-1]), len(type_words)), 0, -1):
            if parts[-1][-size:] == type_words[-size:]:
                del parts[-1][-size:]
                break
    if parts and not parts[-1]:
        parts.pop()
        while parts and len(parts[-1]) > 1 and parts[-1][-1] in type_words:
            parts[-1].pop()
    return "_".join(word for part in parts for word in part) or UNNAMED
