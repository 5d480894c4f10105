"""JSON Schemas of other libraries, for responses that leave out values.

Registration time.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from ..declare.settings import Excluded
from .fields import COMPONENT_PREFIX, Described


def name_excluded(excluded: Excluded) -> str:
    """Return the end of the name of a component without some values: ``WithoutNone``."""
    kinds = [field.name for field in dataclasses.fields(excluded)]
    words = [kind.capitalize() for kind in kinds if getattr(excluded, kind)]
    return f"Without{'And'.join(words)}"


def exclude_described(leaving: Described, entering: Described, excluded: Excluded) -> Described:
    """Return the schema of responses that leave out values.

    :param leaving: of responses that have all values.
    :param entering: of requests, which may omit the fields that have a default.
    """
    end = name_excluded(excluded)
    needed = {name: schema.get("required", ()) for name, schema in named_schemas(entering).items()}
    lean = {
        name: exclude_keywords(schema, needed.get(name, ()), excluded)
        for name, schema in named_schemas(leaving).items()
    }
    may_lack_tags = excluded.unset or excluded.defaults
    show = partial(drop_tags, lean=lean) if may_lack_tags else dict
    made = {
        name + end: rename_components(show(schema), leaving, end) for name, schema in lean.items()
    }
    return Described(made.pop(f"{leaving.component}{end}"), f"{leaving.component}{end}", made)


def drop_tags(value: Any, lean: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return a part of a schema without the discriminators whose key may be left out.

    :param lean: the schemas of all components, by the names that the part refers to.
    """
    if isinstance(value, list):
        return [drop_tags(item, lean) for item in value]
    if not isinstance(value, Mapping):
        return value
    made = {key: drop_tags(inner, lean) for key, inner in value.items()}
    if not is_discriminator(value.get("discriminator")) or has_tags(value["discriminator"], lean):
        return made
    return {
        "anyOf" if keyword == "oneOf" else keyword: inner
        for keyword, inner in made.items()
        if keyword != "discriminator"
    }


def is_discriminator(value: Any) -> bool:
    """Return whether a value is a discriminator, not the schema of a property of this name."""
    return isinstance(value, Mapping) and isinstance(value.get("mapping"), Mapping)


def has_tags(discriminator: Mapping[str, Any], lean: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether all members of a union have the key that tells them apart."""
    tag, references = discriminator["propertyName"], discriminator["mapping"].values()
    members = {reference.removeprefix(COMPONENT_PREFIX) for reference in references}
    return all(tag in lean.get(name, {}).get("required", ()) for name in members)


def named_schemas(described: Described) -> Mapping[str, Mapping[str, Any]]:
    """Return all schemas of a description by the names of their components."""
    return {str(described.component): described.schema, **described.definitions}


def exclude_keywords(
    schema: Mapping[str, Any], needed: Collection[str], excluded: Excluded
) -> Mapping[str, Any]:
    """Return the schema of an object that may lack values.

    :param needed: the keys that a request must have: they have no default.
    """
    properties = schema.get("properties", {})
    if excluded.none:
        properties = {name: without_null(inner) for name, inner in properties.items()}
    required = [
        name
        for name in schema.get("required", ())
        if not (excluded.none and properties[name] is not schema["properties"][name])
        and not ((excluded.unset or excluded.defaults) and name not in needed)
    ]
    others = {word: value for word, value in schema.items() if word != "required"}
    kept = {"required": required} if required else {}
    return {**others, **({"properties": properties} if properties else {}), **kept}


def without_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema that does not allow null; the same object if it did not before."""
    members = schema.get("anyOf", ())
    others = [member for member in members if member != {"type": "null"}]
    if len(others) < len(members):
        rest = {word: value for word, value in schema.items() if word not in ("anyOf", "default")}
        return {**rest, **(others[0] if len(others) == 1 else {"anyOf": others})}
    is_open = not members and DECIDING_KEYWORDS.isdisjoint(schema)
    return dict(schema) if is_open or schema.get("type") == "null" else schema


#: The keywords of a schema that may exclude null; pydantic writes ``Any`` without any of them.
DECIDING_KEYWORDS = frozenset({"$ref", "type", "enum", "const", "allOf", "oneOf"})


def rename_components(value: Any, described: Described, end: str) -> Any:
    """Return a part of a schema with the new names of all components."""
    if isinstance(value, Mapping):
        return {key: rename_components(inner, described, end) for key, inner in value.items()}
    if isinstance(value, list):
        return [rename_components(inner, described, end) for inner in value]
    known = isinstance(value, str) and value.startswith(COMPONENT_PREFIX)
    is_ours = known and value.removeprefix(COMPONENT_PREFIX) in named_schemas(described)
    return value + end if is_ours else value
