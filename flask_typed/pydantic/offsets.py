"""The offsets of pydantic's datetimes, which their format promises.

Registration time makes the functions that read and write a type. Requests must have an offset, as
for any other datetime. A naive datetime of a response is in UTC, or an error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pydantic
from pydantic_core import SchemaSerializer, SchemaValidator, core_schema

from ..schemas.families.temporal import is_naive
from .faults import Place
from .rereading import change_core_schemas, find_core_schemas, reread, runs_early

#: The hint of a message about a naive datetime in a response.
NAIVE_IN_MODEL = (
    'a naive datetime; if it is in UTC, set TYPED_NAIVE_DATETIMES = "utc", or add the time zone in'
    " a validator of the model"
)

#: Finished validators of models have datetimes without these rules (they exist since 2.11).
ANEW: Mapping[str, Any] = (
    {"_use_prebuilt": False} if "_use_prebuilt" in str(SchemaValidator.__text_signature__) else {}
)


class OffsetMissing(Exception):
    """A datetime of a response has no offset."""

    def __init__(self, value: dt.datetime) -> None:
        super().__init__("a naive datetime")
        self.value = value


def make_reading(adapter: pydantic.TypeAdapter[Any]) -> Callable[..., Any]:
    """Return the function that reads a JSON text: its datetimes must have an offset."""
    schema = dict(adapter.core_schema)  # it may be built only when it is read
    if not any(may_be_naive(one) or runs_early(one) for one in find_core_schemas(schema)):
        return adapter.validate_json
    aware = change_datetimes(schema, require_offset)
    return SchemaValidator(change_core_schemas(aware, reread), **ANEW).validate_json


def make_writing(adapter: pydantic.TypeAdapter[Any], *, naive_is_utc: bool) -> Callable[..., Any]:
    """Return the function that writes a value.

    It raises a :exc:`OffsetMissing`, as the cause of pydantic's error, unless they are in UTC.
    """
    schema = dict(adapter.core_schema)
    if not any(map(may_be_naive, find_core_schemas(schema))):
        return adapter.dump_python
    change = partial(write_offset, write_in_utc if naive_is_utc else reject_naive)
    return SchemaSerializer(change_datetimes(schema, change), **ANEW).to_python


def require_offset(schema: Any) -> Any:
    """Return the core schema of datetimes that must have an offset."""
    return {"tz_constraint": "aware", **schema}


def write_offset(write: Callable[[Any, Any], Any], schema: Any) -> Any:
    """Return the core schema of datetimes that are written by a function.

    If a function of the user writes them, its result is published, and it remains.
    """
    plain: Any = {word: value for word, value in schema.items() if word != "ref"}
    function = core_schema.wrap_serializer_function_ser_schema
    written = function(write, schema=plain, when_used="json")
    return {"serialization": written, **schema}


def write_in_utc(value: Any, write: Callable[[Any], Any]) -> Any:
    """Return the JSON value of a datetime, which is in UTC if it names no offset."""
    return write(value.replace(tzinfo=dt.timezone.utc) if is_naive(value) else value)


def reject_naive(value: Any, write: Callable[[Any], Any]) -> Any:
    """Return the JSON value of a datetime.

    :raises OffsetMissing: if it has no offset.
    """
    if is_naive(value):
        raise OffsetMissing(value)
    return write(value)


def may_be_naive(schema: Any) -> bool:
    """Return whether a core schema is that of datetimes whose offset the type does not exclude."""
    is_datetime: bool = schema.get("type") == "datetime"
    return is_datetime and schema.get("tz_constraint") != "naive"


def change_datetimes(schema: Any, change: Callable[[Any], Any]) -> Any:
    """Return a core schema with other schemas of datetimes."""
    return change_core_schemas(schema, lambda one: change(one) if may_be_naive(one) else one)


def find_datetime(wanted: dt.datetime, value: Any) -> Place:
    """Return the keys and indexes that lead to a datetime in a value."""
    return next(trace_datetime(wanted, value, ()), ())


def trace_datetime(wanted: dt.datetime, value: Any, place: Place) -> Iterator[Place]:
    """Yield the places of a datetime in a value."""
    if value is wanted:
        yield place
    parts: Any = value.items() if isinstance(value, dict) else ()
    for key, part in enumerate(value) if isinstance(value, (list, tuple)) else parts:
        yield from trace_datetime(wanted, part, (*place, key))
