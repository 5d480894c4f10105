"""Parameters of a request: a function for each, and one for all of a location.

Registration time makes them, requests call them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from ..schemas.families.model_schemas import wire_name
from ..schemas.parameter_styles import takes_several
from .field_codec import Convert
from .foreign import is_plain_field
from .hooks import is_own_field
from .refused import Refused
from .table import FIELD_CODECS


class Parameter(NamedTuple):
    """One parameter.

    :ivar several: whether all values of a repeated name are one value.
    :ivar convert: makes the value from a text; ``None`` if the text is the value.
    """

    key: str
    wire: str
    required: bool
    several: bool
    convert: Convert | None


def make_parameters(schema: Schema) -> tuple[Parameter, ...] | None:
    """Return the parameters of a schema; ``None`` if one has a custom field."""
    if not all(map(is_own_field, schema.load_fields.values())):
        return None
    return tuple(
        Parameter(
            key, wire_name(key, field), field.required, takes_several(field), make_convert(field)
        )
        for key, field in schema.load_fields.items()
    )


def load_parameters(parameters: tuple[Parameter, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of parameters by their keys.

    :param values: of one location: a MultiDict, headers, or a plain mapping.
    :raises Refused: if the schema has to decide.
    """
    loaded = {}
    # A MultiDict is a dict of lists. Its own look-up is slower than the rest of this function.
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
    """Return the function from text to value; ``None`` if the text is the value."""
    codec = FIELD_CODECS.get(type(field))
    convert = codec.convert(field) if codec and is_plain_field(field) else None
    return None if convert is str else convert or field.deserialize
