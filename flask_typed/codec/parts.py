"""The parts of a rejected value: its fields, its items, or its values by key.

Made when a value is first rejected; request time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from marshmallow import ValidationError, fields, missing

from ..schemas.families.containers import Object
from ..schemas.families.model_schemas import GeneratedSchema
from ..schemas.fields import REFUSED
from .loading import REFUSALS, Judge, Part, PartPlace, SchemaOrField

read_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
read_array = msgspec.json.Decoder(list[msgspec.Raw]).decode


class PartMaker(Protocol):
    """Makes the parts of values, for the families."""

    def part(self, node: SchemaOrField) -> Part:
        """Return a part, even one that a hook reads."""
        ...

    def members(self, schema: GeneratedSchema) -> Members:
        """Return the fields of an object as its parts."""
        ...

    def members_of_model(self, schema: Any) -> Members:
        """Return the fields of a model as its parts; made once for each model."""
        ...


@dataclass(frozen=True, slots=True)
class Members:
    """The fields of an object, by their names in JSON."""

    schema: GeneratedSchema
    parts: Mapping[str, Part]
    #: Read the values of fields whose depth needs no check.
    quick: Mapping[str, Callable[[Any], Any]]

    def judge(self, judge: Judge, data: Any, place: PartPlace) -> Any:
        """Return the object, or :data:`REFUSED`."""
        raws = read_object(data)
        known = self._read_quickly(judge, raws, place.depth - 1)
        try:
            return self.schema.build(raws, MemberReading(judge, self.parts, place, known))
        except ValidationError as error:
            judge.refuse(error, self.schema, place.pointer)
            return REFUSED

    def _read_quickly(self, judge: Judge, raws: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
        """Return the values of the fields that the accelerated path accepts, by their names."""
        parts, quick = self.parts, self.quick
        known = {}
        for name, raw in raws.items():
            read = quick.get(name)
            if read is None:
                if name not in parts:
                    judge.decode(raw, depth)  # an unknown key has to be valid JSON too
                continue
            try:
                known[name] = read(raw)
            except REFUSALS:
                continue
        return known


class MemberReading(msgspec.Struct, frozen=True):
    """Reads the other fields of an object for its schema."""

    judge: Judge
    parts: Mapping[str, Part]
    place: PartPlace
    known: Mapping[str, Any]

    def read(self, name: str, field: fields.Field[Any], value: Any) -> Any:
        """Return the value of a field, or :data:`REFUSED`."""
        place = self.place.inside(name)
        if value is missing:
            return self.judge.ask(field, missing, place.pointer)
        return self.judge.decide(self.parts[name], value, place)

    def refuse(self, name: str, messages: Iterable[str]) -> None:
        """Add the faults of a key."""
        for message in messages:
            self.judge.note(self.place.inside(name).pointer, message)


@dataclass(frozen=True, slots=True)
class Items:
    """The items of an array.

    :param inner: an item.
    :param collect: makes the collection from the items.
    """

    field: fields.Field[Any]
    inner: Part
    collect: Callable[[list[Any]], Any]

    def judge(self, judge: Judge, data: Any, place: PartPlace) -> Any:
        """Return the collection, or :data:`REFUSED`."""
        count = len(judge.faults)
        items = list(take_all(judge, self.inner, enumerate(read_array(data)), place))
        if len(judge.faults) > count:
            return REFUSED
        return judge.finish(self.field, self.collect(items), place.pointer)


@dataclass(frozen=True, slots=True)
class KeyedValues:
    """The values of an object with free keys.

    :param inner: a value.
    """

    field: Object
    inner: Part

    def judge(self, judge: Judge, data: Any, place: PartPlace) -> Any:
        """Return the mapping, or :data:`REFUSED`."""
        count = len(judge.faults)
        raws = read_object(data)
        values = dict(zip(raws, take_all(judge, self.inner, raws.items(), place), strict=True))
        if len(judge.faults) > count:
            return REFUSED
        return judge.finish(self.field, values, place.pointer)


def take_all(
    judge: Judge, part: Part, pieces: Iterable[tuple[str | int, Any]], place: PartPlace
) -> Iterator[Any]:
    """Yield the value of each part of a collection, or :data:`REFUSED`.

    :param pieces: keys or indexes, with data.
    :param place: of the collection.
    """
    # An open type is not tried first: it would be tried again at each level inside it.
    loader = part.loader if part.loader and not part.loader.is_open else None
    for key, data in pieces:
        value = loader.load(data, place.depth - 1) if loader else REFUSED
        if value is REFUSED:  # only then its place is made
            value = judge.decide(part, data, place.inside(key))
        yield value
