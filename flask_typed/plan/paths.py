"""URL rules: their variables, their converters, and the annotations that go with them.

Registration time.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from marshmallow import fields
from werkzeug.routing import (
    BaseConverter,
    FloatConverter,
    IntegerConverter,
    PathConverter,
    Rule,
    UnicodeConverter,
    UUIDConverter,
)

from ..exceptions import DeclarationError, UnsupportedType
from ..libraries.werkzeug import find_converters, path_parts
from ..schemas.constraints import make_validators
from ..schemas.factory import FieldMaker, SchemaFactory
from ..schemas.families.choices import Choice
from ..schemas.families.containers import is_scalar
from ..schemas.families.flags import Flags
from ..schemas.fields import TypedField
from ..schemas.hints import Hint
from ..schemas.metadata import ARGUMENT, is_from_pydantic

#: The types that werkzeug's own converters make. The others make ``str``.
CONVERTER_TYPES: tuple[tuple[type[BaseConverter], type], ...] = (
    (IntegerConverter, int),
    (FloatConverter, float),
    (UUIDConverter, uuid.UUID),
)


class Converted(TypedField):
    """A value that a custom converter has made: only its constraints remain to be checked."""

    json_schema = {"type": "string"}


def path_converters(rule: Rule) -> Mapping[str, BaseConverter]:
    """Return the converters of the variables in a rule's path, without its host, in order."""
    converters = find_converters(rule)
    return {text: converters[text] for dynamic, text in path_parts(rule) if dynamic}


def refuses(converter: BaseConverter) -> bool:
    """Return whether a converter rejects some texts, so that some URLs are not found."""
    if type(converter) is UnicodeConverter:
        return converter.regex != UnicodeConverter(converter.map).regex
    return type(converter) is not PathConverter


def make_path_field(
    annotation: Any, hint: Hint, converter: BaseConverter, factory: SchemaFactory, **options: Any
) -> fields.Field[Any]:
    """Return the field of a path variable.

    :raises DeclarationError: if the converter makes another type than the annotation.
    """
    if makes_own_values(converter):
        reject_field(hint, converter)
        return Converted(validate=make_validators(hint.metadata), **options)
    field = FieldMaker(factory, "text", position=ARGUMENT)(annotation, **options)
    if not is_scalar(field):
        raise UnsupportedType(
            f"{hint} cannot be a variable of a URL.",
            instead="Use a scalar in the path, or take the value from the query or the body.",
        )
    reject_converter_mismatch(field, hint, converter)
    return field


def reject_field(hint: Hint, converter: BaseConverter) -> None:
    """Raise for a field, or an object of pydantic, that a custom converter's value would not reach.

    The value is not JSON.
    """
    for item in hint.metadata:
        if isinstance(item, fields.Field) or is_from_pydantic(item):
            is_field = isinstance(item, fields.Field)
            kind, left = ("the field", "the field") if is_field else ("pydantic's", "it")
            raise DeclarationError(
                f"The URL rule's {type(converter).__name__} makes the value, so {kind}"
                f" {type(item).__name__} has no effect.",
                instead=f"Leave out {left}, or take the converter out of the URL rule.",
            )


def makes_own_values(converter: BaseConverter) -> bool:
    """Return whether a converter is a custom one that makes values of its own."""
    known = isinstance(converter, tuple(kind for kind, _ in CONVERTER_TYPES))
    return not known and type(converter).to_python is not BaseConverter.to_python


def reject_converter_mismatch(
    field: fields.Field[Any], hint: Hint, converter: BaseConverter
) -> None:
    """Raise if a converter makes another type than the annotation."""
    made = next((made for kind, made in CONVERTER_TYPES if isinstance(converter, kind)), str)
    if made is str or hint.type is made:
        return
    if isinstance(field, Choice) and all(type(wire) is made for wire in field.wire_values):
        return
    if isinstance(field, Flags) and made is int:
        return
    name = type(converter).__name__
    raise DeclarationError(
        f"The URL rule's {name} makes {made.__name__}, but the annotation is {hint}.",
        instead=f"Annotate {made.__name__}, or take the converter out of the URL rule.",
    )
