"""Pages by cursor: complete in both directions, stable, and only for the list that they are of."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from typing import Annotated, Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Cursor, CursorPage, PageSize, RequestInvalid, SetupError, Typed
from flask_typed.resources.keysets import OrderedBy, read_order
from flask_typed.resources.sealing import CursorStart, Seal
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text, union
from sqlalchemy.orm import Session, aliased, joinedload

from .rows import AuthorRow, Book, BookRow

Document = Callable[[], dict[str, Any]]
OTHER = aliased(BookRow)
TABLE = BookRow.__table__


def walk(source: Any, session: Any = None, limit: int = 3, **options: Any) -> tuple[Any, ...]:
    """Return the items of all pages forwards, and those of all pages backwards again."""
    pages = [Cursor(limit).page(source, session, **options)]
    while pages[-1].next:
        pages.append(Cursor(limit, pages[-1].next).page(source, session, **options))
    back = [pages[-1]]
    while back[-1].previous:
        back.append(Cursor(limit, back[-1].previous).page(source, session, **options))
    forwards = [item for page in pages for item in page.items]
    backwards = [item for page in reversed(back) for item in page.items]
    return forwards, backwards


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(select(BookRow), id="primary key"),
        pytest.param(select(BookRow).order_by(BookRow.id.desc()), id="primary key descending"),
        pytest.param(select(BookRow).order_by(BookRow.price), id="null"),
        pytest.param(select(BookRow).order_by(BookRow.price.desc()), id="null descending"),
        pytest.param(select(BookRow).order_by(BookRow.price.nulls_last()), id="nulls last"),
        pytest.param(
            select(BookRow).order_by(BookRow.price.desc().nulls_first()), id="nulls first"
        ),
        pytest.param(
            select(BookRow).order_by(BookRow.genre, BookRow.price.desc(), BookRow.day),
            id="mixed",
        ),
        pytest.param(select(BookRow).order_by(BookRow.moment.desc()), id="datetime"),
        pytest.param(select(BookRow).order_by(BookRow.hour, BookRow.code), id="time and UUID"),
        pytest.param(select(BookRow).order_by(func.lower(BookRow.title).desc()), id="function"),
        pytest.param(select(OTHER).order_by(OTHER.day), id="alias"),
        pytest.param(
            select(BookRow).outerjoin(BookRow.author).order_by(AuthorRow.name), id="outer join"
        ),
        pytest.param(
            select(BookRow).options(joinedload(BookRow.author)).order_by(BookRow.day), id="loaded"
        ),
        pytest.param(
            select(AuthorRow).options(joinedload(AuthorRow.books)).order_by(AuthorRow.name),
            id="loaded collection",
        ),
    ],
)
def test_every_item_is_on_one_page(session: Session, query: Any) -> None:
    """In the order of the select, in both directions."""
    expected = [row[0] for row in session.execute(query).unique()]
    forwards, backwards = walk(query, session)
    assert sorted(one.id for one in forwards) == sorted(one.id for one in expected)
    assert forwards == backwards


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(
            select(BookRow.id, BookRow.title).order_by(BookRow.price, BookRow.id), id="columns"
        ),
        pytest.param(select(TABLE).order_by(TABLE.c.price, TABLE.c.id), id="table"),
        pytest.param(
            select(BookRow.id, label := BookRow.price.label("cost")).order_by(label, BookRow.id),
            id="label",
        ),
    ],
)
def test_rows_with_names(session: Session, query: Any) -> None:
    """A select of several columns has rows with their names, in the order of the select."""
    forwards, backwards = walk(query, session)
    assert [row.id for row in forwards] == [row.id for row in session.execute(query)]
    assert forwards == backwards


def test_the_order_is_that_of_the_select(session: Session) -> None:
    """The primary key orders what is equal otherwise."""
    query = select(BookRow).order_by(BookRow.price.desc(), BookRow.genre, BookRow.id)
    forwards, _ = walk(query, session, 1)
    assert forwards == list(session.scalars(query))


def test_the_mark_of_an_order() -> None:
    """It is the same in each process, also that of an alias, whose own name is not."""
    names = [one.name for one in read_order(select(OTHER).order_by(OTHER.day.desc()))]
    new, old = "Anonymous alias of book", "anon_1"  # since SQLAlchemy 2.1, and before
    assert names in ([f"-{alias}.day", f"{alias}.id"] for alias in (new, old))
    by_text = select(BookRow).order_by(func.lower(BookRow.title).desc().nulls_last())
    assert [one.name for one in read_order(by_text)] == ["-lower(book.title) 0", "book.id"]


def test_rows_that_come_and_go(session: Session) -> None:
    """A page begins after the item, wherever that is, and even if it is gone."""
    query = select(BookRow).order_by(BookRow.title)
    first = Cursor(3).page(query, session)
    session.delete(first.items[-1])
    session.add(BookRow(**{**vars_of(first.items[0]), "id": 90, "title": "Book 0"}))
    session.flush()
    second = Cursor(3, first.next).page(query, session)
    assert [row.id for row in second.items] == [4, 5, 6]
    back = Cursor(3, second.previous).page(query, session)
    assert [row.id for row in back.items] == [90, 1, 2]
    assert back.previous is None


def vars_of(row: BookRow) -> dict[str, Any]:
    """Return the values of a row."""
    return {column.key: getattr(row, column.key) for column in TABLE.columns}


@pytest.mark.parametrize("large_null", [False, True])
@pytest.mark.parametrize("descending", [False, True])
def test_where_null_is(*, descending: bool, large_null: bool) -> None:
    """PostgreSQL and Oracle sort it after all values, the others before."""
    one = OrderedBy(BookRow.price, descending, nulls_first=None, nullable=True)
    sign = "<" if descending else ">"
    first = descending is large_null
    after_value = str(one.follows(Decimal(1), large_null=large_null))
    or_null = "" if first else " OR book.price IS NULL"
    assert after_value == f"book.price {sign} :price_1{or_null}"
    after_null = str(one.follows(None, large_null=large_null))
    assert after_null == ("book.price IS NOT NULL" if first else "false")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (select(BookRow).order_by(text("title")), "columns in order_by.., but it has the text"),
        (select(BookRow.day, func.count()).group_by(BookRow.day), "as a subquery"),
        (select(BookRow.day).distinct(), "as a subquery"),
        (union(select(BookRow.id), select(AuthorRow.id)), "as a subquery"),
        (select(func.count().label("count")), "select a mapped class or a table"),
        (select(select(BookRow.day).subquery()), "select a mapped class or a table"),
    ],
)
def test_selects_that_cannot_be_paged(session: Session, query: Any, message: str) -> None:
    """Their rows cannot be told apart."""
    with pytest.raises(ValueError, match=message):
        Cursor().page(query, session)


def test_lists() -> None:
    """They are put into the order of their keys."""
    items = [(number % 3, number) for number in range(8)]
    by_both = walk(items, key=lambda item: item)
    assert by_both == (sorted(items), sorted(items))
    down = walk(items, key=lambda item: item[1], descending=True)
    assert down == (items[::-1], items[::-1])
    assert Cursor().page([], key=abs) == CursorPage([])
    with pytest.raises(TypeError, match=r"write `page\(items, key=…\)`"):
        Cursor().page(items)


class Size(IntEnum):
    """An enumeration that is ordered."""

    SMALL = 1
    LARGE = 2


def test_keys_of_lists() -> None:
    """Each type is itself again on the next page; an enumeration counts by its values."""
    keys: list[list[Any]] = [
        [date(2026, 1, 1), date(2026, 1, 2)],
        [datetime(2026, 1, 1, tzinfo=timezone.utc), datetime(2026, 1, 2, tzinfo=timezone.utc)],
        [Decimal("0.10"), Decimal("0.2")],
        [UUID(int=1), UUID(int=2)],
        [False, True],
        [b"\x00", b"\xff"],
        [1.5, 2.5],
        ["a", "ß"],
        [Size.SMALL, Size.LARGE],
    ]
    for one in keys:
        assert walk(one, limit=1, key=lambda item: item) == (one, one)
    with pytest.raises(TypeError, match="A cursor cannot hold timedelta"):
        Cursor(1).page([timedelta(1), timedelta(2)], key=lambda item: item)


def test_long_cursors() -> None:
    """A cursor that no URL could hold is an error of the program."""
    with pytest.raises(ValueError, match="order by shorter values"):
        Cursor(1).page(["a" * 2000, "b"], key=str)


SEALS = [Seal(keys=["new", "old"], context="books"), Seal(keys=["old"], context="books")]


def test_keys_are_changed() -> None:
    """A cursor of an old key is still read."""
    start = CursorStart(is_backward=False, order="id", values=(1, None, "x"))
    assert SEALS[0].read(SEALS[1].write(start)) == start
    with pytest.raises(RequestInvalid):
        SEALS[1].read(SEALS[0].write(start))


@given(st.text() | st.from_regex(r"[\w-]{0,60}\.[\w-]{43}", fullmatch=True))
def test_forged_cursors(cursor: str) -> None:
    """Whatever is sent is a fault, and nothing else."""
    with pytest.raises(RequestInvalid):
        SEALS[0].read(cursor)


def add_feed(typed: Typed) -> None:
    """Add two lists with cursors."""
    books = [Book(number, f"Book {number}") for number in range(1, 6)]

    @typed.get("/feed")
    def read_feed(
        cursor: Annotated[Cursor, PageSize(default=2)], genre: str = "all", *, drop: int = 0
    ) -> CursorPage[Book]:
        return cursor.page(books[drop:], key=lambda book: book.id, descending=genre == "x")

    @typed.get("/shelf/<int:number>")
    def read_shelf(number: int, cursor: Cursor = Cursor(2)) -> CursorPage[Book]:
        return cursor.page(books, key=lambda book: book.id)


@pytest.mark.configured(SECRET_KEY="key")
def test_cursors_of_requests(typed: Typed, client: FlaskClient, document: Document) -> None:
    """They lead to all items, and only on the list that they are of."""
    add_feed(typed)
    first = client.get("/feed").get_json()
    assert [book["id"] for book in first["items"]] == [1, 2]
    assert first["previous"] is None
    cursor = first["next"]
    second = client.get(f"/feed?cursor={cursor}&limit=1").get_json()
    assert [book["id"] for book in second["items"]] == [3]
    assert client.get(f"/feed?cursor={second['previous']}").get_json()["items"] == first["items"]
    assert client.get("/feed?cursor=").get_json() == first
    fault = {
        "in": "query",
        "pointer": "/cursor",
        "code": "invalid_cursor",
        "detail": "Not a cursor of this list.",
    }
    shelf = client.get("/shelf/1").get_json()["next"]
    for url in (
        f"/feed?cursor={cursor}&genre=x",
        f"/feed?cursor={cursor}&drop=1",
        f"/feed?cursor={shelf}",
        f"/shelf/2?cursor={shelf}",
        f"/feed?cursor={cursor[:-1]}",
        f"/feed?cursor={cursor[1:]}",
        "/feed?cursor=%ff%00",
    ):
        answer = client.get(url)
        assert (answer.status_code, answer.get_json()["errors"]) == (422, [fault])
    several = client.get("/feed?cursor=x&limit=0").get_json()["errors"]
    assert [one["pointer"] for one in several] == ["/limit", "/cursor"]
    long = client.get(f"/feed?cursor={'x' * 2001}").get_json()["errors"]
    assert [one["code"] for one in long] == ["wrong_length", "invalid_cursor"]
    parameters = document()["paths"]["/feed"]["get"]["parameters"]
    schemas = {parameter["name"]: parameter["schema"] for parameter in parameters}
    assert schemas["limit"]["default"] == 2
    assert schemas["cursor"] == {"type": "string", "maxLength": 2000}


@pytest.mark.configured(SECRET_KEY="key")
def test_an_order_that_has_changed(typed: Typed, client: FlaskClient) -> None:
    """A cursor from before a release that orders the list otherwise is a fault."""
    orders = itertools.cycle([False, True])

    @typed.get("/")
    def view(cursor: Cursor) -> CursorPage[int]:
        return cursor.page([1, 2, 3], key=abs, descending=next(orders))

    cursor = client.get("/?limit=1").get_json()["next"]
    assert client.get(f"/?cursor={cursor}").status_code == 422


def test_an_app_without_a_key(typed: Typed, client: FlaskClient) -> None:
    """The first request tells it, not the first with a cursor."""
    add_feed(typed)
    with pytest.raises(SetupError, match=r"set SECRET_KEY, or app\.secret_key"):
        client.get("/feed")


@pytest.mark.configured(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"])
def test_fallback_keys(typed: Typed, client: FlaskClient, app: Flask) -> None:
    """Those of the configuration are read too."""
    add_feed(typed)
    app.secret_key = "old"
    cursor = client.get("/feed").get_json()["next"]
    app.secret_key = "new"
    assert client.get(f"/feed?cursor={cursor}").status_code == 200


def test_without_a_request() -> None:
    """The cursors of unit tests are not secret, and work with each other."""
    page = Cursor(2).page([1, 2, 3], key=abs)
    assert json.dumps(page.items) == "[1, 2]"
    assert Cursor(2, page.next).page([1, 2, 3], key=abs).items == [3]


def read_ids(cursor: Cursor = Cursor(2)) -> list[int]:
    """Return the items of a page."""
    return cursor.page([3, 1, 2], key=abs).items


def test_calls_without_a_request(app: Flask, typed: Typed) -> None:
    """A function that is called without a request gets the first page."""
    with app.app_context():
        assert typed.call(read_ids) == [1, 2]
