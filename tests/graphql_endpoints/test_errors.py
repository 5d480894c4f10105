"""Errors of operations: what clients are told, and what only the log has."""

import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import pytest
import strawberry
from flask import Flask, Response, abort, got_request_exception
from flask.testing import FlaskClient
from flask_typed import Depends, JsonNumber, Problem, Typed
from flask_typed.libraries.strawberry import make_scalar_annotation
from graphql import GraphQLError
from strawberry.permission import BasePermission
from strawberry.types.scalar import ScalarDefinition

from .conftest import Serve


class OutOfStock(Problem):
    """It is sold out."""

    status = 409
    type = "https://shop.example/out-of-stock"
    left: int


class Closed(BasePermission):
    """Allows nobody."""

    message = "Closed."

    def has_permission(self, source: Any, info: strawberry.Info, **given: Any) -> bool:
        return False


def fail(how: str) -> int | None:
    if how == "problem":
        raise OutOfStock(left=2, detail="Two are left.")
    if how == "abort":
        abort(403, "No.")
    if how == "response":
        abort(Response("secret", 302))
    if how == "member":
        raise OutOfStock(left="secret")  # type: ignore[arg-type]
    if how == "graphql":
        raise GraphQLError("Told.", extensions={"code": "MINE", "more": 1})
    if how == "wrong":
        return "secret"  # type: ignore[return-value]
    raise ValueError("secret")


@strawberry.type
class Queries:
    """What can fail."""

    @strawberry.field
    def fail(self, how: str) -> int | None:
        return fail(how)

    @strawberry.field
    async def later(self, how: str) -> int | None:
        return fail(how)

    @strawberry.field(permission_classes=[Closed])
    def closed(self) -> int | None: ...

    @strawberry.field
    def must(self, x: int = 5) -> int:
        return x


EXPECTED: Any = {
    "problem": (
        "Two are left.",
        {
            "code": "OUT_OF_STOCK",
            "type": "https://shop.example/out-of-stock",
            "status": 409,
            "left": 2,
        },
    ),
    "abort": ("No.", {"code": "FORBIDDEN", "type": "about:blank", "status": 403}),
    "graphql": ("Told.", {"code": "MINE", "more": 1}),
    "response": ("Internal Server Error", {"code": "INTERNAL_SERVER_ERROR"}),
    "member": ("Internal Server Error", {"code": "INTERNAL_SERVER_ERROR"}),
    "wrong": ("Internal Server Error", {"code": "INTERNAL_SERVER_ERROR"}),
    "other": ("Internal Server Error", {"code": "INTERNAL_SERVER_ERROR"}),
}


@pytest.mark.parametrize("name", ["fail", "later"])
@pytest.mark.parametrize("how", EXPECTED)
def test_errors(serve: Serve, name: str, how: str, caplog: pytest.LogCaptureFixture) -> None:
    """A problem has its members, an error of the program nothing."""
    send = serve(Queries)
    message, extensions = EXPECTED[how]
    assert send(f'{{ {name}(how: "{how}") must }}') == {
        "data": {name: None, "must": 5},
        "errors": [
            {
                "message": message,
                "path": [name],
                "locations": [{"line": 1, "column": 3}],
                "extensions": extensions,
            }
        ],
    }
    assert ("Exception in GraphQL /graphql" in caplog.text) == (message == "Internal Server Error")


class NotJson:
    """Values that JSON cannot have."""

    def number(self) -> Any:
        return math.nan

    def text(self) -> str:
        return "half of a pair: \ud800"

    def day(self) -> date:
        return "secret"  # type: ignore[return-value]

    def told(self) -> int:
        raise GraphQLError("Told.", extensions={"secret": object()})

    def exact(self) -> Annotated[Decimal, JsonNumber()]:
        return Decimal("1.10")


INTERNAL = {"message": "Internal Server Error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
AT_START = {"locations": [{"line": 1, "column": 3}]}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        pytest.param("number", {}, id="number"),
        pytest.param("text", {}, id="text"),
        pytest.param("day", {"path": ["day"], **AT_START}, id="text of a scalar"),
        pytest.param("told", {"path": ["told"], **AT_START}, id="extensions"),
    ],
)
def test_values_that_are_no_json(
    serve: Serve, name: str, place: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """They are errors of the program, which are logged."""
    assert serve(NotJson)(f"{{ {name} }}") == {"data": None, "errors": [{**INTERNAL, **place}]}
    assert "Exception in GraphQL /graphql" in caplog.text


def test_digits(typed: Typed, client: FlaskClient) -> None:
    """A number with every digit is a number of JSON."""
    typed.graphql("/graphql", NotJson)
    assert client.get("/graphql?query={exact}").text == '{"data":{"exact":1.10}}'


def test_mutation_without_json(serve: Serve) -> None:
    """A mutation whose value cannot be sent has failed, so its providers are closed with it."""
    seen: list[str] = []

    def open_unit() -> Iterator[list[str]]:
        try:
            yield seen
        except ValueError:
            seen.append("rolled back")
            raise

    class Mutations:
        def add(self, unit: Annotated[list[str], Depends(open_unit)]) -> Any:
            return math.inf

    assert serve(NotJson, Mutations)("mutation { add }") == {"data": None, "errors": [INTERNAL]}
    assert seen == ["rolled back"]


def test_signal(app: Flask, serve: Serve) -> None:
    """Extensions such as Sentry's get errors of the program."""
    seen: list[BaseException] = []

    def note(sender: Flask, exception: BaseException, **extra: Any) -> None:
        seen.append(exception)

    send = serve(Queries)
    with got_request_exception.connected_to(note, app):
        send('{ fail(how: "other") }')
    assert [str(error) for error in seen] == ["secret"]


def test_permission(serve: Serve) -> None:
    """Strawberry's own errors are told."""
    found = serve(Queries)("{ closed }")
    assert found["data"] == {"closed": None}
    assert found["errors"][0]["message"] == "Closed."


def test_variables(serve: Serve) -> None:
    """A value of another type is the client's mistake, and so is a null where none is allowed."""
    send = serve(Queries)
    found = send("query($x: Int!) { must(x: $x) }", x="a")
    assert [list(found), found["errors"][0]["extensions"]] == [
        ["errors"],
        {"code": "BAD_USER_INPUT"},
    ]
    found = send("query($x: Int) { must(x: $x) }", x=None)
    assert found["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert found["errors"][0]["path"] == ["must"]


def read_code(value: str) -> str:
    if value == "secret":
        raise KeyError("more of it")
    if value == "wrong":
        raise ValueError("a code has 3 letters")
    return value


Code = make_scalar_annotation(
    ScalarDefinition(
        name="Code",
        description=None,
        specified_by_url=None,
        serialize=str,
        parse_value=read_code,
        parse_literal=None,
    )
)


class Codes:
    def code(self, code: Code) -> Code:  # type: ignore[valid-type]
        return code

    def any(self, value: Any) -> Any: ...

    def number(self, value: Annotated[Decimal, JsonNumber()]) -> str: ...


@pytest.mark.parametrize(
    ("value", "told"),
    [
        pytest.param("secret", "", id="error of the program"),
        pytest.param(
            "wrong", ", but encountered error 'a code has 3 letters'; found: {}", id="ValueError"
        ),
    ],
)
def test_scalars_of_the_program(
    serve: Serve, value: str, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A scalar rejects a value by a ``ValueError``; any other error is logged, and not sent."""
    send = serve(Codes)
    message = "Expected value of type 'Code'"
    assert send(f'{{ code(code: "{value}") }}')["errors"] == [
        {
            "locations": [{"line": 1, "column": 14}],
            "message": message + told.format(f'"{value}".') if told else f"{message}.",
            "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
        }
    ]
    assert send("query($c: Code!) { code(code: $c) }", c=value)["errors"] == [
        {
            "locations": [{"line": 1, "column": 7}],
            "message": f"Variable '$c' has invalid value: {message}"
            + (told.format(f"'{value}'.") if told else "."),
            "extensions": {"code": "BAD_USER_INPUT"},
        }
    ]
    assert ("more of it" in caplog.text) == (value == "secret")
    assert send('{ code(code: "x") }') == {"data": {"code": "x"}}


@pytest.mark.parametrize(
    ("field", "column", "message"),
    [
        pytest.param("any(value: 1e999)", 14, "A number is too large.", id="infinite"),
        pytest.param("any(value: {a: [1e999]})", 14, "A number is too large.", id="inside"),
        pytest.param(f"any(value: {'9' * 5000})", 14, "A number is too large.", id="digits"),
        pytest.param('number(value: "x")', 17, "Not a valid number.", id="text"),
    ],
)
def test_literals(serve: Serve, field: str, column: int, message: str) -> None:
    """A literal is JSON as a variable is, and its error has its place."""
    assert serve(Codes)(f"{{ {field} }}") == {
        "errors": [
            {
                "locations": [{"line": 1, "column": column}],
                "message": message,
                "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
            }
        ]
    }


def test_another_shape(app: Flask) -> None:
    """An error is written in the shape of the app: its members are extensions."""

    def write(error: Any) -> list[str]:
        return [error.name]

    typed = Typed(app, problem_shape=write)
    typed.graphql("/graphql", Queries)
    response = app.test_client().post("/graphql", json={"query": '{ fail(how: "abort") }'})
    (error,) = response.get_json()["errors"]
    assert (error["message"], error["extensions"]) == ("Forbidden", {"code": "FORBIDDEN"})


def test_failures_of_mutations(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """An error of a value makes the whole mutation fail, too."""

    class Changes:
        def change(self) -> int | None:
            return "secret"  # type: ignore[return-value]

    found = serve(Queries, Changes)("mutation { change }")
    assert found["data"] is None
    assert found["errors"][0]["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
    assert "secret" in caplog.text
