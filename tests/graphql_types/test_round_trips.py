"""GraphQL's results and arguments are those of REST, up to names.

Hypothesis draws types and values. A result is sent back as an argument: the resolver gets
what a view gets from the same value in REST's JSON.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any, get_origin

import pytest
from annotated_types import Ge, Gt, Le, Len, Lt, MultipleOf
from flask_typed import DeclarationError
from flask_typed.libraries.strawberry import find_core_schema
from flask_typed.messages.recognizing import find_code
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.faults import flatten, write_pointer
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
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from marshmallow import EXCLUDE, ValidationError

from ..properties.declarations import DECLARATIONS, Box, Cat, Dog, Labelled, Tree
from ..properties.test_exactness import EXAMPLES
from .graphs import Graph

SETTINGS = settings(
    max_examples=EXAMPLES // 4,  # a schema for each type
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


def make_round(annotation: Any, value: Any) -> bool:
    """Send a value to a resolver, and return whether GraphQL has the type and the value."""
    seen: list[Any] = []
    graph = make_echo(annotation, value, seen)
    if graph is None:
        return False
    query = find_core_schema(graph.schema).query_type
    result = graph.schema.execute_sync(f"{{it {select(query.fields['it'].type)}}}")
    if result.errors:  # a number in an Int
        assert all("32-bit" in error.message for error in result.errors), result.errors
        return False
    kind = query.fields["take"].args["value"].type
    argument = to_argument(kind, (result.data or {})["it"])
    taken = graph.schema.execute_sync(f"query ($v: {kind}) {{take(value: $v)}}", {"v": argument})
    assert taken.errors is None, find_faults(taken.errors)
    field = graph.factory.shared(annotation)
    assert seen == [field.deserialize(dump_value(field, value))]
    return True


@SETTINGS
@given(st.data())
def test_round_trip(data: st.DataObject) -> None:
    """A resolver gets from GraphQL what a view gets from REST."""
    annotation, values = data.draw(DECLARATIONS)
    value = data.draw(values)
    assume("'b': None" not in repr(value))  # of a TypedDict: it looks like an absent key
    make_round(annotation, value)


@pytest.mark.parametrize(
    ("annotation", "value", "is_known"),
    [
        pytest.param(list[Cat | Dog], [Cat("cat"), Dog("puppy", "a")], True, id="union"),
        pytest.param(Tree, Tree("a", [Tree("b")]), True, id="recursive"),
        pytest.param(int | None, None, True, id="null"),
        pytest.param(int, 2**40, False, id="too large"),
        pytest.param(Labelled, Labelled("a", {}), False, id="extra keys"),
    ],
)
def test_known_round_trips(annotation: Any, value: Any, is_known: bool) -> None:
    """Those that not every draw has."""
    assert make_round(annotation, value) is is_known


#: Constrained types, and values of which some break the constraints.
BOUNDED: list[Any] = [
    (Annotated[int, Ge(-3), Lt(3)], st.integers(-5, 5)),
    (Annotated[int, MultipleOf(2)], st.integers(-5, 5)),
    (Annotated[str, Len(1, 2)], st.text("ab", max_size=3)),
    (Annotated[float, Gt(0), Le(1)], st.floats(-1, 2)),
    (Annotated[list[Annotated[int, Ge(0)]], Len(1)], st.lists(st.integers(-1, 1), max_size=2)),
]


def find_faults_of_rest(field: Any, value: Any) -> list[Any]:
    """Return the faults of a JSON value in REST."""
    try:
        field.deserialize(value)
    except ValidationError as error:
        return [(write_pointer(path), text) for path, text in flatten(error.messages, field)]
    return []


@SETTINGS
@given(st.data())
def test_faults(data: st.DataObject) -> None:
    """The faults of an argument are those of a body, with the argument's name before them."""
    annotation, values = data.draw(st.sampled_from(BOUNDED))
    boxed = data.draw(st.sampled_from([Box[annotation], list[annotation], annotation]))
    value = data.draw(values)
    if boxed is not annotation:
        value = {"content": value, "label": ""} if get_origin(boxed) is Box else [value]
    graph = Graph().add("take", bool, lambda value: True, value=boxed)
    kind = graph.type_of_argument("take", "value")
    taken = graph.schema.execute_sync(f"query ($v: {kind}) {{take(value: $v)}}", {"v": value})
    found = [fault for faults in find_faults(taken.errors or ()) for fault in faults]
    in_rest = find_faults_of_rest(graph.factory.shared(boxed), value)
    assert found == [
        {"pointer": f"/value{pointer}", "code": find_code(text), "detail": text}
        for pointer, text in in_rest
    ]
