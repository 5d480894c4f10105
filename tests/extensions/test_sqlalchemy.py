"""Flask-SQLAlchemy: a session for each request as a provider, rows as answers."""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Annotated, Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from flask_typed import Depends, raises
from sqlalchemy.orm import Session

from .answers import invalid, problem

pytest.importorskip("flask_sqlalchemy", reason="Flask-SQLAlchemy is not installed")

Document = Callable[[], dict[str, Any]]


@pytest.fixture
def program(load: Callable[[str], ModuleType]) -> Iterator[ModuleType]:
    """Return the program of the docs, on a database of its own."""
    program = load("with_sqlalchemy")
    yield program
    with program.app.app_context():
        program.db.engine.dispose()


@pytest.fixture
def app(program: ModuleType) -> Flask:
    """Return the program's app."""
    app: Flask = program.app
    return app


def test_a_row_is_an_answer(client: FlaskClient) -> None:
    """A row that was added is answered with the fields that the annotation has."""
    response = client.post("/books", json={"title": "Emma"})
    assert (response.status_code, response.get_json()) == (201, {"id": 1, "title": "Emma"})


def test_what_a_view_did_is_committed(client: FlaskClient) -> None:
    """What one request adds, the next one lists."""
    client.post("/books", json={"title": "Emma"})
    client.post("/books", json={"title": "Elegies"})
    assert client.get("/books").get_json() == [
        {"id": 2, "title": "Elegies"},
        {"id": 1, "title": "Emma"},
    ]


def test_what_a_view_did_before_an_error_is_not(client: FlaskClient, program: ModuleType) -> None:
    """After an error of the view nothing is committed."""

    @program.typed.post("/spoiled")
    @raises(program.TitleIsTaken)
    def spoil(session: program.DbSession) -> None:  # type: ignore[name-defined]  # not static
        session.add(program.BookRow(title="Emma"))
        session.flush()
        raise program.TitleIsTaken

    response = client.post("/spoiled")
    assert response.get_json() == problem(409, "Another book has this title.")
    assert client.get("/books").get_json() == []


def test_an_error_of_the_database_is_a_problem(client: FlaskClient) -> None:
    """A constraint of the database is answered with the problem that the view makes of it."""
    client.post("/books", json={"title": "Emma"})
    response = client.post("/books", json={"title": "Emma"})
    assert (response.status_code, response.get_json()) == (
        409,
        problem(409, "Another book has this title.", detail="It is 'Emma'."),
    )


def test_a_fault_opens_no_session(client: FlaskClient, program: ModuleType) -> None:
    """A body with faults is refused before the provider runs."""
    opened = []
    with program.typed.override(program.open_session, lambda: opened.append("session")):
        response = client.post("/books", json={"title": ""})
    assert response.get_json() == invalid(("body", "/title", "Shorter than minimum length 1."))
    assert opened == []


def test_get_or_404(client: FlaskClient) -> None:
    """The 404 of ``get_or_404`` is a problem document."""
    response = client.get("/books/7")
    assert (response.status_code, response.get_json()) == (
        404,
        problem(404, "Not Found", detail="No book has this id."),
    )


def test_a_row_is_found(client: FlaskClient) -> None:
    """``get_or_404`` finds what was committed."""
    client.post("/books", json={"title": "Emma"})
    assert client.get("/books/1").get_json() == {"id": 1, "title": "Emma"}


def test_a_session_of_the_test(client: FlaskClient, app: Flask, program: ModuleType) -> None:
    """A test may put a session of its own in the provider's place."""
    with app.app_context(), Session(program.db.engine) as session:
        session.add(program.BookRow(title="Sanditon"))
        with program.typed.override(program.open_session, lambda: session):
            assert client.get("/books").get_json() == [{"id": 1, "title": "Sanditon"}]


def test_a_command_has_a_session(client: FlaskClient, app: Flask, program: ModuleType) -> None:
    """What a function does that is called without a request is committed too."""

    def add_many(session: program.DbSession, count: int) -> None:  # type: ignore[name-defined]  # not static
        session.add_all(program.BookRow(title=f"Volume {number}") for number in range(count))

    with app.app_context():
        program.typed.call(add_many, count=2)
    assert [book["title"] for book in client.get("/books").get_json()] == ["Volume 0", "Volume 1"]


def add_in_stream(program: ModuleType, provider: Any) -> None:
    """Add the route ``/stream``, which adds a book and answers with a stream."""

    @program.typed.post("/stream")
    def stream(session: Annotated[Session, Depends(provider)]) -> Response:
        session.add(program.BookRow(title="Emma"))
        return Response(iter(["It is ", "written."]))


def test_the_session_of_the_context_in_a_stream(client: FlaskClient, program: ModuleType) -> None:
    """The app context ends after the stream, so what a view adds is committed by the provider."""
    add_in_stream(program, program.open_session)
    assert client.post("/stream").text == "It is written."
    assert client.get("/books").get_json() == [{"id": 1, "title": "Emma"}]


def test_a_session_of_the_stream(client: FlaskClient, program: ModuleType) -> None:
    """A session that is not the app context's is committed after the last byte."""

    def open_own() -> Iterator[Any]:
        with program.db.session.session_factory.begin() as session:
            yield session

    add_in_stream(program, open_own)
    assert client.post("/stream").text == "It is written."
    assert client.get("/books").get_json() == [{"id": 1, "title": "Emma"}]


def test_published(document: Document) -> None:
    """The document has the problems of the views, and no trace of the session."""
    paths = document()["paths"]
    assert list(paths["/books"]["post"]["responses"]) == ["201", "400", "409", "413", "415", "422"]
    assert list(paths["/books/{book_id}"]["get"]["responses"]) == ["200", "404", "422"]
    assert "parameters" not in paths["/books"]["get"]
