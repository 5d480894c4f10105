"""Scalars: their types in GraphQL, and texts that are those of REST."""

from __future__ import annotations

import datetime as dt
import enum
import ipaddress
from collections import deque
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType
from uuid import UUID

import pytest
import strawberry
from annotated_types import Ge, Le, Len, Lt, MultipleOf
from flask_typed import AssumeUTC, Json, JsonNumber
from flask_typed.exceptions import DeclarationError
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.types import default_registry
from typing_extensions import Doc

from .graphs import Graph


class Access(enum.Flag):
    """Bits that fit in 32."""

    READ = 1
    WRITE = 2


class Wide(enum.IntFlag):
    """Bits that do not fit."""

    LOW = 1
    HIGH = 2**40


Score = NewType("Score", int)
UTC = dt.timezone.utc

#: An annotation, its type in GraphQL, a Python value, and the value in a response.
CASES = [
    pytest.param(str, "String!", "a", "a", id="str"),
    pytest.param(int, "Int!", 3, 3, id="int"),
    pytest.param(Score, "Int!", 3, 3, id="NewType"),
    pytest.param(float, "Float!", 1.5, 1.5, id="float"),
    pytest.param(bool, "Boolean!", True, True, id="bool"),
    pytest.param(str | None, "String", None, None, id="optional"),
    pytest.param(UUID, "UUID!", UUID(int=1), str(UUID(int=1)), id="uuid"),
    pytest.param(Decimal, "Decimal!", Decimal("1E+2"), "100", id="decimal"),
    pytest.param(Decimal, "Decimal!", Decimal("-1.50"), "-1.50", id="plain decimal"),
    pytest.param(
        Annotated[Decimal, JsonNumber()],
        "DecimalNumber!",
        Decimal("1.50"),
        Decimal("1.50"),
        id="decimal number",
    ),
    pytest.param(dt.date, "Date!", dt.date(2020, 1, 2), "2020-01-02", id="date"),
    pytest.param(
        dt.datetime,
        "DateTime!",
        dt.datetime(2020, 1, 2, tzinfo=UTC),
        "2020-01-02T00:00:00Z",
        id="datetime",
    ),
    pytest.param(dt.time, "Time!", dt.time(1, 2), "01:02:00", id="time"),
    pytest.param(dt.timedelta, "Duration!", dt.timedelta(hours=2), "PT2H", id="timedelta"),
    pytest.param(bytes, "Base64!", b"hi", "aGk=", id="bytes"),
    *(
        pytest.param(type(value), f"{type(value).__name__}!", value, str(value), id=str(value))
        for value in (
            ipaddress.ip_address("127.0.0.1"),
            ipaddress.ip_address("::1"),
            ipaddress.ip_network("10.0.0.0/8"),
            ipaddress.ip_network("::/8"),
            ipaddress.ip_interface("10.0.0.1/8"),
            ipaddress.ip_interface("::1/8"),
        )
    ),
    pytest.param(Access, "Int!", Access.READ | Access.WRITE, 3, id="flags"),
    pytest.param(Wide, "BigInt!", Wide.HIGH, 2**40, id="wide flags"),
    pytest.param(Annotated[int, Le(2**53)], "BigInt!", 2**40, 2**40, id="big"),
    pytest.param(Annotated[int, Ge(0), Lt(2**31)], "BigInt!", 1, 1, id="one too big"),
    pytest.param(Annotated[int, Ge(-(2**31)), Le(2**31 - 1)], "Int!", 1, 1, id="just small"),
    pytest.param(Annotated[int, MultipleOf(2)], "Int!", 2, 2, id="multiple"),
    pytest.param(Any, "JSON", {"a": [1, None]}, {"a": [1, None]}, id="any"),
    pytest.param(
        dict[str, dt.date], "JSON!", {"a": dt.date(2020, 1, 2)}, {"a": "2020-01-02"}, id="dict"
    ),
    pytest.param(int | str, "JSON!", "a", "a", id="union of scalars"),
    pytest.param(Json[list[int]], "String!", [1], "[1]", id="json text"),
    pytest.param(list[int], "[Int!]!", [1, 2], [1, 2], id="list"),
    pytest.param(list[int | None] | None, "[Int]", [1, None], [1, None], id="list of optional"),
    pytest.param(Sequence[str], "[String!]!", ["a"], ["a"], id="sequence"),
    pytest.param(set[str], "[String!]!", {"b", "a"}, ["a", "b"], id="set"),
    pytest.param(
        frozenset[dt.date],
        "[Date!]!",
        frozenset([dt.date(2021, 1, 2), dt.date(2020, 1, 2)]),
        ["2020-01-02", "2021-01-02"],
        id="frozenset",
    ),
    pytest.param(tuple[int, ...], "[Int!]!", (1, 2), [1, 2], id="tuple"),
    pytest.param(tuple[int, int], "[Int!]!", (1, 2), [1, 2], id="pair"),
    pytest.param(tuple[int, str], "JSON!", (1, "a"), [1, "a"], id="pair of two types"),
    pytest.param(tuple[int, int | None], "JSON!", (1, None), [1, None], id="optional in a pair"),
    pytest.param(
        tuple[ipaddress.IPv4Address, ipaddress.IPv6Address],
        "JSON!",
        (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")),
        ["127.0.0.1", "::1"],
        id="pair of alike types",
    ),
    pytest.param(tuple[()], "JSON!", (), [], id="empty tuple"),
    pytest.param(deque[int], "[Int!]!", deque([1]), [1], id="deque"),
    pytest.param(list[Access], "[Int!]!", [Access.READ], [1], id="list of flags"),
    pytest.param(list[Access | None], "[Int]!", [None, Access.READ], [None, 1], id="flags or none"),
    pytest.param(Literal[1, 2], "Int!", 1, 1, id="literal integers"),
    pytest.param(Literal[1, 2**40], "BigInt!", 1, 1, id="literal big integers"),
    pytest.param(Literal[True], "Boolean!", True, True, id="literal boolean"),
    pytest.param(Literal["a", 1, None], "JSON", 1, 1, id="literal of several types"),
]


@pytest.mark.parametrize(("annotation", "kind", "value", "written"), CASES)
def test_results(annotation: Any, kind: str, value: Any, written: Any) -> None:
    """A result has the type, and the text of REST."""
    graph = Graph().add("it", annotation, lambda: value)
    assert graph.type_of("it") == kind
    assert graph.run("{it}") == {"it": written}


@pytest.mark.parametrize(("annotation", "kind", "value", "written"), CASES)
def test_arguments(annotation: Any, kind: str, value: Any, written: Any) -> None:
    """An argument has the type of a result, and the resolver gets the Python value."""
    seen: list[Any] = []
    graph = Graph().add("it", bool, lambda value: seen.append(value) or True, value=annotation)
    assert graph.type_of_argument("it", "value") == kind
    graph.run(f"query ($value: {kind}) {{it(value: $value)}}", value=written)
    assert seen == [value]
    assert type(seen[0]) is type(value)


@pytest.mark.parametrize(
    ("annotation", "literal", "message"),
    [
        pytest.param(dt.date, '"2020-13-01"', "Not a valid date (RFC 3339).", id="date"),
        pytest.param(dt.date, "3", "Not a valid date (RFC 3339).", id="number"),
        pytest.param(Decimal, "1.5", "Not a valid decimal number in text form.", id="decimal"),
        pytest.param(Annotated[int, Le(2**53)], '"1"', "Not a valid integer.", id="big"),
        pytest.param(
            int,
            "3000000000",
            "Int cannot represent non 32-bit signed integer value: 3000000000",
            id="int",
        ),
    ],
)
def test_rejected_texts(annotation: Any, literal: str, message: str) -> None:
    """GraphQL rejects what no scalar of the type is."""
    graph = Graph().echo(annotation)
    assert graph.run_with_error(f"{{echo(value: {literal})}}") == message


def test_code_of_a_rejected_text() -> None:
    """The error of a scalar has the code of the fault in REST."""
    graph = Graph().echo(dt.date)
    (error,) = graph.find_errors('{echo(value: "x")}')
    assert error.extensions == {"code": "invalid_date"}


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        pytest.param(dt.date, "x", "Not a valid date (RFC 3339).", id="text"),
        pytest.param(dt.date, 3, "expected a date without a time", id="number"),
        pytest.param(dt.date, dt.datetime(2020, 1, 2), "expected a date without a time", id="time"),
        pytest.param(Decimal, Decimal("NaN"), "expected a finite Decimal", id="NaN"),
        pytest.param(Decimal, Decimal("1" * 5000), "expected a finite Decimal", id="long"),
        pytest.param(int, 2**31, "Int cannot represent non 32-bit signed integer value", id="int"),
        pytest.param(set[int], 3, "Expected Iterable", id="no set"),
    ],
)
def test_results_that_do_not_fit(annotation: Any, value: Any, message: str) -> None:
    """A result of another type is an error of its field."""
    graph = Graph().add("it", annotation, lambda: value)
    assert message in graph.run_with_error("{it}")


def test_naive_datetimes_of_an_annotation() -> None:
    """With AssumeUTC, a naive result is in UTC."""
    annotation = list[Annotated[dt.datetime, AssumeUTC()]]
    graph = Graph().add("it", annotation, lambda: [dt.datetime(2020, 1, 2)])
    assert graph.run("{it}") == {"it": ["2020-01-02T00:00:00Z"]}


def test_naive_datetimes_of_an_app() -> None:
    """With the setting of the app, too."""
    factory = SchemaFactory(default_registry(), naive_is_utc=True)
    graph = Graph(factory).add("it", dt.datetime, lambda: dt.datetime(2020, 1, 2))
    assert graph.run("{it}") == {"it": "2020-01-02T00:00:00Z"}


def test_sets_of_several_types() -> None:
    """Values that have no order of their own are in the order of their texts."""
    graph = Graph().add("it", set[int | str], lambda: {"b", 1, "a"})
    assert graph.run("{it}") == {"it": ["a", "b", 1]}


def test_sets_given_as_lists() -> None:
    """A list in place of a set keeps its order."""
    graph = Graph().add("it", set[str], lambda: ["b", "a"])
    assert graph.run("{it}") == {"it": ["b", "a"]}


def test_nothing() -> None:
    """A resolver that returns None has the type of no value."""
    graph = Graph().add("it", None, lambda: None)
    assert graph.type_of("it") == "Void"
    assert graph.run("{it}") == {"it": None}


def test_constraints_of_arguments() -> None:
    """Each constraint is checked, and the fault has the code and the text of REST."""
    graph = Graph().echo(Annotated[list[Annotated[str, Len(1, 2)]], Len(1)])
    assert graph.run_with_faults('{echo(value: ["", "a", "abc"])}') == [
        {
            "pointer": "/value/0",
            "code": "wrong_length",
            "detail": "Shorter than minimum length 1.",
        },
        {
            "pointer": "/value/2",
            "code": "wrong_length",
            "detail": "Longer than maximum length 2.",
        },
    ]


def test_defaults_of_arguments() -> None:
    """A scalar's default is in the schema, and null is no value then."""
    graph = Graph().echo(Annotated[int, Ge(1)], 3)
    assert graph.type_of_argument("echo", "value") == "Int!"
    assert graph.run("{echo}") == {"echo": 3}
    assert "Int!" in graph.run_with_error("{echo(value: null)}")


def test_defaults_that_graphql_cannot_publish() -> None:
    """The resolver's own default applies; an explicit null is a fault."""
    graph = Graph().echo(dict[str, int], {"a": 1})
    assert graph.type_of_argument("echo", "value") == "JSON"
    assert graph.run("{echo}") == {"echo": {"a": 1}}
    assert graph.run_with_faults("{echo(value: null)}") == [
        {"pointer": "/value", "code": "null", "detail": "Field may not be null."}
    ]


def test_default_none() -> None:
    """An argument with the default None may be left out."""
    graph = Graph().echo(int | None, None)
    assert graph.run("{echo}") == {"echo": None}


def test_default_of_another_type() -> None:
    """A default that its annotation does not allow is an error of the declaration."""
    with pytest.raises(DeclarationError, match=r"^The default of 'value' does not fit"):
        Graph().echo(Annotated[int, Ge(1)], 0)


def test_description_of_an_argument() -> None:
    """It is in the annotation, and a type of Strawberry has none."""
    types = Graph().types
    assert types.make_input(Annotated[int, Doc("How many.")], "n").description == "How many."
    assert types.make_input(strawberry.ID, "n").description is None
