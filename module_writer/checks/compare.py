"""What a consumer of a module feels when an older version of it becomes a newer one."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from module_writer.checks.moves import instances_of, resource_of
from module_writer.checks.types import narrowed

Manifest = Mapping[str, Any]

_BOUND = re.compile(r"(>=|<)\s*(\d+(?:\.\d+)*)")


@dataclass(frozen=True)
class Change:
    """A change: of what (``var.nat``, ``aws_vpc.this``), in words, and whether it breaks roots."""

    of: str
    words: str
    breaking: bool = True


def changes(old: Manifest, new: Manifest) -> list[Change]:
    """All changes between two versions of `interface.json`, but for what only comes in addition."""
    return [*_versions(old, new), *_variables(old, new), *_outputs(old, new), *_moves(old, new)]


def _versions(old: Manifest, new: Manifest) -> Iterator[Change]:
    yield from _range("terraform", old["required_version"], new["required_version"])
    before = old["required_providers"]
    for name, provider in new["required_providers"].items():
        of = f"provider.{name}"
        if name not in before:
            yield Change(of, f"the module now needs the provider {provider['source']}")
        elif provider["source"] != before[name]["source"]:
            yield Change(of, f"is {provider['source']} now, and was {before[name]['source']}")
        else:
            yield from _range(of, before[name].get("version"), provider.get("version"))


def _range(of: str, old: str | None, new: str | None) -> Iterator[Change]:
    if old == new:
        return
    words = f"needs {new or 'any version'} now, and needed {old or 'any version'}"
    yield Change(of, words, breaking=not _within(old, new))


def _within(old: str | None, new: str | None) -> bool:
    """Whether all versions that were allowed still are; only for ranges of `>=` and `<`."""
    if not new:
        return True
    if not old or any(_BOUND.sub("", text).strip(" ,") for text in (old, new)):
        return False
    before, after = dict(_BOUND.findall(old)), dict(_BOUND.findall(new))
    lower = _number(after.get(">=", "0")) <= _number(before.get(">=", "0"))
    upper = "<" not in after or ("<" in before and _number(before["<"]) <= _number(after["<"]))
    return lower and upper


def _number(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in version.split(".")]
    return tuple(parts + [0] * (3 - len(parts)))


def _variables(old: Manifest, new: Manifest) -> Iterator[Change]:
    for name, before in old["variables"].items():
        of = f"var.{name}"
        after = new["variables"].get(name)
        if after is None:
            yield Change(of, "is gone: roots that set it are refused")
            continue
        if after["required"] and not before["required"]:
            yield Change(of, "became required")
        if before["nullable"] and not after["nullable"]:
            stands_in = before.get("default") is not None
            words = "takes no null any more" + ("; its default stands in" if stands_in else "")
            yield Change(of, words, breaking=not stands_in)
        for words in narrowed(before["type"], after["type"], of):
            yield Change(of, f"takes less: {words}")
        if "default" in before and "default" in after and before["default"] != after["default"]:
            was, now = json.dumps(before["default"]), json.dumps(after["default"])
            yield Change(of, f"its default is {now} now, and was {was}", breaking=False)
    for name, after in new["variables"].items():
        if name not in old["variables"] and after["required"]:
            yield Change(f"var.{name}", "is new and must be set")


def _outputs(old: Manifest, new: Manifest) -> Iterator[Change]:
    for name, before in old["outputs"].items():
        after = new["outputs"].get(name)
        if after is None:
            yield Change(f"output.{name}", "is gone: roots that read it are refused")
        elif after["sensitive"] and not before["sensitive"]:
            yield Change(f"output.{name}", "became sensitive: roots must say so where they pass it")


def _moves(old: Manifest, new: Manifest) -> Iterator[Change]:
    here = new["resources"]
    for address, before in old["resources"].items():
        targets = _targets(address, new["moved"])
        if any(resource_of(target) in here for target in targets):
            continue
        if address not in here:
            yield Change(
                address,
                "has no such address any more: Terraform would destroy it, and make another. "
                "Add where it went to MOVED in module_writer/moved.py",
            )
        elif before != here[address] and "for_each" in (before, here[address]):
            yield Change(
                address,
                f"was {_said(before)} and is {_said(here[address])} now: Terraform would "
                "destroy its instances, and make others. Add their keys to MOVED in "
                "module_writer/moved.py",
            )
        # Between no count and count, Terraform moves to and from [0] by itself.


def _targets(address: str, moved: list[Mapping[str, str]]) -> list[str]:
    """Where the blocks move a resource or instances of it, at the end of all moves."""
    found: list[str] = []
    waiting = [each["to"] for each in moved if resource_of(each["from"]) == address]
    while waiting:
        target = waiting.pop()
        onward = [each["to"] for each in moved if each["from"] == target]
        if not onward and instances_of(target):
            onward = [each["to"] for each in moved if each["from"] == resource_of(target)]
        if onward and target not in found:
            found.append(target)
            waiting += onward
        else:
            found.append(target)
    return found


def _said(kind: str) -> str:
    return "made once" if kind == "one" else f"made by {kind}"
