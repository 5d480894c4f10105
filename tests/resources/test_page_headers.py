"""The headers that tell the place of a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    Created,
    Cursor,
    CursorPage,
    DeclarationError,
    NumberedPaging,
    Page,
    PagedList,
    PageSize,
    Paging,
    Slice,
    Typed,
    TypedBlueprint,
)
from flask_typed.resources.page_headers import write_link
from flask_typed.resources.places import OffsetPlace
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

Document = Callable[[], dict[str, Any]]
ITEMS = [*range(7)]
T = TypeVar("T")


def read_links(client: FlaskClient, url: str) -> dict[str, str]:
    """Return the links of a response by their relation, as a client resolves them."""
    links = {}
    for link in client.get(url).headers["Link"].split(", "):
        target, options = link.split(";", 1)
        links[parse_options_header(f"x;{options}")[1]["rel"]] = urljoin(url, target.strip("<>"))
    return links


@pytest.fixture
def numbers(typed: Typed) -> Typed:
    """Return an app with lists of numbers."""

    @typed.get("/page")
    def read_page(paging: Paging) -> Page[int]:
        return paging.page(ITEMS)

    @typed.get("/slice")
    def read_slice(paging: Paging) -> Slice[int]:
        return paging.slice(ITEMS)

    @typed.get("/list")
    def read_list(paging: Paging) -> PagedList[int]:
        return PagedList(paging.page(ITEMS), headers={"X-Own": "1"})

    @typed.get("/none")
    def read_plain(paging: Paging) -> Page[int]:
        return Page(ITEMS, 7)

    return typed


@pytest.mark.usefixtures("numbers")
def test_links(client: FlaskClient) -> None:
    """They lead to the pages that are known, with all other parameters of the request."""
    url = "/page?limit=3&offset=3"
    assert read_links(client, url) == {
        "first": "/page?limit=3&offset=0",
        "prev": "/page?limit=3&offset=0",
        "next": "/page?limit=3&offset=6",
        "last": "/page?limit=3&offset=6",
    }
    assert read_links(client, "/slice?offset=1&limit=2&q=a%26b&q=%C3%A9+c") == {
        "first": "/slice?limit=2&q=a%26b&q=%C3%A9+c&offset=0",
        "prev": "/slice?limit=2&q=a%26b&q=%C3%A9+c&offset=0",
        "next": "/slice?limit=2&q=a%26b&q=%C3%A9+c&offset=3",
    }
    assert read_links(client, "/page?limit=3&offset=90")["prev"] == "/page?limit=3&offset=6"
    assert read_links(client, "/page?limit=3&off%73et=3")["next"] == "/page?limit=3&offset=6"
    assert "Link" not in client.get("/none").headers


@pytest.mark.usefixtures("numbers")
def test_lists_in_pages(client: FlaskClient, document: Document) -> None:
    """The body is the list; HEAD has the same headers."""
    answer = client.get("/list?limit=3")
    assert answer.get_json() == [0, 1, 2]
    assert answer.headers["X-Own"] == "1"
    assert client.head("/list?limit=3").headers["Link"] == answer.headers["Link"]
    published = document()["paths"]["/list"]["get"]["responses"]["200"]
    assert published["content"]["application/json"]["schema"]["type"] == "array"
    assert published["headers"]["Link"]["schema"] == {"type": "string"}
    assert published["headers"]["Link"]["required"] is False


@given(st.binary(max_size=20))
def test_links_cannot_be_forged(query: bytes) -> None:
    """Whatever a client writes into its URL stays inside of the target of a link."""
    header = write_link(OffsetPlace("offset", 3, 0, 9, True, 100), query)
    assert header.isascii()
    assert header.isprintable()
    assert header.count("<") == header.count(">") == header.count('; rel="') == 3


@pytest.mark.configured(TYPED_PAGE_HEADERS="x-pagination", SECRET_KEY="key")
@pytest.mark.usefixtures("numbers")
def test_numbers(typed: Typed, client: FlaskClient, document: Document) -> None:
    """``X-Pagination`` has the members that flask-smorest writes."""

    @typed.get("/cursor")
    def read_by_cursor(cursor: Cursor) -> CursorPage[int]:
        return cursor.page(ITEMS, key=abs)

    @typed.get("/cursors")
    def list_by_cursor(cursor: Cursor) -> PagedList[int]:
        return PagedList(cursor.page(ITEMS, key=abs))

    def read(url: str) -> Any:
        return json.loads(client.get(url).headers["X-Pagination"])

    known = {"total": 7, "total_pages": 3, "first_page": 1, "last_page": 3}
    assert read("/page?limit=3") == {**known, "page": 1, "next_page": 2}
    assert read("/list?limit=3&offset=6") == {**known, "page": 3, "previous_page": 2}
    assert read("/page?limit=3&offset=90") == known
    assert read("/slice?limit=3&offset=3") == {
        "first_page": 1,
        "page": 2,
        "previous_page": 1,
        "next_page": 3,
    }
    assert "X-Pagination" not in client.get("/cursor").headers
    assert "X-Pagination" not in client.get("/cursors").headers
    paths = document()["paths"]
    header = paths["/page"]["get"]["responses"]["200"]["headers"]["X-Pagination"]
    schema = header["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/PageNumbers"}
    assert "headers" not in paths["/cursor"]["get"]["responses"]["200"]


def test_numbers_of_nothing() -> None:
    """A list without items has no pages."""
    place = OffsetPlace("offset", 3, 0, 0, False, 100)
    assert place.numbers() == {"total": 0, "total_pages": 0}
    assert dict(place.links()) == {"first": 0, "last": 0}


def test_bounds_of_links() -> None:
    """No link has an offset that would be refused."""
    place = OffsetPlace("offset", 3, 99, 900, True, 100)
    assert dict(place.links()) == {"first": 0, "prev": 96}


@pytest.mark.configured(SECRET_KEY="key")
def test_links_of_cursors(typed: Typed, client: FlaskClient) -> None:
    """They lead through the whole list."""

    @typed.get("/")
    def view(cursor: Cursor) -> PagedList[int]:
        return PagedList(cursor.page(ITEMS, key=abs))

    second = read_links(client, "/?limit=3")
    assert client.get(second["next"]).get_json() == [3, 4, 5]
    third = read_links(client, second["next"])
    assert client.get(third["prev"]).get_json() == [0, 1, 2]
    assert client.get(third["first"]).get_json() == [0, 1, 2]
    assert read_links(client, third["next"]).keys() == {"first", "prev"}


def test_numbered_pages(typed: Typed, client: FlaskClient, document: Document) -> None:
    """They have the parameters of flask-smorest, and links with numbers."""

    @typed.get("/")
    def view(
        paging: Annotated[NumberedPaging, PageSize(default=3, max_offset=500)],
    ) -> PagedList[int]:
        return PagedList(paging.page(ITEMS))

    assert client.get("/?page=3").get_json() == [6]
    assert read_links(client, "/?page=2&page_size=2") == {
        "first": "/?page_size=2&page=1",
        "prev": "/?page_size=2&page=1",
        "next": "/?page_size=2&page=3",
        "last": "/?page_size=2&page=4",
    }
    parameters = document()["paths"]["/"]["get"]["parameters"]
    assert [(one["name"], one["schema"]) for one in parameters] == [
        ("page", {"type": "integer", "minimum": 1, "maximum": 6, "default": 1}),
        ("page_size", {"type": "integer", "minimum": 1, "maximum": 100, "default": 3}),
    ]


def test_numbered_pages_by_default(typed: Typed, client: FlaskClient) -> None:
    """The default of the argument is another page."""

    @typed.get("/")
    def view(paging: NumberedPaging = SECOND) -> list[int]:
        return paging.page(ITEMS).items

    assert client.get("/").get_json() == [2, 3]


SECOND = NumberedPaging(2, 2)


@pytest.mark.configured(TYPED_PAGE_HEADERS=None)
def test_styles_of_routes(typed: Typed, client: FlaskClient, document: Document) -> None:
    """A route has its own style, also one in a blueprint, and whatever it returns a page in."""
    numbers = TypedBlueprint("numbers", __name__)

    @numbers.get("/link", page_headers="link")
    def read_page(paging: Paging) -> Created[Page[int]]:
        return Created(paging.page(ITEMS))

    @typed.get("/tuple", page_headers="x-pagination")
    def read_tuple(paging: Paging) -> Page[int]:
        return paging.page(ITEMS), {"X-Own": "1"}  # type: ignore[return-value]  # as Flask has it

    @typed.get("/none")
    def read_none(paging: Paging) -> Page[int]:
        return paging.page(ITEMS)

    app: Flask = client.application
    app.register_blueprint(numbers)
    assert "Link" in client.get("/link").headers
    assert {"X-Own", "X-Pagination"} <= {*client.get("/tuple").headers.keys()}
    assert "Link" not in client.get("/none").headers
    assert "headers" not in document()["paths"]["/none"]["get"]["responses"]["200"]


def test_a_style_that_does_not_exist(typed: Typed) -> None:
    """It is an error of the route."""
    style: Any = "total"
    with pytest.raises(DeclarationError, match="page_headers= is 'total'"):
        typed.get("/", page_headers=style)(lambda: None)


@dataclass
class Envelope(Generic[T]):
    """An envelope."""

    data: T


def test_pages_in_an_envelope(typed: Typed, client: FlaskClient, document: Document) -> None:
    """They have their headers too."""

    @typed.get("/", envelope=Envelope)
    def view(paging: Paging) -> Page[int]:
        return paging.page(ITEMS)

    @typed.get("/other", envelope=Envelope)
    def read_other() -> int:
        return 1

    answer = client.get("/?limit=1")
    assert answer.get_json() == {"data": {"items": [0], "total": 7}}
    assert 'rel="next"' in answer.headers["Link"]
    responses = document()["paths"]["/"]["get"]["responses"]
    assert "Link" in responses["200"]["headers"]
    assert "Link" not in client.get("/other").headers
