"""JSON in which nothing stands twice.

Terraform takes all of what stands under a key that is there twice; Python's reader, the last only.
"""

import json
from collections.abc import Sequence
from typing import Any


def strict_json(text: str) -> Any:
    """What a text in JSON stands for.

    Raises:
        ValueError: It is no JSON, or an object has a key twice.
    """
    return json.loads(text, object_pairs_hook=_once)


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f'"{twice}" stands twice in one object')
    return found
