"""The fields of a spread model, and the schema that makes the model from them.

Request time. Each text becomes a JSON value by the schema of its field. Then pydantic validates the
whole model, so that one answer holds all its faults, and those of validators over several fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pydantic
from marshmallow import ValidationError, fields, missing

from ..libraries.marshmallow import replace_fields
from ..schemas.families.containers import Separated
from ..schemas.families.model_schemas import SpreadSchema
from ..schemas.fields import Described, TypedField
from .faults import write_messages
from .texts import Collection, Scalar
from .values import Kind

#: The policies for names that a model does not have, which pydantic decides about.
DECIDED = ("forbid", "allow")


class MemberText(TypedField):
    """One field of a model as text: it makes a JSON value, which pydantic validates later.

    :param described: pydantic's schema of the field.
    :param form: how its JSON value is written as text.
    """

    def __init__(self, described: Described, form: Scalar | Collection, **options: Any) -> None:
        super().__init__(text=True, **options)
        self.described = described
        self.form = form
        self.takes_empty_text = form.takes_empty
        self.json_schema = described.schema

    def describe(self, direction: Any) -> Described:
        """Return pydantic's schema."""
        return self.described

    def deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        """Return the JSON value of a text; pydantic finds out what is missing."""
        return value if value is missing or value is None else self.read(value)

    def read(self, value: Any) -> Any:
        """Return the JSON value of a text."""
        return self.form(value)


class MemberTexts(Separated, MemberText):
    """One field of a model as several texts."""

    of_scalars = True

    def read(self, value: Any) -> Any:
        """Return the JSON values of texts, or of one text with separators."""
        return self.form(self.from_text(value) if isinstance(value, str) else value)


class PydanticSpread(SpreadSchema):
    """Makes a model from texts by their names in the request.

    :param parts: the fields by pydantic's names.
    :param extra: pydantic's policy for other names.
    """

    def __init__(
        self,
        kind: Kind,
        parts: Mapping[str, fields.Field[Any]],
        extra: str | None,
    ) -> None:
        super().__init__()
        self.kind = kind
        self.extra = extra
        self.keys = {f"f{index}": key for index, key in enumerate(parts)}
        replace_fields(self, dict(zip(self.keys, parts.values(), strict=True)))

    def load(
        self, data: Any, *, many: bool | None = None, partial: Any = None, unknown: Any = None
    ) -> Any:
        """Return the model for the values of a location.

        :raises marshmallow.ValidationError: with the messages by the names in the request.
        """
        texts = {key: data.get(field.data_key, missing) for key, field in self.fields.items()}
        read = {key: self.fields[key].deserialize(text) for key, text in texts.items()}
        named = {self.keys[key]: value for key, value in read.items() if value is not missing}
        values = {**dict(self.find_extra(data)), **named}
        try:
            return self.kind.read(json.dumps(values), strict=True)
        except pydantic.ValidationError as error:
            messages = write_messages(error, values)
            raise ValidationError(self._rename(messages)) from error

    def dump_members(self, value: Any) -> Iterator[tuple[str, fields.Field[Any], Any]]:
        """Yield the name, the field and the JSON value of each parameter, for clients."""
        dumped = self.kind.write(value, mode="json", by_alias=True, round_trip=True)
        for name, field in self.fields.items():
            if self.keys[name] in dumped:
                yield str(field.data_key), field, dumped[self.keys[name]]

    def find_extra(self, data: Any) -> Iterator[tuple[str, Any]]:
        """Yield the names that no argument has with their texts, if pydantic decides about them."""
        if self.extra in DECIDED:
            for name, texts in self.find_others(data):
                yield name, texts[0] if len(texts) == 1 else texts

    def _rename(self, messages: Mapping[Any, Any]) -> dict[Any, Any]:
        """Return messages under the names in the request in place of pydantic's."""
        names = {key: self.fields[name].data_key for name, key in self.keys.items()}
        return {names.get(key, key): inner for key, inner in messages.items()}
