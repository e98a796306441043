"""Messages to Node, turned into plain values and back by short ways for the most frequent ones.

jsii gives each message to a general converter, which asks of every value in it what it is. The
messages below hold nothing that has to be converted but references, and what jsii has turned into
plain values before. All others, callbacks and errors among them, go to the converter as ever.
"""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

Request = Callable[[Any], dict[str, Any]]
Response = Callable[[Any], Any]

# The fields of each message as they are known here; with others, it is left to the converter.
_FIELDS = {
    "CreateRequest": ("fqn", "args", "overrides", "interfaces"),
    "GetRequest": ("objref", "property"),
    "InvokeRequest": ("objref", "method", "args"),
    "CompleteRequest": ("cbid", "err", "result"),
    "Override": ("method", "property", "cookie"),
    "CreateResponse": ("ref", "interfaces"),
    "GetResponse": ("value",),
    "InvokeResponse": ("result",),
    "_OkayResponse": ("ok",),
    "_CompleteRequest": ("complete",),
}


def use_short_ways() -> None:
    """Put the short ways before the converter of the running engine, if all is as known here."""
    try:
        jsii = importlib.import_module("jsii")
        names = vars(importlib.import_module("jsii._kernel.providers.process"))
        node = jsii.kernel.provider._process  # noqa: SLF001  there is no other way to it
        converter = node._serializer  # noqa: SLF001
        known = all(_fields(names[name]) == fields for name, fields in _FIELDS.items())
        short_ways = ShortWays(converter, names)
    except (ImportError, AttributeError, KeyError):
        return
    if known and not isinstance(converter, ShortWays):
        node._serializer = short_ways  # noqa: SLF001


class ShortWays:
    """A converter with short ways before it.

    Args:
        converter: Who converts everything else.
        names: What jsii calls its messages, and how it writes a reference.
    """

    def __init__(self, converter: Any, names: Mapping[str, Any]) -> None:
        self._converter = converter
        self._okay = names["_OkayResponse"]
        self._either = names["_ProcessResponse"]
        reference = names["_unstructure_ref"]
        self._requests: dict[type, Request] = {
            names["CreateRequest"]: lambda request: {
                "fqn": request.fqn,
                "args": request.args,
                "overrides": [_plain(each) for each in request.overrides],
                "interfaces": request.interfaces,
                "api": "create",
            },
            names["GetRequest"]: lambda request: {
                "objref": reference(request.objref),
                "property": request.property,
                "api": "get",
            },
            names["InvokeRequest"]: lambda request: {
                "objref": reference(request.objref),
                "method": request.method,
                "args": request.args,
                "api": "invoke",
            },
            names["_CompleteRequest"]: lambda request: {
                "complete": {**_plain(request.complete), "api": "complete"}
            },
        }
        self._responses: dict[type, tuple[type, Response]] = {
            names["CreateResponse"]: (
                names["ObjRef"],
                lambda found: names["CreateResponse"](ref=found.ref),
            ),
            names["GetResponse"]: (
                dict,
                lambda found: names["GetResponse"](value=found.get("value")),
            ),
            names["InvokeResponse"]: (
                dict,
                lambda found: names["InvokeResponse"](result=found.get("result")),
            ),
        }

    def unstructure(self, request: Any) -> Any:
        """Return a message as plain values."""
        short = self._requests.get(type(request))
        return short(request) if short else self._converter.unstructure(request)

    def structure(self, found: Any, wanted: Any) -> Any:
        """Return an answer as what is wanted."""
        if wanted is self._either and found.keys() == {"ok"}:
            return self._okay(ok=found["ok"])
        kind, short = self._responses.get(wanted, (None, None))
        if short and type(found) is kind:
            return short(found)
        return self._converter.structure(found, wanted)


def _fields(message: type) -> tuple[str, ...]:
    return tuple(field.name for field in vars(message)["__attrs_attrs__"])


def _plain(message: Any) -> dict[str, Any]:
    return {name: getattr(message, name) for name in _FIELDS[type(message).__name__]}
