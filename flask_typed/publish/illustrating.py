"""Adds examples to the schemas that a field defines itself, such as those of pydantic.

Publishing time. Only the field can tell whether a value is valid. It loads one object with an
example for every key. Another one replaces an example that it rejects, as long as there are any.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from ..schemas.fields import Described, TypedField
from .examples import MAX_TRIES, has_known, is_restricted, pick_accepted
from .fitting import is_valid
from .own import all_schemas
from .samples import NO_VALUE, SampleSource, pick_first, propose

#: The number of objects that are loaded for a description.
MAX_LOADS = 6
#: Keywords whose value is one schema, or a list of schemas.
WITH_SCHEMA = ("items", "additionalProperties")
WITH_SCHEMAS = ("anyOf", "oneOf", "prefixItems")


def illustrate(described: Described, field: TypedField) -> Mapping[str, Mapping[str, Any]]:
    """Return the schemas of all components of a description, with examples."""
    plain = all_schemas(described)
    if described.component is not None and "properties" not in described.schema:
        return {**plain, described.component: illustrate_value(described.schema, field)}
    rejected: Counter[str] = Counter()
    made = plain
    for _ in range(MAX_LOADS):
        made = {name: add_examples(schema, plain, rejected) for name, schema in plain.items()}
        root = made.get(described.component or "", described.schema)
        found = set(find_rejected(root, made, field))
        if not found:
            break
        rejected.update(found)
    return made


def illustrate_value(schema: Mapping[str, Any], field: TypedField) -> Mapping[str, Any]:
    """Return the schema of a single value with an example that its field loads."""
    if has_known(schema) or not is_restricted(schema):
        return schema
    value = pick_accepted(propose(schema, SampleSource({})), schema, field.load)
    return schema if value is NO_VALUE else {**schema, "examples": [value]}


def add_examples(
    schema: Any, components: Mapping[str, Any], rejected: Mapping[str, int], name: str = ""
) -> Any:
    """Return a schema with an example in each schema that needs one.

    :param rejected: how many examples of each key are not valid.
    :param name: of the key that the schema describes.
    """
    if not isinstance(schema, Mapping):
        return schema
    made = dict(schema)
    for word in WITH_SCHEMA:
        if word in made:
            made[word] = add_examples(made[word], components, rejected, name)
    for word in WITH_SCHEMAS:
        if word in made:
            made[word] = [add_examples(one, components, rejected, name) for one in made[word]]
    if "properties" in made:
        made["properties"] = {
            key: add_examples(inner, components, rejected, key)
            for key, inner in made["properties"].items()
        }
    if "type" not in made or has_known(made) or not is_restricted(made):
        return made
    proposals = islice(propose(made, SampleSource(components)), MAX_TRIES)
    valid = (value for value in proposals if is_valid(made, value))
    found = list(islice(valid, rejected.get(name, 0), None))[:1]
    return {**made, "examples": found} if found else made


def find_rejected(
    root: Mapping[str, Any], components: Mapping[str, Any], field: TypedField
) -> Iterator[str]:
    """Yield the names of the keys whose examples a field rejects."""
    value = pick_first(propose(root, SampleSource(components, is_full=True)))
    try:
        field.load(value)
    except ValidationError as error:
        yield from list_rejected(error.messages)
    except Exception:  # users' validators may raise anything
        return


def list_rejected(messages: Any, name: str = "") -> Iterator[str]:
    """Yield the innermost key of each message."""
    if not isinstance(messages, Mapping):
        yield name
        return
    for key, inner in messages.items():
        is_name = isinstance(key, str) and key != SCHEMA
        yield from list_rejected(inner, key if is_name else name)
