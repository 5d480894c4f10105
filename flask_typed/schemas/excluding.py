"""Schemas of responses that leave out values: ``None``, unset fields, or defaults.

Registration time. A model of which nothing can be left out, at any depth, keeps its schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from ..declare.settings import Excluded
from .completing import parts_of_field, parts_of_schema
from .factory import DerivedFactory, SchemaFactory
from .families.model_schemas import LeanSchema, ModelSchema, may_exclude
from .fields import TypedField
from .lean_schemas import name_excluded


class LeanFactory(DerivedFactory):
    """Makes the schemas of responses that leave out values.

    :param plain: makes the schemas of everything else.
    """

    def __init__(self, plain: SchemaFactory, excluded: Excluded) -> None:
        super().__init__(plain, name_excluded(excluded))
        self.excluded = excluded

    def model_schema(self, model_type: Any) -> type[ModelSchema]:
        """Return the schema class of a type with named fields."""
        plain = self._plain.model_schema(model_type)
        return super().model_schema(model_type) if can_shrink(plain, self.excluded) else plain

    def note_examples(
        self, field: fields.Field[Any], documentation: Mapping[str, Any], place: str
    ) -> None:
        """Do nothing: the plain factory makes the model too, and notes them."""

    def _base(self, made: Any) -> type[ModelSchema]:
        return LeanSchema

    def describe_schema(self, name: str) -> Mapping[str, Any]:
        return {"excluded": self.excluded, "by_tag": {}, **super().describe_schema(name)}


def find_factory(plain: SchemaFactory, excluded: Excluded) -> SchemaFactory:
    """Return the factory of responses that leave out values; it is made once."""
    if not excluded:
        return plain
    if excluded not in plain.derived:
        plain.derived[excluded] = LeanFactory(plain, excluded)
    return plain.derived[excluded]


def can_shrink(schema_class: type[ModelSchema], excluded: Excluded) -> bool:
    """Return whether a response with a model may lack a field, at any depth."""
    waiting: list[Any] = [schema_class.shared()]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if shrinks(node, excluded):
            return True
        waiting += parts_of_schema(node) if isinstance(node, Schema) else parts_of_field(node)
    return False


def shrinks(node: Any, excluded: Excluded) -> bool:
    """Return whether a field, or a model's own fields, may be without some values."""
    if isinstance(node, TypedField):
        return node.make_lean(excluded) is not node
    return isinstance(node, ModelSchema) and any(
        may_exclude(excluded, field, node.model_fields[key])
        for key, field in node.dump_fields.items()
    )
