"""Generated schemas of types with named fields, and the fields that hold them.

Registration and request time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, get_origin

from marshmallow import Schema, ValidationError, fields, missing, post_load

from ..exceptions import ResponseMismatch
from .fields import TypedField
from .hints import name_of
from .models import Model


class ModelSchema(Schema):
    """Base of the generated schemas: constructs on load, dumps declared fields only."""

    model: ClassVar[Model]
    #: Where instances have the fields that are not under their names.
    attributes: ClassVar[Mapping[str, str]]

    @post_load
    def construct(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the instance; a ``ValueError`` from its constructor is a fault of the request."""
        try:
            return self.model.construct(**data)
        except ValidationError:
            raise
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Read a field of a mapping by key, of anything else by attribute."""
        if isinstance(obj, Mapping):
            return obj.get(attr, default)
        return getattr(obj, self.attributes.get(attr, attr), default)

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """Return the declared fields of an object, each checked against its annotation."""
        dumped = {}
        for name, field in self.dump_fields.items():
            try:
                value = field.serialize(name, obj, self.get_attribute)
            except ResponseMismatch as error:
                raise error.inside(name) from None
            if value is not missing:
                dumped[field.data_key or name] = value
            elif field.required:
                raise ResponseMismatch(
                    name_of(self.model.type), f"no {name!r} in {type(obj).__name__}"
                )
        return dumped


class ModelValue(TypedField, fields.Nested):  # type: ignore[misc]  # Nested's are not annotated
    """A value of a type with named fields: a JSON object.

    :param schema_of: returns the generated schema class, which may not exist yet (recursion).
    """

    single = False
    sample = object()

    def __init__(
        self, model_type: Any, schema_of: Callable[[], type[Schema]], **options: Any
    ) -> None:
        super().__init__(nested=schema_of, **options)
        self.expected = name_of(model_type)
        self.origin: type = get_origin(model_type) or model_type

    def load(self, value: Any) -> Any:
        return fields.Nested._deserialize(self, value, None, None)

    def dump(self, value: Any) -> Any:
        return self.schema.dump(value)


class SchemaValue(fields.Nested):
    """A value of a marshmallow Schema that the user wrote: its own hooks and fields decide."""

    def _serialize(  # type: ignore[override]  # marshmallow's Nested does not fit its Field either
        self, nested_obj: Any, attr: Any, obj: Any, **kwargs: Any
    ) -> Any:
        name = type(self.schema).__name__
        if nested_obj is None:
            if self.allow_none:
                return None
            raise ResponseMismatch(f"what {name} dumps", "None")
        try:
            return self.schema.dump(nested_obj, many=self.schema.many or bool(self.many))
        except (TypeError, ValueError, AttributeError) as error:
            raise ResponseMismatch(
                f"what {name} dumps", f"{type(error).__name__}: {error}"
            ) from error
