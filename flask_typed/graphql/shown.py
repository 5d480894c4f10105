"""What a value is in GraphQL: its type, and how it is written.

Registration and request time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from graphql.pyutils import is_iterable
from strawberry.types.base import StrawberryOptional

#: Returns the value that GraphQL's type writes, for a Python value other than ``None``.
ValueConversion = Callable[[Any], Any]


class Shown(NamedTuple):
    """The type of a value in GraphQL.

    :param type: a type of Strawberry: a class with a definition, a list, a scalar and so on.
    :param convert: returns the value that the type writes; ``None`` if it writes values of the
        annotation as they are.
    """

    type: Any
    convert: ValueConversion | None = None

    def optional(self) -> Shown:
        """Return the same for values that may be ``None``."""
        return self._replace(type=StrawberryOptional(self.type))


def convert_value(convert: ValueConversion | None, value: Any) -> Any:
    """Return the value that GraphQL's type writes."""
    return value if convert is None or value is None else convert(value)


def make_list_converter(convert: ValueConversion | None) -> ValueConversion | None:
    """Return what converts the items of a list; ``None`` if they need no conversion."""
    return None if convert is None else partial(convert_items, convert)


def convert_items(convert: ValueConversion | None, items: Any) -> Any:
    """Return the converted items of a list; GraphQL rejects a value that has no items."""
    return [convert_value(convert, item) for item in items] if is_iterable(items) else items


def make_set_converter(write: ValueConversion, convert: ValueConversion | None) -> ValueConversion:
    """Return what converts a set to a list in the order that a response of REST has.

    :param write: returns the JSON value of an item.
    """

    def convert_set(items: Any) -> Any:
        is_set = isinstance(items, (set, frozenset))
        return convert_items(convert, sort_by(write, items) if is_set else items)

    return convert_set


def sort_by(write: ValueConversion, items: Iterable[Any]) -> list[Any]:
    """Return items in the order of their JSON values."""
    written = [(write(item), item) for item in items]
    try:
        return [item for _, item in sorted(written, key=itemgetter(0))]
    except TypeError:  # of several types
        return [item for _, item in sorted(written, key=lambda pair: repr(pair[0]))]
