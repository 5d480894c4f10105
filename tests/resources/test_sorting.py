"""``Sort``: the keys of an order, in a request, a select and a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeAlias

import pytest
from flask.testing import FlaskClient
from flask_typed import DeclarationError, Query, Sort, Typed
from sqlalchemy import select
from sqlalchemy.orm import Session

from .rows import Book, BookRow

Document = Callable[[], dict[str, Any]]
Key: TypeAlias = Literal["title", "created"]
Sorted = Sort[Key]


def test_keys_of_a_request(typed: Typed, client: FlaskClient, document: Document) -> None:
    """They are in one parameter, in their order; the document lists both directions."""

    @typed.get("/")
    def view(sort: Sort[Key] = Sort("-created")) -> str:
        return repr(sort)

    assert client.get("/").get_json() == "Sort('-created')"
    assert client.get("/?sort=title,-created").get_json() == "Sort('title', '-created')"
    (parameter,) = document()["paths"]["/"]["get"]["parameters"]
    description = parameter["description"]
    assert description.endswith("Each key may occur once, in one direction.")
    assert {key: parameter[key] for key in ("name", "style", "explode", "required")} == {
        "name": "sort",
        "style": "form",
        "explode": False,
        "required": False,
    }
    assert parameter["schema"] == {
        "type": "array",
        "items": {"type": "string", "enum": ["created", "-created", "title", "-title"]},
        "maxItems": 2,
        "default": ["-created"],
    }


@pytest.mark.parametrize(
    ("sort", "fault"),
    [
        ("title,-title", ("/sort", "duplicate_key", "Must not hold a key twice.")),
        (
            "password",
            ("/sort/0", "invalid_choice", "Must be one of: created, -created, title, -title."),
        ),
    ],
)
def test_keys_that_are_refused(
    typed: Typed, client: FlaskClient, sort: str, fault: tuple[str, str, str]
) -> None:
    """Only what the program names can be asked for, and once."""

    @typed.get("/")
    def view(sort: Sort[Key] = Sort()) -> None: ...

    (found,) = client.get(f"/?sort={sort}").get_json()["errors"]
    assert (found["pointer"], found["code"], found["detail"]) == fault


def test_options_of_the_parameter(typed: Typed, client: FlaskClient, document: Document) -> None:
    """The parameter has the name of the argument, or an alias."""

    @typed.get("/")
    def view(order: Annotated[Sort[Key], Query(alias="orderBy", description="By.")]) -> int:
        return len(order.keys)

    assert client.get("/").get_json() == 0
    assert client.get("/?orderBy=title").get_json() == 1
    assert document()["paths"]["/"]["get"]["parameters"][0]["description"].startswith("By.")


@pytest.mark.parametrize(
    ("annotation", "default", "message"),
    [
        (Sort, Sort(), "does not have the names of its keys"),
        (Sort[str], Sort(), "does not have the names of its keys"),
        (Sort[Literal["-title"]], Sort(), "does not have the names of its keys"),
        (Sort[Literal["a,b"]], Sort(), "does not have the names of its keys"),
        (Sort[Key], Sort("-price"), "The default has the key '-price'"),
    ],
)
def test_declarations_that_cannot_work(
    typed: Typed, annotation: Any, default: Any, message: str
) -> None:
    """They are errors when the view is registered."""

    def view(sort: Any = default) -> None: ...

    view.__annotations__["sort"] = annotation
    with pytest.raises(DeclarationError, match=message):
        typed.get("/")(view)


def test_selects(session: Session) -> None:
    """The keys are mapped to columns by the program; a unique column comes last."""
    columns = {"title": BookRow.title, "created": BookRow.day}
    sort: Sort[Key] = Sort("-created", "title")
    written = str(sort.apply(select(BookRow.id), columns, last=BookRow.id))
    assert written.endswith("ORDER BY book.day DESC, book.title ASC, book.id")
    assert str(Sorted().apply(select(BookRow.id), columns)).endswith("FROM book")
    several = sort.apply(select(BookRow.id), columns, last=[BookRow.genre, BookRow.id])
    assert str(several).endswith("book.genre, book.id")
    assert session.scalars(sort.apply(select(BookRow.id), columns)).all()[:2] == [3, 7]


def test_columns_that_are_missing() -> None:
    """A key without a column is an error in every request, whatever it asks for."""
    sort: Sort[Key] = Sort("title", names=("title", "created"))
    with pytest.raises(KeyError, match="created"):
        sort.apply(select(BookRow.id), {"title": BookRow.title})
    with pytest.raises(KeyError, match="created"):
        sort.sorted([], {"title": str})


def test_lists() -> None:
    """Items that are equal by one key are in the order of the next."""
    books = [Book(1, "b"), Book(2, "a"), Book(3, "b")]
    sort: Sort[Literal["title", "id"]] = Sort("-title", "id")
    found = sort.sorted(books, {"title": lambda book: book.title, "id": lambda book: book.id})
    assert [book.id for book in found] == [1, 3, 2]
    assert sort == Sort("-title", "id")
    assert hash(sort) != hash(Sort())
