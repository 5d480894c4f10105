"""Methods of an app with the lean parts: whatever is to be done in a request is done."""

from __future__ import annotations

from typing import Any

import flask
import pytest
from flask import Flask, Response, after_this_request
from flask.testing import FlaskClient
from flask_typed import Typed


@pytest.fixture
def events(app: Flask, typed: Typed) -> list[str]:
    """Return the events of an app with a view."""
    events: list[str] = []

    def index() -> str:
        events.append("view")
        return "Emma"

    app.add_url_rule("/", "index", index)
    return events


HOOKS = {
    "before_request": "before",
    "teardown_request": "after",
    "teardown_appcontext": "after",
    "url_value_preprocessor": "before",
}


@pytest.mark.parametrize("name", HOOKS)
def test_hooks(name: str, app: Flask, client: FlaskClient, events: list[str]) -> None:
    """A hook runs without any other."""

    def hook(*args: Any) -> None:
        events.append("hook")

    getattr(app, name)(hook)
    assert client.get("/").text == "Emma"
    assert events == (["hook", "view"] if HOOKS[name] == "before" else ["view", "hook"])


SIGNALS = {
    "appcontext_pushed": "before",
    "appcontext_tearing_down": "after",
    "appcontext_popped": "after",
    "request_started": "before",
    "request_finished": "after",
    "request_tearing_down": "after",
}


@pytest.mark.parametrize("name", SIGNALS)
def test_signals(name: str, app: Flask, client: FlaskClient, events: list[str]) -> None:
    """A signal is sent without any other, once in each request."""

    def receive(sender: Flask, **more: Any) -> None:
        events.append(sender.name)

    with getattr(flask, name).connected_to(receive, app):
        client.get("/")
    client.get("/")
    heard = ["shop", "view"] if SIGNALS[name] == "before" else ["view", "shop"]
    assert events == [*heard, "view"]


def change(response: Response) -> Response:
    """Return another response."""
    return Response(response.get_data() + b"!")


def test_after_request(app: Flask, client: FlaskClient, events: list[str]) -> None:
    """A function after each request may replace the response."""
    app.after_request(change)
    assert client.get("/").text == "Emma!"


def test_after_this_request(app: Flask, client: FlaskClient, events: list[str]) -> None:
    """A function after one request may replace its response."""
    app.add_url_rule("/changed", "changed", lambda: str(after_this_request(change) is change))
    assert client.get("/changed").text == "True!"
    assert client.get("/").text == "Emma"


def test_before_request_that_answers(app: Flask, client: FlaskClient, events: list[str]) -> None:
    """A hook may answer instead of the view."""
    app.before_request(lambda: "closed")
    assert client.get("/").text == "closed"
    assert events == []
