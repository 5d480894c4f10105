"""Pages by offset, of selects, lists and iterables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import DeclarationError, Depends, Page, PageSize, Paging, Slice, Typed
from flask_typed.resources import sources
from sqlalchemy import event, func, select, text, union
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, with_loader_criteria

from .rows import AuthorRow, Book, BookRow

Document = Callable[[], dict[str, Any]]
BOOKS = select(BookRow).order_by(BookRow.id)


def ids(page: Page[Any] | Slice[Any]) -> list[int]:
    """Return the ids of the items of a page."""
    return [item.id for item in page.items]


def count_statements(session: Session) -> list[str]:
    """Return a list that gets each statement that a session executes."""
    found: list[str] = []
    engine: Any = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: found.append(given[2]))
    return found


def test_pages_of_a_select(session: Session) -> None:
    """The rows are counted only if the page does not tell their number."""
    statements = count_statements(session)
    assert ids(first := Paging(3, 0).page(BOOKS, session)) == [1, 2, 3]
    assert (first.total, len(statements)) == (8, 2)
    assert ids(last := Paging(3, 6).page(BOOKS, session)) == [7, 8]
    assert (last.total, len(statements)) == (8, 3)
    beyond = Paging(3, 90).page(BOOKS, session)
    assert (beyond, len(statements)) == (Page([], 8), 5)


def test_slices_of_a_select(session: Session) -> None:
    """Nothing is counted."""
    statements = count_statements(session)
    assert Paging(3, 0).slice(BOOKS, session).has_next
    assert ids(last := Paging(3, 6).slice(BOOKS, session)) == [7, 8]
    assert (last.has_next, len(statements)) == (False, 2)


@pytest.mark.parametrize(
    ("query", "total"),
    [
        pytest.param(select(AuthorRow).join(AuthorRow.books), 6, id="join"),
        pytest.param(select(AuthorRow).join(AuthorRow.books).distinct(), 2, id="distinct"),
        pytest.param(select(BookRow.day, func.count()).group_by(BookRow.day), 4, id="group by"),
        pytest.param(select(AuthorRow, BookRow).join(AuthorRow.books), 6, id="two entities"),
        pytest.param(
            union(select(BookRow.id), select(AuthorRow.id)).order_by(text("1")), 8, id="union"
        ),
        pytest.param(select(AuthorRow).options(joinedload(AuthorRow.books)), 2, id="loaded"),
        pytest.param(
            select(BookRow).join(BookRow.author).options(contains_eager(BookRow.author)),
            6,
            id="contained",
        ),
        pytest.param(
            select(BookRow).options(with_loader_criteria(BookRow, BookRow.id > 5)), 3, id="criteria"
        ),
        pytest.param(select(BookRow.__table__), 8, id="table"),
        pytest.param(select(aliased(BookRow)), 8, id="alias"),
    ],
)
def test_counting(session: Session, query: Any, total: int) -> None:
    """Rows are counted as the select returns them; what loads relationships adds none."""
    page = Paging(1, 0).page(query, session)
    assert (len(page.items), page.total) == (1, total)
    assert len(Paging(100, 0).page(query, session).items) == total


def test_several_columns(session: Session) -> None:
    """Such rows have the names of the columns; a single column is the item itself."""
    query = select(BookRow.id, BookRow.title).order_by(BookRow.id)
    assert Paging(1, 1).page(query, session).items[0].title == "Book 2"
    assert Paging(2, 0).page(select(BookRow.id), session).items == [1, 2]
    other = aliased(BookRow)
    assert ids(Paging(2, 0).page(select(other).order_by(other.id.desc()), session)) == [8, 7]


def test_legacy_queries(session: Session) -> None:
    """A query has its session."""
    assert ids(Paging(2, 2).page(session.query(BookRow).order_by(BookRow.id))) == [3, 4]


def test_other_statements(session: Session) -> None:
    """A select needs a session, and the page sets its limit."""
    paging = Paging()
    with pytest.raises(TypeError, match=r"write `page\(select\(…\), session\)`"):
        paging.page(BOOKS)
    with pytest.raises(TypeError, match="made of a select, not of TextClause"):
        paging.slice(text("SELECT 1"), session)
    with pytest.raises(ValueError, match="a limit or an offset, which the page sets"):
        paging.page(BOOKS.limit(3), session)


def test_pages_of_lists() -> None:
    """A list is cut; of an iterable, a slice reads no more than it needs."""
    numbers = iter(range(9))
    assert Paging(2, 3).slice(numbers) == Slice([3, 4], has_next=True)
    assert next(numbers) == 6
    assert Paging(2, 4).page([*"abcde"]) == Page(["e"], 5)
    assert Paging(2, 1).page({"a": 1, "b": 2, "c": 3}) == Page(["b", "c"], 3)
    assert Paging(2, 1).page(iter("abc")) == Page(["b", "c"], 3)


def test_without_sqlalchemy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are paged in programs that do not import it."""
    monkeypatch.setattr(sources, "sys", type("NoModules", (), {"modules": {}}))
    sources.prepare_selects()
    assert Paging(1, 1).page("ab") == Page(["b"], 2)


def test_parameters(typed: Typed, client: FlaskClient, document: Document) -> None:
    """They have the app's bounds, and those of the route."""

    @typed.get("/app")
    def by_app(paging: Paging) -> list[int]:
        return [paging.limit, paging.offset]

    @typed.get("/route")
    def by_route(
        paging: Annotated[Paging, PageSize(default=2, max=5, max_offset=50)],
    ) -> list[int]:
        return [paging.limit, paging.offset]

    @typed.get("/default")
    def by_default(paging: Annotated[Paging, PageSize(max=5)] = Paging(3, 1)) -> list[int]:
        return [paging.limit, paging.offset]

    assert client.get("/app").get_json() == [20, 0]
    assert client.get("/app?limit=100&offset=1000000").get_json() == [100, 10**6]
    assert client.get("/route").get_json() == [2, 0]
    assert client.get("/default").get_json() == [3, 1]
    limit, offset = document()["paths"]["/route"]["get"]["parameters"]
    assert (limit["name"], offset["name"]) == ("limit", "offset")
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 5, "default": 2}
    assert offset["schema"] == {"type": "integer", "minimum": 0, "maximum": 50, "default": 0}
    answer = client.get("/route?limit=6&offset=51")
    assert answer.status_code == 422
    assert [(f["pointer"], f["code"]) for f in answer.get_json()["errors"]] == [
        ("/limit", "out_of_range"),
        ("/offset", "out_of_range"),
    ]


@pytest.mark.configured(TYPED_PAGE_SIZE=50, TYPED_MAX_PAGE_SIZE=60, TYPED_MAX_OFFSET=10)
def test_bounds_of_the_app(typed: Typed, client: FlaskClient) -> None:
    """The default of the app is not larger than what a route allows."""

    @typed.get("/app")
    def by_app(paging: Paging) -> int:
        return paging.limit

    @typed.get("/route")
    def by_route(paging: Annotated[Paging, PageSize(max=5)]) -> int:
        return paging.limit

    assert client.get("/app").get_json() == 50
    assert client.get("/route").get_json() == 5
    assert client.get("/app?limit=61").status_code == 422
    assert client.get("/app?offset=11").status_code == 422


@pytest.mark.configured(TYPED_RENAME="pascal")
def test_renamed_parameters(typed: Typed, client: FlaskClient) -> None:
    """The links have the names that the request has."""

    @typed.get("/")
    def view(paging: Paging) -> Page[int]:
        return paging.page([1, 2, 3])

    assert client.get("/?Limit=1&Offset=1").headers["Link"] == (
        '<?Limit=1&Offset=0>; rel="first", <?Limit=1&Offset=0>; rel="prev",'
        ' <?Limit=1&Offset=2>; rel="next", <?Limit=1&Offset=2>; rel="last"'
    )


def test_a_default_beyond_the_bounds(typed: Typed) -> None:
    """It is an error when the view is registered."""

    def view(paging: Annotated[Paging, PageSize(default=9, max=5)]) -> None: ...

    with pytest.raises(DeclarationError, match="A page has 9 items by default, but may have 1 to"):
        typed.get("/")(view)


def test_pages_are_schemas(typed: Typed, client: FlaskClient, document: Document) -> None:
    """Each has exactly its members, and a component by the name of its item."""

    @typed.get("/page")
    def read_page(paging: Paging) -> Page[Book]:
        return paging.page([Book(1, "Emma")])

    @typed.get("/slice")
    def read_slice(paging: Paging) -> Slice[Book]:
        return paging.slice([Book(1, "Emma")])

    book = {"id": 1, "title": "Emma"}
    assert client.get("/page").get_json() == {"items": [book], "total": 1}
    assert client.get("/slice").get_json() == {"items": [book], "has_next": False}
    schemas = document()["components"]["schemas"]
    assert schemas["PageBook"]["required"] == ["items", "total"]
    assert schemas["PageBook"]["properties"]["total"]["minimum"] == 0
    assert schemas["SliceBook"]["required"] == ["has_next", "items"]


def find_books(paging: Paging) -> Page[Book]:
    """Return a page of books."""
    return paging.page([Book(1, "Emma"), Book(2, "Persuasion")])


def test_in_a_provider_and_in_the_view(typed: Typed, client: FlaskClient) -> None:
    """Both read the same parameters."""

    @typed.get("/")
    def view(paging: Paging, page: Annotated[Page[Book], Depends(find_books)]) -> int:
        return len(page.items) + paging.limit

    assert client.get("/?limit=1").get_json() == 2


def test_without_a_request(app: Flask, typed: Typed) -> None:
    """A function that is called without a request gets the default."""

    def read(paging: Paging = Paging(7)) -> int:
        return paging.limit

    with app.app_context():
        assert typed.call(read) == 7
