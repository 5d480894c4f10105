"""Collections: arrays of one kind of item, tuples, objects with free keys.

Registration time; requests call the functions that are made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from marshmallow import fields

from ...schemas.families.containers import Array, FixedArray, Object, has_crowd, is_scalar
from ...schemas.families.scalars import String
from ..constraints import limit, limit_length
from ..entering import BuildValue, CustomField, ReadType, ReadTypes
from ..field_codec import FieldCodec
from ..leaving import WriteType, WriteTypes, leave_limited
from ..loading import Parts
from ..parts import Items, KeyedValues, PartMaker
from ..refused import Refused


def enter_array(read_types: ReadTypes, field: Array) -> ReadType | None:
    """Read an array."""
    limits = limit_length(field.validators)
    if limits is None or (field.unique and not is_scalar(field.inner)):
        return None
    try:
        inner = read_types.find(field.inner)
    except CustomField:
        return None
    kind = limit(list[inner.type], limits)  # type: ignore[name-defined]  # a value
    return ReadType(kind, make_array_builder(field, inner.build), inner.is_open)


def make_array_builder(field: Array, build: BuildValue | None) -> BuildValue | None:
    """Return the function that makes the collection from the items of msgspec."""
    collect: Any = field.collect
    if field.unique:
        make: Any = build or (lambda item: item)
        return lambda items: collect_unique(collect, map(make, items), items)
    if collect is list:
        return (lambda items: list(map(build, items))) if build else None
    return (lambda items: collect(map(build, items))) if build else collect


def collect_unique(collect: Any, values: Iterable[Any], items: list[Any]) -> Any:
    """Return a set of values, if all of them are different."""
    listed = list(values)
    if has_crowd(listed):
        raise Refused
    made = collect(listed)
    if len(made) != len(items):
        raise Refused
    return made


def leave_array(write_types: WriteTypes, field: Array) -> WriteType | None:
    """Write an array. A set is left to its field, which sorts it."""
    limits = limit_length(field.validators)
    if field.unique or limits is None:
        return None
    inner = write_types.find(field.inner)
    made = leave_limited(tuple[inner.type, ...], limits)  # type: ignore[name-defined]  # a value
    return made and replace(made, renamed=inner.renamed and array_of(inner.renamed))


def array_of(kind: Any) -> Any:
    """Return the type of arrays."""
    return tuple[kind, ...]


def divide_array(maker: PartMaker, field: Array) -> Parts | None:
    """Judge the items. A set is judged as a whole, because its items have to differ."""
    if field.unique or is_scalar(field.inner):
        return None
    return Items(field, maker.part(field.inner), field.collect)


def enter_fixed(read_types: ReadTypes, field: FixedArray) -> ReadType | None:
    """Read an array of a fixed length."""
    if field.validators or not field.tuple_fields:
        return None
    try:
        inner = [read_types.find(item) for item in field.tuple_fields]
    except CustomField:
        return None
    builds = [item.build for item in inner]

    def build(items: tuple[Any, ...]) -> tuple[Any, ...]:
        pairs = zip(builds, items, strict=True)
        return tuple(build(item) if build else item for build, item in pairs)

    kind: Any = tuple[tuple(item.type for item in inner)]  # type: ignore[misc]  # made, not written
    return ReadType(kind, build if any(builds) else None, any(item.is_open for item in inner))


def leave_fixed(write_types: WriteTypes, field: FixedArray) -> WriteType | None:
    """Write an array of a fixed length."""
    if field.validators or not field.tuple_fields:
        return None
    inner = [write_types.find(item) for item in field.tuple_fields]
    renamed: Any = tuple[tuple(made.renamed or Any for made in inner)]  # type: ignore[misc]  # made, not written
    kind: Any = tuple[tuple(made.type for made in inner)]  # type: ignore[misc]
    return WriteType(kind, renamed if any(made.renamed for made in inner) else None)


def is_any_text(key: fields.Field[Any]) -> bool:
    """Return whether a key may be any text."""
    return type(key) is String and not (key.validators or key.checks)


def enter_object(read_types: ReadTypes, field: Object) -> ReadType | None:
    """Read an object with free keys, which are texts."""
    limits = limit_length(field.validators) if field.collect is dict else None
    if limits is None or not is_any_text(field.key_field):
        return None
    try:
        inner = read_types.find(field.value_field)
    except CustomField:
        return None
    kind = limit(dict[str, inner.type], limits)  # type: ignore[name-defined]  # a value
    build = inner.build
    if build is None:
        return ReadType(kind, None, inner.is_open)

    def build_values(items: Mapping[str, Any]) -> dict[str, Any]:
        return {key: build(value) for key, value in items.items()}

    return ReadType(kind, build_values, inner.is_open)


def leave_object(write_types: WriteTypes, field: Object) -> WriteType | None:
    """Write an object with free keys, which are texts."""
    limits = limit_length(field.validators)
    if limits is None or not is_any_text(field.key_field):
        return None
    inner = write_types.find(field.value_field)
    made = leave_limited(dict[str, inner.type], limits)  # type: ignore[name-defined]  # a value
    renamed = inner.renamed and dict[str, inner.renamed]  # type: ignore[name-defined]
    return made and replace(made, renamed=renamed)


def divide_object(maker: PartMaker, field: Object) -> Parts | None:
    """Judge the values."""
    if is_scalar(field.value_field):
        return None
    return KeyedValues(field, maker.part(field.value_field))


def enter_held_list(read_types: ReadTypes, field: Any) -> ReadType | None:
    """Read an array of marshmallow's."""
    limits = limit_length(field.validators)
    if limits is None:
        return None
    inner = read_types.find(field.inner)
    build = inner.build
    made = (lambda items: list(map(build, items))) if build else None
    return ReadType(limit(list[inner.type], limits), made, inner.is_open)  # type: ignore[name-defined]  # a value


def leave_held_list(write_types: WriteTypes, field: Any) -> WriteType | None:
    """Write an array of marshmallow's."""
    inner = write_types.find(
        field.inner
    )  # never renamed: a schema with other names is not accelerated
    return leave_limited(tuple[inner.type, ...], limit_length(field.validators))  # type: ignore[name-defined]  # a value


def divide_held_list(maker: PartMaker, field: Any) -> Parts | None:
    """Judge the items."""
    return None if is_scalar(field.inner) else Items(field, maker.part(field.inner), list)


FIELD_CODECS: Mapping[type, FieldCodec] = {
    Array: FieldCodec(enter_array, leave_array, divide=divide_array),
    FixedArray: FieldCodec(enter_fixed, leave_fixed),
    Object: FieldCodec(enter_object, leave_object, divide=divide_object),
    # marshmallow's own fields, which users wrote.
    fields.List: FieldCodec(enter_held_list, leave_held_list, divide=divide_held_list),
}
