"""Statuses that the document does not have are reported."""

from __future__ import annotations

import pytest
from flask import Flask, Response, abort
from flask.testing import FlaskClient
from flask_typed import SetupError, Typed, UndeclaredStatus, raises
from werkzeug.exceptions import NotFound


@pytest.fixture
def views(app: Flask, typed: Typed) -> None:
    """Add views that answer with the status that they are asked for."""

    @typed.get("/<int:status>")
    def view(status: int) -> int:
        return abort(status)

    @typed.get("/declared")
    @raises(NotFound)
    def declared() -> int:
        raise NotFound

    @typed.get("/any")
    def whatever() -> Response:
        return Response("tea", 418)

    @app.get("/plain")
    def plain() -> Response:
        return Response("tea", 418)


@pytest.mark.usefixtures("views")
def test_a_status_that_is_not_in_the_document(app: Flask, client: FlaskClient) -> None:
    """It is a warning in tests, and in debug mode."""
    message = r"view \(.*test_checking\.py:\d+\) answered 404, which is not in the document"
    with pytest.warns(UndeclaredStatus, match=message):
        assert client.get("/404").status_code == 404
    app.testing, app.debug = False, True
    with pytest.warns(UndeclaredStatus, match="answered 409"):
        assert client.get("/409").status_code == 409


@pytest.mark.configured(TYPED_UNDECLARED_STATUS="error")
@pytest.mark.usefixtures("views")
def test_an_error_when_asked(client: FlaskClient) -> None:
    """It reaches the test."""
    with pytest.raises(UndeclaredStatus, match="answered 404"):
        client.get("/404")


@pytest.mark.configured(TYPED_UNDECLARED_STATUS="ignore")
@pytest.mark.usefixtures("views")
def test_nothing_when_asked(client: FlaskClient) -> None:
    """In tests, too."""
    assert client.get("/404").status_code == 404


@pytest.mark.configured(TYPED_UNDECLARED_STATUS="error")
@pytest.mark.usefixtures("views")
def test_nothing_in_production(app: Flask, client: FlaskClient) -> None:
    """Outside of tests and debug mode, no response is checked."""
    app.testing = False
    assert client.get("/404").status_code == 404


@pytest.mark.usefixtures("views")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/declared", 404, id="declared"),
        pytest.param("/any", 418, id="any"),
        pytest.param("/plain", 418, id="plain"),
        pytest.param("/nowhere", 404, id="no-route"),
        pytest.param("/500", 500, id="500"),
        pytest.param("/openapi.json", 200, id="document"),
    ],
)
def test_what_is_no_surprise(client: FlaskClient, path: str, status: int) -> None:
    """It is declared, or it is not ours; a 500 is a mistake and stands in no document."""
    assert client.get(path).status_code == status


@pytest.mark.usefixtures("views")
def test_options_are_flasks(client: FlaskClient) -> None:
    """No operation answers them."""
    assert client.options("/declared").status_code == 200


def test_what_others_answer_is_seen_too(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """A before_request that refuses, for instance."""
    typed.get("/")(lambda: None)
    typed.get("/typed")(nothing)

    @app.before_request
    def refuse() -> tuple[str, int]:
        return "no", 403

    assert client.get("/").status_code == 403  # without an annotation, any status may come
    with pytest.warns(UndeclaredStatus, match="answered 403"):
        client.get("/typed")


def nothing() -> None: ...


def test_the_word_is_checked(app: Flask) -> None:
    """When the app is set up."""
    app.config["TYPED_UNDECLARED_STATUS"] = "maybe"
    message = "TYPED_UNDECLARED_STATUS is 'maybe'; it may be 'warn', 'error', 'ignore'"
    with pytest.raises(SetupError, match=message):
        Typed(app)
