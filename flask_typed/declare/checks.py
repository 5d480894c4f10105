"""Checks of configured values: each accepts a value, or its error lists the allowed ones.

Declaration time. Imports only the exceptions. A check returns the value in an immutable form: lists
become tuples and mappings become read-only copies, at every level.
"""

from __future__ import annotations

import math
import re
import reprlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, get_args

from ..exceptions import SetupError

#: Writes values in messages, however large they are.
SHORT = reprlib.Repr()
SHORT.maxstring = SHORT.maxother = 80
#: Integers with more bits cannot be written to JSON, or cannot be read from it.
MOST_BITS = 1024
#: The classes of sequences that are a single value.
SINGLE_TYPES = (str, bytes, bytearray, memoryview)
#: Every OpenAPI object allows keys with this prefix.
EXTENSION_PREFIX = "x-"
#: RFC 9110's tokens, such as the names of headers.
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: A variable in the URL of a server.
IN_URL = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class ValueCheck:
    """A check of a value.

    :param words: the allowed values, worded to follow "it may be".
    :param accepts: returns whether a value is of the right kind, without checking its parts.
    :param freeze: gets the value and its place; checks the parts and returns an immutable copy.
    """

    words: str
    accepts: Callable[[Any], bool]
    freeze: Callable[[Any, str], Any] = lambda value, place: value

    def __call__(self, value: Any, place: str) -> Any:
        """Return the immutable form of a value.

        :param place: the name of the value in messages.
        :raises SetupError: if the value is not allowed.
        """
        if not self.accepts(value):
            raise SetupError(f"{place} is {SHORT.repr(value)}; it may be {self.words}.")
        return self.freeze(value, place)


def is_text(value: Any) -> bool:
    """Return whether a value is text that UTF-8 can encode: surrogates cannot be published."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def is_word(value: Any) -> bool:
    """Return whether a value is text that is not blank."""
    return is_text(value) and bool(value.strip())


def is_url(value: Any) -> bool:
    """Return whether a value can be a URL: neither empty nor with blanks inside."""
    return is_text(value) and value.split() == [value]


def is_path(value: Any) -> bool:
    """Return whether a value can be the URL rule of one page: a path without variables."""
    return is_url(value) and value.startswith("/") and not set("<>?#").intersection(value)


def is_name(value: Any) -> bool:
    """Return whether a value can be the name of an endpoint in a blueprint."""
    return is_word(value) and "." not in value


def is_header_name(value: Any) -> bool:
    """Return whether a value can be the name of a header, as RFC 9110 defines it."""
    return isinstance(value, str) and bool(TOKEN.fullmatch(value))


def is_finite_number(value: Any) -> bool:
    """Return whether a value is a number that JSON can write."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value.bit_length() < MOST_BITS
    return isinstance(value, float) and math.isfinite(value)


def is_several(value: Any) -> bool:
    """Return whether a value is a list, or another sequence of values."""
    return isinstance(value, Sequence) and not isinstance(value, SINGLE_TYPES)


def is_mapping(value: Any) -> bool:
    """Return whether a value is a mapping."""
    return isinstance(value, Mapping)


def is_json(value: Any) -> bool:
    """Return whether a value has a JSON type, without checking its parts."""
    kinds = (is_text, is_finite_number, is_several, is_mapping)
    return value is None or isinstance(value, bool) or any(is_kind(value) for is_kind in kinds)


def freeze_json(value: Any, place: str) -> Any:
    """Return the immutable form of a JSON value."""
    if is_several(value):
        return several(JSON_VALUE, "")(value, place)
    return by_key(JSON_VALUE, "")(value, place) if is_mapping(value) else value


def either(*checks: ValueCheck) -> ValueCheck:
    """Return a check that accepts the values of several checks, and uses the first that fits."""

    def freeze(value: Any, place: str) -> Any:
        return next(check for check in checks if check.accepts(value))(value, place)

    def accepts(value: Any) -> bool:
        return any(check.accepts(value) for check in checks)

    return ValueCheck(" or ".join(check.words for check in checks), accepts, freeze)


def optional(check: ValueCheck) -> ValueCheck:
    """Return a check that also accepts None."""
    return either(check, ValueCheck("None", lambda value: value is None))


def choice(literal: Any) -> ValueCheck:
    """Return a check that accepts the values of a ``Literal``."""
    words: tuple[str, ...] = get_args(literal)
    return ValueCheck(
        ", ".join(map(repr, words)), lambda value: isinstance(value, str) and value in words
    )


def several(check: ValueCheck, words: str, name: Callable[[Any], str] | None = None) -> ValueCheck:
    """Return a check that accepts a list and returns a tuple.

    :param check: the check of each item.
    :param words: the name of the items in messages, in the plural.
    :param name: returns the name of an item; names must be unique.
    """

    def freeze(value: Sequence[Any], place: str) -> tuple[Any, ...]:
        kept = tuple(check(item, f"{place}[{number}]") for number, item in enumerate(value))
        reject_twins([] if name is None else [name(item) for item in kept], place)
        return kept

    return ValueCheck(f"a list of {words}", is_several, freeze)


def reject_twins(names: Collection[str], place: str) -> None:
    """Raise if a name occurs twice.

    :raises SetupError: with the first such name.
    """
    twins = [name for number, name in enumerate(names) if name in list(names)[:number]]
    if twins:
        raise SetupError(f"{place} has {twins[0]!r} twice; each name may occur only once.")


def by_key(check: ValueCheck, words: str) -> ValueCheck:
    """Return a check that accepts a mapping with any keys and returns a read-only copy.

    :param check: the check of each value.
    :param words: the name of the values in messages, in the plural.
    """

    def freeze(value: Mapping[Any, Any], place: str) -> Mapping[str, Any]:
        return MappingProxyType(
            {
                UNICODE_TEXT(key, f"A key of {place}"): check(item, f"{place}[{key!r}]")
                for key, item in value.items()
            }
        )

    return ValueCheck(f"a mapping of {words}", is_mapping, freeze)


def with_keys(
    name: str,
    fields: Mapping[str, ValueCheck],
    required: Collection[str] = (),
    exclusive: Collection[str] = (),
) -> ValueCheck:
    """Return a check that accepts an OpenAPI object and returns a read-only copy.

    :param name: OpenAPI's name for the object.
    :param fields: the checks of its keys; keys that begin with ``x-`` may hold any JSON.
    :param required: the keys that must be present.
    :param exclusive: keys that exclude each other.
    """

    def freeze(value: Mapping[Any, Any], place: str) -> Mapping[str, Any]:
        reject_combination(value, place)
        kept = {}
        for key, item in value.items():
            check = (
                JSON_VALUE if is_text(key) and key.startswith(EXTENSION_PREFIX) else fields.get(key)
            )
            if check is None:
                keys = write_keys(name, fields)
                raise SetupError(f"{place} has the key {SHORT.repr(key)}; {keys}.")
            kept[key] = check(item, f"{place}[{key!r}]")
        return MappingProxyType(kept)

    def reject_combination(value: Mapping[Any, Any], place: str) -> None:
        missing = next((key for key in required if key not in value), None)
        if missing is not None:
            shown = SHORT.repr(dict(value))
            raise SetupError(f"{place} is {shown}; {name} needs the key {missing!r}.")
        if len(set(exclusive).intersection(value)) > 1:
            raise SetupError(
                f"{place} has {' and '.join(map(repr, exclusive))}; it may have only one."
            )

    return ValueCheck(name, is_mapping, freeze)


def write_keys(name: str, fields: Collection[str]) -> str:
    """Return the allowed keys of an object as part of a message."""
    known = ", ".join(map(repr, fields))
    return f"{name} may have {known}, and keys that begin with {EXTENSION_PREFIX!r}"


JSON_VALUE = ValueCheck("JSON", is_json, freeze_json)
JSON_OBJECT = by_key(JSON_VALUE, "JSON values")
TRUTH = ValueCheck("True or False", lambda value: isinstance(value, bool))
UNICODE_TEXT = ValueCheck("Unicode text", is_text)
WORD = ValueCheck("Unicode text that is not blank", is_word)
URL = ValueCheck("a URL", is_url)
PATH = ValueCheck("a path that begins with '/' and has no variables", is_path)
NAME = ValueCheck("a name without dots", is_name)
HEADER_NAME = ValueCheck("the name of a header", is_header_name)
FUNCTION = ValueCheck("a function", callable)
COUNT = ValueCheck("a whole number, 1 or more", lambda value: type(value) is int and value >= 1)
DURATION = ValueCheck("a number, 0 or more", lambda value: is_finite_number(value) and value >= 0)
SECONDS = ValueCheck("a number of seconds", lambda value: is_finite_number(value) and value > 0)
FRACTION = ValueCheck(
    "a number from 0 to 1", lambda value: is_finite_number(value) and 0 <= value <= 1
)

CONTACT = with_keys("a Contact Object", {"name": UNICODE_TEXT, "url": URL, "email": UNICODE_TEXT})
LICENSE = with_keys(
    "a License Object",
    {"name": UNICODE_TEXT, "identifier": UNICODE_TEXT, "url": URL},
    required=["name"],
    exclusive=["identifier", "url"],
)
EXTERNAL_DOCS = with_keys(
    "an External Documentation Object", {"url": URL, "description": UNICODE_TEXT}, required=["url"]
)
VARIABLE = with_keys(
    "a Server Variable Object",
    {"default": UNICODE_TEXT, "enum": several(UNICODE_TEXT, "texts"), "description": UNICODE_TEXT},
    required=["default"],
)


def freeze_variable(value: Any, place: str) -> Mapping[str, Any]:
    """Return the immutable form of a Server Variable Object.

    :raises SetupError: if its default is not one of its values.
    """
    kept: Mapping[str, Any] = VARIABLE(value, place)
    if kept["default"] not in kept.get("enum", [kept["default"]]):
        raise SetupError(f"{place}['enum'] lacks the default {kept['default']!r}; add it.")
    return kept


SERVER_VARIABLE = replace(VARIABLE, freeze=freeze_variable)
SERVER_OBJECT = with_keys(
    "a Server Object",
    {
        "url": URL,
        "description": UNICODE_TEXT,
        "variables": by_key(SERVER_VARIABLE, "Server Variable Objects"),
        "name": UNICODE_TEXT,
    },
    required=["url"],
)


def freeze_server(value: Any, place: str) -> Mapping[str, Any]:
    """Return the immutable form of a Server Object.

    :raises SetupError: if its URL has a variable without a description.
    """
    kept: Mapping[str, Any] = SERVER_OBJECT(value, place)
    for name in IN_URL.findall(kept["url"]):
        if name not in kept.get("variables", {}):
            raise SetupError(f"{place}['variables'] lacks {name!r}, which the URL has; add it.")
    return kept


SERVER = replace(SERVER_OBJECT, freeze=freeze_server)
SERVER_URL = ValueCheck(
    "a URL without variables", lambda value: is_url(value) and not IN_URL.search(value)
)
TAG = with_keys(
    "a Tag Object",
    {
        "name": WORD,
        "description": UNICODE_TEXT,
        "externalDocs": EXTERNAL_DOCS,
        "summary": UNICODE_TEXT,
        "parent": UNICODE_TEXT,
        "kind": UNICODE_TEXT,
    },
    required=["name"],
)


def name_tag(tag: str | Mapping[str, Any]) -> str:
    """Return the name of a tag."""
    name: str = tag if isinstance(tag, str) else tag["name"]
    return name


SERVERS = several(either(SERVER_URL, SERVER), "URLs and Server Objects")
SERVER_OBJECTS = several(SERVER, "Server Objects")
TAGS = several(either(WORD, TAG), "names and Tag Objects", name_tag)
TAG_GROUPS = by_key(several(WORD, "names of tags"), "names of tags by the name of their group")


def passes(check: ValueCheck) -> Callable[[Any], bool]:
    """Return a predicate: whether a value, with all its parts, passes a check."""

    def is_fit(value: Any) -> bool:
        try:
            check(value, "")
        except SetupError:
            return False
        return True

    return is_fit


def thaw(value: Any) -> Any:
    """Return a mutable copy of an immutable JSON value, which JSON and YAML can write."""
    if isinstance(value, Mapping):
        return {key: thaw(item) for key, item in value.items()}
    return [thaw(item) for item in value] if isinstance(value, (list, tuple)) else value
