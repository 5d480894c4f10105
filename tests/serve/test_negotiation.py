"""The client chooses among the media types that an annotation declares."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import marshmallow
import msgspec
import pydantic
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    Accepted,
    Created,
    DeclarationError,
    Depends,
    Extra,
    MediaType,
    ResponseMismatch,
    Returns,
    Security,
    Typed,
)
from flask_typed.pydantic import PYDANTIC
from flask_typed.security.api_keys import APIKeyHeader

Document = Callable[[], dict[str, Any]]

JSON, MSGPACK, CSV = "application/json", "application/msgpack", "text/csv"
Any3 = MediaType(JSON, MSGPACK, CSV)
Text = Annotated[str, MediaType("text/plain")]


@dataclass
class Book:
    """A book."""

    title: str
    price: Decimal = Decimal("1.10")
    published: date | None = None
    sold: bool = False


BOOKS = [Book("A, b", published=date(2026, 1, 2)), Book("é", sold=True)]
WRITTEN = [
    {"title": "A, b", "price": "1.10", "published": "2026-01-02", "sold": False},
    {"title": "é", "price": "1.10", "published": None, "sold": True},
]
TABLE = 'title,price,published,sold\r\n"A, b",1.10,2026-01-02,false\r\né,1.10,,true\r\n'


@pytest.fixture
def books(typed: Typed) -> None:
    """Serve books in three media types."""

    @typed.get("/")
    def list_books() -> Annotated[list[Book], Any3]:
        return BOOKS


CHOSEN = [
    pytest.param(None, JSON, id="nothing accepted"),
    pytest.param("", JSON, id="empty"),
    pytest.param("*/*", JSON, id="anything"),
    pytest.param("a, b", JSON, id="no media range"),
    pytest.param(CSV, CSV, id="one"),
    pytest.param("TEXT/CSV", CSV, id="upper case"),
    pytest.param("text/csv; header=present", CSV, id="parameter"),
    pytest.param("text/*", CSV, id="range"),
    pytest.param("text/csv;q=0, */*", JSON, id="one excluded"),
    pytest.param("application/json;q=0, application/*", MSGPACK, id="excluded in a range"),
    pytest.param("application/*;q=0.4, text/csv;q=0.5", CSV, id="quality"),
    pytest.param("*/*, application/msgpack", MSGPACK, id="named before a range"),
    pytest.param("text/csv, application/msgpack", MSGPACK, id="order of the annotation"),
]


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(("accept", "media_type"), CHOSEN)
def test_chosen(client: FlaskClient, accept: str | None, media_type: str) -> None:
    """The quality decides, then how exactly the client names it, then the annotation."""
    headers = {} if accept is None else {"Accept": accept}
    answer = client.get("/", headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.headers["Vary"] == "Accept"


@pytest.mark.usefixtures("books")
def test_the_same_value(client: FlaskClient) -> None:
    """All representations hold the same value."""
    assert client.get("/").json == WRITTEN
    packed = client.get("/", headers={"Accept": MSGPACK})
    assert msgspec.msgpack.decode(packed.data) == WRITTEN
    table = client.get("/", headers={"Accept": CSV})
    assert (table.text, table.content_type) == (TABLE, "text/csv; charset=utf-8")


NOT_ACCEPTABLE = {
    "type": "about:blank",
    "title": "Not Acceptable",
    "status": 406,
    "detail": "The response can be application/json or application/msgpack or text/csv.",
}


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("accept", ["image/png", "text/html, image/*", "*/*;q=0"])
def test_not_acceptable(client: FlaskClient, accept: str) -> None:
    """A client that accepts none of the media types gets a 406."""
    answer = client.get("/", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (406, "application/problem+json")
    assert answer.json == NOT_ACCEPTABLE


def test_before_the_work(typed: Typed, client: FlaskClient) -> None:
    """The 406 comes after security, and before the body, providers and the view."""
    done: list[str] = []
    key = APIKeyHeader("X-Key")

    def admit(value: Annotated[str, Depends(key)]) -> None:
        done.append("security")

    @typed.post("/", dependencies=[Security(admit), Depends(lambda: done.append("provider"))])
    def add(book: Book) -> Annotated[Book, MediaType(JSON, MSGPACK)]:
        done.append("view")
        return book

    headers = {"Accept": "text/html"}
    assert client.post("/", json=3, headers=headers).status_code == 401
    assert client.post("/", json=3, headers={**headers, "X-Key": "a"}).status_code == 406
    assert done == ["security"]
    assert client.post("/", json={"title": "a"}, headers={"X-Key": "a"}).status_code == 200
    assert done == ["security", "security", "provider", "view"]


@pytest.mark.usefixtures("books")
def test_published(document: Document) -> None:
    """Each media type is published, and so is the 406."""
    responses = document()["paths"]["/"]["get"]["responses"]
    array = {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Book"}}}
    words = (
        "A table in CSV (RFC 4180). The first line names the columns: title, price, published,"
        " sold."
    )
    assert responses["200"]["content"] == {
        JSON: array,
        MSGPACK: array,
        CSV: {"schema": {"type": "string", "description": words}},
    }
    assert responses["406"]["description"] == "Not Acceptable."
    words = "The request headers on which the response depends."
    assert responses["200"]["headers"] == {
        "Vary": {"description": words, "required": True, "schema": {"type": "string"}}
    }


def test_one_media_type(typed: Typed, client: FlaskClient, document: Document) -> None:
    """A response of one media type is sent to everybody, as JSON is."""

    @typed.get("/packed")
    def read_packed() -> Created[Annotated[Book, MediaType(MSGPACK)]]:
        return Created(Book("a"), headers={"X-One": "1"})

    @typed.get("/table")
    def read_table() -> Annotated[list[Book], MediaType(CSV)]:
        return BOOKS

    packed = client.get("/packed", headers={"Accept": "text/html"})
    assert (packed.status_code, packed.content_type) == (201, MSGPACK)
    assert msgspec.msgpack.decode(packed.data)["title"] == "a"
    assert (packed.headers["X-One"], "Vary" in packed.headers) == ("1", False)
    assert client.get("/table").text == TABLE
    assert "406" not in document()["paths"]["/table"]["get"]["responses"]


def test_several_responses(typed: Typed, client: FlaskClient) -> None:
    """Each response of a union has media types of its own; text is chosen by the view."""

    @typed.get("/<int:number>")
    def read(number: int) -> Annotated[list[Book], MediaType(JSON, CSV)] | Accepted[Book | Text]:
        return (BOOKS, Accepted(Book("a")), Accepted("later"))[number]

    def ask(number: int) -> tuple[int, str]:
        answer = client.get(f"/{number}", headers={"Accept": CSV})
        return answer.status_code, answer.mimetype

    assert [ask(0), ask(1), ask(2)] == [(200, CSV), (202, JSON), (202, "text/plain")]


def test_json_names(typed: Typed, client: FlaskClient) -> None:
    """Several names of JSON are chosen likewise."""

    @typed.get("/")
    def read() -> Annotated[Book, MediaType(JSON, "application/vnd.shop.v2+json")]:
        return Book("a")

    answer = client.get("/", headers={"Accept": "application/vnd.shop.v2+json"})
    assert (answer.mimetype, answer.json["title"]) == ("application/vnd.shop.v2+json", "a")


def test_examples(typed: Typed, document: Document) -> None:
    """An example of the value is published for the formats of the value, not for a table."""

    @typed.get("/")
    def read() -> Annotated[list[Book], Any3, Returns(examples={"one": [Book("a")]})]: ...

    content = document()["paths"]["/"]["get"]["responses"]["200"]["content"]
    assert {name: "examples" in one for name, one in content.items()} == {
        JSON: True,
        MSGPACK: True,
        CSV: False,
    }


def test_too_large_for_msgpack(typed: Typed, client: FlaskClient) -> None:
    """An integer that a media type cannot hold does not fit the annotation."""

    @typed.get("/")
    def read() -> Annotated[int, MediaType(MSGPACK)]:
        return 2**70

    with pytest.raises(ResponseMismatch, match="expected integers of 64 bits, for MessagePack"):
        client.get("/")


class Kind(Enum):
    """A kind of book."""

    NOVEL = "novel"


class Row(pydantic.BaseModel):
    """A row of pydantic."""

    title: str
    kind: Kind | None = None
    price: Decimal | None = pydantic.Field(default=None, alias="cost")


class Kept(marshmallow.Schema):
    """A row of marshmallow."""

    title = marshmallow.fields.String(data_key="name")
    pages = marshmallow.fields.Integer()


def test_rows_of_others(app: Flask, client: FlaskClient) -> None:
    """The columns have the names of the response, whoever made the class."""
    typed = Typed(app, types=PYDANTIC)

    @typed.get("/pydantic")
    def list_rows() -> Annotated[list[Row], MediaType(CSV)]:
        return [Row(title="a", kind=Kind.NOVEL, cost=Decimal(2))]

    @typed.get("/marshmallow")
    def list_kept() -> Annotated[list[Kept], MediaType(CSV)]:
        return [{"title": "a", "pages": 3}]  # type: ignore[list-item]  # what the schema dumps

    assert client.get("/pydantic").text == "title,kind,cost\r\na,novel,2\r\n"
    assert client.get("/marshmallow").text == "name,pages\r\na,3\r\n"


@dataclass
class Deep:
    """A row with a cell of several values."""

    tags: list[str]


@dataclass
class Open:
    """A row with columns that nobody knows."""

    title: str
    others: Annotated[dict[str, Any], Extra()] = field(default_factory=dict)


class DeepRow(pydantic.BaseModel):
    """A row of pydantic with a cell of several values."""

    tags: list[str]


class OpenRow(pydantic.BaseModel, extra="allow"):
    """A row of pydantic with columns that nobody knows."""

    title: str


REFUSED = [
    pytest.param(Book, "is a list of rows", id="one object"),
    pytest.param(list[Book] | None, "is a list of rows", id="null"),
    pytest.param(list[Book | None], "is a list of rows", id="null as a row"),
    pytest.param(list[int], "keys are not fixed", id="scalars"),
    pytest.param(list[dict[str, int]], "keys are not fixed", id="free keys"),
    pytest.param(list[Deep], "field 'tags' is not a scalar", id="deep"),
    pytest.param(list[Open], "keys are not fixed", id="open"),
    pytest.param(list[DeepRow], "field 'tags' is not a scalar", id="deep of pydantic"),
    pytest.param(list[OpenRow], "keys are not fixed", id="open of pydantic"),
    pytest.param(
        list[Annotated[Any, marshmallow.fields.Raw()]], "keys are not fixed", id="a ready field"
    ),
]


@pytest.mark.parametrize(("annotation", "message"), REFUSED)
def test_no_table(app: Flask, annotation: Any, message: str) -> None:
    """A type whose values are not a table has no CSV."""
    typed = Typed(app, types=PYDANTIC)

    def view() -> None: ...

    view.__annotations__["return"] = Annotated[annotation, MediaType(JSON, CSV)]
    with pytest.raises(DeclarationError, match=message):
        typed.get("/")(view)
