"""Schemas of responses whose clients choose among the fields of an object.

Registration time. The objects inside of it keep their schemas.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar, cast

from marshmallow import fields

from ..declare.settings import Excluded
from .factory import DerivedFactory, SchemaFactory
from .families.model_schemas import LeanSchema, ModelSchema

#: The end of the names of components with chosen fields.
SUFFIX = "Fields"


class ChosenSchema(LeanSchema):
    """A schema of which a response may lack any field; it leaves out none itself."""

    excluded: ClassVar[Excluded] = Excluded()

    def may_exclude(self, key: str) -> bool:
        """Return whether a response may lack a field: it may lack each of them."""
        return True


class AroundFactory(DerivedFactory):
    """Makes the schemas of some models anew, because a model inside of them differs.

    :param plain: has the settings.
    :param inner: makes all other models.
    :ivar kinds: the models that it makes.
    """

    def __init__(self, plain: SchemaFactory, inner: SchemaFactory) -> None:
        super().__init__(plain, SUFFIX)
        self._inner = inner
        self.kinds: list[Any] = []

    def model_schema(self, model_type: Any) -> type[ModelSchema]:
        """Return the schema class of a type with named fields."""
        if model_type in self.kinds:
            return super().model_schema(model_type)
        return self._inner.model_schema(model_type)

    def note_examples(
        self, field: fields.Field[Any], documentation: Mapping[str, Any], place: str
    ) -> None:
        """Do nothing: the plain factory makes the model too, and notes them."""


class ChosenFactory(AroundFactory):
    """Makes the schema of a model whose fields are chosen."""

    def _base(self, made: Iterable[fields.Field[Any]]) -> type[ModelSchema]:
        return ChosenSchema

    def describe_schema(self, name: str) -> Mapping[str, Any]:
        return {"by_tag": {}, **super().describe_schema(name)}


def make_chosen_factory(plain: SchemaFactory, item: Any, around: Collection[Any]) -> SchemaFactory:
    """Return the factory of responses whose items have chosen fields; it is made once.

    :param item: the model of the items.
    :param around: the models around it, such as a page.
    """
    key = SUFFIX, item
    if key not in plain.derived:
        chosen = ChosenFactory(plain, plain)
        chosen.kinds.append(item)
        plain.derived[key] = AroundFactory(plain, chosen)
    factory = cast("AroundFactory", plain.derived[key])
    factory.kinds += [kind for kind in around if kind not in factory.kinds]
    return factory
