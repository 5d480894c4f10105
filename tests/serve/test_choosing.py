"""Clients choose the fields of a response."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import pydantic
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    Accepted,
    Created,
    DeclarationError,
    MediaType,
    Page,
    PagedList,
    Paging,
    Typed,
    model,
)
from flask_typed.pydantic import PYDANTIC

Document = Callable[[], dict[str, Any]]
T = TypeVar("T")
MSGPACK = "application/msgpack"


@dataclass
class Author:
    """An author."""

    name: str
    born: int | None = None


@model(rename="camel")
@dataclass
class Book:
    """A book."""

    title: str
    first_author: Author
    price: float = 1.5


@dataclass
class Envelope(Generic[T]):
    """An envelope."""

    data: T
    message: str = "ok"


@dataclass
class Job:
    """A job."""

    title: str


BOOKS = [Book("a", Author("x")), Book("b", Author("y"))]


def list_books() -> list[Book]:
    """List the books."""
    return BOOKS


def page_books(paging: Paging) -> Page[Book]:
    """List the books in pages."""
    return paging.page(BOOKS)


def page_list(paging: Paging) -> PagedList[Book]:
    """List the books in pages, alone."""
    return PagedList(paging.page(BOOKS))


def find_book() -> Book | Accepted[Job] | None:
    """Find a book."""
    return BOOKS[0]


def find_none() -> Book | None:
    """Find no book."""
    return None


def list_with_gaps() -> list[Book | None]:
    """List the books, some of which are missing."""
    return [None, BOOKS[0]]


def add_book() -> Created[Book]:
    """Add a book."""
    return Created(BOOKS[0])


def find_job() -> Book | Accepted[Job]:
    """Find a book later."""
    return Accepted(Job("later"))


TITLE = {"title": "a"}
SERVED = [
    pytest.param(list_books, {}, [TITLE, {"title": "b"}], id="list"),
    pytest.param(page_books, {}, {"items": [TITLE, {"title": "b"}], "total": 2}, id="page"),
    pytest.param(page_list, {}, [TITLE, {"title": "b"}], id="list of a page"),
    pytest.param(find_book, {}, TITLE, id="object"),
    pytest.param(find_none, {}, None, id="null"),
    pytest.param(list_with_gaps, {}, [None, TITLE], id="null in a list"),
    pytest.param(add_book, {}, TITLE, id="reply"),
    pytest.param(find_job, {}, {"title": "later"}, id="another response"),
    pytest.param(
        page_books,
        {"envelope": Envelope},
        {"data": {"items": [TITLE, {"title": "b"}], "total": 2}, "message": "ok"},
        id="envelope",
    ),
]


@pytest.mark.parametrize(("view", "options", "body"), SERVED)
def test_served(typed: Typed, client: FlaskClient, view: Any, options: Any, body: Any) -> None:
    """Only the chosen fields of the objects are sent; what is around them stays."""
    typed.get("/", fields=True, **options)(view)
    assert client.get("/?fields=title").json == body


def test_all_and_several(typed: Typed, client: FlaskClient) -> None:
    """Without the parameter, all fields are sent. The objects inside stay whole."""
    typed.get("/", fields=True)(list_books)
    author = {"name": "x", "born": None}
    assert client.get("/").json[0] == {"title": "a", "firstAuthor": author, "price": 1.5}
    assert client.get("/?fields=price,firstAuthor").json[0] == {
        "firstAuthor": author,
        "price": 1.5,
    }


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("title,password", ("/fields/1", "invalid_choice")),
        ("first_author", ("/fields/0", "invalid_choice")),
        ("", ("/fields", "wrong_length")),
    ],
)
def test_refused(typed: Typed, client: FlaskClient, query: str, fault: tuple[str, str]) -> None:
    """A field that the response does not have cannot be chosen."""
    typed.get("/", fields=True)(list_books)
    answer = client.get(f"/?fields={query}")
    assert answer.status_code == 422
    (found,) = answer.json["errors"]
    assert (found["in"], found["pointer"], found["code"]) == ("query", *fault)


def test_other_formats(typed: Typed, client: FlaskClient) -> None:
    """The fields are chosen in each format; another response has another tag."""

    @typed.get("/", fields=True, etag=True)
    def view() -> Annotated[list[Book], MediaType("application/json", MSGPACK)]:
        return BOOKS

    packed = client.get("/?fields=title", headers={"Accept": MSGPACK})
    assert msgspec.msgpack.decode(packed.data) == [TITLE, {"title": "b"}]
    tags = {client.get(f"/{query}").headers["ETag"] for query in ("", "?fields=title")}
    assert len(tags) == 2


def test_published(typed: Typed, document: Document) -> None:
    """The names are published, and a response may lack each field."""
    typed.get("/", fields=True)(list_books)
    typed.get("/pages", fields=True)(page_books)
    typed.get("/all", endpoint="all")(list_books)
    published = document()
    (parameter,) = published["paths"]["/"]["get"]["parameters"]
    assert parameter == {
        "in": "query",
        "name": "fields",
        "required": False,
        "description": "The fields that the response has; all of them without the parameter.",
        "style": "form",
        "explode": False,
        "schema": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "enum": ["title", "firstAuthor", "price"]},
        },
    }
    schemas = published["components"]["schemas"]
    assert "required" not in schemas["BookFields"]
    assert schemas["BookFields"]["properties"] == schemas["Book"]["properties"]
    assert schemas["PageBookFields"]["required"] == ["items", "total"]
    assert {name for name in schemas if "Book" in name} == {"Book", "BookFields", "PageBookFields"}


def give_lines() -> Iterator[Book]:
    """Return a stream."""
    yield from BOOKS


class Shelf(pydantic.BaseModel):
    """A model whose schema pydantic makes."""

    title: str


NO_OBJECTS = [
    pytest.param(int, "an int", id="int"),
    pytest.param(list[int], "an int", id="list"),
    pytest.param(str, "a str", id="str"),
    pytest.param(bytes, "no object", id="bytes"),
    pytest.param(dict[str, Book], "a mapping", id="dict"),
    pytest.param(None, "no object", id="None"),
    pytest.param(Book | Job, "Book or Job", id="union"),
    pytest.param(list[Shelf], "Shelf", id="pydantic"),
]


@pytest.mark.parametrize(("returns", "named"), NO_OBJECTS)
def test_no_objects(app: Flask, returns: Any, named: str) -> None:
    """A response without objects of one class has no fields to choose."""
    typed = Typed(app, types=PYDANTIC)
    message = f"fields= lets clients choose the fields of one class, but the view returns {named}."
    with pytest.raises(DeclarationError, match=message):
        typed.get("/", fields=True, returns=returns)(list_books)


def test_no_choice_in_a_stream(typed: Typed, client: FlaskClient) -> None:
    """Nor has a stream."""
    with pytest.raises(DeclarationError, match="the view returns no object"):
        typed.get("/", fields=True)(give_lines)
    typed.get("/lines")(give_lines)
    assert client.get("/lines").data.count(b"\n") == 2
