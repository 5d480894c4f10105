"""The formats of bodies that have a schema: JSON, MessagePack, and CSV for arrays of flat objects.

Registration time. The schema is the same in each format. Requests convert between JSON and the
others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from marshmallow import fields
from webargs.core import is_json

from ..exceptions import DeclarationError
from .families.containers import Array, is_scalar
from .families.model_schemas import by_wire_name
from .fields import COMPONENT_PREFIX, TypedField, accepts_null

BodyFormat = Literal["json", "msgpack", "csv"]

#: The formats besides JSON, by their media types.
FORMATS: Mapping[str, BodyFormat] = {
    "application/msgpack": "msgpack",
    "application/vnd.msgpack": "msgpack",
    "application/x-msgpack": "msgpack",
    "text/csv": "csv",
}
#: The JSON types of values that one cell of a table holds.
CELL_TYPES = frozenset(("string", "number", "integer", "boolean", "null"))
#: The description of a body in CSV.
CSV_WORDS = "A table in CSV (RFC 4180). The first line names the columns: {columns}."


def find_format(media_type: str) -> BodyFormat | None:
    """Return the format of a media type; ``None`` if it is not known."""
    return FORMATS.get(media_type) or ("json" if is_json(media_type) else None)


def is_converted(media_types: Iterable[str]) -> bool:
    """Return whether bodies of some media types are converted between JSON and another format."""
    return any(media_type in FORMATS for media_type in media_types)


def find_columns(field: fields.Field[Any]) -> tuple[str, ...]:
    """Return the columns of a response in CSV: the fields of the items of an array.

    :raises DeclarationError: for a field whose values are not a table.
    """
    item = find_item(field)
    schema = getattr(item, "schema", None)
    if schema is not None:
        columns = by_wire_name(schema.dump_fields)
        deep = [name for name, column in columns.items() if not is_scalar(column)]
        is_open = bool(getattr(schema, "rest", ()))
    else:
        described = item.describe("out") if isinstance(item, TypedField) else None
        written: Mapping[str, Any] = described.schema if described else {}
        columns = written.get("properties", {})
        definitions = described.definitions if described else {}
        deep = [name for name, one in columns.items() if not is_flat(one, definitions)]
        is_open = written.get("additionalProperties", False) is not False
    reject_deep_columns(columns, deep, is_open=is_open)
    return tuple(columns)


def reject_deep_columns(columns: Iterable[str], deep: list[str], *, is_open: bool) -> None:
    """Raise for an object that is not a row of a table.

    :param deep: the names of the fields that are not scalars.
    :param is_open: whether the object may have other keys.
    """
    if deep or is_open or not [*columns]:
        cause = f"its field {deep[0]!r} is not a scalar" if deep else "its keys are not fixed"
        raise DeclarationError(
            f"An item of the array is not a row of a table: {cause}.",
            instead="Use a class whose fields are scalars, or leave out `text/csv`.",
        )


def find_item(field: fields.Field[Any]) -> fields.Field[Any]:
    """Return the field of the rows of a table.

    :raises DeclarationError: for a field that is not an array of objects.
    """
    item = field.inner if isinstance(field, Array) else None
    if item is None or accepts_null(field) or accepts_null(item):
        raise DeclarationError(
            "A body in CSV is a list of rows, without None.",
            instead="Annotate a list of a class with flat fields, without an envelope, or leave out"
            " `text/csv`.",
        )
    return item


def is_flat(schema: Mapping[str, Any], definitions: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether the values of a JSON Schema are scalars."""
    found = definitions[name_target(schema)] if "$ref" in schema else schema
    if "anyOf" in found:
        return all(is_flat(member, definitions) for member in found["anyOf"])
    return found.get("type") in CELL_TYPES


def name_target(reference: Mapping[str, Any]) -> str:
    """Return the name of the component that a reference is to."""
    name: str = reference["$ref"].removeprefix(COMPONENT_PREFIX)
    return name
