"""Names of the document: component names from type names, operationIds from endpoints.

Publishing time. The names do not depend on the order of registration.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

from marshmallow import Schema, fields

from ..plan.operation import Operation
from ..schemas.unions import AnyOf, Tagged
from .converter import schema_key


def find_schemas(roots: Iterable[fields.Field[Any]]) -> dict[Any, Schema]:
    """Return every schema that can be reached from some fields, by its key."""
    found: dict[Any, Schema] = {}
    waiting = list(roots)
    while waiting:
        field = waiting.pop()
        if isinstance(field, fields.Nested):
            key = schema_key(field.schema)
            if key not in found:
                found[key] = field.schema
                waiting.extend(field.schema.fields.values())
        else:
            waiting.extend(inner_fields(field))
    return found


def inner_fields(field: fields.Field[Any]) -> Iterator[fields.Field[Any]]:
    """Yield the fields inside a collection's field."""
    if isinstance(field, fields.List):
        yield field.inner
    elif isinstance(field, fields.Tuple):
        yield from field.tuple_fields
    elif isinstance(field, fields.Mapping):
        yield from filter(None, (field.key_field, field.value_field))
    elif isinstance(field, AnyOf):
        yield from field.members
    elif isinstance(field, Tagged):
        yield from field.members.values()


def name_components(roots: Iterable[fields.Field[Any]]) -> Mapping[Any, str]:
    """Return a component name for every schema that can be reached.

    Types of one name in several modules get as much of their module's name as tells them apart;
    types of one name in one module, and variants of one Schema class, are numbered.
    """
    by_name: dict[str, list[tuple[Any, Schema]]] = defaultdict(list)
    for key, schema in find_schemas(roots).items():
        by_name[base_name(schema)].append((key, schema))
    names: dict[Any, str] = {}
    for name, rivals in sorted(by_name.items()):
        names.update(tell_apart(name, rivals))
    return names


def base_name(schema: Schema) -> str:
    """Return a type's name: ``Book``, and ``Book`` too for ``BookSchema``."""
    wish: str | None = getattr(type(schema), "__component_name__", None)
    name = type(schema).__name__
    return wish or name.removesuffix("Schema") or name


def tell_apart(name: str, rivals: Sequence[tuple[Any, Schema]]) -> Iterator[tuple[Any, str]]:
    """Yield a name of its own for each of several schemas of one name."""
    ordered = sorted(rivals, key=lambda rival: (type(rival[1]).__module__, modifiers(rival[1])))
    modules = [tuple(type(schema).__module__.split(".")) for _, schema in ordered]
    parts = 0
    while len({qualify(name, module, parts) for module in modules}) < len(set(modules)):
        parts += 1
    taken: Counter[str] = Counter()
    for (key, _), module in zip(ordered, modules, strict=True):
        qualified = qualify(name, module, parts)
        taken[qualified] += 1
        yield key, qualified if taken[qualified] == 1 else f"{qualified}{taken[qualified]}"


def modifiers(schema: Schema) -> tuple[int, str]:
    """Return the order among variants of one Schema class: the whole one first."""
    chosen = (schema.only, schema.exclude, schema.load_only, schema.dump_only, schema.partial)
    said = [sorted(c) if isinstance(c, Set) else c for c in chosen if c]
    return len(said), repr(said)


def qualify(name: str, module: Sequence[str], parts: int) -> str:
    """Return a name with the last parts of its module's name in front: ``ModelsBook``."""
    words = [word for part in module[len(module) - parts :] if parts for word in part.split("_")]
    return "".join(word[:1].upper() + word[1:] for word in words) + name


def name_operations(operations: Sequence[Operation]) -> Sequence[str]:
    """Return an operationId for each operation: said by the route, or made from its endpoint."""
    endpoints = Counter(operation.rule.endpoint for operation in operations)
    taken = Counter(filter(None, (operation.details.operation_id for operation in operations)))
    names = []
    for operation in operations:
        if operation.details.operation_id:
            names.append(operation.details.operation_id)
            continue
        name = operation.rule.endpoint.replace(".", "_")
        if endpoints[operation.rule.endpoint] > 1:
            name = f"{name}_{operation.method.lower()}"
        taken[name] += 1
        names.append(name if taken[name] == 1 else f"{name}_{taken[name]}")
    return names
