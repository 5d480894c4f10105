"""GraphQL's results and arguments are those of REST, up to names.

Hypothesis draws types and values. A result is sent back as an argument: the resolver gets
what a view gets from the same value in REST's JSON.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask_typed import DeclarationError
from flask_typed.libraries.strawberry import find_core_schema
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.fields import dump_value
from flask_typed.schemas.types import default_registry
from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    Undefined,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import EXCLUDE

from ..properties.declarations import DECLARATIONS
from ..properties.test_exactness import EXAMPLES
from .graphs import Graph

SETTINGS = settings(
    max_examples=EXAMPLES // 2,  # a schema for each type
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
#: The values drawn of recursive types have fewer levels.
MAX_LEVELS = 6


def make_echo(annotation: Any, value: Any, seen: list[Any]) -> Graph | None:
    """Return a graph with a result and an argument of a type; none for a type that is refused."""
    with suppress(DeclarationError):
        factory = SchemaFactory(default_registry(), read_only=EXCLUDE)
        graph = Graph(factory).add("it", annotation, lambda: value)
        return graph.add("take", bool, lambda value: bool(seen.append(value)), value=annotation)
    return None


def select(kind: Any, levels: int = MAX_LEVELS) -> str:
    """Return the selection of all fields of a type."""
    while isinstance(kind, (GraphQLNonNull, GraphQLList)):
        kind = kind.of_type
    if isinstance(kind, GraphQLUnionType):
        members = (f"... on {member.name} {select(member, levels)}" for member in kind.types)
        return f"{{__typename {' '.join(members)}}}"
    if not isinstance(kind, GraphQLObjectType):
        return ""
    inner = {name: select(field.type, levels - 1) for name, field in kind.fields.items() if levels}
    # Two members of a union may have fields of one name and of different types.
    fields = " ".join(f"{kind.name}_{name}: {name} {inner[name]}" for name in inner)
    return f"{{__typename {fields}}}"


def to_argument(kind: Any, result: Any) -> Any:
    """Return a result as an argument.

    It has the key of a member of a union. It lacks what only leaves, and null where that may be a
    value that is absent.
    """
    while isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    if result is None:
        return None
    if isinstance(kind, GraphQLList):
        return [to_argument(kind.of_type, item) for item in result]
    if not isinstance(kind, GraphQLInputObjectType):
        return result
    name = result["__typename"]
    if is_one_of(kind):
        key = next(key for key, field in kind.fields.items() if is_input_of(field.type, name))
        return {key: to_argument(kind.fields[key].type, result)}
    return {
        key: to_argument(field.type, result[f"{name}_{key}"])
        for key, field in kind.fields.items()
        if result[f"{name}_{key}"] is not None or field.default_value is not Undefined
    }


def is_one_of(kind: Any) -> bool:
    """Return whether exactly one field of a type is given."""
    return bool(kind.extensions["strawberry-definition"].is_one_of)


def is_input_of(kind: Any, name: str) -> bool:
    """Return whether a type of arguments is that of a type of results."""
    return kind.name in (name, f"{name}Input")


def find_faults(errors: Any) -> list[Any]:
    """Return the faults of errors, for a message."""
    return [getattr(error.original_error, "faults", error) for error in errors]


@SETTINGS
@given(st.data())
def test_round_trip(data: st.DataObject) -> None:
    """A resolver gets from GraphQL what a view gets from REST."""
    annotation, values = data.draw(DECLARATIONS)
    value = data.draw(values)
    seen: list[Any] = []
    graph = make_echo(annotation, value, seen)
    if graph is None:
        return
    query = find_core_schema(graph.schema).query_type
    result = graph.schema.execute_sync(f"{{it {select(query.fields['it'].type)}}}")
    if result.errors:  # a number in an Int
        assert all("32-bit" in error.message for error in result.errors), result.errors
        return
    kind = query.fields["take"].args["value"].type
    argument = to_argument(kind, (result.data or {})["it"])
    taken = graph.schema.execute_sync(f"query ($v: {kind}) {{take(value: $v)}}", {"v": argument})
    assert taken.errors is None, find_faults(taken.errors)
    field = graph.factory.shared(annotation)
    assert seen == [field.deserialize(dump_value(field, value))]
