"""Fields for collections: arrays of one kind of item, tuples, objects with free keys.

Registration and request time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any

from marshmallow import ValidationError, fields

from ...exceptions import ResponseMismatch
from ..fields import TypedField, dump_item
from ..searching import Messages
from .choices import make_json_key

#: The maximum number of different values with the same hash in a set or a mapping.
MAX_CROWD = 100
#: The message for more of them.
CROWDED = "Holds too many values that are hard to tell apart."


class Separated(TypedField):
    """A collection that may come as text.

    :param separator: the text between the items of one text value; by default, a key is repeated
        for each item.
    :param padded: whether spaces around the items are ignored (headers).
    """

    single = False

    def __init__(
        self, *, separator: str | None = None, padded: bool = False, **options: Any
    ) -> None:
        super().__init__(**options)
        self.separator = separator
        self.padded = padded
        #: Whether the field gets all values of a repeated key; webargs reads this attribute.
        self.is_multiple = separator is None

    def from_text(self, text: str) -> Any:
        items = text.split(self.separator) if text else []
        return [item.strip() for item in items] if self.padded else items


class Array(Separated, fields.List[Any]):
    """``list``, ``set``, ``frozenset`` and ``tuple[X, ...]``: a JSON array.

    :param collect: makes the Python value from the list of items.
    :param unique: whether items must be unique (sets).
    """

    json_schema = {"type": "array"}
    expected = "a collection"
    samples = ([],)
    default_error_messages = {
        "unique": "Must not hold an item twice.",
        "unhashable": "Must hold single values only.",
        "crowd": CROWDED,
    }

    def __init__(
        self,
        items: fields.Field[Any],
        *,
        collect: Callable[[list[Any]], Any] = list,
        unique: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(cls_or_instance=items, **options)
        self.collect = collect
        self.unique = unique

    def load(self, value: Any) -> Any:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        loaded, found = [], Messages()
        for index, item in enumerate(value):
            try:
                loaded.append(self.inner.deserialize(item))
            except ValidationError as error:
                found.add(index, error.messages)
        if found.by_key:
            raise found.error()
        if self.unique:
            self._reject_repeats(self._as_json(value))
        return self.gather(loaded)

    def _reject_repeats(self, items: list[Any]) -> None:
        """Raise for two items that are equal as JSON values."""
        frozen = list(map(to_hashable, items))
        if has_crowd(frozen):
            raise self.make_error("crowd")
        if len(set(frozen)) < len(frozen):
            raise self.make_error("unique")

    def gather(self, items: list[Any]) -> Any:
        """Return the collection of loaded items.

        :raises marshmallow.ValidationError: if a set cannot hold them.
        """
        try:
            if self.unique and has_crowd(items):
                raise self.make_error("crowd")
            return self.collect(items)
        except TypeError as error:  # a list in a set of Any
            raise self.make_error("unhashable") from error

    def _as_json(self, items: list[Any]) -> list[Any]:
        """Return the JSON values of items: as text, ``1`` and ``1.0`` would differ."""
        if self.text and isinstance(self.inner, TypedField):
            return list(map(self.inner.from_text, items))
        return items

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is not None and not isinstance(value, (list, tuple, set, frozenset)):
            value = self._listed(value)
        return super()._serialize(value, attr, obj, **kwargs)

    def _listed(self, value: Any) -> list[Any]:
        if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
            raise self.mismatch(value)
        try:
            items = iter(value)
        except TypeError as error:  # a collection of SQLAlchemy's that is only written to
            found = f"a value of type {type(value).__name__} that has no items: {error}"
            raise ResponseMismatch(self.expected, found) from error
        return list(items)

    def dump(self, value: Any) -> list[Any]:
        dumped = [dump_item(self.inner, item, index) for index, item in enumerate(value)]
        if self.unique and has_repeats(dumped):
            raise ResponseMismatch("items that differ", "one item twice")
        is_free = self.unique and isinstance(value, (set, frozenset))
        return sort_items(dumped) if is_free else dumped


class FixedArray(Separated, fields.Tuple):
    """``tuple[X, Y]``: a JSON array of a fixed length, with a type for each item."""

    json_schema = {"type": "array"}
    samples = ((),)
    default_error_messages = {"length": "Must hold exactly {length} items."}

    def __init__(self, items: list[fields.Field[Any]], **options: Any) -> None:
        super().__init__(tuple_fields=items, **options)
        self.expected = f"a tuple of {len(items)} items"

    def load(self, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        if len(value) != len(self.tuple_fields):
            raise self.make_error("length", length=len(self.tuple_fields))
        return tuple(fields.Tuple._deserialize(self, value, None, None))

    def dump(self, value: Any) -> list[Any]:
        if not is_sequence(value) or len(value) != len(self.tuple_fields):
            raise self.mismatch(value)
        pairs = zip(self.tuple_fields, value, strict=True)
        return [dump_item(field, item, index) for index, (field, item) in enumerate(pairs)]


class PrefixArray(FixedArray):
    """``tuple[X, *tuple[Y, ...]]``: a JSON array with a type for each of the first items.

    :param rest: the field of every further item.
    """

    default_error_messages = {"length": "Must hold at least {length} items."}

    def __init__(
        self, items: list[fields.Field[Any]], rest: fields.Field[Any], **options: Any
    ) -> None:
        super().__init__(items, **options)
        self.rest = rest
        self.expected = f"a tuple of at least {len(items)} items"

    def load(self, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        if len(value) < len(self.tuple_fields):
            raise self.make_error("length", length=len(self.tuple_fields))
        loaded, found = [], Messages()
        for index, (field, item) in enumerate(zip(self.places(), value, strict=False)):
            try:
                loaded.append(field.deserialize(item))
            except ValidationError as error:
                found.add(index, error.messages)
        if found.by_key:
            raise found.error()
        return tuple(loaded)

    def dump(self, value: Any) -> list[Any]:
        if not is_sequence(value) or len(value) < len(self.tuple_fields):
            raise self.mismatch(value)
        pairs = zip(self.places(), value, strict=False)
        return [dump_item(field, item, index) for index, (field, item) in enumerate(pairs)]

    def places(self) -> Iterable[fields.Field[Any]]:
        """Return the fields of the items, without end."""
        return chain(self.tuple_fields, repeat(self.rest))


class Object(TypedField, fields.Dict):
    """``dict[K, V]``: a JSON object with any keys, which are the text form of ``K``.

    :ivar collect: makes the Python value from a ``dict``.
    """

    collect: Callable[[dict[Any, Any]], Any] = dict
    key_field: fields.Field[Any]
    value_field: fields.Field[Any]

    single = False
    json_schema = {"type": "object"}
    expected = "a mapping"
    samples = ({},)
    default_error_messages = {"unique": "Must not hold a key twice.", "crowd": CROWDED}

    def load(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        found = Messages()
        keys, values = [], []
        for key, item in value.items():
            messages = {}
            try:
                keys.append(self.key_field.deserialize(key))
            except ValidationError as error:
                messages["key"] = error.messages
            try:
                values.append(self.value_field.deserialize(item))
            except ValidationError as error:
                messages["value"] = error.messages
            if messages:
                found.add(key, messages)
        if found.by_key:
            raise found.error()
        if has_crowd(keys):
            raise self.make_error("crowd")
        loaded = dict(zip(keys, values, strict=True))
        if len(loaded) != len(value):  # "1" and "1.0" are the same number
            raise self.make_error("unique")
        return loaded if self.collect is dict else self.collect(loaded)

    def dump(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise self.mismatch(value)
        return {
            write_key(self.key_field, key): dump_item(self.value_field, item, str(key))
            for key, item in value.items()
        }


def is_sequence(value: Any) -> bool:
    """Return whether a value has items in an order: a tuple, or a row of a database."""
    texts = (str, bytes, bytearray, memoryview)
    return isinstance(value, Sequence) and not isinstance(value, texts)


def sort_items(items: list[Any]) -> list[Any]:
    """Return the items of a set in a stable order."""
    try:
        return sorted(items)
    except TypeError:
        return sorted(items, key=repr)


def write_key(field: fields.Field[Any], key: Any) -> str:
    """Return the text of a mapping's key for JSON."""
    wire = dump_item(field, key, str(key))
    if isinstance(wire, bool):
        return "true" if wire else "false"
    return str(wire)


def has_repeats(items: Iterable[Any]) -> bool:
    """Return whether two items of a JSON array are equal by JSON Schema's rules."""
    frozen = list(map(to_hashable, items))
    return len(set(frozen)) < len(frozen)


def has_crowd(values: Sequence[Any]) -> bool:
    """Return whether too many different values have the same hash, so that a set takes too long.

    A set compares a value with all others of the same hash. A client can choose the hashes of
    numbers and UUIDs; the hashes of other values rarely collide.

    :raises TypeError: if a value is not hashable.
    """
    if len(values) <= MAX_CROWD:
        return False
    hashes = list(map(hash, values))
    common = {key for key, count in Counter(hashes).items() if count > MAX_CROWD}
    different: dict[int, set[Any]] = {key: set() for key in common}
    for key, value in zip(hashes, values, strict=True) if common else ():
        if key in common:
            different[key].add(value)
            if len(different[key]) > MAX_CROWD:
                return True
    return False


def to_hashable(value: Any) -> Any:
    """Return a hashable object that is equal only for equal JSON values."""
    if isinstance(value, list):
        return "array", tuple(map(to_hashable, value))
    if isinstance(value, dict):
        return "object", frozenset((key, to_hashable(item)) for key, item in value.items())
    return make_json_key(value)


def is_scalar(field: fields.Field[Any]) -> bool:
    """Return whether a field's values are scalars: neither collections nor objects nor ``Any``."""
    if isinstance(field, TypedField):
        return field.single
    several = (fields.List, fields.Tuple, fields.Mapping, fields.Nested, fields.Raw)
    return not isinstance(field, several)


def is_textual(field: fields.Field[Any]) -> bool:
    """Return whether a field's values fit in a query string: a scalar, or several scalars."""
    if isinstance(field, fields.List):
        return is_scalar(field.inner)
    if isinstance(field, fields.Tuple):
        return all(map(is_scalar, item_fields(field)))
    return is_scalar(field) or (isinstance(field, TypedField) and field.of_scalars)


def item_fields(field: fields.Tuple) -> list[fields.Field[Any]]:
    """Return the fields of a tuple's items; the field of all further items is last."""
    rest = [field.rest] if isinstance(field, PrefixArray) else []
    return [*field.tuple_fields, *rest]
