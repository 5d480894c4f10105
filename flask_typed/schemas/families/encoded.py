"""Fields for values with their own text form: bytes and network addresses.

Registration and request time.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from ..fields import TypedField
from . import addresses

_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"


class Base64(TypedField):
    """``bytes`` in base64 (RFC 4648, section 4), with padding."""

    json_schema = {"type": "string", "contentEncoding": "base64", "pattern": f"^{_BASE64}$"}
    expected = "bytes"
    canonical = False
    alike = True
    samples = (b"",)
    pattern = re.compile(_BASE64)
    default_error_messages = {"invalid": "Not valid base64."}

    def load(self, value: Any) -> bytes:
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise self.make_error("invalid")
        return base64.b64decode(value)

    def dump(self, value: Any) -> str:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise self.mismatch(value)
        return base64.b64encode(bytes(value)).decode()


def write_length(least: int, most: int | None) -> str:
    """Return the pattern of the base64 form of a number of bytes."""
    branches = []
    for count, rest in enumerate(("", "[A-Za-z0-9+/]{2}==", "[A-Za-z0-9+/]{3}=")):
        low = max(0, -((count - least) // 3))
        high = None if most is None else (most - count) // 3
        if high is None or high >= low:
            branches.append(f"([A-Za-z0-9+/]{{4}}){{{low},{'' if high is None else high}}}{rest}")
    return f"^(?:{'|'.join(branches)})$"


class Address(TypedField):
    """An address, network or interface of :mod:`ipaddress`, in its usual text form.

    :param kind: the class and its text form.
    """

    default_error_messages = {"invalid": "Not a valid {words}."}

    def __init__(self, kind: addresses.AddressKind, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind
        self.canonical = kind.python_type in addresses.CANONICAL
        self.expected = f"an {kind.words}"
        self.remark = kind.remark
        self.pattern = re.compile(kind.pattern)
        # JSON Schema has formats for addresses, but not for networks and interfaces.
        named = {"format": kind.format} if kind.format else {}
        self.json_schema = {"type": "string", **named, "pattern": f"^(?:{kind.pattern})$"}

    def covers(self, other: Any) -> bool:
        """Return whether another field has the same class of addresses."""
        return isinstance(other, Address) and other.kind is self.kind

    def load(self, value: Any) -> Any:
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise self.make_error("invalid", words=self.kind.words)
        try:
            return self.kind.python_type(value)
        except ValueError as error:  # a network with host bits
            raise self.make_error("invalid", words=self.kind.words) from error

    def dump(self, value: Any) -> str:
        # An interface is an address too; only the class itself has the published form.
        if type(value) is not self.kind.python_type or not self.pattern.fullmatch(str(value)):
            raise self.mismatch(value)
        return str(value)
