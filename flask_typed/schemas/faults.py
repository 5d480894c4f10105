"""marshmallow's error messages → a flat list of places and sentences.

Request time. marshmallow nests its messages like the schema, and puts two more levels (``"key"``,
``"value"``) under the keys of a mapping; the fields distinguish the two cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields
from marshmallow.exceptions import SCHEMA

from .families.containers import item_fields
from .families.model_schemas import wire_fields
from .families.unions import Located

#: The keys and indexes that lead to a value, outermost first.
ValuePath = tuple["str | int", ...]


def flatten(
    messages: Any, node: Schema | fields.Field[Any] | None, path: ValuePath = ()
) -> Iterator[tuple[ValuePath, str]]:
    """Yield each message with the path to its value.

    :param messages: the messages of a marshmallow ``ValidationError``: text, lists, mappings.
    :param node: the schema or field of the value; ``None`` if it is unknown.
    """
    if isinstance(messages, list):
        for message in messages:
            yield from flatten(message, node, path)
    elif isinstance(messages, (dict, Located)):
        node = messages.node if isinstance(messages, Located) else node
        schema = node.schema if isinstance(node, fields.Nested) else node
        for key, inner in sort_messages(messages, schema):
            yield from flatten_key(key, inner, node, path)
    else:
        yield path, messages if isinstance(messages, str) else str(messages)


def flatten_key(
    key: Any, messages: Any, node: Schema | fields.Field[Any] | None, path: ValuePath
) -> Iterator[tuple[ValuePath, str]]:
    """Yield the messages under one key of a mapping of messages."""
    if isinstance(node, fields.Mapping) and isinstance(messages, Mapping):
        yield from flatten(messages.get("key", []), node.key_field, (*path, key))
        yield from flatten(messages.get("value", []), node.value_field, (*path, key))
    elif key == SCHEMA:
        yield from flatten(messages, None, path)
    else:
        yield from flatten(messages, child(node, key), (*path, key))


def sort_messages(messages: Mapping[Any, Any], schema: Any) -> Iterable[tuple[Any, Any]]:
    """Return declared keys in the order of declaration, then unknown keys by name.

    marshmallow finds unknown keys by a set difference, which has no order.
    """
    if len(messages) == 1 or not isinstance(schema, Schema):
        return messages.items()
    declared = {name: index for index, name in enumerate(wire_fields(schema))}

    def order(item: tuple[Any, Any]) -> tuple[int, int, str]:
        key, _ = item
        rank = declared.get(key, len(declared))
        return rank, key if isinstance(key, int) else -1, str(key)

    return sorted(messages.items(), key=order)


def child(node: Schema | fields.Field[Any] | None, key: Any) -> Schema | fields.Field[Any] | None:
    """Return the field under a key or index of a schema or field."""
    if isinstance(node, fields.Nested):
        many = node.many or node.schema.many
        return node if many and isinstance(key, int) else child(node.schema, key)
    if isinstance(node, Schema):
        return wire_fields(node).get(key, next(iter(getattr(node, "rest", ())), None))
    if isinstance(node, fields.List):
        return node.inner
    if isinstance(node, fields.Tuple):
        places = item_fields(node)
        item: fields.Field[Any] = places[min(key, len(places) - 1)]  # the last is for the rest
        return item
    return None


def write_pointer(path: ValuePath) -> str:
    """Return the RFC 6901 JSON Pointer of a path."""
    return "".join(f"/{escape_key(str(key))}" for key in path)


def escape_key(key: str) -> str:
    """Return a key escaped for a JSON Pointer."""
    return key.replace("~", "~0").replace("/", "~1")
