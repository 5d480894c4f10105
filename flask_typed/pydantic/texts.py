"""The texts of parameters and form fields → JSON values, by pydantic's schemas.

Registration time makes the forms, requests use them. pydantic validates JSON afterwards, strictly:
``3`` has to be a number before. A text in no known form stays a text, which pydantic rejects in its
own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from marshmallow import ValidationError

from ..schemas.families.choices import write_choice
from ..schemas.families.scalars import Boolean, Float, Integer
from ..schemas.fields import COMPONENT_PREFIX, Described
from ..wire.numbers import NUMBER
from .models import find_classes

#: Returns the JSON value of a text.
#:
#: :raises marshmallow.ValidationError: if the text has another form.
ReadText = Callable[[str], Any]

#: The forms of JSON's scalars, by their type in a schema.
SCALAR_READERS: Mapping[str, ReadText] = {
    "integer": Integer(text=True).deserialize,  # ``3.0`` is one too
    "number": Float(text=True).deserialize,
    "boolean": Boolean(text=True).deserialize,
    "string": str,
}
#: The keywords of texts that have a format.
FORMATTING = frozenset({"format", "contentMediaType"})
#: The keywords that restrict a text. A text without them is accepted whatever it is.
RESTRICTING = FORMATTING | {"pattern"}
#: The keywords that name the type of a value. A schema without them is for anything.
TYPING = frozenset({"type", "enum", "const", "properties"})
#: Sent to pydantic for a Decimal that is no JSON number: Python accepts more, such as ``1_000``.
NO_NUMBER = "?"


@dataclass(frozen=True, slots=True)
class Scalar:
    """The forms of one value.

    :param readers: the forms in the order in which they are tried.
    :param is_anything: whether its JSON may be anything, which is a text here.
    :param takes_empty: whether an empty text may be a value.
    """

    readers: tuple[ReadText, ...]
    is_anything: bool = False
    takes_empty: bool = False

    def __call__(self, text: str) -> Any:
        """Return the JSON value of a text; the text itself if no form fits."""
        for read in self.readers:
            try:
                return read(text)
            except ValidationError:
                continue
        return text


@dataclass(frozen=True, slots=True)
class Collection:
    """The forms of several values.

    :param places: those of the first items.
    :param rest: that of all further items.
    """

    places: tuple[Scalar, ...]
    rest: Scalar

    @property
    def takes_empty(self) -> bool:
        """Whether an empty text may be an item."""
        return any(item.takes_empty for item in (*self.places, self.rest))

    def __call__(self, texts: Sequence[str]) -> list[Any]:
        """Return the JSON values of texts."""
        count = len(self.places)
        first = [read(text) for read, text in zip(self.places, texts, strict=False)]
        return [*first, *map(self.rest, texts[count:])]


def read_form(described: Described, annotation: Any) -> Scalar | Collection | None:
    """Return the form of values as text; ``None`` for objects and for collections of them.

    :param annotation: of the values; a ``Decimal`` has the schema of ``float | str``.
    """
    known = Schemas(described.definitions, has_decimals(annotation))
    kinds = list(known.open(described.schema))
    arrays = [schema for schema in kinds if schema.get("type") == "array"]
    if not arrays:
        return make_scalar(kinds)
    return make_collection(arrays[0], known) if len(kinds) == 1 else None


@dataclass(frozen=True, slots=True)
class Schemas:
    """The schemas inside another one.

    :param definitions: those that are referred to, by name.
    :param has_decimals: whether a number or a text means a ``Decimal``.
    """

    definitions: Mapping[str, Any]
    has_decimals: bool

    def open(self, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield the schemas of the types that a schema allows besides null."""
        inner = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
        if "$ref" in schema:
            inner = [self.definitions[schema["$ref"].removeprefix(COMPONENT_PREFIX)]]
        if self.has_decimals and is_number_or_text(inner):
            yield {"type": "decimal"}
        elif inner:
            for member in inner:
                yield from self.open(member)
        elif schema.get("type") != "null":
            yield schema


def has_decimals(annotation: Any) -> bool:
    """Return whether an annotation has a ``Decimal``, and neither a float nor a text beside it."""
    classes = find_classes(annotation)
    return Decimal in classes and classes.isdisjoint((float, str))


def is_number_or_text(members: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the members of a union are a number and a text."""
    kinds = [member.get("type") for member in members if member.get("type") != "null"]
    return kinds == ["number", "string"]


def make_scalar(kinds: Sequence[Mapping[str, Any]]) -> Scalar | None:
    """Return the form of a scalar of several types; ``None`` if one of them is no scalar.

    A choice is tried first, and a text with a format last: a date is no reason to reject an integer
    beside it.
    """
    ranked = sorted(((rank_schema(schema), schema) for schema in kinds), key=lambda pair: pair[0])
    readers = [make_reader(schema) for _, schema in ranked]
    is_anything = any(TYPING.isdisjoint(schema) for schema in kinds)
    takes_empty = any(map(accepts_empty_text, kinds))
    return Scalar(tuple(filter(None, readers)), is_anything, takes_empty) if all(readers) else None


def accepts_empty_text(schema: Mapping[str, Any]) -> bool:
    """Return whether an empty text may be a value of a type: not if a text has a format."""
    if "enum" in schema or "const" in schema:
        return "" in schema.get("enum", [schema.get("const")])
    is_text = schema.get("type", "string") == "string"
    return is_text and FORMATTING.isdisjoint(schema)


def rank_schema(schema: Mapping[str, Any]) -> int:
    """Return the rank of a type in the order of attempts."""
    if "enum" in schema or "const" in schema:
        return 0
    return 2 if RESTRICTING.intersection(schema) else 1


def make_reader(schema: Mapping[str, Any]) -> ReadText | None:
    """Return the form of one type; ``None`` if it is no scalar."""
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if values is not None:
        return partial(read_choice, {write_choice(value): value for value in values})
    if schema.get("type") == "decimal":
        return read_decimal
    kind = schema.get("type", "object" if schema.get("properties") else "string")
    return SCALAR_READERS.get(kind) if isinstance(kind, str) else None


def read_choice(values: Mapping[str, Any], text: str) -> Any:
    """Return the value of a choice."""
    if text not in values:
        raise ValidationError("Not a choice.")
    return values[text]


def read_decimal(text: str) -> str:
    """Return the text of a Decimal, with all its digits."""
    return text if NUMBER.fullmatch(text) else NO_NUMBER


def make_collection(schema: Mapping[str, Any], known: Schemas) -> Collection | None:
    """Return the form of an array of scalars."""

    def make(item: Any) -> Scalar | None:
        return make_scalar(list(known.open(item)) if isinstance(item, Mapping) else [{}])

    places = tuple(map(make, schema.get("prefixItems", ())))
    rest = make(schema.get("items", {}))
    return Collection(tuple(filter(None, places)), rest) if rest and all(places) else None
