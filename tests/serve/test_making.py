"""Decorators below the route that make a response: the annotation writes it all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Thread
from typing import Any

import flask
import pytest
from flask import Flask, make_response
from flask.testing import FlaskClient
from flask_typed import Accepted, Created, NotAuthenticated, ResponseMismatch, Typed
from flask_typed.serve.weakly import hold_weakly
from werkzeug.exceptions import HTTPException, NotFound


@dataclass
class Me:
    """What leaves."""

    name: str


def no_cache(view: Callable[..., Any]) -> Callable[..., Any]:
    """Add a header, as the snippet that everybody has does."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        response = make_response(flask.current_app.ensure_sync(view)(*args, **kwargs))
        response.headers["Cache-Control"] = "no-store"
        return response

    return wrapper


RETURNED = [
    pytest.param(Me, {"name": "ann", "secret": "s"}, 200, {"name": "ann"}, id="dict"),
    pytest.param(Me, Me("ann"), 200, {"name": "ann"}, id="model"),
    pytest.param(list[Me], [Me("ann")], 200, [{"name": "ann"}], id="list"),
    pytest.param(str, "text", 200, "text", id="JSON text"),
    pytest.param(None, None, 204, None, id="nothing"),
    pytest.param(Created[Me], Created(Me("ann")), 201, {"name": "ann"}, id="reply"),
    pytest.param(Me | Accepted[str], Accepted("later"), 202, "later", id="union"),
    pytest.param(Me, (Me("ann"), 200, {"X-More": "1"}), 200, {"name": "ann"}, id="tuple"),
    pytest.param(Me | flask.Response, Me("ann"), 200, {"name": "ann"}, id="or a response"),
]


@pytest.mark.parametrize(("annotation", "value", "status", "body"), RETURNED)
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_the_annotation_writes(
    typed: Typed,
    client: FlaskClient,
    annotation: Any,
    value: Any,
    status: int,
    body: Any,
    is_async: bool,
) -> None:
    """Only declared fields leave, with the declared status, and the decorator's header."""

    def view():  # type: ignore[no-untyped-def]  # see below
        return value

    async def async_view():  # type: ignore[no-untyped-def]
        return value

    chosen: Any = async_view if is_async else view
    chosen.__annotations__["return"] = annotation
    typed.get("/", endpoint="view")(no_cache(chosen))
    response = client.get("/")
    assert (response.status_code, response.get_json(silent=True)) == (status, body)
    assert response.headers["Cache-Control"] == "no-store"


def test_a_value_that_does_not_fit(typed: Typed, client: FlaskClient) -> None:
    """It is an error of the program, which names the view."""

    @typed.get("/")
    @no_cache
    def view() -> Me:
        return {"name": 3}  # type: ignore[return-value]  # the mistake

    with pytest.raises(ResponseMismatch, match=r"view .*at \$\.name expected a str"):
        client.get("/")


def test_a_response_of_the_views_own(typed: Typed, client: FlaskClient) -> None:
    """A view that may return a ``flask.Response`` makes one of whatever it likes."""

    @typed.get("/own")
    def own() -> flask.Response:
        return make_response({"any": 1}, 201)

    @typed.get("/either")
    def either() -> Me | flask.Response:
        return make_response("no", 418)

    @typed.get("/free")
    def free():  # type: ignore[no-untyped-def]  # Flask's business
        return make_response("free")

    assert (client.get("/own").status_code, client.get("/own").json) == (201, {"any": 1})
    assert (client.get("/either").status_code, client.get("/either").text) == (418, "no")
    assert client.get("/free").text == "free"


@pytest.mark.configured(TYPED_CHECK_RESPONSES="ignore")
@pytest.mark.parametrize("status", [409, "409 CONFLICT"])
def test_another_status(typed: Typed, client: FlaskClient, status: Any) -> None:
    """With a status that the annotation does not declare, a view answers in its own way."""

    @typed.get("/")
    def view() -> Me:
        flask.abort(make_response({"error": "taken"}, status))

    answer = client.get("/")
    assert (answer.status_code, answer.json) == (409, {"error": "taken"})


@pytest.mark.parametrize("value", [("", 204), "", b"", None])
def test_an_empty_text_is_no_body(typed: Typed, client: FlaskClient, value: Any) -> None:
    """Flask's usual way to answer nothing works, made into a response or not."""

    @typed.get("/made")
    def made() -> None:
        return make_response(value)  # type: ignore[return-value]  # as people do

    @typed.get("/plain")
    def plain() -> None:
        return value  # type: ignore[no-any-return]

    for url in ("/made", "/plain"):
        answer = client.get(url)
        assert (answer.status_code, answer.data, answer.content_type) == (204, b"", None)


@pytest.mark.configured(TYPED_CHECK_RESPONSES="ignore")
def test_responses_around_the_view(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """Hooks, error handlers and providers are not the view: Flask makes their responses."""

    @app.before_request
    def before() -> Any:
        return make_response({"by": "hook"}) if "hook" in flask.request.args else None

    @app.errorhandler(404)
    def handle(error: Exception) -> Any:
        return make_response({"by": "handler"}, 200)

    @app.after_request
    def after(response: flask.Response) -> flask.Response:
        response.headers["X-Seen"] = make_response({"by": "after"}).get_data(as_text=True).strip()
        return response

    @typed.get("/")
    def view(fail: bool = False) -> Me:
        if fail:
            flask.abort(404)
        return Me("ann")

    assert client.get("/?hook=1").json == {"by": "hook"}
    assert client.get("/?fail=1").json == {"by": "handler"}
    assert client.get("/").headers["X-Seen"] == '{"by":"after"}'


def test_a_request_inside_of_another(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """What another request makes meanwhile is not written by this one's annotation."""

    @app.get("/plain")
    def plain() -> dict[str, int]:
        return {"plain": 1}

    @typed.get("/")
    def view() -> Me:
        inner = app.test_client().get("/plain").get_json()
        with Flask("other").app_context():
            other = make_response({"other": 1}).get_json()
        return Me(f"{inner} {other}")

    assert client.get("/").json == {"name": "{'plain': 1} {'other': 1}"}


def test_an_apps_own_method(client: FlaskClient) -> None:
    """An app's class may make responses of values that Flask does not know."""

    class Shop(Flask):
        def make_response(self, rv: Any) -> flask.Response:
            return super().make_response(str(rv) if isinstance(rv, int) else rv)

    app = Shop("shop")
    typed = Typed(app)

    @typed.get("/")
    @no_cache
    def view() -> int:
        return 3

    @app.get("/plain")
    def plain() -> int:
        return 4

    own = app.test_client()
    assert (own.get("/").json, own.get("/plain").text) == (3, "4")


def test_a_function_in_the_methods_place(client: FlaskClient) -> None:
    """A function that somebody has put there is called as it is."""

    def function() -> None: ...

    assert hold_weakly(function, client) is function


@pytest.mark.configured(TYPED_CHECK_RESPONSES="ignore")
@pytest.mark.parametrize("error", [NotFound("No such book."), NotAuthenticated()])
def test_an_error_that_a_decorator_makes_a_response_of(
    typed: Typed, client: FlaskClient, error: HTTPException
) -> None:
    """It is answered as it would be without the decorator."""

    def counting(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            try:
                return view(*args, **kwargs)
            except HTTPException as caught:
                return make_response(caught)

        return wrapper

    def view() -> Me:
        raise error

    typed.get("/plain", endpoint="plain")(view)
    typed.get("/counted", endpoint="counted")(counting(view))
    assert client.get("/counted").json == client.get("/plain").json
    assert client.get("/counted").mimetype == "application/problem+json"


BODIES = [
    pytest.param({"name": "ann", "secret": "s"}, {"name": "ann"}, id="dict"),
    pytest.param(Me("ann"), {"name": "ann"}, id="model"),
    pytest.param({"error": "taken"}, {"error": "taken"}, id="another's"),
    pytest.param({"name": 3}, {"name": 3}, id="does not fit"),
]


@pytest.mark.configured(TYPED_CHECK_RESPONSES="ignore")
@pytest.mark.parametrize(("body", "sent"), BODIES)
def test_a_body_with_another_status(
    typed: Typed, client: FlaskClient, body: Any, sent: Any
) -> None:
    """If it is one that the view may return, only declared fields leave."""

    @typed.get("/")
    def view() -> Me:
        return make_response(body, "202 ACCEPTED")  # type: ignore[return-value]  # a decorator's

    @typed.get("/many")
    def many() -> list[Me]:
        return make_response([body], 202)  # type: ignore[return-value]

    answer = client.get("/")
    assert (answer.status_code, answer.json) == (202, sent)
    if sent == {"name": "ann"}:
        assert client.get("/many").json == [sent]


def test_a_view_that_a_decorator_runs_in_a_thread(typed: Typed, client: FlaskClient) -> None:
    """With the request's context, the thread has the annotation too."""

    def in_thread(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper() -> Any:
            made: list[Any] = []

            @flask.copy_current_request_context
            def run() -> None:
                made.append(make_response(view()))

            thread = Thread(target=run)
            thread.start()
            thread.join()
            return made[0]

        return wrapper

    @typed.get("/")
    @in_thread
    def view() -> Me:
        return {"name": "ann", "secret": "s"}  # type: ignore[return-value]  # what leaks

    assert client.get("/").json == {"name": "ann"}


class Counter:
    """Has a method that others may replace."""

    def count(self, number: int) -> int:
        """Return a number."""
        return number


def test_methods_of_a_class_that_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a class has another method, that one is called."""
    counter = Counter()
    count = hold_weakly(counter.count, counter)
    assert count(1) == 1
    monkeypatch.setattr(Counter, "count", lambda self, number: -number)
    assert count(1) == -1


def test_methods_of_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    """A method that was bound to the object alone is called, whatever its class has."""
    counter = Counter()

    def count_twice(self: Counter, number: int) -> int:
        return self.count(number) * 2

    count = hold_weakly(count_twice.__get__(counter), counter)
    assert count(1) == 2
