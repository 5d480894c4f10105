"""Addresses, networks and interfaces: server and document agree on every text."""

from __future__ import annotations

import ipaddress
import re
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from typing import Any

import pytest
from flask_typed.schemas.families.addresses import ADDRESS_KINDS, match_numbers
from hypothesis import given
from hypothesis import strategies as st

from ..codec import Codec, make_codec

JSON = make_codec()
ALL = [pytest.param(kind, id=kind.words.replace(" ", "-")) for kind in ADDRESS_KINDS]
#: Pieces of addresses, and of what nearly is one.
PIECES = st.sampled_from(
    ["0", "1", "01", "255", "256", "ab", "FFFF", "12345", "g", ":", ":", "::", ".", "/", "%1", " "]
)
IPV4 = st.ip_addresses(v=4).map(str)
#: Texts that are addresses, or nearly.
NEAR_ADDRESSES = (
    IPV4
    | st.ip_addresses(v=6).map(str)
    | st.ip_addresses(v=6).map(lambda address: address.exploded)
    | st.lists(PIECES | IPV4, max_size=17).map("".join)
    | st.lists(st.sampled_from(["0", "a", "", "1.2.3.4"]), min_size=3, max_size=9).map(":".join)
)
NEAR_PREFIXES = st.integers(-1, 130).map(str) | st.sampled_from(["", "08", "255.0.0.0", "1 "])


def is_python(python_type: Any, text: str) -> bool:
    """Say whether Python reads a text as an address of a class, in the form that we take."""
    _, slash, prefix = text.partition("/")
    if "%" in text or (slash and not re.fullmatch("0|[1-9][0-9]{0,2}", prefix)):
        return False
    if (slash == "") != (python_type in (IPv4Address, IPv6Address)):
        return False
    try:
        python_type(text)
    except ValueError:
        return False
    return True


def test_numbers_have_a_pattern() -> None:
    """Of any numbers, exactly these match, and only as they are written."""
    pattern = re.compile(match_numbers([0, 7, 10, 11, 12, 17, 120, 130, 255]))

    assert [n for n in range(1000) if pattern.fullmatch(str(n))] == [
        *(0, 7, 10, 11, 12, 17, 120, 130, 255)
    ]
    assert not pattern.fullmatch("07")


@given(st.sets(st.integers(0, 999), min_size=1))
def test_any_numbers_have_a_pattern(numbers: set[int]) -> None:
    """However many, and whatever they have in common."""
    pattern = re.compile(match_numbers(sorted(numbers)))

    assert {n for n in range(1000) if pattern.fullmatch(str(n))} == numbers


@pytest.mark.parametrize("kind", ALL)
def test_a_pattern_means_the_same_everywhere(kind: Any) -> None:
    """It is short, in ASCII, and has nothing that ECMA-262 or RE2 reads in another way."""
    assert len(kind.pattern) < 2100
    assert kind.pattern.isascii()
    assert not re.search(r"\\[^.]|\(\?[^:]|[$^]", kind.pattern)


@pytest.mark.parametrize("kind", ALL)
@given(address=NEAR_ADDRESSES, prefix=st.none() | NEAR_PREFIXES)
def test_server_and_pattern_agree(kind: Any, address: str, prefix: str | None) -> None:
    """Python decides what an address is; of networks of IPv6 the pattern knows the shape."""
    text = address if prefix is None else f"{address}/{prefix}"
    python = is_python(kind.python_type, text)
    loose = kind.python_type is IPv6Network and is_python(IPv6Interface, text)

    assert bool(re.fullmatch(kind.pattern, text)) == (python or loose)


@given(st.integers(0, 2**32 - 1), st.integers(0, 32), st.integers(0, 32))
def test_the_pattern_of_a_network_knows_its_bits(number: int, zeros: int, prefix: int) -> None:
    """IPv4 only: bits after the prefix are zero."""
    text = f"{IPv4Address(number >> zeros << zeros)}/{prefix}"
    field = JSON.field(IPv4Network)

    assert bool(re.fullmatch(field.pattern, text)) == is_python(IPv4Network, text)


@pytest.mark.parametrize(
    ("annotation", "wire"),
    [
        pytest.param(IPv6Address, "fe80::1%eth0", id="scope"),
        pytest.param(IPv6Interface, "fe80::1%eth0/64", id="scope-of-an-interface"),
        pytest.param(IPv4Address, "192.0.2.01", id="leading-zero"),
        pytest.param(IPv4Address, "192.0.2.1\n", id="newline"),
        pytest.param(IPv4Address, "\u0661.0.2.1", id="other-digits"),
        pytest.param(IPv4Network, "10.0.0.0", id="no-prefix"),
        pytest.param(IPv4Network, "10.0.0.0/255.0.0.0", id="netmask"),
        pytest.param(IPv4Network, "10.0.0.0/08", id="prefix-with-a-zero"),
        pytest.param(IPv4Network, "10.0.0.0/33", id="prefix-too-long"),
        pytest.param(IPv4Interface, "10.0.0.1/255.0.0.0", id="netmask-of-an-interface"),
        pytest.param(IPv4Interface, "10.0.0.1", id="no-prefix-of-an-interface"),
        pytest.param(IPv6Network, "2001:db8::/129", id="IPv6-prefix-too-long"),
        pytest.param(IPv6Network, "2001:db8::1/32", id="IPv6-bits-of-a-host"),
    ],
)
def test_other_forms_are_refused(json: Codec, annotation: Any, wire: str) -> None:
    """Python knows more forms; the document has one."""
    words = json.field(annotation).kind.words

    assert json.refuse(annotation, wire) == [f"Not a valid {words}."]


def test_an_address_with_a_scope_does_not_leave(json: Codec) -> None:
    """No client could send it back."""
    assert json.mismatch(IPv6Address, IPv6Address("fe80::1%eth0")) == (
        "at $ expected an IPv6 address, found a value of type IPv6Address"
    )


def test_words_say_what_the_pattern_cannot(json: Codec) -> None:
    """The bits of an IPv6 network are too many for a pattern."""
    assert json.field(IPv6Network).remark == "The bits after the prefix must be zero."
    assert json.field(IPv4Network).remark is None


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
    ("annotation", "name"),
    [
        pytest.param(IPv4Address, "ipv4", id="IPv4Address"),
        pytest.param(IPv6Address, "ipv6", id="IPv6Address"),
        pytest.param(IPv4Network, None, id="IPv4Network"),
        pytest.param(IPv6Network, None, id="IPv6Network"),
        pytest.param(IPv4Interface, None, id="IPv4Interface"),
        pytest.param(IPv6Interface, None, id="IPv6Interface"),
    ],
)
def test_plain_addresses_have_a_format(json: Codec, annotation: Any, name: str | None) -> None:
    """JSON Schema has no name for networks and interfaces; all have a pattern."""
    schema = json.field(annotation).json_schema

    assert (schema["type"], schema.get("format")) == ("string", name)
    assert schema["pattern"].startswith("^(?:")
    assert schema["pattern"].endswith(")$")


def test_every_class_of_ipaddress_is_known() -> None:
    """The table holds all six."""
    assert {kind.python_type for kind in ADDRESS_KINDS} == {
        getattr(ipaddress, f"IPv{version}{kind}")
        for version in (4, 6)
        for kind in ("Address", "Network", "Interface")
    }


def test_an_address_is_a_key(json: Codec) -> None:
    """It is a scalar with a text form."""
    address = IPv4Address("192.0.2.1")

    assert json.load(dict[IPv4Address, int], {"192.0.2.1": 1}) == {address: 1}
    assert json.dump(dict[IPv4Address, int], {address: 1}) == {"192.0.2.1": 1}
