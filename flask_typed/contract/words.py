"""What a schema expects, in words that repeat nothing of the value.

Request time. A value may be personal, and so may a name that the document does not have: a key of a
mapping can be anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

#: What stands for a name that the document does not have.
UNKNOWN_NAME = "*"
#: The value of a keyword is not written if its text is longer.
MAX_TEXT = 80


class ValueFault(NamedTuple):
    """One place of a value.

    :param pointer: a JSON Pointer.
    :param expected: what the schema expects there.
    """

    pointer: str
    expected: str


def describe_validation_error(error: Any, names: Collection[str]) -> Iterator[ValueFault]:
    """Yield the faults that an error of jsonschema stands for.

    :param names: that may be repeated.
    """
    pointer = write_known_pointer(error.absolute_path, names)
    describe: Describe = DESCRIPTIONS.get(error.validator, describe_keyword)
    words = describe(error.validator, error.validator_value, error.instance)
    yield from (ValueFault(pointer, expected) for expected in words)


def write_known_pointer(path: Sequence[str | int], names: Collection[str]) -> str:
    """Return a JSON Pointer."""
    keys = (key if isinstance(key, int) or key in names else UNKNOWN_NAME for key in path)
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys)


def describe_keyword(keyword: str | None, value: Any, instance: Any) -> Iterator[str]:
    """Yield a keyword with its value, if it is short."""
    text = json.dumps(value, ensure_ascii=False, default=to_json_number)
    if keyword is None:  # the schema `false`
        yield "nothing"
    else:
        yield f"{keyword} {text}" if len(text) <= MAX_TEXT else keyword


def to_json_number(number: Decimal) -> int | float:
    """Return a number that ``json`` can write, for a message."""
    return float(number)


def describe_type(keyword: str, value: Any, instance: Any) -> Iterator[str]:
    """Yield the types that a value may have."""
    yield f"type {' or '.join([value] if isinstance(value, str) else value)}"


def describe_required(keyword: str, value: Any, instance: Any) -> Iterator[str]:
    """Yield each member that is missing."""
    for name in value:
        if name not in instance:
            yield f"a member {json.dumps(name, ensure_ascii=False)}"


def describe_closed(keyword: str, value: Any, instance: Any) -> Iterator[str]:
    """Yield that there are members or items too many."""
    yield "no members but those in the schema" if isinstance(instance, dict) else "fewer items"


def describe_branches(keyword: str, value: Any, instance: Any) -> Iterator[str]:
    """Yield that none, or several, of the branches fit."""
    one = "one" if keyword == "anyOf" else "exactly one"
    yield f"{one} of {len(value)} schemas ({keyword})"


def describe_unique(keyword: str, value: Any, instance: Any) -> Iterator[str]:
    """Yield that no two items may be equal."""
    yield "items that differ from each other"


def describe_names(keyword: str, value: Any, instance: Any) -> Iterator[str]:
    """Yield that a name of a member is none."""
    yield "names of members as in propertyNames"


Describe = Callable[[Any, Any, Any], Iterator[str]]

#: The words of each keyword.
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
