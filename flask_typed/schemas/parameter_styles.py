"""OpenAPI's styles of query parameters, and the types that support them.

Registration time. A style defines how the query string holds several values: with a repeated key,
in one text with a separator, or as ``name[key]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields
from webargs.fields import DelimitedFieldMixin

from ..declare.markers import Location, Query, QueryStyle
from ..exceptions import DeclarationError
from .families.containers import Separated
from .families.model_schemas import ModelValue
from .hints import Hint

#: The separator between the items of a collection, for each style with its ``explode``.
SEPARATORS: Mapping[tuple[QueryStyle, bool], str | None] = {
    ("form", True): None,
    ("form", False): ",",
    ("spaceDelimited", False): " ",
    ("pipeDelimited", False): "|",
}
NAMES = {separator: style for style, separator in SEPARATORS.items()}
HEADER_NAMES: Mapping[str | None, tuple[str, bool]] = {",": ("simple", False)}
#: The default style.
FORM: tuple[QueryStyle, bool] = Query().style, Query().exploded
DEEP: tuple[QueryStyle, bool] = ("deepObject", True)


def find_style(hint: Hint) -> tuple[QueryStyle, bool]:
    """Return the style of a hint's ``Query()``, with ``explode``.

    :raises DeclarationError: if OpenAPI does not have this combination.
    """
    found = hint.find(Query)
    if not found:
        return FORM
    style = found[-1].style, found[-1].exploded
    if style not in (*SEPARATORS, DEEP):
        raise DeclarationError(
            f"OpenAPI has no {write_style(*style)}.",
            instead="Leave out `explode`.",
        )
    return style


def find_separator(hint: Hint) -> str | None:
    """Return the separator between the items of a collection in the query, if it has one."""
    return SEPARATORS.get(find_style(hint))


def separator_of(field: fields.Field[Any]) -> str | None:
    """Return the separator of a collection's field, also of webargs' ``DelimitedList``."""
    if isinstance(field, Separated):
        return field.separator
    return field.delimiter if isinstance(field, DelimitedFieldMixin) else None


def takes_several(field: fields.Field[Any]) -> bool:
    """Return whether a field gets all values of a repeated key, by webargs' own rule."""
    is_multiple: bool | None = getattr(field, "is_multiple", None)
    return is_collection(field) if is_multiple is None else is_multiple


def is_collection(field: fields.Field[Any]) -> bool:
    """Return whether a field holds several values."""
    return isinstance(field, (fields.List, fields.Tuple, Separated))


def fits_deep_object(field: fields.Field[Any]) -> bool:
    """Return whether a field can be written as ``name[key]``."""
    if isinstance(field, fields.Nested) and not isinstance(field, fields.Pluck):
        return isinstance(field, ModelValue) or not (field.many or field.schema.many)
    return isinstance(field, fields.Mapping)


def name_style(field: fields.Field[Any], location: Location) -> tuple[str, bool] | None:
    """Return OpenAPI's name for the style of a collection, with ``explode``.

    It is ``None`` for single values, which look the same in every style.

    :raises DeclarationError: if no style has the separator of the collection.
    """
    if not is_collection(field):
        return None
    separator = separator_of(field)
    known = HEADER_NAMES if location == "header" else NAMES
    if separator not in known:
        between = repr(separator) if separator else "no separator"
        raise DeclarationError(
            f"{type(field).__name__} has {between} between its items, which is not a style of"
            f" OpenAPI for a {location} parameter.",
            instead="Use commas between them, as webargs' DelimitedList does.",
        )
    return known[separator]


def reject_style(hint: Hint, field: fields.Field[Any]) -> None:
    """Raise for a style that a hint's field does not support.

    :raises DeclarationError: for a scalar with a separator, for a list as ``deepObject``.
    """
    style = find_style(hint)
    if style == DEEP:
        if not fits_deep_object(field):
            raise DeclarationError(
                f"{write_style(*style)} is for objects, and {hint} is not one.",
                instead="Use a model or a dict, or leave out the style.",
            )
    elif is_collection(field):
        reject_other_separator(style, field)
    elif SEPARATORS[style] is not None:
        raise DeclarationError(
            f"{write_style(*style)} is for collections, and {hint} is not one.",
            instead='Leave out the style; an object may have `style="deepObject"`.',
        )


def reject_other_separator(style: tuple[QueryStyle, bool], field: fields.Field[Any]) -> None:
    """Raise if the separator of a user's field differs from that of the marker's style.

    A marker without a style fits every field.
    """
    separator = SEPARATORS[style]
    if separator is not None and separator != separator_of(field):
        raise DeclarationError(
            f"{write_style(*style)} is not how {type(field).__name__} reads its items.",
            instead="Leave out the style: the marshmallow field decides.",
        )


def write_style(style: QueryStyle, explode: bool) -> str:
    """Return a style for messages."""
    return f"`style={style!r}` with `explode={explode}`"
