"""Bytes travel in base64."""

from __future__ import annotations

from typing import Annotated, Any

import annotated_types as at
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ..codec import Codec, make_codec

JSON = make_codec()
NO_BASE64 = ["Not valid base64."]


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        pytest.param("", b"", id="empty"),
        pytest.param("AA==", b"\x00", id="one"),
        pytest.param("AAE=", b"\x00\x01", id="two"),
        pytest.param("AAEC", b"\x00\x01\x02", id="three"),
        pytest.param("+/+/", b"\xfb\xff\xbf", id="all-letters"),
    ],
)
def test_bytes_are_base64(json: Codec, text: Codec, wire: str, value: bytes) -> None:
    """Both ways, in JSON and in text."""
    assert json.load(bytes, wire) == text.load(bytes, wire) == value
    assert json.dump(bytes, value) == wire


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param("A", id="too-short"),
        pytest.param("AA", id="no-padding"),
        pytest.param("AA=", id="half-padding"),
        pytest.param("A===", id="too-much-padding"),
        pytest.param("====", id="padding-only"),
        pytest.param("-_-_", id="url-safe"),
        pytest.param("AA==\n", id="newline"),
        pytest.param("AA AA", id="space"),
        pytest.param("AA==AA==", id="padding-inside"),
        pytest.param("ÄÄÄÄ", id="other-letters"),
        pytest.param(1, id="number"),
        pytest.param(["AA=="], id="list"),
    ],
)
def test_what_is_no_base64_is_refused(json: Codec, wire: Any) -> None:
    """RFC 4648, section 4, to the letter."""
    assert json.refuse(bytes, wire) == NO_BASE64


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"\x00", id="bytes"),
        pytest.param(bytearray(b"\x00"), id="bytearray"),
        pytest.param(memoryview(b"\x00"), id="memoryview"),
    ],
)
def test_what_holds_bytes_is_dumped(json: Codec, value: Any) -> None:
    """Databases and buffers give bytes in several forms."""
    assert json.dump(bytes, value) == "AA=="


@pytest.mark.parametrize("value", ["AA==", [0], 1])
def test_only_bytes_are_dumped_as_bytes(json: Codec, value: Any) -> None:
    """A text might be base64 already, or might not."""
    assert json.mismatch(bytes, value) == (
        f"at $ expected bytes, found a value of type {type(value).__name__}"
    )


@given(st.binary())
def test_all_bytes_come_back(value: bytes) -> None:
    """Bytes survive the way out and back in, and fit the published schema."""
    wire = JSON.dump(bytes, value)

    assert JSON.load(bytes, wire) == value
    assert Draft202012Validator(JSON.field(bytes).json_schema).is_valid(wire)


def test_a_length_is_one_of_bytes(json: Codec) -> None:
    """The value is measured, not its text."""
    assert json.load(Annotated[bytes, at.MaxLen(1)], "AA==") == b"\x00"
    assert json.refuse(Annotated[bytes, at.MaxLen(1)], "AAE=") == ["Longer than maximum length 1."]
