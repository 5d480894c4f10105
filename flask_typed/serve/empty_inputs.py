"""Empty inputs of an HTML form: a browser sends them as empty texts.

Request time.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, missing
from werkzeug.datastructures import MultiDict

from ..schemas.families.model_schemas import entering_fields
from ..schemas.fields import TypedField
from ..schemas.registry import EMPTY_IS_NULL


def read_empty_inputs(form: MultiDict[str, str], schema: Schema) -> MultiDict[str, Any]:
    """Return a form without the empty inputs of fields that have no empty text.

    An empty input of ``str | None`` is ``None``.
    """
    if not any("" in texts for texts in form.listvalues()):
        return form
    known = entering_fields(schema)
    items = ((name, read_input(text, known.get(name))) for name, text in form.items(multi=True))
    return MultiDict([item for item in items if item[1] is not missing])


def read_input(text: str, field: fields.Field[Any] | None) -> Any:
    """Return an input of a form: its text, ``None``, or marshmallow's ``missing``."""
    if text or field is None:
        return text
    item = field.inner if isinstance(field, fields.List) else field
    if not takes_empty_text(item):
        return missing
    return None if item.metadata.get(EMPTY_IS_NULL) else text


def takes_empty_text(field: fields.Field[Any]) -> bool:
    """Return whether an empty text is a value of a field: of every text, and of some choices."""
    if isinstance(field, fields.String):
        return True
    if isinstance(field, TypedField) and field.takes_empty_text is not None:
        return field.takes_empty_text
    try:
        field.deserialize("")
    except ValidationError:
        return False
    return True
