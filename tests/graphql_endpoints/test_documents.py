"""Documents: their limits, their errors, and those that are kept."""

import string
from dataclasses import dataclass
from typing import Any

import pytest
from flask_typed.graphql import documents
from graphql import get_introspection_query

from .conftest import Serve


class Node:
    """A plain class, so that its attributes can be nested."""


class Queries:
    def one(self) -> int:
        return 1


def reject(message: str, code: str, **place: Any) -> dict[str, Any]:
    return {"errors": [{"message": message, "extensions": {"code": code}, **place}]}


FIRST = {"locations": [{"line": 1, "column": 1}]}


def test_depth(serve: Serve) -> None:
    """It is that of the fields, fragments included; what introspection asks for has its own."""
    send = serve(Queries, max_depth=1)
    assert send("{ one ... on Query { one } }") == {"data": {"one": 1}}
    deep = "{ one { one } } fragment A on Query { one }"
    message = "The operation is 2 levels deep; at most 1 are allowed."
    assert send(deep) == reject(message, "OPERATION_TOO_LARGE", **FIRST)
    spread = "{ ...A } fragment A on Query { one { one } }"
    assert send(spread) == reject(message, "OPERATION_TOO_LARGE", **FIRST)
    assert "data" in send("{ __schema { types { name fields { name } } } }")


def test_complexity(serve: Serve) -> None:
    """It is the number of fields; those of a fragment count as often as it is spread."""
    send = serve(Queries, max_complexity=8)
    bomb = "{ ...A ...A } " + " ".join(
        f"fragment {name} on Query {{ ...{inner} ...{inner} }}"
        for name, inner in ("AB", "BC", "CD")
    )
    bomb += " fragment D on Query { one }"
    message = "The operation has 16 fields; at most 8 are allowed."
    assert send(bomb) == reject(message, "OPERATION_TOO_LARGE", **FIRST)
    assert send("{ ...D ...D } fragment D on Query { one }") == {"data": {"one": 1}}


def test_complexity_of_fragments(serve: Serve) -> None:
    """A fragment is validated too if no operation has it, so it has the same bound."""
    send = serve(Queries, max_complexity=2)
    message = "The fragment A has 3 fields; at most 2 are allowed."
    place = {"locations": [{"line": 1, "column": 9}]}
    found = send("{ one } fragment A on Query { a: one b: one c: one }")
    assert found == reject(message, "OPERATION_TOO_LARGE", **place)


def test_the_same_fields(serve: Serve) -> None:
    """Validation compares fields of one name with each other, so their pairs are bounded."""
    send = serve(Queries, max_complexity=10)
    assert send("{ " + "one " * 10 + "}") == {"data": {"one": 1}}
    parts = " ".join(f"fragment {name} on Query {{ {'one ' * 10} }}" for name in "ABCDE")
    message = "The document has the same fields too often."
    assert send("{ ... { ...A } } " + parts) == reject(message, "OPERATION_TOO_LARGE")


@dataclass
class Tree:
    """An object of its own kind."""

    name: str


def count(tree: Tree, of: list[str]) -> int:
    return len(of)


class Trees:
    def tree(self) -> Tree:
        return Tree("x")

    def count(self, of: list[str] = []) -> int:
        return len(of)

    def first(self, of: Any) -> Any:
        return of["a"][0]


LETTERS = string.ascii_lowercase
MANY = '"x" ' * 150
LONG = "x" * 20_000
SAME_VALUES = "The arguments of the operation have the same values too often."


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        pytest.param("query($of: [String!]!)", {"of": ["x"] * 200}, id="variable"),
        pytest.param("query($of: [String!]!)", {"of": [LONG]}, id="text in a variable"),
        pytest.param(f"query($of: [String!]! = [{MANY}])", {}, id="default"),
    ],
)
def test_the_same_variable(serve: Serve, document: str, variables: Any) -> None:
    """Each field loads its arguments, so those that have the same variable are bounded."""
    send = serve(Trees, max_tokens=400)
    times = len(variables.get("of", range(150)))
    assert send(f"{document} {{ count(of: $of) }}", **variables) == {"data": {"count": times}}
    fields = " ".join(f"{letter}: count(of: $of)" for letter in LETTERS)
    place = {"locations": [{"line": 1, "column": 1}]}
    found = send(f"{document} {{ {fields} }}", **variables)
    assert found == reject(SAME_VALUES, "OPERATION_TOO_LARGE", **place)


def test_many_uses_of_a_small_variable(serve: Serve) -> None:
    """They are allowed; a variable that is not sent has no values."""
    send = serve(Trees)
    fields = " ".join(f"{letter}: count(of: $of)" for letter in LETTERS)
    expected = {"data": dict.fromkeys(LETTERS, 1)}
    assert send(f"query($of: [String!]!) {{ {fields} }}", of=["x"]) == expected
    expected = {"data": dict.fromkeys(LETTERS, 0)}
    assert send(f"query($of: [String!]) {{ {fields} }}") == expected


@pytest.mark.parametrize("literal", [f"[{MANY}]", f'["{LONG}"]'])
def test_the_same_literal(serve: Serve, literal: str) -> None:
    """A literal of a fragment counts as often as the fragment is spread."""
    send = serve(Trees, max_tokens=400, resolvers={Tree: [count]})
    part = f"fragment F on Tree {{ count(of: {literal}) }}"
    once = send(f"{part} {{ tree {{ ...F }} }}")
    assert once["data"]["tree"]["count"] in (150, 1)
    fields = " ".join(f"{letter}: tree {{ ...F }}" for letter in LETTERS)
    place = {"locations": [{"line": 1, "column": len(part) + 2}]}
    assert send(f"{part} {{ {fields} }}") == reject(SAME_VALUES, "OPERATION_TOO_LARGE", **place)


def test_values_in_objects(serve: Serve) -> None:
    """The values of an object count like those of a list."""
    send = serve(Trees, max_tokens=400)
    fields = " ".join(f"{letter}: first(of: {{a: $of}})" for letter in LETTERS)
    place = {"locations": [{"line": 1, "column": 1}]}
    found = send(f"query($of: JSON!) {{ {fields} }}", of=[{"b": ["x"] * 300, "c": 1}])
    assert found == reject(SAME_VALUES, "OPERATION_TOO_LARGE", **place)
    small = send("query($of: JSON!) { first(of: {a: $of}) }", of=[{"b": 1}])
    assert small == {"data": {"first": {"b": 1}}}


def test_fragments_in_a_circle(serve: Serve) -> None:
    """Validation reports them."""
    send = serve(Queries)
    found = send("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A one }")
    assert [error["message"] for error in found["errors"]] == [
        "Cannot spread fragment 'A' within itself via 'B'."
    ]
    found = send("{ ...Unknown }")
    assert found["errors"][0]["message"] == "Unknown fragment 'Unknown'."


def test_tokens(serve: Serve) -> None:
    """Their number is bounded before a text is parsed."""
    send = serve(Queries, max_tokens=5)
    assert send("{ one }") == {"data": {"one": 1}}
    found = send("{ one one one one }")
    assert found["errors"][0]["extensions"] == {"code": "GRAPHQL_PARSE_FAILED"}


def test_nesting(serve: Serve) -> None:
    """A text that is nested more deeply than Python can parse is an error of the client."""
    send = serve(Queries, max_tokens=1_000_000)
    found = send("{ one" * 20_000)
    assert found["errors"][0]["extensions"]["code"] in (
        "GRAPHQL_PARSE_FAILED",
        "OPERATION_TOO_LARGE",
    )


def test_measuring_what_is_nested(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is one that is parsed, and nested too deeply to be measured."""

    def measure_document(*arguments: Any) -> None:
        raise RecursionError

    monkeypatch.setattr(documents, "measure_document", measure_document)
    send = serve(Queries)
    message = "The document is nested too deeply."
    assert send("{ one }") == reject(message, "OPERATION_TOO_LARGE")


def test_syntax(serve: Serve) -> None:
    """A text that is not GraphQL is an error with its place."""
    assert serve(Queries)("{") == reject(
        "Syntax Error: Expected Name, found <EOF>.",
        "GRAPHQL_PARSE_FAILED",
        locations=[{"line": 1, "column": 2}],
    )


def test_introspection(serve: Serve) -> None:
    """It is allowed by default; the query of all tools is within the limits."""
    send = serve(Queries)
    assert "data" in send(get_introspection_query())
    assert send("{ on }")["errors"][0]["message"].endswith("Did you mean 'one'?")


@pytest.mark.configured(TYPED_GRAPHQL_INTROSPECTION=False)
def test_no_introspection(serve: Serve) -> None:
    """Neither it nor errors tell the names of the schema then."""
    send = serve(Queries)
    found = send("{ __schema { queryType { name } } }")
    assert found["errors"][0]["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
    assert send("{ on }")["errors"][0]["message"] == "Cannot query field 'on' on type 'Query'."
    assert send("{ __typename }") == {"data": {"__typename": "Query"}}


def test_kept_documents(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last ones are kept; long ones are not."""
    monkeypatch.setattr(documents, "MOST_KEPT", 2)
    monkeypatch.setattr(documents, "LONGEST_KEPT", 20)
    parsed = []
    parse = documents.parse

    def note(text: str, **options: Any) -> Any:
        parsed.append(text)
        return parse(text, **options)

    monkeypatch.setattr(documents, "parse", note)
    send = serve(Queries)
    a, b, c, long = "{ a: one }", "{ b: one }", "{ c: one }", "{ long: one          }"
    for text in (a, b, a, c, a, b, long, long):
        send(text)
    assert parsed == [a, b, c, b, long, long]
