"""The field of an object that is one query parameter: ``filter[genre]=poetry``.

Registration and request time.
"""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields

from .families.model_schemas import entering_fields
from .families.unions import located
from .fields import TypedField
from .parameter_styles import takes_several


class DeepObject(TypedField):
    """An object whose keys are query parameters with text values.

    :param inner: the field that reads the object from text values.
    :param described: the field that the document describes: the same as for a JSON body.
    """

    single = False

    def __init__(
        self, inner: fields.Field[Any], described: fields.Field[Any], **options: Any
    ) -> None:
        super().__init__(**options)
        self.inner = inner
        self.described = described
        self._opening = f"{self.data_key}["
        self._repeated = {
            key for key, field in object_fields(inner).items() if takes_several(field)
        }
        values = inner.value_field if isinstance(inner, fields.Mapping) else None
        self._all_repeated = values is not None and takes_several(values)

    def key_of(self, parameter: str) -> str:
        """Return the key in ``name[key]``; an empty text for the name of another parameter."""
        inside = parameter.startswith(self._opening) and parameter.endswith("]")
        return parameter[len(self._opening) : -1] if inside else ""

    def is_repeated(self, key: str) -> bool:
        """Return whether a key may be repeated, with one item each time."""
        return self._all_repeated or key in self._repeated

    def load(self, value: Any) -> Any:
        try:
            return self.inner.deserialize(value)
        except ValidationError as error:
            raise located(error, self.inner) from error


def object_fields(field: fields.Field[Any]) -> dict[str, fields.Field[Any]]:
    """Return the fields of an object that requests may send, by their keys."""
    if not isinstance(field, fields.Nested):
        return {}
    return entering_fields(field.schema)
