"""The declaration of repeatable requests: what cannot work is refused at registration."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from typing import Annotated, Any, BinaryIO

import pytest
from flask import Flask, Request
from flask_typed import (
    DeclarationError,
    Depends,
    EventStream,
    FileResponse,
    Idempotency,
    Security,
    Typed,
)
from flask_typed.declare.markers import Header
from flask_typed.plan.idempotency import complete_idempotency
from flask_typed.security.http import HTTPBearer
from flask_typed.state import get_state


def ask_for_login(view: Callable[[], None]) -> Callable[[], None]:
    """Decorate a view as a guard does."""

    @wraps(view)
    def ask() -> None:
        view()

    return ask


def make_store() -> None:
    """Make a store that is never used."""


def note_nothing() -> None:
    """Do nothing: a view."""


def read_events() -> EventStream[str]:
    """Stream events."""


def read_lines() -> Iterator[str]:
    """Stream lines."""


def read_file() -> FileResponse:
    """Send a file."""


def take_upload(body: BinaryIO) -> None:
    """Read the body."""


@ask_for_login
def place_after_login() -> None:
    """Place an order."""


def take_own_key(idempotency_key: Annotated[str, Header()]) -> None:
    """Take the header."""


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (read_events, r"A stream or a file is the response, so nothing can store it\."),
        (read_lines, r"A stream or a file is the response, so nothing can store it\."),
        (read_file, r"A stream or a file is the response, so nothing can store it\."),
        (take_upload, r"The view reads the body itself, so nothing can compare it"),
        (place_after_login, r"A decorator of the view does not run for a repeated request, so"),
        (take_own_key, r"'Idempotency-Key' in the header is declared differently"),
    ],
)
def test_what_cannot_be_repeated(app: Flask, view: Callable[..., Any], message: str) -> None:
    """What is not held cannot be compared or stored."""
    typed = Typed(app, idempotency=Idempotency(make_store))
    with pytest.raises(DeclarationError, match=message):
        typed.post("/", idempotent=True)(view)


def test_decorated_view(app: Flask) -> None:
    """A decorator is no mistake where something else tells clients apart."""
    typed = Typed(app, idempotency=Idempotency(make_store))
    typed.post("/a", idempotent=Idempotency(client=make_store))(place_after_login)
    typed.post("/b", idempotent=True, dependencies=[Security(HTTPBearer())])(place_after_login)
    assert place_after_login() is None
    assert all(one.repeatable for one in get_state(app).operations)


@pytest.mark.parametrize(
    ("expires", "words"),
    [(None, "24 hours"), (3600, "1 hour"), (5400, "90 minutes"), (61, "61 seconds")],
)
def test_expiration_is_published(
    app: Flask, document: Callable[[], dict[str, Any]], expires: Any, words: str
) -> None:
    """Clients read in the document how long a key is kept."""
    typed = Typed(app, idempotency=Idempotency(make_store, expires=expires))
    typed.post("/", idempotent=True)(note_nothing)
    (header,) = document()["paths"]["/"]["post"]["parameters"]
    assert header["description"].endswith(f"for each new request. It is kept for {words}.")


def test_other_method(app: Flask) -> None:
    """A GET and a PUT are idempotent by themselves."""
    typed = Typed(app, idempotency=Idempotency(make_store))
    for method in ("GET", "PUT"):
        with pytest.raises(DeclarationError, match=rf"is for POST and PATCH, not for {method}\."):
            typed.route("/", methods=[method], idempotent=True)(note_nothing)


def test_no_store(typed: Typed) -> None:
    """A route needs a store."""
    with pytest.raises(DeclarationError, match=r"but nothing stores its keys\.\n.*\n.*make_store"):
        typed.post("/", idempotent=True)(note_nothing)


@pytest.mark.parametrize("value", [1, "yes", make_store])
def test_other_value(typed: Typed, value: Any) -> None:
    """The option is ``True`` or an object, that of the app is an object."""
    with pytest.raises(DeclarationError, match=r"idempotent= is .*\n.*\n.*=Idempotency\("):
        typed.post("/", idempotent=value)(note_nothing)
    with pytest.raises(DeclarationError, match=r"idempotency= is .*\n.*Typed\(idempotency=…\)"):
        Typed(idempotency=value)


def test_option_that_is_off(app: Flask, typed: Typed) -> None:
    """``False`` leaves a route as it is."""
    typed.post("/", idempotent=False)(note_nothing)
    assert [one.repeatable for one in get_state(app).operations] == [None]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"store": "redis"}, r"store= is 'redis'\.\n.*\n  Write a function that makes it\."),
        ({"client": 7}, r"client= is 7\."),
        ({"required": "yes"}, r"required= is 'yes'\."),
        ({"expires": 0}, r"expires= is 0\.\n.*\n  Write a timedelta, or a number of seconds"),
        ({"expires": True}, r"expires= is True\."),
        ({"expires": float("inf")}, r"expires= is inf\."),
        ({"expires": "1 day"}, r"expires= is '1 day'\."),
        ({"expires": timedelta(0)}, r"expires= is datetime\.timedelta\(0\)\."),
    ],
)
def test_options_without_meaning(options: dict[str, Any], message: str) -> None:
    """Each option is checked where it is written."""
    with pytest.raises(DeclarationError, match=message):
        Idempotency(**options)


def test_options_of_the_app() -> None:
    """What a route leaves out is that of the app."""
    around = Idempotency(make_store, required=True, expires=60)
    assert complete_idempotency(None, around) is None
    assert complete_idempotency(Idempotency(), None) == Idempotency()
    assert complete_idempotency(Idempotency(required=False), around) == Idempotency(
        make_store, required=False, expires=60
    )
    assert [Idempotency(expires=each).seconds for each in (None, 90.5, timedelta(hours=1))] == [
        86400,
        90,
        3600,
    ]


def test_store_and_client_of_security(app: Flask) -> None:
    """What security makes is there before the body is read; the key is claimed after that."""
    bearer = HTTPBearer()

    def get_account(token: Annotated[str, Depends(bearer)], request: Request) -> str: ...

    typed = Typed(app, idempotency=Idempotency(make_store, client=get_account))

    @typed.post("/", idempotent=True)
    def place(account: Annotated[str, Security(get_account)]) -> None: ...

    (operation,) = get_state(app).operations
    repeatable: Any = operation.repeatable
    assert repeatable.client in [step.key for step in operation.security.steps]
    assert repeatable.store == operation.work.steps[repeatable.steps - 1].key
    assert place.__name__ == "place"
