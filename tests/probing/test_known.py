"""The values of path variables, found in the answers of the server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask_typed.outside.operations import ApiOperation
from flask_typed.outside.values import ApiSchemas
from flask_typed.probing.known import KnownItems
from flask_typed.probing.sending import Received
from werkzeug.datastructures import Headers

from ..outside.documents import make_document, make_operation

SCHEMAS = ApiSchemas(make_document({}), "readOnly")
READ = "/books/{book_id}"


def make(method: str, path: str, schema: Any = None, **keys: Any) -> ApiOperation:
    """Return an operation, whose path variables have a schema."""
    names = [part.split("}")[0] for part in path.split("{")[1:]]
    parameters = [{"in": "path", "name": name, "schema": schema or {}} for name in names]
    return make_operation(method, path, parameters=parameters, **keys)


def receive(body: Any, status: int = 200, **headers: str) -> Received:
    """Return an answer in JSON."""
    return Received(status, Headers(headers), json.dumps(body).encode())


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param([{"id": 1}, {"id": 2}], {"book_id": 1}, id="list"),
        pytest.param({"items": [{"id": 3}], "total": 1}, {"book_id": 3}, id="page"),
        pytest.param({"id": "x"}, {"book_id": "x"}, id="object"),
        pytest.param([{"book_id": 4, "id": 5}], {"book_id": 4}, id="name"),
        pytest.param([{"id": True}, {"id": None}, {"id": ""}, 6], {}, id="nothing"),
        pytest.param("text", {}, id="text"),
    ],
)
def test_list(body: Any, found: dict[str, Any]) -> None:
    """The items of the path before a variable have its value."""
    known = KnownItems()
    known.note(make("get", "/books"), {}, receive(body))
    assert known.find(make("get", READ), SCHEMAS) == found


def test_value_that_does_not_fit() -> None:
    """A value that is not valid for the variable is not taken."""
    known = KnownItems()
    known.note(make("get", "/books"), {}, receive([{"id": "x"}, {"id": 2}]))
    assert known.find(make("get", READ, {"type": "integer"}), SCHEMAS) == {"book_id": 2}


def test_own_items_come_first() -> None:
    """What this run has made is used before what was there."""
    known = KnownItems()
    known.note(make("post", "/books"), {}, receive({"id": 9}, 201))
    known.note(make("get", "/books"), {}, receive([{"id": 1}]))
    assert known.find(make("delete", READ), SCHEMAS) == {"book_id": 9}


def test_location() -> None:
    """The last part of a Location is an id, below the path of the server."""
    known = KnownItems()
    known.note(make("post", "/books"), {}, receive(None, 201, Location="/v1/books/a%20b"))
    assert known.find(make("get", READ), SCHEMAS) == {"book_id": "a b"}


def test_links() -> None:
    """The links of a response have values for other operations."""
    links = {
        "one": {"operationId": "read", "parameters": {"path.book_id": "$response.body#/a/b"}},
        "two": {"operationId": "other", "parameters": {"book_id": 5}},
        "three": {"operationId": "third", "parameters": {"book_id": "$request.path.id"}},
        "four": {"operationId": "fourth", "parameters": {"book_id": "$response.body#/a/b/c"}},
    }
    making = make("post", "/x", responses={"200": {"description": "", "links": links}})
    known = KnownItems()
    known.note(making, {}, receive({"a": {"b": 3}}))
    found = [
        known.find(make("get", READ, operationId=name), SCHEMAS)
        for name in ("read", "other", "third", "fourth")
    ]
    assert found == [{"book_id": 3}, {"book_id": 5}, {}, {}]


def test_items_inside_items() -> None:
    """An item of an inner list brings the value of the outer variable along."""
    known = KnownItems()
    known.note(make("get", "/shelves/{shelf_id}/books"), {"shelf_id": 7}, receive([{"id": 1}]))
    known.note(make("get", "/shelves"), {}, receive([{"id": 8}]))
    path = "/shelves/{shelf_id}/books/{book_id}"
    assert known.find(make("get", path), SCHEMAS) == {"shelf_id": "7", "book_id": 1}


def test_member_of_another_list() -> None:
    """Without an item of the path, any member with the name of the variable is taken."""
    known = KnownItems()
    known.note(make("get", "/books"), {}, receive([{"isbn": "978", "id": 1}]))
    assert known.find(make("get", "/stock/{isbn}"), SCHEMAS) == {"isbn": "978"}
    assert known.find(make("get", "/stock/{id}"), SCHEMAS) == {}


def test_deleted() -> None:
    """What was deleted is not used again."""
    known = KnownItems()
    known.note(make("get", "/books"), {}, receive([{"id": 1}, {"id": 2}]))
    known.note(make("delete", READ), {"book_id": 1}, receive(None, 204))
    known.note(make("delete", "/books"), {}, receive(None, 204))
    assert known.find(make("get", READ), SCHEMAS) == {"book_id": 2}


def test_errors_are_not_read() -> None:
    """Only successful answers have items, and only those in JSON."""
    known = KnownItems()
    known.note(make("get", "/books"), {}, receive([{"id": 1}], 404))
    known.note(make("get", "/books"), {}, Received(200, Headers(), b"<html>"))
    assert known.find(make("get", READ), SCHEMAS) == {}


def test_variable_without_a_parameter() -> None:
    """A variable that the document does not describe has no value."""
    known = KnownItems()
    known.note(make("get", "/books"), {}, receive([{"id": 1}]))
    assert known.find(make_operation("get", READ), SCHEMAS) == {}
