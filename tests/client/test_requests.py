"""What a client sends, in process."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask_typed import (
    PROVIDED,
    Cursor,
    Filters,
    NumberedPaging,
    Paging,
    Patch,
    Preconditions,
    Sort,
)
from flask_typed.client import ArgumentMismatch, TypedClient
from flask_typed.declare.preconditions import PreconditionNotMet
from flask_typed.exceptions import SetupError
from werkzeug.datastructures import FileStorage

from . import shop
from .shop import Book, Genre, Limits, NewBook

client = TypedClient(shop.app)


def refuse(view: Any, *args: Any, by: TypedClient = client, **kwargs: Any) -> tuple[str, str]:
    """Return the argument that cannot be sent, and why."""
    with pytest.raises(ArgumentMismatch) as caught:
        by.call(view, *args, **kwargs)
    assert f"The argument {caught.value.argument!r} of {view.__name__}" in str(caught.value)
    return caught.value.argument, caught.value.cause


def test_only_what_was_passed_is_sent() -> None:
    """The defaults are the server's."""
    assert client.call(shop.list_books) == ["store", [], 20, None]
    genres = [Genre.POETRY, Genre.PROSE]
    got = client.call(shop.list_books, genre=genres, limit=3, q="ä&b")
    assert got == ["store", ["poetry", "prose"], 3, "ä&b"]
    assert client.call(shop.list_books, PROVIDED, [], q=None) == ["store", [], 20, None]


def test_names_headers_and_cookies() -> None:
    """Texts that a URL, a header and a cookie can hold."""
    assert client.call(shop.name_all, "ä b", "é", "a; b€") == ["ä b", "é", "a; b€"]
    kept = client.with_headers({"X-User": "ada"}, X_Other="1")
    assert kept.call(shop.name_all, "x") == ["x", "ada", None]
    assert kept.call(shop.name_all, "x", "own") == ["x", "own", None]


def test_cookies_are_kept() -> None:
    """Those of the test client are sent, and those of one call are not kept."""
    own = TypedClient(shop.app)
    own.test_client.set_cookie("sid", "kept")
    assert own.call(shop.name_all, "x", sid="other")[2] == "other"
    assert own.call(shop.name_all, "x")[2] == "kept"


@pytest.mark.parametrize(
    ("args", "argument", "cause"),
    [
        pytest.param(("a/b",), "name", "does not give it back", id="slash"),
        pytest.param(("",), "name", "does not give it back", id="empty"),
        pytest.param(("x", "a\nb"), "x_user", "Latin-1", id="line break"),
        pytest.param(("x", " a"), "x_user", "Latin-1", id="space"),
        pytest.param(("x", "€"), "x_user", "Latin-1", id="not Latin-1"),
        pytest.param((3,), "name", "expected a str", id="another type"),
    ],
)
def test_texts_that_cannot_be_sent(args: tuple[Any, ...], argument: str, cause: str) -> None:
    """Nothing is sent."""
    found = refuse(shop.name_all, *args)
    assert found[0] == argument
    assert cause in found[1]


def test_arguments_of_a_call() -> None:
    """Unknown and missing ones are errors as those of Python."""
    wrong: Any = client.call
    with pytest.raises(TypeError, match="unexpected keyword argument 'wrong'"):
        wrong(shop.read_book, 3, wrong=1)
    with pytest.raises(TypeError, match="needs the arguments book_id"):
        wrong(shop.read_book)
    assert refuse(shop.read_book, -1)[0] == "book_id"
    assert "leave it out" in refuse(shop.list_books, shop.Store())[1]


def test_objects_over_several_parameters() -> None:
    """In the query, as one parameter with keys, and in other styles."""
    assert client.call(shop.spread, Limits(1, ["a", "b"]), Limits(None, ["x"]), [1, 2]) == [
        [1, ["a", "b"]],
        [None, ["x"]],
        [1, 2],
    ]
    assert client.call(shop.spread, Limits(), None) == [[None, []], None, []]
    assert "'high' is None" in refuse(shop.spread, Limits(high=None))[1]
    assert "'high' is None" in refuse(shop.spread, Limits(), Limits(high=None))[1]
    assert "no 'low'" in refuse(shop.spread, object())[1]
    assert "no 'low'" in refuse(shop.spread, Limits(), object())[1]


def test_bodies() -> None:
    """JSON of one and of several arguments, bytes, text and lines."""
    assert client.call(shop.take_two, "Emma", Decimal("9.50")) == ["Emma", "9.50"]
    assert client.call(shop.reverse, b"abc") == b"cba"
    assert client.call(shop.reverse, BytesIO(b"abc").getvalue()) == b"cba"
    assert client.call(shop.shout, "é") == "É"
    items = iter([NewBook("a", Decimal(1))])
    assert [book.title for book in client.call(shop.double, items)] == ["a", "a"]
    assert "expected NewBook" in refuse(shop.copy_packed, 3)[1]


def test_formats() -> None:
    """MessagePack and CSV, where a server takes nothing else."""
    books = [NewBook("a", Decimal(1)), NewBook("b", Decimal(2), date(2020, 1, 1))]
    assert client.call(shop.copy_packed, books[0]) == books[0]
    assert client.call(shop.copy_table, books) == books
    assert client.call(shop.choose) == NewBook("Emma", Decimal(1))


def test_forms() -> None:
    """Files of all kinds beside fields, and a form without files."""
    meta = {"a": 1}
    more: list[Any] = [BytesIO(b"x"), FileStorage(BytesIO(b"y"))]
    sent: Any = b"abc"
    got = client.call(shop.take_form, sent, more, "n", meta)
    assert got == ["cover", "abc", 2, "n", meta, None]
    named = FileStorage(BytesIO(b"abc"), "cover.png")
    got = client.call(shop.take_form, named, more[:0] or [named], "n", meta, number=3)
    assert got[0] == "cover.png"
    assert got[5] == 3
    assert client.call(shop.take_plain_form, "a&b") == "a&b"
    with pytest.raises(TypeError, match="not a FileStorage"):
        client.call(shop.take_form, sent, [3], "n", meta)  # type: ignore[list-item]  # tested


def test_patches() -> None:
    """Only what was given, and the operations of a JSON Patch."""
    patch = Patch(NewBook, price=Decimal(3), published=None)
    assert client.call(shop.change_book, 3, patch) == ["price", "published"]
    operations: Any = [{"op": "replace", "path": "/title", "value": "Emma"}]
    made = Patch.from_request(Patch.make_plan(NewBook), patch.changes, operations)
    assert client.call(shop.change_book, 3, made) == ["title"]
    assert "not a Patch" in refuse(shop.change_book, 3, {"title": "x"})[1]


def test_objects_that_a_provider_makes() -> None:
    """They are taken apart into the parameters of their provider."""
    got = client.call(
        shop.page, Paging(3, 0), Sort("title", "-price"), Filters(shop.BookFilters("x"))
    )
    assert (got.items, got.total) == (["Sort('title', '-price')", "x", "c"], 4)
    assert client.call(shop.page, PROVIDED).items[:2] == ["Sort('-price')", "None"]
    assert client.call(shop.number_pages, NumberedPaging(10, 20)).body[0] == 20
    assert "not the start" in refuse(shop.number_pages, NumberedPaging(10, 5))[1]
    assert client.call(shop.page_on, Cursor(5)) == [5, None]
    client.call(shop.replace_book, 1, Preconditions(if_match='"3"'))
    with pytest.raises(PreconditionNotMet):
        client.call(shop.replace_book, 1, Preconditions(if_match='"4"'))
    assert "with_headers" in refuse(shop.replace_book, 1, object())[1]


def test_arguments_of_providers() -> None:
    """Those that no argument of the view tells are passed by their names."""
    known = client.with_arguments(x_tenant="acme", depth=5, lang="en")
    assert known.call(shop.name_tenant) == ["acme5", {"lang": "en"}]
    assert refuse(shop.name_tenant)[0] == "lang"
    assert "with_arguments(x_tenant=…)" in refuse(shop.name_tenant, "acme5", by=known)[1]
    assert refuse(shop.name_tenant, by=client.with_arguments(other=1)) == (
        "other",
        "no provider has it",
    )


def test_which_operation() -> None:
    """A view with several needs a choice, and a method is of an instance."""
    assert client.call(shop.Books().get, 3) == 3
    assert client.call(shop.Books().post, number=3, text="x") == "3x"
    with pytest.raises(SetupError, match=r"GET /both \(be_both\), DELETE /both \(be_both\)"):
        client.call(shop.be_both)
    assert client.at(method="delete").call(shop.be_both) == "both"
    with pytest.raises(SetupError, match="call a method of an instance"):
        client.call(shop.Books.get, shop.Books(), 3)
    with pytest.raises(SetupError, match="is not a typed view of the app"):
        client.call(refuse, 3)


def test_fields_of_one_direction() -> None:
    """A request has no read-only fields, and a response has no write-only ones."""
    added = client.call(shop.add_book, Book("Emma", Decimal(1), id=3, secret="s"), PROVIDED)
    body = added.body
    assert (body.title, body.id, body.secret, body.slug) == ("Emma", 7, "none", "Emma-s")
    account = client.call(shop.read_account)
    assert (account.name, account.level, account.tags) == ("ada", 3, [])
    assert not hasattr(account, "password")
    schema: Any = {"id": 3, "title": "Emma", "secret": "xyz"}
    assert client.call(shop.take_schema, schema) == {"id": 3, "title": "Emma"}
