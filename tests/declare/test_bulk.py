"""A result for each item of a request."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from flask import abort
from flask.testing import FlaskClient
from flask_typed import (
    Body,
    DeclarationError,
    Done,
    Failed,
    MultiStatus,
    Problem,
    RequestTimedOut,
    Typed,
    raises,
)
from werkzeug.exceptions import HTTPException

Document = Callable[[], dict[str, Any]]


class NotThere(Problem):
    """No book has this id."""

    status = 404
    type = "urn:shop:not-there"
    book_id: int


class Sold(Problem):
    """The book is sold."""

    status = 409
    type = "urn:shop:sold"


@dataclass
class Book:
    """A book."""

    id: int


def change(book_id: int) -> Book:
    """Return a book, unless there is a problem with it."""
    if book_id == 404:
        raise NotThere(book_id=book_id)
    if book_id == 409:
        raise Sold(detail="It was sold today.")
    if book_id > 99:
        abort(book_id)
    return Book(book_id)


def give_change(book_id: int) -> Any:
    """Return a book, or the problem with it."""
    try:
        return change(book_id)
    except NotThere as error:
        return error


async def change_later(book_id: int) -> Book:
    """Return a book."""
    return change(book_id)


def test_problem_that_is_returned() -> None:
    """It is the result of its item as one that is raised; its savepoint is rolled back."""
    seen: list[str] = []

    @contextmanager
    def begin() -> Iterator[None]:
        try:
            yield
        except NotThere:
            seen.append("rollback")
            raise

    done, failed = MultiStatus.of([1, 404], give_change, unit=begin).body
    assert done == Done(Book(1))
    assert failed.problem.book_id == 404
    assert seen == ["rollback"]


def test_async_function() -> None:
    """Nothing would await it."""
    assert asyncio.run(change_later(1)) == Book(1)
    with pytest.raises(DeclarationError, match="cannot await the results of an `async def`"):
        MultiStatus.of([1], change_later)


DONE = {"value": {"id": 1}, "outcome": "done"}
NOT_THERE = {"type": NotThere.type, "title": NotThere.title, "status": 404}
SOLD = {"type": Sold.type, "title": Sold.title, "status": 409, "detail": "It was sold today."}


def test_typed(typed: Typed, client: FlaskClient, document: Document) -> None:
    """Each result is that of its item; problems have the members of their classes."""

    @typed.post("/")
    def change_books(ids: Annotated[list[int], Body()]) -> MultiStatus[Book, NotThere | Sold]:
        return MultiStatus.of(ids, change)

    answer = client.post("/", json=[1, 404, 409])
    assert (answer.status_code, answer.json) == (
        207,
        [
            DONE,
            {"problem": {**NOT_THERE, "book_id": 404}, "outcome": "failed"},
            {"problem": SOLD, "outcome": "failed"},
        ],
    )
    response = document()["paths"]["/"]["post"]["responses"]["207"]
    assert response["description"] == "Multi-Status"
    assert response["content"]["application/json"]["schema"]["items"]["discriminator"] == {
        "propertyName": "outcome",
        "mapping": {
            "done": "#/components/schemas/DoneBook",
            "failed": "#/components/schemas/FailedNotThereOrSold",
        },
    }


def test_any_problem(typed: Typed, client: FlaskClient) -> None:
    """Without classes of problems, their common members are sent, those of abort() too."""

    @typed.post("/")
    def change_books(ids: Annotated[list[int], Body()]) -> MultiStatus[Book]:
        return MultiStatus.of(ids, change)

    results = client.post("/", json=[404, 410]).json
    gone = {"type": "about:blank", "title": "Gone", "status": 410}
    assert [result["problem"].pop("detail", None) for result in results] == [
        None,
        "The requested URL is no longer available on this server and there is no forwarding"
        " address. If you followed a link from a foreign page, please contact the author of this"
        " page.",
    ]
    assert results == [
        {"problem": NOT_THERE, "outcome": "failed"},
        {"problem": gone, "outcome": "failed"},
    ]


def test_units() -> None:
    """Each item is done in a unit of its own, which its problem leaves."""
    log: list[Any] = []

    @contextmanager
    def savepoint() -> Iterator[None]:
        try:
            yield
        except HTTPException as error:
            log.append(error.code)
            raise
        log.append("kept")

    results = MultiStatus.of([1, 404], change, unit=savepoint)
    assert log == ["kept", 404]
    done, failed = results.body
    assert done == Done(Book(1))
    assert isinstance(failed, Failed)
    assert failed.problem.book_id == 404


@pytest.mark.parametrize("status", [500, 503])
def test_errors_of_the_server(status: int) -> None:
    """An error of the server ends the request."""
    with pytest.raises(HTTPException) as caught:
        MultiStatus.of([status], change)
    assert caught.value.code == status


def test_other_errors() -> None:
    """So does a deadline, a response without a status code, and any other exception."""

    def fail(error: Exception) -> None:
        raise error

    for error in (RequestTimedOut(), HTTPException(), KeyError()):
        with pytest.raises(type(error)):
            MultiStatus.of([error], fail)


def test_a_problem_in_a_response(typed: Typed, client: FlaskClient) -> None:
    """A problem may be part of any response; the detail is absent if it has none."""

    @typed.get("/")
    @raises(NotThere)
    def read() -> list[Sold]:
        return [Sold(), Sold(detail="x")]

    sold = {"type": Sold.type, "title": Sold.title, "status": 409}
    assert client.get("/").json == [sold, {**sold, "detail": "x"}]
