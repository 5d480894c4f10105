"""The field of a value that is written as JSON in one text: ``Json[Filter]``.

Registration and request time.
"""

from __future__ import annotations

import copy
from typing import Any

from marshmallow import ValidationError, fields
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest

from ..wire.decoding import decode_json
from ..wire.encoding import encode
from .families.unions import located
from .fields import TypedField, dump_value


class JsonInText(TypedField):
    """A value whose JSON text is a parameter, a field of a form, or a text in JSON.

    :param inner: the field of the value.
    """

    json_schema = {"type": "string", "contentMediaType": "application/json"}
    expected = "a value that is written as JSON"
    default_error_messages = {
        "invalid": "Not a valid string.",
        "json": "Not valid JSON.",
        "part": "The file must be application/json.",
    }

    def __init__(self, inner: fields.Field[Any], **options: Any) -> None:
        super().__init__(**options)
        self.inner = inner

    def load(self, value: Any) -> Any:
        if isinstance(value, FileStorage):
            raise self.make_error("part")
        if not isinstance(value, (str, bytes)):
            raise self.make_error("invalid")
        try:
            decoded = decode_json(value.encode() if isinstance(value, str) else value)
        except (BadRequest, UnicodeEncodeError) as error:
            raise self.make_error("json") from error
        try:
            return self.inner.deserialize(decoded)
        except ValidationError as error:
            raise located(error, self.inner) from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return self.dump(value)  # null is a text too

    def dump(self, value: Any) -> str:
        return encode(dump_value(self.inner, value)).decode()

    @property
    def described(self) -> fields.Field[Any]:
        """The field of the value, with the documentation of this one."""
        made = copy.copy(self.inner)
        made.metadata = {**made.metadata, **self.metadata}
        return made


def is_json_text(field: fields.Field[Any]) -> bool:
    """Return whether a value, or each item of a list, is a JSON text."""
    return isinstance(field.inner if isinstance(field, fields.List) else field, JsonInText)


def open_json(field: fields.Field[Any]) -> fields.Field[Any]:
    """Return the field of the value in a JSON text; any other field is returned unchanged."""
    return field.inner if isinstance(field, JsonInText) else field
