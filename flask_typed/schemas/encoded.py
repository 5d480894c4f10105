"""Fields for values with a text form of their own: bytes and network addresses.

Registration and request time.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Callable
from typing import Any

from .fields import TypedField

_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"


class Base64(TypedField):
    """``bytes`` in base64 (RFC 4648, section 4), with padding."""

    json_schema = {"type": "string", "contentEncoding": "base64", "pattern": f"^{_BASE64}$"}
    expected = "bytes"
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


class Address(TypedField):
    """An address, network or interface of :mod:`ipaddress`, in its usual text form.

    :param python_type: the class, which parses the text.
    """

    default_error_messages = {"invalid": "Not a valid {words}."}

    def __init__(self, python_type: Callable[[str], Any], words: str, **options: Any) -> None:
        super().__init__(**options)
        self.python_type = python_type
        self.words = words
        self.expected = f"an {words}"
        plain = isinstance(python_type, type) and python_type in FORMATS
        self.json_schema = {"type": "string", **({"format": FORMATS[python_type]} if plain else {})}

    def covers(self, other: Any) -> bool:
        """Say whether another field is of the same class of addresses."""
        return isinstance(other, Address) and other.python_type is self.python_type

    def load(self, value: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid", words=self.words)
        try:
            return self.python_type(value)
        except ValueError as error:
            raise self.make_error("invalid", words=self.words) from error

    def dump(self, value: Any) -> str:
        # An interface is an address too; only the very class has the form that was promised.
        if type(value) is not self.python_type:
            raise self.mismatch(value)
        return str(value)


#: JSON Schema's names for plain addresses; it has none for networks and interfaces.
FORMATS: dict[Any, str] = {ipaddress.IPv4Address: "ipv4", ipaddress.IPv6Address: "ipv6"}

#: What each class of :mod:`ipaddress` is called.
ADDRESSES: tuple[tuple[type, str], ...] = (
    (ipaddress.IPv4Address, "IPv4 address"),
    (ipaddress.IPv6Address, "IPv6 address"),
    (ipaddress.IPv4Network, "IPv4 network"),
    (ipaddress.IPv6Network, "IPv6 network"),
    (ipaddress.IPv4Interface, "IPv4 interface"),
    (ipaddress.IPv6Interface, "IPv6 interface"),
)
