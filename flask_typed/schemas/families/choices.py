"""Fields for closed sets of values: ``Enum`` (by value) and ``Literal``.

Registration and request time. JSON's types are distinct (``1`` is neither ``true`` nor ``"1"``). In
text, a choice has its JSON form without quotes.
"""

from __future__ import annotations

import enum
import inspect
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..fields import TypedField, copy_without_null
from ..hints import type_name
from ..wording import write_list

#: A JSON scalar that differs from all others: in Python, ``1`` and ``True`` are equal.
Key = tuple[bool, Any]


class Choice(TypedField):
    """One of several values. In a response, its JSON value may stand for the Python value.

    :param choices: pairs of a JSON value and its Python value, in the order of the declaration.
    """

    one_text = True
    default_error_messages = {"unknown": "Must be one of: {choices}."}

    def __init__(self, choices: list[tuple[Any, Any]], **options: Any) -> None:
        super().__init__(**options)
        self.wire_values = [wire for wire, _ in choices]
        self._by_wire = {make_json_key(wire): value for wire, value in choices}
        self._by_value = {make_json_key(value): wire for wire, value in choices}
        self._by_text = {write_choice(wire): wire for wire in self.wire_values}
        self.words = write_list(self._by_text)
        self.expected = f"one of {self.words}"
        self.samples = tuple(value for _, value in choices)
        self.json_schema = describe_choices(self.wire_values)

    @property
    def takes_null(self) -> bool:
        return self.allow_none or None in self.wire_values

    def without_null(self) -> TypedField | None:
        values = [value for value in self.wire_values if value is not None]
        if not values:
            return None
        made = copy_without_null(self)
        if None in self.wire_values:
            made.json_schema, made.component = describe_choices(values), None
        return made

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return the Python value of a JSON value; ``null`` may be one of the choices."""
        if value is None and None in self.wire_values:
            return self.load(value)
        return super().deserialize(value, attr, data, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is None and None in self.wire_values:
            return None
        return super()._serialize(value, attr, obj, **kwargs)

    def from_text(self, text: str) -> Any:
        if text not in self._by_text:
            raise self.make_error("unknown", choices=self.words)
        return self._by_text[text]

    def load(self, value: Any) -> Any:
        try:
            return self._by_wire[make_json_key(value)]
        except (KeyError, TypeError) as error:
            raise self.make_error("unknown", choices=self.words) from error

    def dump(self, value: Any) -> Any:
        try:
            key = make_json_key(value)
            return self._by_value[key] if key in self._by_value else self._find_wire(key)
        except (KeyError, TypeError) as error:
            raise self.mismatch(value) from error

    def _find_wire(self, key: Key) -> Any:
        """Return the JSON value of a choice that is given by it, as a database's column has it.

        :raises KeyError: for any other value.
        """
        return self._by_value[make_json_key(self._by_wire[key])]


class EnumChoice(Choice):
    """A member of an ``Enum``, by its value; the class is a component of the document."""

    def __init__(self, members: type[enum.Enum], **options: Any) -> None:
        super().__init__([(member.value, member) for member in members], **options)
        self.members = members
        self.json_schema = describe_members(members)
        self.component = type_name(members)

    def dump(self, value: Any) -> Any:
        if isinstance(value, enum.Enum) and not isinstance(value, self.members):
            raise self.mismatch(value)
        return super().dump(value)


#: The docstring that Python 3.10 gives to an ``Enum`` without one.
NO_DOCSTRING = "An enumeration."
#: JSON Schema's name for the class of a JSON value.
TYPE_NAMES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def describe_choices(values: Sequence[Any]) -> Mapping[str, Any]:
    """Return the JSON Schema of a closed set of JSON values."""
    names = list(dict.fromkeys(TYPE_NAMES[type(value)] for value in values))
    return {"type": names[0] if len(names) == 1 else names, "enum": list(values)}


def describe_members(members: type[enum.Enum]) -> Mapping[str, Any]:
    """Return the JSON Schema of the members of an ``Enum`` of JSON values, by value."""
    described = describe_choices([member.value for member in members])
    docstring = members.__dict__.get("__doc__")
    if not isinstance(docstring, str) or docstring == NO_DOCSTRING:
        return described
    return {**described, "description": inspect.cleandoc(docstring)}


def make_json_key(value: Any) -> Key:
    """Return a key that differs for different JSON values, also for ``1`` and ``True``."""
    return isinstance(value, bool), value


def write_choice(value: Any) -> str:
    """Return the text of a choice in a query string: ``a``, ``1``, ``true``, ``null``."""
    return value if isinstance(value, str) else json.dumps(value)
