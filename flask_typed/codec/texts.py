"""Parameters of a request: a function for each, and for all of one place together.

Registration time makes them, requests call them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from ..schemas.families.model_schemas import wire_name
from ..schemas.families.scalars import Boolean, Integer, String
from ..schemas.parameter_styles import takes_several
from ..wire.limits import SAFE_DIGITS
from .hooks import is_ours
from .limits import limit_integer, limit_length
from .refused import Refused

Convert = Callable[[Any], Any]

#: Whole numbers of a length that nobody has to think about.
WHOLE = re.compile(rf"-?(0|[1-9][0-9]{{0,{SAFE_DIGITS - 1}}})")


class Parameter(NamedTuple):
    """One parameter.

    :ivar several: whether all values of a repeated name are one.
    :ivar convert: makes the value of a text; nothing where the text is the value.
    """

    key: str
    wire: str
    required: bool
    several: bool
    convert: Convert | None


def make_parameters(schema: Schema) -> tuple[Parameter, ...] | None:
    """Return the parameters of a schema; none if a field of the user's own is among them."""
    if not all(map(is_ours, schema.load_fields.values())):
        return None
    return tuple(
        Parameter(
            key, wire_name(key, field), field.required, takes_several(field), make_convert(field)
        )
        for key, field in schema.load_fields.items()
    )


def load_parameters(parameters: tuple[Parameter, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of parameters by their keys.

    :param values: what one place of a request holds: a MultiDict, headers, or a plain mapping.
    :raises Refused: if the schema has to decide.
    """
    loaded = {}
    # A MultiDict is a dict of lists; its own look-up takes longer than all the rest.
    lists = isinstance(values, MultiDict)
    get: Any = partial(dict.get, values) if lists else values.get
    try:
        for key, wire, required, several, convert in parameters:
            text = get(wire)
            if text is None:
                if required:
                    raise Refused
                continue
            if lists and not several:
                text = text[0]
            loaded[key] = convert(text) if convert else text
    except ValidationError as error:
        raise Refused from error
    return loaded


def make_convert(field: fields.Field[Any]) -> Convert | None:
    """Return what makes the value of a text; by default, the field does."""
    make = CONVERTS.get(type(field))
    if type(field) is String and not field.validators:
        return None
    return (make(field) if make else None) or field.deserialize


def convert_string(field: String) -> Convert | None:
    """Look at the length of a text."""
    limits = limit_length(field.validators)
    if limits is None:
        return None
    least, most = limits.get("min_length", 0), limits.get("max_length", float("inf"))

    def read(text: Any) -> Any:
        if not isinstance(text, str) or not least <= len(text) <= most:
            raise Refused
        return text

    return read


def convert_integer(field: Integer) -> Convert | None:
    """Read a whole number without fraction and exponent, and look at its bounds."""
    limits = limit_integer(field.validators)
    if limits is None or "multiple_of" in limits:
        return None
    least, most = limits.get("ge", float("-inf")), limits.get("le", float("inf"))

    def read(text: Any) -> int:
        if not isinstance(text, str) or not WHOLE.fullmatch(text):
            return field.deserialize(text)  # type: ignore[no-any-return]  # an integer
        number = int(text)
        if not least <= number <= most:
            raise Refused
        return number

    return read


def convert_boolean(field: Boolean) -> Convert | None:
    """Look for one of marshmallow's words."""
    if field.validators:
        return None
    words: dict[Any, bool] = {**dict.fromkeys(field.truthy, True)}
    words.update(dict.fromkeys(field.falsy, False))

    def read(text: Any) -> Any:
        return words[text] if type(text) is str and text in words else field.deserialize(text)

    return read


#: How the texts of each class of field are read; a subclass is a class of its own.
CONVERTS: Mapping[type, Callable[[Any], Convert | None]] = {
    String: convert_string,
    Integer: convert_integer,
    Boolean: convert_boolean,
}
