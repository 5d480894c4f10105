"""Messages in the language of the request, for apps with flask-babel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from annotated_types import Ge
from flask import Flask, request
from flask.testing import FlaskClient
from flask_typed import Problem, Returns, Typed, raises
from flask_typed.cli import typed as typed_commands
from flask_typed.messages.translating import translate_message

babel = pytest.importorskip("flask_babel", reason="flask-babel is not installed")


@dataclass
class Loan:
    """A loan."""

    reader: str
    days: Annotated[int, Ge(1)]


@pytest.fixture
def app(app: Flask) -> Flask:
    """Return an app that speaks English, German, French and Spanish."""

    def choose() -> str | None:
        return request.accept_languages.best_match(["en", "de", "fr", "es"])

    babel.Babel(app, locale_selector=choose)
    return app


@pytest.fixture
def lend(typed: Typed, client: FlaskClient) -> Any:
    """Return what posts a loan in a language."""

    @typed.post("/loans")
    def view(loan: Loan) -> None: ...

    def post(language: str, **options: Any) -> dict[str, Any]:
        response = client.post("/loans", headers={"Accept-Language": language}, **options)
        answer: dict[str, Any] = response.get_json()
        return answer

    return post


@pytest.mark.parametrize(
    ("language", "title", "detail", "missing", "low"),
    [
        pytest.param(
            "de",
            "Die Anfrage ist ungültig.",
            "2 Werte der Anfrage können nicht angenommen werden.",
            "Pflichtangabe fehlt.",
            "Muss größer oder gleich 1 sein.",
            id="de",
        ),
        pytest.param(
            "fr-CA",
            "La requête n'est pas valide.",
            "2 valeurs de la requête ne peuvent pas être acceptées.",
            "Ce champ est obligatoire.",
            "Doit être supérieur ou égal à 1.",
            id="fr",
        ),
        pytest.param(
            "es",
            "La petición no es válida.",
            "2 valores de la petición no se pueden aceptar.",
            "Falta un campo obligatorio.",
            "Debe ser mayor o igual que 1.",
            id="es",
        ),
        pytest.param(
            "nl",
            "The request is not valid.",
            "2 values of the request cannot be accepted.",
            "Missing data for required field.",
            "Must be greater than or equal to 1.",
            id="unknown",
        ),
    ],
)
def test_invalid(lend: Any, language: str, title: str, detail: str, missing: str, low: str) -> None:
    """The title, the detail and the faults of a 422 are translated; codes stay."""
    assert lend(language, json={"days": 0}) == {
        "type": "about:blank",
        "title": title,
        "status": 422,
        "detail": detail,
        "errors": [
            {"in": "body", "pointer": "/reader", "code": "required", "detail": missing},
            {"in": "body", "pointer": "/days", "code": "out_of_range", "detail": low},
        ],
    }


def test_problems(lend: Any) -> None:
    """The other problems of the framework are translated, with the values in their details."""
    assert lend("de", data="x", content_type="text/plain") == {
        "type": "about:blank",
        "title": "Nicht unterstützter Medientyp",
        "status": 415,
        "detail": "Der Inhalt muss vom Typ application/json sein.",
    }


def test_own_catalogue(app: Flask, lend: Any, tmp_path: Path) -> None:
    """An app's own file ``flask_typed.mo`` wins over the package's, message by message."""
    catalog = pytest.importorskip("babel.messages.catalog").Catalog(locale="de")
    catalog.add("Unknown field.", "Was soll das?")
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "flask_typed.mo").open("wb") as binary:
        pytest.importorskip("babel.messages.mofile").write_mo(binary, catalog)
    app.extensions["babel"].translation_directories = [str(tmp_path)]

    answer = lend("de", json={"reader": "Bob", "days": 1, "more": 2})

    assert answer["errors"][0]["detail"] == "Was soll das?"
    assert answer["title"] == "Die Anfrage ist ungültig."


def test_without_a_request(app: Flask) -> None:
    """Outside of a request there is no language to choose."""
    with app.app_context():
        assert translate_message("Unknown field.") == "Unknown field."


#: Documents the language in which it is read.
LANGUAGE = Returns(description=babel.LazyString(lambda: str(babel.get_locale())))


def test_the_document_has_one_language(typed: Typed, client: FlaskClient) -> None:
    """A lazy text is in the default language, whoever asks for the document or fails first."""

    class Lent(Problem):
        status = 409
        title = babel.lazy_gettext("Unknown field.")

    @typed.get("/")
    @raises(Lent)
    def view() -> Annotated[str, LANGUAGE]:
        raise Lent

    assert client.get("/", headers={"Accept-Language": "de"}).status_code == 409
    answer = client.get("/openapi.json", headers={"Accept-Language": "de"}).get_json()
    responses = answer["paths"]["/"]["get"]["responses"]
    assert responses["200"]["description"] == "en"
    assert responses["409"]["description"] == "Unknown field."


@pytest.mark.parametrize("command", ["lint", "routes", "spec"])
def test_commands_have_one_language(app: Flask, typed: Typed, command: str) -> None:
    """A lazy text is in the default language, although the app chooses by the request."""

    class Lent(Problem):
        status = 409
        title = babel.lazy_gettext("Unknown field.")

    @typed.get("/")
    @raises(Lent)
    def view() -> Annotated[str, LANGUAGE]:
        """Return the language."""
        return ""

    assert view() == ""
    result = app.test_cli_runner().invoke(typed_commands, [command])
    assert type(result.exception) in (type(None), SystemExit), result.output
