"""The option ``returns=``, and views that yield."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient
from flask.views import MethodView
from flask_typed import Created, DeclarationError, Typed, TypedBlueprint

if TYPE_CHECKING:
    from nowhere import BookRow  # type: ignore[import-not-found]  # a name that only checkers know

Document = Callable[[], dict[str, Any]]


@dataclass
class Book:
    """A book."""

    title: str


class Row:
    """A row of a database."""

    title = "Emma"
    secret = "s3cret"


def test_returns_replaces_the_annotation(
    typed: Typed, client: FlaskClient, document: Document
) -> None:
    """The response is made by the option; the view is annotated with what it really returns."""

    @typed.get("/", returns=list[Book])
    def view(limit: int = 1) -> list[Row]:
        return [Row()] * limit

    assert client.get("/?limit=2").get_json() == [{"title": "Emma"}] * 2
    content = document()["paths"]["/"]["get"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"]["items"] == {"$ref": "#/components/schemas/Book"}


def test_the_views_annotation_is_not_read(typed: Typed, client: FlaskClient) -> None:
    """It may have names that exist only for type checkers."""

    @typed.get("/<int:number>", returns=Created[Book])
    def view(number: int) -> BookRow:
        return Created(Row())

    assert client.get("/1").status_code == 201


def test_returns_none(typed: Typed, client: FlaskClient) -> None:
    """``None`` is an annotation like any other."""

    @typed.get("/", returns=None)
    def view() -> Any:
        return None

    assert client.get("/").status_code == 204


def test_returns_of_class_based_views(typed: Typed, client: FlaskClient) -> None:
    """It holds for all methods of a class-based view."""

    @typed.route("/", returns=Book)
    class Books(MethodView):
        """Books."""

        def get(self) -> Row:
            return Row()

    assert client.get("/").get_json() == {"title": "Emma"}


def test_returns_on_a_blueprint(client: FlaskClient, typed: Typed) -> None:
    """A blueprint's routes take it too."""
    books = TypedBlueprint("books", __name__)

    @books.get("/", returns=Book)
    def view() -> Row:
        return Row()

    client.application.register_blueprint(books)
    assert client.get("/").get_json() == {"title": "Emma"}


def test_returns_of_a_decorated_view(typed: Typed, client: FlaskClient) -> None:
    """The names in its annotations are those of its own module, not those of the decorator's."""

    @contextmanager
    def lamp() -> Iterator[None]:
        yield

    @typed.post("/", returns=Book)
    @lamp()  # contextlib makes the wrapper
    def view(book: Book) -> Row:
        return Row()

    assert client.post("/", json={"title": "a"}).get_json() == {"title": "Emma"}


def test_a_generator_of_items(typed: Typed, client: FlaskClient) -> None:
    """A view may yield the items of an array."""

    @typed.get("/", returns=list[Book])
    def view() -> Iterator[Row]:
        yield Row()

    assert client.get("/").get_json() == [{"title": "Emma"}]


def test_a_generator_without_annotation(typed: Typed, client: FlaskClient) -> None:
    """Flask streams what it yields."""

    @typed.get("/")
    def view():  # type: ignore[no-untyped-def]  # as in plain Flask
        yield "a"
        yield "b"

    assert client.get("/").text == "ab"


def yield_book() -> Book:  # type: ignore[misc]  # the mistake
    yield Book("Emma")  # pragma: no cover: it is refused


async def yield_nothing():  # type: ignore[no-untyped-def]  # without an annotation
    yield ""  # pragma: no cover: it is refused


async def yield_books() -> list[Book]:  # type: ignore[misc]  # the mistake
    yield Book("Emma")  # pragma: no cover: it is refused


@pytest.mark.parametrize("view", [yield_book, yield_nothing, yield_books])
def test_a_view_that_yields(typed: Typed, view: Any) -> None:
    """What would be a 500 in every request is refused."""
    with pytest.raises(DeclarationError, match=r"has `yield`, so it returns an? ") as caught:
        typed.get("/")(view)
    assert caught.value.instead.startswith("Annotate a stream, `Iterator[…]` or `EventStream[…]`;")


def test_a_decorator_may_collect(typed: Typed, client: FlaskClient) -> None:
    """A decorated generator is the decorator's business."""

    def first(function: Callable[[], Iterator[Book]]) -> Callable[[], Book]:
        @wraps(function)
        def take() -> Book:
            return next(function())

        return take

    @typed.get("/", returns=Book)
    @first
    def view() -> Iterator[Book]:
        yield Book("Emma")

    assert client.get("/").get_json() == {"title": "Emma"}
