"""The table of the built-in types.

Registration time. Each entry is one line; collections and models get their inner fields from the
maker.
"""

from __future__ import annotations

import builtins
import collections
import datetime as dt
import enum
import math
import typing
import uuid
from collections import abc
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from typing import Any, Literal, get_args

from marshmallow import Schema, fields

from ..declare.markers import AssumeUTC, JsonNumber
from ..exceptions import UnsupportedType
from ..libraries.marshmallow import has_post_load
from . import marshmallow_fields
from .families import (
    addresses,
    choices,
    containers,
    decimals,
    encoded,
    flags,
    model_schemas,
    models,
    scalars,
    temporal,
    unions,
)
from .families.containers import is_scalar
from .fields import TypedField
from .hints import Hint, is_class, name_of, read_hint, read_tuple_items, type_name
from .registry import (
    Entry,
    FieldBuilder,
    Maker,
    Options,
    Text,
    TypeRegistry,
    build_field,
    match_type,
)

#: ``tuple`` and ``typing.Tuple``: anything in any number. ``tuple[()]`` is the empty tuple.
BARE_TUPLES = (tuple, vars(typing)["Tuple"])
#: The annotations of a JSON array for which the value is a list.
SEQUENCES = (
    list,
    abc.Sequence,
    abc.MutableSequence,
    abc.Collection,
    abc.Iterable,
    abc.Reversible,
)
#: The types of values that a ``defaultdict`` can make.
DEFAULT_FACTORIES = (list, dict, set, frozenset, tuple, str, int, float, bool, bytes, Decimal)

#: ``frozendict``, which Python has since 3.15.
FROZEN_DICTS: tuple[type, ...] = tuple(filter(None, [vars(builtins).get("frozendict")]))


def is_enum(hint: Hint) -> bool:
    """Return whether the hint is an ``Enum`` class."""
    return is_class(hint.type) and issubclass(hint.type, enum.Enum)


def is_flag(hint: Hint) -> bool:
    """Return whether the hint is a ``Flag`` class, whose members can be combined."""
    return is_class(hint.type) and issubclass(hint.type, enum.Flag)


def is_literal(hint: Hint) -> bool:
    """Return whether the hint is ``Literal[…]``."""
    return hint.origin is Literal


def is_schema_hint(hint: Hint) -> bool:
    """Return whether the hint is a marshmallow Schema: a class or an instance."""
    return isinstance(hint.type, Schema) or Schema in getattr(hint.type, "__mro__", ())


def is_plain_tuple(hint: Hint) -> bool:
    """Return whether the hint is a tuple without named fields."""
    return hint.origin is tuple


def is_model(hint: Hint) -> bool:
    """Return whether the hint is a type with named fields; those of pydantic only it can read."""
    is_foreign = hasattr(hint.origin, "__pydantic_core_schema__")
    return not is_foreign and models.describe_model(hint.type) is not None


def build_enum(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of an ``Enum``, by value."""
    values = [member.value for member in hint.type]
    reject_unwritable(hint, values, make.text)
    if hint.nullable and None in values:
        raise UnsupportedType(
            f"None and a member of {hint} are both null.",
            instead="Leave out `| None`, or give the member another value.",
        )
    return choices.EnumChoice(hint.type, text=bool(make.text), **options)


def build_flags(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of a ``Flag``, by value."""
    return flags.Flags(hint.type, text=bool(make.text), **options)


def build_literal(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of a ``Literal``, members of enums by value."""
    values = get_args(hint.type)
    pairs = [(value.value if isinstance(value, enum.Enum) else value, value) for value in values]
    reject_unwritable(hint, [wire for wire, _ in pairs], make.text)
    return choices.Choice(pairs, text=bool(make.text), **options)


def reject_unwritable(hint: Hint, values: list[Any], text: Text) -> None:
    """Raise for choices without a JSON scalar, and for choices with the same text."""
    if not values or not all(map(is_json_scalar, values)):
        raise UnsupportedType(
            f"The values of {hint} are not all JSON scalars.",
            instead="Give its members str, int, finite float, bool or None values.",
        )
    if text and len(set(map(choices.write_choice, values))) < len(values):
        raise UnsupportedType(
            f"Two values of {hint} are the same text.",
            instead="Give them values that differ as text, or send it in the JSON body: `Body()`.",
        )


def is_json_scalar(value: Any) -> bool:
    """Return whether JSON has a scalar for a value."""
    known = type(value) in choices.TYPE_NAMES
    return known and not (isinstance(value, float) and not math.isfinite(value))


def make_collection_builder(collect: Callable[[list[Any]], Any], *, unique: bool) -> FieldBuilder:
    """Return a builder for a collection of items of one type."""

    def build(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
        (item,) = take_args(hint, Any)
        field = build_items(collect, item, make, options, unique=unique)
        if unique:
            reject_unhashable(hint, field.inner)
            restrict_anything(field.inner)
        return field

    return build


def build_items(
    collect: Callable[[list[Any]], Any],
    item: Any,
    make: Maker,
    options: Options,
    *,
    unique: bool = False,
) -> containers.Array:
    """Return the field of a collection of items of one type."""
    inner = make(item, place="an item")
    make.reject_object(inner)
    return containers.Array(inner, collect=collect, unique=unique, **make.separated, **options)


def take_args(hint: Hint, *general: Any) -> tuple[Any, ...]:
    """Return the type arguments of a generic, or the general ones for the bare class.

    :raises UnsupportedType: if their number is wrong, which Python does not check.
    """
    args = hint.args or general
    if len(args) != len(general):
        raise UnsupportedType(
            f"{hint} has another number of type arguments than {hint.origin.__name__} takes,"
            f" {len(general)}.",
            instead="Write them all, or none.",
        )
    return args


def reject_unhashable(hint: Hint, items: fields.Field[Any]) -> None:
    """Raise for a set whose items are not hashable."""
    if not holds_hashables(items):
        raise UnsupportedType(
            f"The items of {hint} are not hashable.",
            instead="Use a list, a frozen dataclass, a tuple or a frozenset.",
        )


def holds_hashables(items: fields.Field[Any]) -> bool:
    """Return whether all values of a field are hashable."""
    if isinstance(items, containers.Array):
        return items.collect in (tuple, frozenset) and holds_hashables(items.inner)
    if isinstance(items, containers.FixedArray):
        return all(map(holds_hashables, containers.item_fields(items)))
    if isinstance(items, unions.AnyOf):
        return all(map(holds_hashables, items.members))
    if isinstance(items, unions.Tagged):
        return all(map(holds_hashables, items.members.values()))
    if isinstance(items, TypedField):
        return can_hash(items.made) and not isinstance(items, containers.Object)
    # marshmallow's schemas make dicts, unless a hook makes other values.
    return not isinstance(items, fields.Nested) or has_post_load(items.schema)


def can_hash(cls: Any) -> bool:
    """Return whether the instances of a class are hashable.

    The class of a msgspec Struct always has ``__hash__``; its configuration decides.
    """
    config = getattr(cls, "__struct_config__", None)
    return cls.__hash__ is not None and (config is None or config.frozen or not config.eq)


def restrict_anything(items: fields.Field[Any]) -> None:
    """Publish the items of a set of ``Any`` as scalars."""
    if isinstance(items, scalars.Anything):
        items.json_schema = {"type": ["string", "number", "boolean", "null"]}


def build_tuple(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of a ``tuple``, of a fixed length or of one type of item."""
    if hint.type in BARE_TUPLES:
        return build_items(tuple, Any, make, options)
    places, rest = read_tuple_items(hint)
    if rest and not places:
        return build_items(tuple, rest[0], make, options)
    items = [make(arg, place=f"item {index}") for index, arg in enumerate(places)]
    for item in items:
        make.reject_object(item)
    if not rest:
        return containers.FixedArray(items, **make.separated, **options)
    others = make(rest[0], place="an item")
    make.reject_object(others)
    return containers.PrefixArray(items, others, **make.separated, **options)


def make_mapping_builder(collect: type) -> FieldBuilder:
    """Return a builder for a mapping, whose keys are texts in JSON."""

    def build(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
        made = build_object(hint, make, options)
        made.collect = collect
        return made

    return build


def build_defaultdict(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of a ``defaultdict``, which makes missing values by their type."""
    made = build_object(hint, make, options)
    origin = read_hint(hint.args[1]).origin if hint.args else None
    made.collect = partial(collections.defaultdict, origin if origin in DEFAULT_FACTORIES else None)
    return made


def build_counter(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of a ``Counter``: an object of integers."""
    (key,) = take_args(hint, str)
    made = build_object(Hint(dict[key, int]), make, options)  # type: ignore[valid-type]  # a value
    made.collect = collections.Counter
    return made


def build_object(hint: Hint, make: Maker, options: Options) -> containers.Object:
    """Return the field of a ``dict``."""
    key, value = take_args(hint, str, Any)
    keys = make.as_text()(key, place="a key")
    if not is_scalar(keys) or isinstance(keys, flags.Flags):
        raise UnsupportedType(
            f"{name_of(key)} cannot be a key of a JSON object.",
            instead="Use str, int, UUID, date, an Enum or another scalar as the key.",
        )
    if isinstance(keys, scalars.Integer):
        keys.whole = True
    made = containers.Object(keys=keys, values=make(value, place="a value"), **options)
    is_clear = isinstance(keys, TypedField) and keys.one_text
    made.remark = None if is_clear else "No two keys may mean the same."
    return made


def build_model(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of a type with named fields."""
    make.model_schema(hint.type)
    model = make.describe(hint.type)
    return model_schemas.ModelValue(model, lambda: make.model_schema(hint.type), **options)


def build_union(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of a union, tagged if a key distinguishes its models."""
    members = [make(arg, place=f"member {name_of(arg)}") for arg in hint.args]
    for member in members:
        make.reject_object(member)
    named = add_title(name_union(hint, members), options)
    tagged = unions.find_tag(members)
    if tagged is not None:
        return unions.Tagged(*tagged, **named)
    unions.reject_unreachable(members, hint.args)
    return unions.AnyOf(members, text=bool(make.text), **named)


def name_union(hint: Hint, members: Iterable[fields.Field[Any]]) -> str:
    """Return the title of a union: its alias, or ``CatOrDog`` for models; else an empty text."""
    of_models = all(isinstance(member, fields.Nested) for member in members)
    return hint.alias or (type_name(hint.type) if of_models else "")


def add_title(title: str, options: Options) -> Options:
    """Return the options of a field with a title, unless it is empty or they have one."""
    return {**options, "metadata": {"title": title, **options["metadata"]}} if title else options


def build_decimal(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of a ``Decimal``: text, unless the annotation has ``JsonNumber()``."""
    kind = decimals.DecimalNumber if hint.find(JsonNumber) else decimals.DecimalText
    return kind(text=bool(make.text), **options)


def build_datetime(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of a ``datetime``."""
    naive_is_utc = make.naive_is_utc or bool(hint.find(AssumeUTC))
    return temporal.DateTime(naive_is_utc=naive_is_utc, text=bool(make.text), **options)


def build_anything(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of ``Any``, or of ``object``, which means the same."""
    form = {"text": bool(make.text)}
    return scalars.Anything(write=make.write_freely, **form, **options)


def make_address_builder(kind: addresses.AddressKind) -> FieldBuilder:
    """Return a builder for a class of :mod:`ipaddress`."""

    def build(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
        return encoded.Address(kind, text=bool(make.text), **options)

    return build


def build_schema(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of a marshmallow Schema."""
    return marshmallow_fields.schema_field(hint.type, make.text, options)


def default_registry(metadata: Iterable[type] = ()) -> TypeRegistry:
    """Return a registry with the built-in types.

    :param metadata: classes of objects in ``Annotated`` that other libraries read.
    """
    table: tuple[tuple[Any, Any], ...] = (
        (str, scalars.String),
        (int, scalars.Integer),
        (float, scalars.Float),
        (bool, scalars.Boolean),
        (Decimal, build_decimal),
        (uuid.UUID, scalars.UUID),
        (dt.datetime, build_datetime),
        (dt.date, temporal.Date),
        (dt.time, temporal.Time),
        (dt.timedelta, temporal.Duration),
        (lambda hint: hint.type is None, scalars.Null),
        (lambda hint: hint.type in (Any, object), build_anything),
        (lambda hint: hint.is_union, build_union),
        (is_flag, build_flags),
        (is_enum, build_enum),
        (is_literal, build_literal),
        (bytes, encoded.Base64),
        *((kind.python_type, make_address_builder(kind)) for kind in addresses.ADDRESS_KINDS),
        *((kind, make_collection_builder(list, unique=False)) for kind in SEQUENCES),
        *(
            (kind, make_collection_builder(set, unique=True))
            for kind in (set, abc.Set, abc.MutableSet)
        ),
        (frozenset, make_collection_builder(frozenset, unique=True)),
        (collections.deque, make_collection_builder(collections.deque, unique=False)),
        (abc.Iterator, make_collection_builder(iter, unique=False)),
        (is_plain_tuple, build_tuple),
        *((kind, make_mapping_builder(dict)) for kind in (dict, abc.Mapping, abc.MutableMapping)),
        *((kind, make_mapping_builder(kind)) for kind in (*FROZEN_DICTS, collections.OrderedDict)),
        (collections.defaultdict, build_defaultdict),
        (collections.Counter, build_counter),
        (is_schema_hint, build_schema),
        (is_model, build_model),
    )
    entries = (Entry(match_type(match), build_field(build)) for match, build in table)
    return TypeRegistry(entries, metadata)
