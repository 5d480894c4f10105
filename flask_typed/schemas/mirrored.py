"""The schemas of the other side: they write requests and read responses.

Registration time of a client. The plan of an operation is made once more, with a factory that turns
the direction of each field: fields of requests are dumped, and fields of responses are loaded.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, fields, missing
from typing_extensions import is_typeddict

from ..declare.settings import UnknownKeys
from .completing import parts_of_field, parts_of_schema
from .factory import FieldMaker, PickRename, SchemaFactory
from .families.model_records import FieldDirection, Model, ModelField
from .families.model_schemas import GeneratedSchema, ModelSchema
from .families.scalars import Float
from .fields import TypedField

TURNED: Mapping[FieldDirection, FieldDirection] = {"in": "out", "out": "in", "both": "both"}


class MirrorFactory(SchemaFactory):
    """Makes the schemas with which a client writes requests and reads responses.

    :param plain: makes those of the server.
    :param is_loose: whether keys that are not known are ignored, constraints are not checked, and
        a response may leave out what may be ``None``: the server may be a newer one.
    """

    def __init__(self, plain: SchemaFactory, *, is_loose: bool) -> None:
        super().__init__(
            plain.registry,
            unknown=EXCLUDE if is_loose else RAISE,
            naive_is_utc=plain.naive_is_utc,
            rename=plain.rename,
            lock=plain.lock,
        )
        self.is_loose = is_loose
        self._turned: dict[int, Any] = {}

    def turn_schemas(self, *nodes: fields.Field[Any] | Schema | None) -> None:
        """Turn the directions of users' schemas inside of some fields, each once.

        They are copies, which no other plan has. The caller holds the app's lock.
        """
        waiting: list[Any] = [node for node in nodes if node is not None]
        while waiting:
            node = waiting.pop()
            if id(node) in self._turned:
                continue
            self._turned[id(node)] = node
            if isinstance(node, Schema) and not isinstance(node, GeneratedSchema):
                node.load_fields, node.dump_fields = node.dump_fields, node.load_fields
                node.unknown = self.unknown
            waiting += parts_of_schema(node) if isinstance(node, Schema) else parts_of_field(node)

    def under(self, unknown: UnknownKeys) -> SchemaFactory:
        """Return the factory itself: the policy is about what a server gets."""
        return self

    def describe(self, model_type: Any, pick: PickRename | None = None) -> Model:
        """Return the description of a type with the directions of its fields turned."""
        model = super().describe(model_type, pick)
        turned = tuple(replace(f, direction=TURNED[f.direction]) for f in model.fields)
        if all(field.direction == "both" for field in turned):
            return model
        return replace(model, fields=turned, construct=Constructor(model))

    def make_field(self, field: ModelField, make: FieldMaker) -> fields.Field[Any]:
        """Return the field of one field of a model."""
        made = super().make_field(field, make)
        if self.is_loose and made.required and made.allow_none and not make.text:
            made.required, made.load_default = False, None
        return made

    def finish(self, field: fields.Field[Any]) -> fields.Field[Any]:
        """Return a field that writes what a server reads."""
        if isinstance(field, TypedField):
            field = field.make_mirrored()
        if self.is_loose:
            loosen(field)
        return field

    def find_meta(self, model: Model) -> type:
        return self._ignoring if self.is_loose else super().find_meta(model)


def loosen(field: fields.Field[Any]) -> None:
    """Take the constraints out of a field."""
    field.validators = []
    if isinstance(field, TypedField):
        field.checks = ()
    if isinstance(field, Float):
        field.exact = ()


@dataclass(frozen=True, slots=True)
class Constructor:
    """Makes an object of a response, which may have more and fewer values than a request.

    The constructor does not take the values of ``field(init=False)``, and a response does not have
    the values that are write-only.

    :param model: as the server describes it.
    """

    model: Model

    def __call__(self, **values: Any) -> Any:
        """Return the object.

        :param values: by the names of the constructor's arguments.
        """
        if is_typeddict(self.model.origin):
            return values
        taken, others = self._split(values)
        lacks = any(
            field.required and field.direction == "in" and field.name not in values
            for field in self.model.fields
        )
        if lacks:
            made = object.__new__(self.model.origin)
            others = {**dict(fill_defaults(self.model, values)), **values}
        else:
            made = self.model.construct(**taken)
        attributes = {field.name: field.attribute or field.name for field in self.model.fields}
        for name, value in others.items():
            put_attribute(made, attributes.get(name, name), value)
        return made

    def _split(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the values that the constructor takes, and the others."""
        parameters = inspect.signature(self.model.construct).parameters
        if any(one.kind is one.VAR_KEYWORD for one in parameters.values()):
            return dict(values), {}
        taken = {name: value for name, value in values.items() if name in parameters}
        return taken, {name: value for name, value in values.items() if name not in parameters}


def fill_defaults(model: Model, values: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Yield the defaults of the fields that have no value."""
    for field in model.fields:
        if field.name not in values and field.factory is not None:
            yield field.name, field.factory()
        elif field.name not in values and field.default is not missing:
            yield field.name, field.default


def put_attribute(made: Any, name: str, value: Any) -> None:
    """Set an attribute, of a frozen object too; a computed property keeps its own value."""
    if not isinstance(getattr(type(made), name, None), property):
        object.__setattr__(made, name, value)


def read_attributes(schema: ModelSchema, made: Any) -> Iterable[tuple[str, fields.Field[Any], Any]]:
    """Yield the keys and the fields that a request may have, each with its value in an object.

    Values that are absent are left out.
    """
    for key, field in schema.dump_fields.items():
        value = schema.read_attribute(made, field, schema.model_fields[key])
        if value is not missing:
            yield key, field, value
