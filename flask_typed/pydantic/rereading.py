"""JSON below a function that runs before pydantic's own validation.

Registration time. Such a function gets Python's values from JSON, and pydantic validates what it
returns by the strict rules of Python: no text is a date any more. So its result becomes JSON again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pydantic_core import core_schema, to_json

#: The keywords of pydantic's core schemas that hold values of users, not schemas.
USER_VALUES = ("default", "metadata", "config")
#: The core schemas of functions that run before their schema, or around it.
EARLY = ("function-before", "function-wrap")
#: The core schemas of values that no JSON is; only such a function makes them.
PYTHON_ONLY = ("is-instance", "is-subclass", "callable")


def find_core_schemas(schema: Any) -> Iterator[Any]:
    """Yield the dicts in a core schema, itself included."""
    if isinstance(schema, dict):
        yield schema
        inner: Any = [value for word, value in schema.items() if word not in USER_VALUES]
    else:
        inner = schema if isinstance(schema, (list, tuple)) else ()
    for part in inner:
        yield from find_core_schemas(part)


def change_core_schemas(schema: Any, change: Callable[[Any], Any]) -> Any:
    """Return a core schema in which some dicts are replaced.

    :param change: returns another dict; the same one to look for others inside.
    """
    if isinstance(schema, (list, tuple)):
        return type(schema)(change_core_schemas(part, change) for part in schema)
    if not isinstance(schema, dict):
        return schema
    changed = change(schema)
    if changed is not schema:
        return changed
    return {
        word: part if word in USER_VALUES else change_core_schemas(part, change)
        for word, part in schema.items()
    }


def runs_early(schema: Any) -> bool:
    """Return whether a core schema is of a function whose result can become JSON again."""
    if schema.get("type") not in EARLY:
        return False
    inside = find_core_schemas(schema["schema"])
    return not any(one.get("type") in PYTHON_ONLY for one in inside)


def reread(schema: Any) -> Any:
    """Return the core schema of such a function; any other is returned unchanged."""
    if not runs_early(schema):
        return schema
    inner = change_core_schemas(schema["schema"], reread)
    return {**schema, "schema": make_reread(inner)}


def make_reread(inner: Any) -> Any:
    """Return the core schema that reads the result of a function as JSON."""
    made = inner.get("cls") if inner.get("type") in ("model", "dataclass") else None

    def read_again(value: Any, read: Callable[[Any], Any]) -> Any:
        if made is not None and isinstance(value, made):
            return value
        return read(to_json(value))

    return core_schema.no_info_wrap_validator_function(read_again, core_schema.json_schema(inner))
