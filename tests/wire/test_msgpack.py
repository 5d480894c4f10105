"""MessagePack and the JSON text of the same value."""

import datetime as dt
import math
from typing import Any

import msgspec
import pytest
from flask_typed import ResponseMismatch
from flask_typed.wire.decoding import BodyUnreadable
from flask_typed.wire.msgpack import json_to_msgpack, msgpack_to_json

pack = msgspec.msgpack.encode

VALUES = [
    pytest.param(b"null", None, id="null"),
    pytest.param(b'[true,1,-1.5,"\xc3\xa9"]', [True, 1, -1.5, "é"], id="array"),
    pytest.param(b'{"a":{"b":[]}}', {"a": {"b": []}}, id="object"),
    pytest.param(b"18446744073709551615", 2**64 - 1, id="the largest integer"),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_both_ways(text: bytes, value: Any) -> None:
    """JSON's values have a form of their own in MessagePack."""
    assert msgspec.msgpack.decode(json_to_msgpack(text)) == value
    assert msgpack_to_json(pack(value)) == text


OWN_FORMS = [
    pytest.param(b"ab", b'"YWI="', id="binary data"),
    pytest.param(
        dt.datetime(2026, 1, 2, 3, tzinfo=dt.timezone.utc), b'"2026-01-02T03:00:00Z"', id="moment"
    ),
    pytest.param({1: 2}, b'{"1":2}', id="integer as key"),
]


@pytest.mark.parametrize(("value", "text"), OWN_FORMS)
def test_own_forms(value: Any, text: bytes) -> None:
    """What only MessagePack has becomes the text by which JSON expresses it."""
    assert msgpack_to_json(pack(value)) == text


REFUSED = [
    pytest.param(b"\xc1", id="no MessagePack"),
    pytest.param(pack(1) + pack(2), id="two values"),
    pytest.param(b"\xa1\xff", id="not UTF-8"),
    pytest.param(pack(msgspec.msgpack.Ext(5, b"a")), id="extension"),
    pytest.param(pack({"a": [1.5, math.inf]}), id="infinite"),
    pytest.param(pack([-math.inf]), id="minus infinite"),
    pytest.param(pack([math.nan]), id="not a number"),
    pytest.param(b"\xca\x7f\xc0\x00\x00", id="short float that is not a number"),
]


@pytest.mark.parametrize("data", REFUSED)
def test_refused(data: bytes) -> None:
    """Whatever JSON cannot express is rejected."""
    with pytest.raises(BodyUnreadable) as caught:
        msgpack_to_json(data)
    assert (
        caught.value.description == "The body is not MessagePack, or holds values that JSON lacks."
    )


def test_text_like_an_infinite_float() -> None:
    """The bytes of an infinite float inside a value of another kind are no float."""
    data = pack([b"\xcb\x7f\xf0", [1.5]])
    assert msgpack_to_json(data) == b'["y3/w",[1.5]]'


def test_too_deep() -> None:
    """Nesting is bounded."""
    with pytest.raises(BodyUnreadable) as caught:
        msgpack_to_json(b"\x91" * 1_000_000 + b"\x90")
    assert caught.value.description == "The body is nested too deeply."


def test_an_integer_that_is_too_large() -> None:
    """MessagePack has integers of 64 bits."""
    with pytest.raises(ResponseMismatch, match="integers of 64 bits"):
        json_to_msgpack(b"[18446744073709551616]")
