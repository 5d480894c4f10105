"""Providers that stand in for others, and calls outside of requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Annotated, Any

import gevent
import pytest
from flask import Flask, Request
from flask.testing import FlaskClient
from flask_typed import (
    Created,
    DeclarationError,
    Depends,
    HTTPBearer,
    Query,
    Security,
    SecurityScopes,
    SetupError,
    Typed,
)

from .patience import PATIENCE

bearer = HTTPBearer()


def get_limit(limit: int = 20) -> int:
    """Provide a limit."""
    return limit


def get_store(limit: Annotated[int, Depends(get_limit)]) -> str:
    """Provide a store."""
    return f"store of {limit}"


def get_name(store: Annotated[str, Depends(get_store)], prefix: str = "the ") -> str:
    """Provide the store's name."""
    return prefix + store


def end() -> str:
    """Provide an end."""
    return "?"


def shout(store: Annotated[str, Depends(get_store)], end: Annotated[str, Depends(end)]) -> str:
    """Stand in for the store."""
    return store + end


def fail_to_shout(end: Annotated[str, Depends(str)]) -> str: ...


@pytest.fixture
def shop(typed: Typed) -> Typed:
    """Return an app with a view that needs a chain of providers."""

    @typed.get("/")
    def view(name: Annotated[str, Depends(get_name)]) -> str:
        return name

    @typed.get("/none")
    def other() -> int:
        return 0

    return typed


def test_another_provider_stands_in(shop: Typed, client: FlaskClient) -> None:
    """As long as the block runs."""
    with shop.override(get_store, lambda: "fake"):
        assert client.get("/").get_json() == "the fake"
        assert client.get("/none").get_json() == 0
    assert client.get("/?limit=3").get_json() == "the store of 3"


def test_what_the_replacement_needs_is_solved(shop: Typed, client: FlaskClient) -> None:
    """As declared: it may read the request, and need the original."""

    def wrap(store: Annotated[str, Depends(get_store)], colour: Annotated[str, Query()]) -> str:
        return f"{colour} {store}"

    with shop.override(get_store, wrap):
        assert client.get("/?colour=red&limit=2").get_json() == "the red store of 2"
        assert client.get("/").status_code == 422
    assert client.get("/").get_json() == "the store of 20"


def test_overrides_are_nested(shop: Typed, client: FlaskClient) -> None:
    """The inner one is added to the outer one, whatever that needs."""

    with shop.override(get_store, shout):
        assert client.get("/").get_json() == "the store of 20?"
        with shop.override(end, lambda: "!"), shop.override(get_limit, lambda: 1):
            assert client.get("/").get_json() == "the store of 1!"
        with shop.override(get_store, lambda: "other"):
            assert client.get("/").get_json() == "the other"
        assert client.get("/").get_json() == "the store of 20?"
        with pytest.raises(DeclarationError, match="Python does not know the arguments of str"):
            shop.override(get_store, fail_to_shout).__enter__()
    assert client.get("/").get_json() == "the store of 20"


def test_an_override_ends_with_an_error(shop: Typed, client: FlaskClient) -> None:
    """Nothing of it is left."""

    with pytest.raises(ValueError, match="x"), shop.override(get_store, lambda: "fake"):
        raise ValueError("x")
    assert client.get("/").get_json() == "the store of 20"


def test_others_do_not_see_an_override(shop: Typed, app: Flask) -> None:
    """It holds where the block runs: another thread has its own."""
    seen = []
    entered, asked = threading.Event(), threading.Event()

    def ask() -> None:
        entered.wait(5)
        seen.append(app.test_client().get("/").get_json())
        asked.set()

    thread = threading.Thread(target=ask)
    thread.start()
    with shop.override(get_store, lambda: "fake"):
        entered.set()
        assert asked.wait(5)
        seen.append(app.test_client().get("/").get_json())
    thread.join()
    assert seen == ["the store of 20", "the fake"]


def test_other_greenlets_do_not_see_an_override(shop: Typed, app: Flask) -> None:
    """They run in between, and each has the override that it made."""
    seen: dict[str | None, Any] = {}

    def ask(name: str | None) -> None:
        with shop.override(get_store, lambda: name) if name else nullcontext():
            gevent.sleep(0)
            seen[name] = app.test_client().get("/").get_json()

    def run() -> None:
        gevent.joinall([gevent.spawn(ask, name) for name in ("a", None, "b")], timeout=PATIENCE)

    # In a thread of its own: coverage of Python 3.11 does not follow a switch of greenlets.
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == {"a": "the a", None: "the store of 20", "b": "the b"}


def test_an_override_of_one_app(shop: Typed) -> None:
    """One object may serve several."""
    apps = [Flask("one"), Flask("two")]
    typed = Typed()
    typed.get("/")(get_store)
    for app in apps:
        typed.init_app(app)
    with typed.override(get_limit, lambda: 5, app=apps[0]):
        answers = [app.test_client().get("/").get_json() for app in apps]
    assert answers == ["store of 5", "store of 20"]


def test_providers_that_cannot_be_looked_up(typed: Typed, client: FlaskClient) -> None:
    """They are run, and other providers may be overridden beside them."""

    class Unhashable:
        __hash__ = None  # type: ignore[assignment]

        def __call__(self, limit: Annotated[int, Depends(get_limit)]) -> int:
            return limit

    def view(one: Any, two: Any) -> list[int]:
        return [one, two]

    provider = Unhashable()
    view.__annotations__.update(dict.fromkeys(("one", "two"), Annotated[int, Depends(provider)]))
    typed.get("/")(view)
    with typed.override(get_limit, lambda: 3):
        assert client.get("/").get_json() == [3, 3]


def test_a_scheme_is_overridden(typed: Typed, client: FlaskClient) -> None:
    """In tests nobody has to have a token."""

    @typed.get("/")
    def view(token: Annotated[str, Security(bearer)]) -> str:
        return token

    with typed.override(bearer, lambda: "token of a test"):
        assert client.get("/").get_json() == "token of a test"
    assert client.get("/").status_code == 401


def test_a_function_is_called_without_a_request(shop: Typed, app: Flask) -> None:
    """Values of requests have their defaults, providers are opened and closed."""
    log = []

    def session() -> Iterator[str]:
        log.append("open")
        yield "session"
        log.append("close")

    async def task(session: Any, name: Annotated[str, Depends(get_name)], count: int) -> list[Any]:
        log.append("task")
        return [session, name, count]

    task.__annotations__["session"] = Annotated[str, Depends(session)]
    with app.app_context():
        assert shop.call(task, count=3) == ["session", "the store of 20", 3]
        with shop.override(get_store, lambda: "fake"):
            assert shop.call(task, count=1, session=None) == [None, "the fake", 1]
    assert log == ["open", "task", "close", "task"]


@pytest.mark.parametrize(
    ("provider", "message"),
    [
        pytest.param(
            lambda: bearer,
            "The argument is the request, but there is no request.\n"
            "  in argument 'request', dependency HTTPBearer, call of task\n",
            id="scheme",
        ),
        pytest.param(
            lambda: needs_a_title,
            "The argument is a value from the query, but there is no request.\n"
            "  in argument 'title', dependency needs_a_title, call of task\n",
            id="value",
        ),
    ],
)
def test_what_only_a_request_has_is_refused(
    shop: Typed, app: Flask, provider: Any, message: str
) -> None:
    """By name, with the chain that leads to it."""

    def task(made: Any) -> None: ...

    task.__annotations__["made"] = Annotated[Any, Depends(provider())]
    with app.app_context(), pytest.raises(DeclarationError, match="there is no request") as caught:
        shop.call(task)
    lines = str(caught.value).splitlines()
    assert lines[0] == message.splitlines()[0]
    assert lines[2] == "  Give it a default, pass it to call(), or override the provider."
    for word in message.splitlines()[1].split(", "):
        assert word.split()[-1] in lines[1]


def needs_a_title(title: str) -> str: ...


def test_scopes_outside_of_requests(shop: Typed, app: Flask) -> None:
    """There are none."""

    def task(scopes: SecurityScopes, request: Request | None = None) -> list[str]:
        return list(scopes)

    with app.app_context():
        with pytest.raises(DeclarationError, match="The argument is the request"):
            shop.call(task)
        assert shop.call(task, request=None) == []


def test_a_call_needs_an_app_with_typed(shop: Typed) -> None:
    """Another app has none."""
    with Flask("other").app_context(), pytest.raises(SetupError, match="no Typed"):
        shop.call(get_limit)


def test_a_decorated_name_stays_the_plain_function(shop: Typed) -> None:
    """Views and providers are called as they are."""

    @shop.post("/books")
    def add(title: str, store: Annotated[str, Depends(get_store)]) -> Created[str]:
        return Created(f"{title} in {store}")

    assert add("Emma", "fake").body == "Emma in fake"
    assert get_store(3) == "store of 3"
