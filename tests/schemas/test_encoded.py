"""Values with a text form of their own: bytes in base64, network addresses."""

from __future__ import annotations

import ipaddress
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from typing import Annotated, Any

import annotated_types as at
import pytest
from flask_typed.schemas import encoded
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from .codec import Codec, make_codec

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


@pytest.mark.parametrize(
    ("python_type", "wire", "words"),
    [
        pytest.param(IPv4Address, "192.0.2.1", "IPv4 address", id="IPv4Address"),
        pytest.param(IPv6Address, "2001:db8::1", "IPv6 address", id="IPv6Address"),
        pytest.param(IPv4Network, "192.0.2.0/24", "IPv4 network", id="IPv4Network"),
        pytest.param(IPv6Network, "2001:db8::/32", "IPv6 network", id="IPv6Network"),
        pytest.param(IPv4Interface, "192.0.2.1/24", "IPv4 interface", id="IPv4Interface"),
        pytest.param(IPv6Interface, "2001:db8::1/32", "IPv6 interface", id="IPv6Interface"),
    ],
)
class TestAddresses:
    """The classes of :mod:`ipaddress`, each in its usual text form."""

    def test_it_comes_as_text(
        self, json: Codec, text: Codec, python_type: Any, wire: str, words: str
    ) -> None:
        """In JSON and in a query string alike."""
        assert json.load(python_type, wire) == python_type(wire)
        assert text.load(python_type, wire) == python_type(wire)

    def test_it_leaves_as_text(self, json: Codec, python_type: Any, wire: str, words: str) -> None:
        """What was read is written the same."""
        assert json.dump(python_type, python_type(wire)) == wire

    @pytest.mark.parametrize("other", ["", "localhost", "192.0.2.256", "1::2::3", 1, None, []])
    def test_anything_else_is_refused(
        self, json: Codec, python_type: Any, wire: str, words: str, other: Any
    ) -> None:
        """A number is no address, though Python would take it for one."""
        message = "Field may not be null." if other is None else f"Not a valid {words}."

        assert json.refuse(python_type, other) == [message]

    def test_only_the_very_class_is_dumped(
        self, json: Codec, python_type: Any, wire: str, words: str
    ) -> None:
        """A text was not checked, and an interface is an address of another form."""
        assert json.mismatch(python_type, wire) == (
            f"at $ expected an {words}, found a value of type str"
        )


def test_an_interface_is_not_dumped_as_an_address(json: Codec) -> None:
    """It is one in Python; its text is not."""
    assert json.mismatch(IPv4Address, IPv4Interface("192.0.2.1/24")) == (
        "at $ expected an IPv4 address, found a value of type IPv4Interface"
    )


def test_a_network_has_no_bits_of_a_host(json: Codec) -> None:
    """Python's strict rule is ours."""
    assert json.refuse(IPv4Network, "192.0.2.1/24") == ["Not a valid IPv4 network."]


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        pytest.param(IPv4Address, {"type": "string", "format": "ipv4"}, id="IPv4Address"),
        pytest.param(IPv6Address, {"type": "string", "format": "ipv6"}, id="IPv6Address"),
        pytest.param(IPv4Network, {"type": "string"}, id="IPv4Network"),
        pytest.param(IPv6Interface, {"type": "string"}, id="IPv6Interface"),
    ],
)
def test_plain_addresses_have_a_format(json: Codec, annotation: Any, schema: Any) -> None:
    """JSON Schema has no name for networks and interfaces."""
    assert json.field(annotation).json_schema == schema


def test_every_class_of_ipaddress_is_known() -> None:
    """The table holds all six."""
    known = {kind for kind, _ in encoded.ADDRESSES}

    assert known == {
        getattr(ipaddress, f"IPv{version}{kind}")
        for version in (4, 6)
        for kind in ("Address", "Network", "Interface")
    }


def test_an_address_is_a_key(json: Codec) -> None:
    """It is a scalar with a text form."""
    address = IPv4Address("192.0.2.1")

    assert json.load(dict[IPv4Address, int], {"192.0.2.1": 1}) == {address: 1}
    assert json.dump(dict[IPv4Address, int], {address: 1}) == {"192.0.2.1": 1}
