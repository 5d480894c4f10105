"""Bodies in CSV: each row is read by the rules of forms.

Request time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from marshmallow import Schema, ValidationError, missing
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict

from ..plan.operation import Reader
from ..schemas.families.containers import Array
from ..schemas.families.model_schemas import SpreadSchema, entering_fields
from ..schemas.faults import flatten, write_pointer
from ..wire.tables import read_csv
from .collecting import Faults, loading_values
from .empty_inputs import read_input


def read_table(reader: Reader, schema: Schema, body: bytes, faults: Faults) -> Any:
    """Return the collection of all rows; if there are faults, the rows without any.

    :param schema: of a row.
    :raises marshmallow.ValidationError: if the constraints of the collection reject it.
    :raises werkzeug.exceptions.BadRequest: for a body that is not CSV.
    """
    (field,) = cast("Iterable[Array]", reader.schema.fields.values())
    made = [*load_rows(schema, body, faults)]
    if faults.found:
        return made
    try:
        return field.check(field.gather(made))
    except ValidationError as error:
        raise ValidationError({reader.argument: error.messages}) from error


def load_rows(schema: Schema, body: bytes, faults: Faults) -> Iterator[Any]:
    """Yield the value of each row that has no faults."""
    table = read_csv(body)
    fields = entering_fields(schema)
    known = [(name, fields.get(name)) for name in table.names]
    for index, cells in enumerate(table.rows):
        read = {
            name: read_input(cell, field) for (name, field), cell in zip(known, cells, strict=True)
        }
        row = {name: value for name, value in read.items() if value is not missing}
        try:
            with loading_values(faults):
                yield schema.load(as_form(row, schema))
        except ValidationError as error:
            for path, message in flatten(error.messages, schema):
                faults.add("body", write_pointer((index, *path)), message)


def as_form(row: Mapping[str, Any], schema: Schema) -> Any:
    """Return the cells of a row as a schema takes the values of a form."""
    if not isinstance(schema, SpreadSchema):
        return row
    return MultiDictProxy(MultiDict(row), schema)
