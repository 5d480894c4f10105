"""Errors in a return annotation: a view may return them as well as raise them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import flask
import pytest
from annotated_types import Len
from flask import Flask
from flask.testing import FlaskClient
from flask.views import MethodView
from flask_typed import Created, DeclarationError, Depends, Header, Problem, Typed
from werkzeug.exceptions import HTTPException, NotFound

Document = Callable[[], dict[str, Any]]


@dataclass
class Book:
    """A book."""

    title: str


class BookNotFound(Problem):
    """No book has this id."""

    status = 404
    book_id: int


class Busy(Problem):
    """Too many requests."""

    status = 429
    retry_after: Annotated[int, Header()]


NO_BOOK = {"type": "about:blank", "title": "No book has this id.", "status": 404, "book_id": 7}


def test_a_problem_that_is_returned(typed: Typed, client: FlaskClient) -> None:
    """It is answered as if it was raised."""

    @typed.get("/")
    def view() -> Book | BookNotFound:
        return BookNotFound(book_id=7)

    answer = client.get("/")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.get_json() == NO_BOOK


def test_a_body_beside_a_problem(typed: Typed, client: FlaskClient) -> None:
    """The other member of the union is answered as ever."""

    @typed.get("/")
    def view() -> Book | BookNotFound:
        return Book("Emma")

    assert client.get("/").get_json() == {"title": "Emma"}


def test_published(typed: Typed, document: Document) -> None:
    """Each error has its own status code, with its headers; the body is only the other type."""

    @typed.get("/")
    def view() -> Created[Book] | BookNotFound | Busy | None: ...

    responses = document()["paths"]["/"]["get"]["responses"]
    assert list(responses) == ["204", "201", "404", "429"]
    created = responses["201"]["content"]["application/json"]["schema"]
    missing = responses["404"]["content"]["application/problem+json"]["schema"]
    assert (created, missing) == (
        {"$ref": "#/components/schemas/Book"},
        {"$ref": "#/components/schemas/BookNotFound"},
    )
    assert list(responses["429"]["headers"]) == ["Retry-After"]


def test_headers_of_a_problem_that_is_returned(typed: Typed, client: FlaskClient) -> None:
    """Its headers are those of a raised one."""

    @typed.get("/")
    def view() -> Created[Book] | Busy:
        return Busy(retry_after=3)

    answer = client.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")


def test_async_views(typed: Typed, client: FlaskClient) -> None:
    """An async view returns errors like any other."""

    @typed.get("/")
    async def view() -> Book | BookNotFound:
        return BookNotFound(book_id=7)

    assert client.get("/").status_code == 404


def test_class_based_views(typed: Typed, client: FlaskClient) -> None:
    """A method returns errors like a function."""

    @typed.route("/")
    class Books(MethodView):
        """Books."""

        def get(self) -> Book | BookNotFound:
            return BookNotFound(book_id=7)

    assert client.get("/").status_code == 404


def test_werkzeugs_errors(typed: Typed, client: FlaskClient, document: Document) -> None:
    """An exception of werkzeug is published and answered too."""

    @typed.get("/")
    def view() -> Book | NotFound:
        return NotFound("No such book.")

    answer = client.get("/").get_json()
    assert (answer["status"], answer["detail"]) == (404, "No such book.")
    assert "404" in document()["paths"]["/"]["get"]["responses"]


def open_session() -> Iterator[list[str]]:
    """Yield a list, to which the title of an error is added."""
    met: list[str] = []
    try:
        yield met
    except BookNotFound as error:
        met.append(error.title)
        raise


def test_providers_meet_the_error(typed: Typed, client: FlaskClient) -> None:
    """A provider with ``yield`` meets a returned error as a raised one, so that it rolls back."""
    given: list[list[str]] = []

    @typed.get("/")
    def view(session: Annotated[list[str], Depends(open_session)]) -> Book | BookNotFound:
        given.append(session)
        return BookNotFound(book_id=7)

    assert client.get("/").status_code == 404
    assert given == [["No book has this id."]]


def test_error_handlers_get_it(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """The app's error handlers get a returned error."""

    @app.errorhandler(404)
    def handle(error: HTTPException) -> tuple[str, int]:
        return "handled", 404

    @typed.get("/")
    def view() -> Annotated[str, "a title"] | NotFound:
        return NotFound()

    with pytest.warns(UserWarning, match="expected application/problem"):
        assert client.get("/").text == "handled"


@pytest.mark.parametrize("wrap", [lambda error: error, lambda error: (error, 200)])
def test_an_error_is_never_a_body(
    typed: Typed, client: FlaskClient, wrap: Callable[[Any], Any]
) -> None:
    """An error that the annotation does not have is answered as an error, not as a book."""

    class Untitled(Problem):
        """It has the attribute ``title``, like a book."""

        status = 410

    @typed.get("/")
    def view() -> Book:
        return wrap(Untitled())  # type: ignore[no-any-return]  # what a type checker would refuse

    with pytest.warns(UserWarning, match="answered 410"):
        assert client.get("/").status_code == 410


def test_a_decorator_may_make_a_response_of_an_error(typed: Typed, client: FlaskClient) -> None:
    """``make_response`` takes an error, as in Flask."""

    @typed.get("/")
    def view() -> Book | BookNotFound:
        flask.abort(flask.make_response(BookNotFound(book_id=7)))

    assert client.get("/").get_json() == NO_BOOK


def test_only_errors(typed: Typed, client: FlaskClient, document: Document) -> None:
    """A view may have nothing else to return."""

    @typed.get("/")
    def view() -> BookNotFound:
        return BookNotFound(book_id=7)

    assert client.get("/").get_json() == NO_BOOK
    assert list(document()["paths"]["/"]["get"]["responses"]) == ["default", "404"]


def test_errors_of_a_webhook(typed: Typed, document: Document) -> None:
    """The errors that a subscriber may return are published with the request that is sent."""

    @typed.webhook("sold")
    def sold(book: Book) -> Book | BookNotFound: ...

    assert list(document()["webhooks"]["sold"]["post"]["responses"]) == ["200", "404"]


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        pytest.param(Book | HTTPException, "HTTPException has no status code", id="no status"),
        pytest.param(
            Book | Annotated[BookNotFound, Len(1)], "not checked on an error", id="constraint"
        ),
    ],
)
def test_refused(typed: Typed, annotation: Any, message: str) -> None:
    """An error without a status code, or with a constraint, is refused."""

    def view() -> None: ...

    view.__annotations__["return"] = annotation
    with pytest.raises(DeclarationError, match=message):
        typed.get("/")(view)


def test_a_decorator_that_makes_the_response(typed: Typed, client: FlaskClient) -> None:
    """The error that a decorator passes to ``make_response`` is Flask's to answer."""

    def with_header(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapped() -> flask.Response:
            response = flask.make_response(function())
            response.headers["X-Shelf"] = "7"
            return response

        return wrapped

    @typed.get("/")
    @with_header
    def view() -> Book | BookNotFound:
        return BookNotFound(book_id=7)

    answer = client.get("/")
    assert (answer.status_code, answer.headers["X-Shelf"]) == (404, "7")
