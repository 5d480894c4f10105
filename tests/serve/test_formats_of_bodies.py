"""Bodies in MessagePack and CSV, by the content type of the request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import marshmallow
import msgspec
import pydantic
import pytest
from annotated_types import Ge, Len
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Body, DeclarationError, Json, MediaType, ReadOnly, Typed, model
from flask_typed.pydantic import PYDANTIC

Document = Callable[[], dict[str, Any]]
JSON, MSGPACK, CSV = "application/json", "application/msgpack", "text/csv"


@dataclass
class Size:
    """The size of a book."""

    height: int


@model(rename="camel")
@dataclass
class Book:
    """A book."""

    title: Annotated[str, Len(1)]
    unit_price: Decimal
    pages: Annotated[int, Ge(0)] = 3
    published: date | None = None
    note: str | None = "none"
    sold: bool = False
    size: Json[Size] | None = None
    id: Annotated[int, ReadOnly()] = 0


Books = Annotated[list[Book], MediaType(JSON, MSGPACK, CSV), Len(0, 3)]


@pytest.fixture
def send(typed: Typed, client: FlaskClient) -> Callable[..., Any]:
    """Return what sends books, and returns the status with the books or the faults."""

    @typed.post("/")
    def add(books: Books) -> list[Book]:
        return books

    def post(data: Any, content_type: str) -> Any:
        answer = client.post("/", data=data, content_type=content_type)
        if answer.status_code == 422:
            return [(fault["pointer"], fault["code"]) for fault in answer.json["errors"]]
        return answer.json if answer.status_code == 200 else (answer.status_code, answer.json)

    return post


FULL = {
    "title": "a",
    "unitPrice": "1.10",
    "pages": 7,
    "published": "2026-01-02",
    "note": "x",
    "sold": True,
    "size": '{"height":3}',
    "id": 0,
}
BARE = {**FULL, "pages": 3, "published": None, "note": "none", "sold": False}
BARE["size"] = "null"


def test_msgpack(send: Any) -> None:
    """A body in MessagePack is read as the same value in JSON, a Decimal as its text."""
    sent = [{**FULL, "unitPrice": Decimal("1.10"), "published": date(2026, 1, 2)}]
    del sent[0]["id"]
    assert send(msgspec.msgpack.encode(sent), MSGPACK) == [FULL]


def test_msgpack_is_strict(send: Any) -> None:
    """The schema decides about a body in MessagePack, with pointers as for JSON."""
    data = msgspec.msgpack.encode([{"title": "", "unitPrice": 1, "pages": "3", "more": 1}])
    assert send(data, MSGPACK) == [
        ("/0/title", "wrong_length"),
        ("/0/unitPrice", "invalid_number"),
        ("/0/pages", "invalid_integer"),
        ("/0/more", "unknown"),
    ]


def test_not_msgpack(send: Any) -> None:
    """A body that is not MessagePack is a 400."""
    status, problem = send(b"\xc1", MSGPACK)
    detail = "The body is not MessagePack, or holds values that JSON lacks."
    assert (status, problem["detail"]) == (400, detail)


def test_json_beside(send: Any) -> None:
    """JSON goes on as before, and a media type that is not declared is a 415."""
    assert send(b'[{"title": "a", "unitPrice": "1.10"}]', JSON) == [BARE]
    status, problem = send(b"a", "text/plain")
    detail = "The body must be application/json or application/msgpack or text/csv."
    assert (status, problem["detail"]) == (415, detail)
    assert send(b"", CSV) == [("", "required")]


def test_table(send: Any) -> None:
    """Cells are read as the fields of a form; an empty cell is absent, or None for a text."""
    table = (
        "title,unitPrice,pages,published,note,sold,size\r\n"
        'a,1.10,7,2026-01-02,x,true,"{""height"":3}"\r\n'
        "a,1.10,,,,,\r\n"
    )
    assert send(table, CSV) == [FULL, {**BARE, "note": None}]


def test_columns_left_out(send: Any) -> None:
    """A column that is left out is an absent field, and the order of columns is free."""
    assert send("unitPrice,title\n1.10,a\n", CSV) == [BARE]
    assert send("unitPrice,title\n", f"{CSV}; charset=utf-8") == []


def test_faults_of_a_table(send: Any) -> None:
    """All faults are reported, with the index of the row and the name of the column."""
    table = "title,unitPrice,pages\na,1,-1\n,x,y\n"
    assert send(table, CSV) == [
        ("/0/pages", "out_of_range"),
        ("/1/title", "wrong_length"),
        ("/1/unitPrice", "invalid_number"),
        ("/1/pages", "invalid_integer"),
    ]
    assert send("title,unitPrice,id,more\na,1,3,4\n", CSV) == [
        ("/0/id", "unknown"),
        ("/0/more", "unknown"),
    ]
    assert send("title\n\n", CSV) == []
    assert send("title\na\n", CSV) == [("/0/unitPrice", "required")]


def test_constraints_of_the_list(send: Any) -> None:
    """The constraints of the list hold for the rows."""
    assert send("title,unitPrice\n" + "a,1\n" * 4, CSV) == [("", "wrong_length")]


@pytest.mark.configured(TYPED_MAX_FAULTS=2)
def test_faults_are_bounded(send: Any) -> None:
    """Reading stops after the faults that are reported."""
    assert send("title,unitPrice\n" + "a,x\n" * 9, CSV) == [
        ("/0/unitPrice", "invalid_number"),
        ("/1/unitPrice", "invalid_number"),
    ]


def test_no_table(send: Any) -> None:
    """A body that is not CSV is a 400 with its line."""
    status, problem = send("title,unitPrice\na\n", CSV)
    assert (status, problem["detail"]) == (
        400,
        "Line 2 of the body has 1 cells instead of 2.",
    )


def test_published(send: Any, document: Document) -> None:
    """Each media type is published; a table has a text."""
    body = document()["paths"]["/"]["post"]["requestBody"]
    schema = {"type": "array", "maxItems": 3, "items": {"$ref": "#/components/schemas/BookInput"}}
    names = "title, unitPrice, pages, published, note, sold, size."
    words = f"A table in CSV (RFC 4180). The first line names the columns: {names}"
    assert body["content"] == {
        JSON: {"schema": schema},
        MSGPACK: {"schema": schema},
        CSV: {"schema": {"type": "string", "description": words}},
    }


class Row(pydantic.BaseModel):
    """A row of pydantic."""

    title: str
    price: Decimal | None = pydantic.Field(default=None, alias="cost")


class Kept(marshmallow.Schema):
    """A row of marshmallow."""

    title = marshmallow.fields.String(data_key="name", required=True)
    pages = marshmallow.fields.Integer()


def test_rows_of_others(app: Flask, client: FlaskClient) -> None:
    """Rows of pydantic and of marshmallow are read as their forms are."""
    typed = Typed(app, types=PYDANTIC)

    @typed.post("/pydantic")
    def add_rows(rows: Annotated[list[Row], MediaType(CSV)]) -> list[Row]:
        return rows

    @typed.post("/marshmallow")
    def add_kept(rows: Annotated[list[Kept], MediaType(CSV)]) -> int:
        return sum(row["pages"] for row in rows)  # type: ignore[index]  # the schema loads dicts

    def post(path: str, table: str) -> Any:
        answer = client.post(path, data=table, content_type=CSV)
        return answer.json if answer.status_code == 200 else answer.json["errors"][0]["pointer"]

    assert post("/pydantic", "title,cost\na,2\nb,\n") == [
        {"title": "a", "cost": "2"},
        {"title": "b", "cost": None},
    ]
    assert post("/pydantic", "title,cost\na,x\n") == "/0/cost"
    assert post("/marshmallow", "name,pages\na,3\nb,4\n") == 7
    assert post("/marshmallow", "pages\n3\n") == "/0/name"


def test_part_of_an_object(typed: Typed, client: FlaskClient) -> None:
    """Several arguments may come in MessagePack."""

    @typed.post("/")
    def add(
        one: Annotated[int, Body(), MediaType(JSON, MSGPACK)], two: Annotated[int, Body()]
    ) -> int:
        return one + two

    sent = msgspec.msgpack.encode({"one": 1, "two": 2})
    assert client.post("/", data=sent, content_type=MSGPACK).json == 3


@dataclass
class Deep:
    """A row with a cell of several values."""

    tags: list[str]


def take_embedded(books: Annotated[list[Book], Body(embed=True), MediaType(CSV)]) -> None: ...
def take_one(book: Annotated[Book, MediaType(CSV)]) -> None: ...
def take_deep(books: Annotated[list[Deep], MediaType(JSON, CSV)]) -> None: ...
def take_null(books: Annotated[list[Book] | None, MediaType(JSON, CSV)]) -> None: ...


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (take_embedded, "A body in CSV is one table, but the argument is one key of an object."),
        (take_one, "A body in CSV is a list of rows, without None."),
        (take_deep, "its field 'tags' is not a scalar"),
        (take_null, "A body in CSV is a list of rows, without None."),
    ],
)
def test_refused(typed: Typed, view: Any, message: str) -> None:
    """A body that is not a table has no CSV."""
    with pytest.raises(DeclarationError, match=message):
        typed.post("/")(view)
