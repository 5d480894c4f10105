"""flask-babel: the sentences of validators and problems in the language of the request."""

from __future__ import annotations

from collections.abc import Callable
from gettext import GNUTranslations
from types import ModuleType
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from flask_typed import Problem, raises
from werkzeug.exceptions import Conflict

from .answers import invalid, problem
from .conftest import EXAMPLES

babel = pytest.importorskip("flask_babel", reason="flask-babel is not installed")

Document = Callable[[], dict[str, Any]]
LENT = "The book is lent to somebody else."
WER = "Wer sind Sie?"


@pytest.fixture
def program(load: Callable[[str], ModuleType]) -> ModuleType:
    """Return the program of the docs."""
    return load("with_babel")


@pytest.fixture
def app(program: ModuleType) -> Flask:
    """Return the program's app."""
    app: Flask = program.app
    return app


def lend(client: FlaskClient, book_id: int, loan: Any, language: str) -> Any:
    """Return the body of the answer to a request for a loan."""
    headers = {"Accept-Language": language}
    response = client.post(f"/books/{book_id}/loan", json=loan, headers=headers)
    return response.get_json(silent=True)


@pytest.mark.parametrize(
    ("language", "name", "days"),
    [
        pytest.param("en", "Who are you?", "From 1 to 28 days.", id="en"),
        pytest.param("de-CH", "Wer sind Sie?", "Zwischen 1 und 28 Tagen.", id="de"),
        pytest.param("fr", "Who are you?", "From 1 to 28 days.", id="unknown"),
    ],
)
def test_validators(client: FlaskClient, language: str, name: str, days: str) -> None:
    """A lazy message of a validator is in the language of each request, filled in as ever."""
    answer = lend(client, 1, {"reader": "", "days": 0}, language)
    expected = invalid(("body", "/reader", name), ("body", "/days", days))
    assert answer["errors"] == expected["errors"]


@pytest.mark.parametrize(
    ("language", "title", "detail"),
    [
        pytest.param("en", LENT, "It comes back in 3 days.", id="en"),
        pytest.param(
            "de",
            "Das Buch ist an jemand anderen verliehen.",
            "Es kommt in 3 Tagen zurück.",
            id="de",
        ),
    ],
)
def test_detail(client: FlaskClient, language: str, title: str, detail: str) -> None:
    """The detail of a problem is translated where it is raised, a lazy title with it."""
    found = lend(client, 7, {"reader": "Bob", "days": 1}, language)
    assert found == problem(409, title, detail=detail)


def test_no_fault(client: FlaskClient) -> None:
    """A loan without faults is made."""
    assert lend(client, 1, {"reader": "Bob", "days": 1}, "de") is None


def test_lazy_title(program: ModuleType, client: FlaskClient, document: Document) -> None:
    """A lazy title is translated when it is answered, and any text to the document."""

    class Lent(Problem):
        status = 409
        title = babel.lazy_gettext("Who are you?")

    @program.typed.get("/lent")
    @raises(Lent)
    def read_lent() -> str:
        raise Lent

    answer = client.get("/lent", headers={"Accept-Language": "de"})
    assert answer.get_json() == {"type": "about:blank", "title": WER, "status": 409}
    assert document()["components"]["schemas"]["Lent"]["properties"]["title"] == {
        "type": "string",
        "description": "A summary of the kind of problem, for people.",
    }


def test_lazy_detail(client: FlaskClient, program: ModuleType) -> None:
    """A lazy detail is translated when it is answered; so is what abort() is given."""

    @program.typed.get("/late")
    @raises(program.BookIsLent)
    def read_late() -> str:
        raise program.BookIsLent(detail=babel.lazy_gettext("Who are you?"))

    @program.typed.get("/aborted")
    @raises(Conflict)
    def read_aborted() -> str:
        abort(409, babel.lazy_gettext("Who are you?"))

    for path in ("/late", "/aborted"):
        answer = client.get(path, headers={"Accept-Language": "de"})
        assert answer.get_json()["detail"] == WER


def test_catalogue() -> None:
    """The compiled catalogue of the docs says what its text says."""
    pofile = pytest.importorskip("babel.messages.pofile")
    folder = EXAMPLES / "translations" / "de" / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as text, (folder / "messages.mo").open("rb") as binary:
        said = {message.id: message.string for message in pofile.read_po(text) if message.id}
        compiled = GNUTranslations(binary)
    assert {sentence: compiled.gettext(sentence) for sentence in said} == said


def test_published(document: Document) -> None:
    """The document has the rules; a lazy title has no example, because it has many forms."""
    schemas = document()["components"]["schemas"]
    assert "example" not in schemas["BookIsLent"]["properties"]["title"]
    assert schemas["Loan"]["properties"]["days"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 28,
        "examples": [1],
    }
