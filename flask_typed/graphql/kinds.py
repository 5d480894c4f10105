"""The type of the values of a field, by a table of the kinds of fields.

Registration time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from marshmallow import fields
from strawberry.scalars import JSON

from ..schemas.fields import accepts_null, dump_value
from ..schemas.graph_fields import is_json_part
from .scalars import show_scalar
from .shown import Shown

#: What makes the type of a field, by the class of the field; the first that fits is used.
KindTable = tuple[tuple[type, Callable[[Any], Shown]], ...]


class FieldTypes:
    """Makes the types of fields, each once; a subclass has the table.

    :param table: of the kinds that are no scalars.
    """

    def __init__(self, table: KindTable) -> None:
        self._table = table

    def show(self, field: fields.Field[Any]) -> Shown:
        """Return the type of the values of a field."""
        shown = self._show(field)
        return shown.optional() if accepts_null(field) else shown

    def _show(self, field: fields.Field[Any]) -> Shown:
        as_json = Shown(JSON, partial(dump_value, field))
        if is_json_part(field):
            return as_json
        for kind, show in self._table:
            if isinstance(field, kind):
                return show(field)
        return show_scalar(field) or as_json
