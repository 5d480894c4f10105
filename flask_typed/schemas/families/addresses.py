"""The text forms of :mod:`ipaddress`'s classes, as patterns for both Python and ECMA-262.

Import time: the patterns are made when the module is imported. Any module may import this one.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AddressKind:
    """One class of :mod:`ipaddress`.

    :param python_type: the class, which parses the text.
    :param words: the name of the kind in messages.
    :param pattern: the pattern of the whole text, without anchors.
    :param format: JSON Schema's name for the kind, if it has one.
    :param remark: a sentence with a restriction that the pattern cannot express.
    """

    python_type: Callable[[str], Any]
    words: str
    pattern: str
    format: str | None = None
    remark: str | None = None


def match_numbers(numbers: Iterable[int]) -> str:
    """Return a pattern of some numbers, written without leading zeros."""
    return match_texts(map(str, numbers))


def match_texts(texts: Iterable[str]) -> str:
    """Return a pattern of some texts of digits.

    Texts that differ only in the last digit share a branch, and so do the beginnings with the same
    last digits: ``(?:1|3)[02468]``.
    """
    digits: dict[str, str] = defaultdict(str)
    for text in texts:
        digits[text[:-1]] += text[-1]
    heads: dict[str, list[str]] = defaultdict(list)
    for head, last in digits.items():
        heads[last].append(head)
    return match_any([match_heads(found) + match_digits(last) for last, found in heads.items()])


def match_heads(heads: Sequence[str]) -> str:
    """Return a pattern of the digits before the last one; they may be empty."""
    some = list(filter(None, heads))
    pattern = match_texts(some) if some else ""
    return pattern if len(some) in (0, len(heads)) else f"(?:{pattern})?"


def match_any(branches: Sequence[str]) -> str:
    """Return a pattern of any of several patterns."""
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def match_digits(digits: str) -> str:
    """Return a pattern of one of some digits, given in order."""
    if len(digits) == 1:
        return digits
    closed = int(digits[-1]) - int(digits[0]) == len(digits) - 1 > 1
    return f"[{digits[0]}-{digits[-1]}]" if closed else f"[{digits}]"


OCTET = match_numbers(range(256))
IPV4 = rf"{OCTET}(?:\.{OCTET}){{3}}"


def match_ipv4_network() -> str:
    """Return the pattern of an IPv4 network, whose bits after the prefix are zero.

    It has a branch for each octet in which a prefix may end: the octets before it, the values of
    that octet for each number of prefix bits, then zero octets and the prefix length.
    """
    octets = [match_numbers(range(0, 256, 2 ** (8 - bits))) for bits in range(1, 9)]
    branches = [r"0\.0\.0\.0/0"]
    for index in range(4):
        zeros = r"\.0" * (3 - index)
        ends = [f"{octet}{zeros}/{8 * index + bits}" for bits, octet in enumerate(octets, 1)]
        branches.append(rf"(?:{OCTET}\.){{{index}}}{match_any(ends)}" if index else match_any(ends))
    return match_any(branches)


def match_ipv6() -> str:
    """Return the pattern of an IPv6 address (RFC 3986's grammar), without a scope.

    ``::`` stands for at least one group; the last two groups may be an IPv4 address.
    """
    group = "[0-9a-fA-F]{1,4}"

    def before(most: int) -> str:
        """Return a pattern of at most so many groups, followed by two colons."""
        return f"(?:(?:{group}:){{0,{most - 1}}}{group})?::"

    heads = [f"(?:{group}:){{6}}", f"::(?:{group}:){{5}}"]
    heads += [f"{before(most)}(?:{group}:){{{5 - most}}}" for most in range(1, 6)]
    last = rf"(?:{group}:{group}|{IPV4})"
    return match_any([match_any(heads) + last, before(6) + group, before(7)])


IPV6 = match_ipv6()
PREFIX_4 = match_numbers(range(33))
PREFIX_6 = match_numbers(range(129))

#: Every class of :mod:`ipaddress`.
ADDRESS_KINDS: tuple[AddressKind, ...] = (
    AddressKind(ipaddress.IPv4Address, "IPv4 address", IPV4, "ipv4"),
    AddressKind(ipaddress.IPv6Address, "IPv6 address", IPV6, "ipv6"),
    AddressKind(ipaddress.IPv4Network, "IPv4 network", match_ipv4_network()),
    AddressKind(
        ipaddress.IPv6Network,
        "IPv6 network",
        f"{IPV6}/{PREFIX_6}",
        remark="The bits after the prefix must be zero.",
    ),
    AddressKind(ipaddress.IPv4Interface, "IPv4 interface", f"{IPV4}/{PREFIX_4}"),
    AddressKind(ipaddress.IPv6Interface, "IPv6 interface", f"{IPV6}/{PREFIX_6}"),
)

#: The classes whose values have one text each.
CANONICAL = (ipaddress.IPv4Address, ipaddress.IPv4Network, ipaddress.IPv4Interface)
