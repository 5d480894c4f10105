"""``Filters``: a model whose fields have the conditions that a select gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import pytest
from annotated_types import MaxLen
from flask.testing import FlaskClient
from flask_typed import DeclarationError, Filters, Query, Typed, Where
from marshmallow import Schema, fields
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from .rows import AuthorRow, BookRow, Genre

Document = Callable[[], dict[str, Any]]


def search(text: str) -> Any:
    """Return the condition of a text."""
    found = BookRow.title.icontains(text, autoescape=True)
    return or_(found, BookRow.author.has(AuthorRow.name.icontains(text, autoescape=True)))


@dataclass
class BookFilters:
    """The filters of a list of books."""

    text: Annotated[str | None, MaxLen(20), Where(search)] = None
    title: Annotated[str | None, Where(BookRow.title, "contains")] = None
    begin: Annotated[str | None, Where(BookRow.title, "startswith")] = None
    price_from: Annotated[Decimal | None, Where(BookRow.price, "ge")] = None
    price_below: Annotated[Decimal | None, Where(BookRow.price, "lt")] = None
    since: Annotated[date | None, Query(alias="createdSince"), Where(BookRow.day, "gt")] = None
    until: Annotated[date | None, Where(BookRow.day, "le")] = None
    genre: Annotated[list[Genre], Where(BookRow.genre, "in")] = field(default_factory=list)
    but: Annotated[list[int], Where(BookRow.id, "not_in")] = field(default_factory=list)
    author: Annotated[int | None, Where(BookRow.author_id)] = None
    other: Annotated[int | None, Where(BookRow.author_id, "ne")] = None
    free: Annotated[bool | None, Where(BookRow.price, "is_null")] = None


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (BookFilters(), [1, 2, 3, 4, 5, 6, 7, 8]),
        (BookFilters(text="jane"), [4, 6, 8]),
        (BookFilters(title="OK 3"), [3]),
        (BookFilters(title="%"), []),
        (BookFilters(begin="book_"), []),
        (BookFilters(begin="book 1"), [1]),
        (BookFilters(price_from=Decimal(1)), [1, 5, 7]),
        (BookFilters(price_below=Decimal(1)), [2, 4, 8]),
        (BookFilters(since=date(2026, 1, 3)), [3, 7]),
        (BookFilters(until=date(2026, 1, 1)), [4, 8]),
        (BookFilters(genre=[Genre.TRAVEL], but=[1, 3]), [5, 7]),
        (BookFilters(author=1), [4, 6, 8]),
        (BookFilters(other=1), [3, 5, 7]),
        (BookFilters(free=True), [3, 6]),
        (BookFilters(free=False, author=2), [5, 7]),
    ],
    ids=repr,
)
def test_conditions(session: Session, filters: BookFilters, expected: list[int]) -> None:
    """Each filter that has a value is one; ``%`` and ``_`` are ordinary characters."""
    query = select(BookRow.id).order_by(BookRow.id)
    assert session.scalars(Filters(filters).apply(query)).all() == expected


def test_filters_of_a_request(
    typed: Typed, client: FlaskClient, session: Session, document: Document
) -> None:
    """They are ordinary query parameters, validated and published."""

    @typed.get("/")
    def view(filters: Filters[BookFilters]) -> list[int]:
        return list(session.scalars(filters.apply(select(BookRow.id).order_by(BookRow.id))))

    url = "/?createdSince=2026-01-01&genre=travel&but=3&price_from=1"
    assert client.get(url).get_json() == [1, 5, 7]
    assert client.get("/?price_from=x&genre=sea").status_code == 422
    parameters = document()["paths"]["/"]["get"]["parameters"]
    assert [parameter["name"] for parameter in parameters][4:7] == [
        "price_below",
        "createdSince",
        "until",
    ]
    assert not any(parameter["required"] for parameter in parameters)


def test_filters_as_one_object(
    typed: Typed, client: FlaskClient, session: Session, document: Document
) -> None:
    """The object has the name of the argument, and may be missing if all its fields may."""

    @typed.get("/")
    def view(
        filter: Annotated[Filters[BookFilters], Query(style="deepObject")],  # noqa: A002
    ) -> list[int]:
        return list(session.scalars(filter.apply(select(BookRow.id).order_by(BookRow.id))))

    assert len(client.get("/").get_json()) == 8
    assert client.get("/?filter[author]=2&filter[but]=5").get_json() == [3, 7]
    (parameter,) = document()["paths"]["/"]["get"]["parameters"]
    assert (parameter["name"], parameter["style"]) == ("filter", "deepObject")
    assert parameter["required"] is False


@dataclass
class Required:
    """A filter that each request has."""

    author: Annotated[int, Where(BookRow.author_id)]


BY_ANNE = Filters(Required(3))


def test_filters_that_are_required(typed: Typed, client: FlaskClient) -> None:
    """Unless the argument has a default."""

    @typed.get("/required")
    def require(filters: Annotated[Filters[Required], Query(style="deepObject")]) -> int:
        return filters.values.author

    @typed.get("/default")
    def by_default(
        filters: Annotated[Filters[Required], Query(style="deepObject")] = BY_ANNE,
    ) -> int:
        return filters.values.author

    assert client.get("/required").status_code == 422
    assert client.get("/required?filters[author]=2").get_json() == 2
    assert client.get("/default").get_json() == 3


class AsDict(TypedDict):
    """Filters whose values are a dictionary."""

    author: Annotated[int, Where(BookRow.author_id)]


class AsSchema(Schema):
    """Filters whose values are a dictionary too."""

    author = fields.Integer()


def make_model(annotation: Any) -> Any:
    """Return a model with one field."""
    return dataclass(type("Model", (), {"__annotations__": {"price": annotation}}))


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (Filters, "Filters does not have a model"),
        (Filters[AsDict], "AsDict is a TypedDict"),
        (Filters[AsSchema], "AsSchema is a Schema"),
        (Filters[make_model(int)], "The filter has no conditions.*field 'price' of Model"),
        (
            Filters[make_model(Annotated[int, Where(1), Where(2)])],
            "The filter has 2 conditions",
        ),
        (
            Filters[make_model(Annotated[int, Where(BookRow.id, "in")])],
            r"The filter is int, which Where\(…, 'in'\) cannot compare",
        ),
        (
            Filters[make_model(Annotated[list[int], Where(BookRow.id)])],
            r"The filter is list\[int\], which Where\(…, 'eq'\) cannot compare",
        ),
    ],
)
def test_declarations_that_cannot_work(typed: Typed, annotation: Any, message: str) -> None:
    """They are errors when the view is registered."""

    def view(filters: Any) -> None: ...

    view.__annotations__["filters"] = annotation
    with pytest.raises(DeclarationError, match=f"(?s){message}"):
        typed.get("/")(view)


def test_an_operator_that_does_not_exist() -> None:
    """It is an error when the model is declared."""
    operator: Any = "like"
    with pytest.raises(DeclarationError, match="has the operator 'like'"):
        Where(BookRow.title, operator)
