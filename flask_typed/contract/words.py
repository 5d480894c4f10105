"""Descriptions of a schema's expectations that repeat nothing of the value.

Request time. A value may be personal data. So may a name that is not in the document, because a
key of a mapping can be any text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

#: Replaces a name that is not in the document.
UNKNOWN_NAME = "*"
#: The value of a keyword is not written if its text is longer.
MAX_TEXT = 80


class ValueFault(NamedTuple):
    """A difference between a value and its schema.

    :param pointer: a JSON Pointer.
    :param expected: the schema's expectation, in words.
    """

    pointer: str
    expected: str


def describe_validation_error(error: Any, names: Collection[str]) -> Iterator[ValueFault]:
    """Yield the faults of an error of jsonschema.

    :param names: the names that may be repeated.
    """
    pointer = write_known_pointer(error.absolute_path, names)
    describe: Describe = DESCRIPTIONS.get(error.validator, describe_keyword)
    words = describe(error.validator, error.validator_value, error.instance)
    yield from (ValueFault(pointer, expected) for expected in words)


def write_known_pointer(path: Sequence[str | int], names: Collection[str]) -> str:
    """Return a JSON Pointer, without names that are not in the document."""
    keys = (key if isinstance(key, int) or key in names else UNKNOWN_NAME for key in path)
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys)


def describe_keyword(keyword: str | None, value: Any, instance: Any) -> Iterator[str]:
    """Yield a keyword, with its value if it is short."""
    text = json.dumps(value, ensure_ascii=False, default=to_json_number)
    if keyword is None:  # the schema `false`
        yield "nothing"
    else:
        yield f"{keyword} {text}" if len(text) <= MAX_TEXT else keyword


def to_json_number(number: Decimal) -> int | float:
    """Return a number that ``json`` can write, for a message."""
    return float(number)


def describe_type(keyword: str, value: Any, instance: Any) -> Iterator[str]:
    """Yield the allowed types."""
    yield f"type {' or '.join([value] if isinstance(value, str) else value)}"


def describe_required(keyword: str, value: Any, instance: Any) -> Iterator[str]:
    """Yield each member that is missing."""
    for name in value:
        if name not in instance:
            yield f"a member {json.dumps(name, ensure_ascii=False)}"


def describe_closed(keyword: str, value: Any, instance: Any) -> Iterator[str]:
    """Yield the description of too many members or items."""
    yield "only members of the schema" if isinstance(instance, dict) else "fewer items"


def describe_branches(keyword: str, value: Any, instance: Any) -> Iterator[str]:
    """Yield the description of a union that does not fit."""
    one = "one" if keyword == "anyOf" else "exactly one"
    yield f"{one} of {len(value)} schemas ({keyword})"


def describe_unique(keyword: str, value: Any, instance: Any) -> Iterator[str]:
    """Yield the description of equal items."""
    yield "items that differ from each other"


def describe_names(keyword: str, value: Any, instance: Any) -> Iterator[str]:
    """Yield the description of an invalid name of a member."""
    yield "member names that match propertyNames"


Describe = Callable[[Any, Any, Any], Iterator[str]]

#: The description of each keyword.
DESCRIPTIONS: Mapping[str | None, Describe] = {
    "type": describe_type,
    "required": describe_required,
    "additionalProperties": describe_closed,
    "unevaluatedProperties": describe_closed,
    "items": describe_closed,
    "unevaluatedItems": describe_closed,
    "anyOf": describe_branches,
    "oneOf": describe_branches,
    "uniqueItems": describe_unique,
    "propertyNames": describe_names,
}
