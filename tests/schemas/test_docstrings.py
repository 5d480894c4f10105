"""Docstrings: prose, and what they say of names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from flask import Flask
from flask_typed import Body, Depends, Query, Typed
from flask_typed.schemas.docstrings import Docstring, read_docstring, read_fields
from typing_extensions import Doc, TypedDict

SPHINX = """Find books.

    All of them: see :class:`Book`.

    :param str text: what is looked for,
        in titles.
    :param limit: how many.

        Not more.
    :type limit: int
    :returns: books
    :raises ValueError: for nothing.

    More prose.
    """

GOOGLE = """Find books.

    Note: this is prose.

    Args:
        text (str): What is looked for,
            in titles.
        limit: How many.
        *more: Others.

    Returns:
        books: all of them.

    More prose.
    """


@pytest.mark.parametrize(
    ("text", "docstring"),
    [
        pytest.param(None, Docstring(), id="none"),
        pytest.param("", Docstring(), id="empty"),
        pytest.param("One line.", Docstring("One line."), id="line"),
        pytest.param("One line: this.", Docstring("One line: this."), id="colon"),
        pytest.param("One.\n\nTwo.\n", Docstring("One.", "Two."), id="prose"),
        pytest.param(":param x: one", Docstring(fields={"x": "one"}), id="fields alone"),
        pytest.param(
            SPHINX,
            Docstring(
                "Find books.",
                "All of them: see :class:`Book`.\n\nMore prose.",
                {"text": "what is looked for, in titles.", "limit": "how many. Not more."},
            ),
            id="Sphinx",
        ),
        pytest.param(
            GOOGLE,
            Docstring(
                "Find books.",
                "Note: this is prose.\n\nMore prose.",
                {
                    "text": "What is looked for, in titles.",
                    "limit": "How many.",
                    "more": "Others.",
                },
            ),
            id="Google",
        ),
    ],
)
def test_docstrings(text: str | None, docstring: Docstring) -> None:
    """Field lists are taken out of the prose; what is of no name is not published."""
    assert read_docstring(text) == docstring


@dataclass
class Base:
    """A base.

    :param id: given by the shop.
    :param title: of the base.
    """

    id: int
    title: str


@dataclass
class Book(Base):
    """A book.

    :param title: on the cover.
    :param pages: how many.
    :param price: in euros.
    :ivar isbn: thirteen digits.
    """

    pages: Annotated[int, Doc("Its own words.")] = 0
    price: int = field(default=0, metadata={"description": "Metadata."})
    isbn: str = ""


class Size(TypedDict):
    """A size.

    Attributes:
        width: In millimetres.
    """

    width: int


def test_fields_of_classes() -> None:
    """A class adds to what its bases say."""
    assert read_fields(Book) == {
        "id": "given by the shop.",
        "title": "on the cover.",
        "pages": "how many.",
        "price": "in euros.",
        "isbn": "thirteen digits.",
    }


def find(page: int = 1) -> int:
    """Page.

    :param page: of the list.
    """
    return page


def test_published(app: Flask, typed: Typed, document: Callable[[], dict[str, Any]]) -> None:
    """What stands at a field or an argument itself comes first."""

    @typed.post("/<int:number>")
    def view(
        number: int,
        book: Book,
        page: Annotated[int, Depends(find)],
        text: Annotated[str, Query(description="Marked.")] = "",
        size: Annotated[int, Doc("Documented.")] = 0,
        limit: int = 1,
    ) -> Size:
        """Do it.

        Really.

        :param number: of the thing.
        :param book: to add.
        :param text: not this.
        :param size: nor this.
        """
        return {"width": page}

    published = document()
    operation = published["paths"]["/{number}"]["post"]
    assert (operation["summary"], operation["description"]) == ("Do it.", "Really.")
    assert {p["name"]: p.get("description") for p in operation["parameters"]} == {
        "number": "of the thing.",
        "text": "Marked.",
        "size": "Documented.",
        "limit": None,
        "page": "of the list.",
    }
    assert operation["requestBody"]["description"] == "to add."
    schemas = published["components"]["schemas"]
    assert {k: v.get("description") for k, v in schemas["Book"]["properties"].items()} == {
        "id": "given by the shop.",
        "title": "on the cover.",
        "pages": "Its own words.",
        "price": "Metadata.",
        "isbn": "thirteen digits.",
    }
    assert schemas["Size"]["properties"]["width"]["description"] == "In millimetres."
    assert app.test_client().post("/1?page=7", json={"id": 1, "title": "x"}).json == {"width": 7}


def test_views_without_fields(typed: Typed, document: Callable[[], dict[str, Any]]) -> None:
    """A docstring of fields alone has no summary."""

    @typed.get("/")
    def view(text: Annotated[str, Body()] = "") -> None:
        """:param text: to read"""

    operation = document()["paths"]["/"]["get"]
    assert "summary" not in operation
    assert operation["requestBody"]["description"] == "to read"
