"""Objects in the query that are one parameter: ``filter[genre]=poetry``.

Registration time. OpenAPI defines one level of keys: each value is a text, or a list of texts.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from ..declare.markers import Query
from ..exceptions import DeclarationError, UnsupportedType
from ..schemas.deep_objects import DeepObject, object_fields
from ..schemas.factory import FieldMaker, SchemaFactory
from ..schemas.families.containers import is_textual
from ..schemas.families.model_schemas import ModelValue
from ..schemas.families.scalars import String
from ..schemas.hints import name_of
from ..schemas.metadata import ARGUMENT
from ..schemas.parameter_styles import separator_of
from .arguments import Argument
from .meaning import reject_places

#: Rejects a free key that would look like a second level: ``filter[a][b]``.
ONE_LEVEL = validate.Regexp(r"^[^\[\]]*\Z", error="Must not hold brackets.")


def is_deep(argument: Argument) -> bool:
    """Return whether an argument is an object that is sent as one parameter."""
    marker = argument.marker
    return isinstance(marker, Query) and marker.style == "deepObject"


def make_deep_field(
    argument: Argument, factory: SchemaFactory, options: Mapping[str, Any]
) -> DeepObject:
    """Return the field of such an argument.

    :param options: keyword arguments of the field.
    :raises DeclarationError: for a type that is not an object of texts.
    """
    inner = make_inner(argument, factory)
    described = factory.json.at(ARGUMENT)(argument.annotation, **options)
    described.allow_none = False  # text cannot express null
    for field in (inner, described):
        keep_one_level(field)
    for name, value in name_values(inner).items():
        reject_value(value, name)
    return DeepObject(inner, described, required=options["required"], data_key=options["data_key"])


def make_inner(argument: Argument, factory: SchemaFactory) -> fields.Field[Any]:
    """Return the field that reads the object from texts."""
    make = FieldMaker(factory, "query")
    field = make.at(ARGUMENT)(argument.annotation)
    if not isinstance(field, ModelValue):
        return field
    schema = factory.make_model_schema(argument.hint.type, make)
    reject_places(schema, ("query",))
    if schema.rest:
        name = name_of(argument.hint.type)
        raise DeclarationError(
            f'{name} has extra keys, which `style="deepObject"` cannot hold.',
            instead="Send it in the JSON body, or leave extra_items or Extra() out.",
        )
    made = ModelValue(schema.model, lambda: schema, validate=field.validators)
    made.checks = field.checks
    return made


def keep_one_level(field: fields.Field[Any]) -> None:
    """Reject keys of a mapping that would look like two levels."""
    if not isinstance(field, fields.Mapping):
        return
    keys = copy.copy(field.key_field) if field.key_field else String()
    if isinstance(keys, fields.String):
        keys.validators = [*keys.validators, ONE_LEVEL]
    field.key_field = keys


def name_values(field: fields.Field[Any]) -> Mapping[str, fields.Field[Any] | None]:
    """Return the fields inside an object, by their names in messages."""
    if isinstance(field, fields.Mapping):
        return {"A value": field.value_field}
    return {f"The field {name!r}": inner for name, inner in object_fields(field).items()}


def reject_value(field: fields.Field[Any] | None, name: str) -> None:
    """Raise for a value that cannot be sent under a key of the query.

    :param name: of the value, for the message.
    """
    if field is None or not is_textual(field):
        raise UnsupportedType(
            f'{name} cannot be written in a query parameter with `style="deepObject"`.',
            instead="Use scalars and lists of them, or send the object in the JSON body: `Body()`.",
        )
    if separator_of(field) is not None:
        raise DeclarationError(
            f'{name} has a separator, but `style="deepObject"` repeats the key of a list.',
            instead="Leave out the style inside the object, or use a List instead.",
        )
