"""Messages to Node are the same whichever way they are converted."""

from typing import Any, cast

from airflow_fargate._fast_start import _messages
from airflow_fargate._fast_start._messages import ShortWays, use_short_ways

import cdktf
import jsii
import pytest
from jsii._kernel import types
from jsii._kernel.providers import process

NODE: Any = cast("Any", jsii.kernel.provider)._process
PLAIN = types.ObjRef(ref="constructs.Construct@1")
WITH_INTERFACES = types.ObjRef(ref="Object@2", interfaces=["cdktf.IAspect"])


@pytest.fixture
def both() -> tuple[ShortWays, Any]:
    """What is in use, and the converter behind it."""
    assert isinstance(NODE._serializer, ShortWays)
    return NODE._serializer, NODE._serializer._converter


@pytest.mark.parametrize(
    "request_",
    [
        types.GetRequest(objref=PLAIN, property="path"),
        types.GetRequest(objref=WITH_INTERFACES, property="path"),
        types.InvokeRequest(objref=PLAIN, method="synth"),
        types.InvokeRequest(objref=PLAIN, method="set", args=["a", {"$jsii.map": {"b": None}}]),
        types.CreateRequest(fqn="cdktf.App", args=[1, 2.5, True, None]),
        types.CreateRequest(
            fqn="cdktf.App",
            overrides=[types.Override(method="one", cookie="two"), types.Override(property="x")],
            interfaces=["cdktf.IAspect"],
        ),
        process._CompleteRequest(complete=types.CompleteRequest(cbid="1", result=["a"])),
        process._CompleteRequest(complete=types.CompleteRequest(cbid="1", err="wrong")),
        types.StaticInvokeRequest(fqn="cdktf.Fn", method="join", args=["a"]),
        types.SetRequest(objref=PLAIN, property="one", value=1),
    ],
)
def test_a_request_becomes_the_same_values(both: tuple[ShortWays, Any], request_: Any) -> None:
    short, converter = both
    assert short.unstructure(request_) == converter.unstructure(request_)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ({"ok": {"value": 1}}, process._ProcessResponse),
        ({"ok": PLAIN}, process._ProcessResponse),
        ({"error": "wrong", "stack": "at", "name": "Fault"}, process._ProcessResponse),
        (
            {
                "callback": {
                    "cbid": "1",
                    "cookie": "visit",
                    "invoke": {"objref": PLAIN, "method": "visit", "args": [PLAIN]},
                }
            },
            process._ProcessResponse,
        ),
        (PLAIN, types.CreateResponse),
        (WITH_INTERFACES, types.CreateResponse),
        ({"value": PLAIN}, types.GetResponse),
        ({"value": {"a": [1]}}, types.GetResponse),
        ({}, types.GetResponse),
        ({"result": "text"}, types.InvokeResponse),
        ({}, types.InvokeResponse),
        ({"objectCount": 5}, types.StatsResponse),
    ],
)
def test_an_answer_becomes_the_same_response(
    both: tuple[ShortWays, Any], found: Any, wanted: Any
) -> None:
    short, converter = both
    assert short.structure(found, wanted) == converter.structure(found, wanted)


def test_values_of_every_kind_come_through() -> None:
    app = cdktf.App(context={"map": {"a": [1, 2.5, None, True, "ü"]}, "text": "${}"})
    assert app.node.get_context("map") == {"a": [1, 2.5, None, True, "ü"]}
    assert app.node.get_context("text") == "${}"
    assert app.node.try_get_context("nothing") is None


@pytest.mark.parametrize("message", sorted(_messages._FIELDS))
def test_with_messages_of_other_fields_all_goes_to_the_converter(
    message: str, both: tuple[ShortWays, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, converter = both
    monkeypatch.setattr(NODE, "_serializer", converter)
    monkeypatch.setitem(_messages._FIELDS, message, ("one", "two"))

    use_short_ways()

    assert NODE._serializer is converter


def test_the_short_ways_are_put_there_once() -> None:
    before = NODE._serializer
    use_short_ways()
    assert NODE._serializer is before
