"""What tests of this folder ask of an annotation: load, dump, and what is said if it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask_typed import DeclarationError, ResponseMismatch
from flask_typed.schemas.factory import FieldMaker, SchemaFactory
from flask_typed.schemas.fields import dump_value
from flask_typed.schemas.registry import Text
from flask_typed.schemas.types import default_registry
from marshmallow import ValidationError, fields


@dataclass(frozen=True)
class Codec:
    """The fields of annotations, in one of the forms in which values come."""

    make: FieldMaker

    @property
    def factory(self) -> SchemaFactory:
        """The factory behind it."""
        return self.make.factory

    def field(self, annotation: Any, **options: Any) -> Any:
        """Return the field of an annotation."""
        field: fields.Field[Any] = self.make(annotation, **options)
        return field

    def load(self, annotation: Any, value: Any) -> Any:
        """Return what a wire value becomes."""
        return self.make(annotation).deserialize(value)

    def dump(self, annotation: Any, value: Any) -> Any:
        """Return how a Python value travels."""
        return dump_value(self.make(annotation), value)

    def refuse(self, annotation: Any, value: Any) -> Any:
        """Return marshmallow's messages for a wire value, which must not be accepted."""
        with pytest.raises(ValidationError, match=r".") as caught:
            self.load(annotation, value)
        return caught.value.messages

    def mismatch(self, annotation: Any, value: Any) -> str:
        """Return the message for a Python value, which must not be written."""
        with pytest.raises(ResponseMismatch, match=r"^at \$") as caught:
            self.dump(annotation, value)
        return str(caught.value)

    def reject(self, annotation: Any) -> DeclarationError:
        """Return the error for an annotation, which must not be usable."""
        with pytest.raises(DeclarationError, match=r"\n  ") as caught:
            self.make(annotation)
        return caught.value


def make_codec(text: Text = "") -> Codec:
    """Return a codec with a factory of its own."""
    return Codec(FieldMaker(SchemaFactory(default_registry()), text))
