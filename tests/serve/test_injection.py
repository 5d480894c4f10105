"""Providers in requests: their order, what is opened and closed, and what goes wrong there."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Annotated, Any

import pytest
from flask import Flask, Response, abort, current_app, send_file
from flask.testing import FlaskClient
from flask_typed import (
    Body,
    DependencyError,
    Depends,
    Header,
    HTTPBearer,
    NotAuthenticated,
    Problem,
    ResponseMismatch,
    Security,
    Typed,
    TypedBlueprint,
    raises,
)


class Conflict(Problem):
    """It cannot be committed."""

    status = 409


class Log(list[Any]):
    """What happened, in order; and providers that note it."""

    def __init__(self) -> None:
        self.failing: BaseException | None = None
        self.swallowing = False

    def session(self) -> Iterator[str]:
        """Lend a session."""
        self.append("open")
        try:
            yield "session"
        except BaseException as error:
            self.append(f"rollback {type(error).__name__}")
            if not self.swallowing:
                raise
        else:
            self.append("commit")
            if self.failing is not None:
                raise self.failing
        finally:
            self.append("close")

    @contextmanager
    def file(self) -> Iterator[str]:
        """Lend a file, as a context manager."""
        self.append("open file")
        try:
            yield "file"
        finally:
            self.append("close file")

    @contextmanager
    def forgiving(self) -> Iterator[str]:
        """Lend something, and swallow what goes wrong."""
        try:
            yield "forgiving"
        except ValueError:
            self.append("forgiven")


@pytest.fixture
def log() -> Log:
    """Return an empty log."""
    return Log()


def depends(provider: Callable[..., Any]) -> Any:
    """Return the annotation of what a provider makes."""
    return Annotated[Any, Depends(provider)]


def test_security_then_values_then_providers_then_the_view(
    typed: Typed, client: FlaskClient, log: Log
) -> None:
    """Nothing is opened for a request that is refused, and nothing is read for a stranger."""

    def enter(authorization: Annotated[str, Header()] = "") -> str:
        log.append("enter")
        if authorization != "me":
            raise NotAuthenticated
        return authorization

    def view(who: Any, session: Any, number: Annotated[int, Body()], page: int = 1) -> list[Any]:
        log.append("view")
        return [who, session, number, page]

    view.__annotations__.update(who=Annotated[str, Security(enter)], session=depends(log.session))
    typed.post("/")(raises(NotAuthenticated)(view))
    assert client.post("/?page=x", data="{").status_code == 401
    assert log == ["enter"]
    log.clear()
    refused = client.post("/?page=x", json="x", headers={"Authorization": "me"})
    assert [fault["pointer"] for fault in refused.get_json()["errors"]] == ["/page", ""]
    assert log == ["enter"]
    log.clear()
    answer = client.post("/?page=2", json=7, headers={"Authorization": "me"})
    assert answer.get_json() == ["me", "session", 7, 2]
    assert log == ["enter", "open", "view", "commit", "close"]


class Recorder:
    """An empty body that notes how it is read."""

    def __init__(self) -> None:
        self.sizes: list[tuple[int, ...]] = []

    def read(self, *size: int) -> bytes:
        """Note it."""
        self.sizes.append(size)
        return b""


def test_the_body_of_a_stranger_is_not_read(typed: Typed, client: FlaskClient) -> None:
    """Not a byte of it."""

    def view(token: Any, number: Annotated[int, Body()]) -> int: ...

    view.__annotations__["token"] = Annotated[str, Security(HTTPBearer())]
    typed.post("/")(view)
    body = Recorder()
    stranger = {"CONTENT_LENGTH": "1", "CONTENT_TYPE": "application/json", "wsgi.input": body}
    assert client.post("/", environ_overrides=stranger).status_code == 401
    assert body.sizes == []
    known = {**stranger, "HTTP_AUTHORIZATION": "Bearer t"}
    assert client.post("/", environ_overrides=known).status_code == 400
    assert body.sizes == [(1,)]


def test_faulty_values_of_a_security_dependency_come_first(
    typed: Typed, client: FlaskClient
) -> None:
    """They are a 422 of their own: for a stranger, nothing else is looked at."""

    def enter(x_age: Annotated[int, Header()]) -> int: ...

    def view(page: int) -> None: ...

    typed.get("/", dependencies=[Security(enter)])(view)
    answer = client.get("/?page=x", headers={"X-Age": "old"})
    assert answer.get_json() == {
        "type": "about:blank",
        "title": "The request is not valid.",
        "status": 422,
        "detail": "One value of the request cannot be accepted.",
        "errors": [
            {
                "in": "header",
                "pointer": "/x-age",
                "code": "invalid_integer",
                "detail": "Not a valid integer.",
            }
        ],
    }


def test_a_provider_runs_once_in_a_request(typed: Typed, client: FlaskClient, log: Log) -> None:
    """Wherever it is asked for, unless it shall run again."""

    def count() -> int:
        log.append("count")
        return len(log)

    def one(number: Any) -> Any:
        return number

    def view(first: Any, number: Any, again: Any, fresh: Any) -> list[Any]:
        return [first, number, again, fresh]

    one.__annotations__["number"] = depends(count)
    again = Annotated[Any, Depends(count, use_cache=False)]
    view.__annotations__.update(first=depends(one), number=depends(count), again=again, fresh=again)
    typed.get("/")(view)
    assert client.get("/").get_json() == [1, 1, 2, 3]
    assert client.get("/").get_json() == [4, 4, 5, 6]


def test_dependencies_of_everything_around_come_first(app: Flask, log: Log) -> None:
    """App, outer blueprint, inner blueprint, route, view: outermost first."""

    def note(name: str) -> Depends:
        return Depends(lambda: log.append(name))

    outer = TypedBlueprint("outer", __name__, url_prefix="/outer", dependencies=[note("outer")])
    inner = TypedBlueprint("inner", __name__, url_prefix="/inner", dependencies=[note("inner")])

    @inner.get("/", dependencies=[note("route")])
    def view(own: Any) -> None:
        log.append("view")

    @outer.get("/")
    def other() -> None: ...

    view.__annotations__["own"] = Annotated[None, note("own")]
    outer.register_blueprint(inner)
    Typed(app, dependencies=[note("app")])
    app.register_blueprint(outer)
    client = app.test_client()
    assert client.get("/outer/inner/").status_code == 204
    assert log == ["app", "outer", "inner", "route", "own", "view"]
    log.clear()
    assert client.get("/outer/").status_code == 204
    assert log == ["app", "outer"]


def test_providers_stop_at_the_first_failure(typed: Typed, client: FlaskClient, log: Log) -> None:
    """What was opened before is closed, with the error."""

    @raises(Conflict)
    def fail() -> None:
        raise Conflict

    def view(session: Any, failed: Any, file: Any) -> None: ...

    view.__annotations__.update(
        session=depends(log.session), failed=depends(fail), file=depends(log.file)
    )
    typed.get("/")(view)
    assert client.get("/").status_code == 409
    assert log == ["open", "rollback Conflict", "close"]


def test_providers_close_in_reverse(typed: Typed, client: FlaskClient, log: Log) -> None:
    """Each after what needs it."""

    def view(session: Any, file: Any) -> list[Any]:
        return [session, file]

    view.__annotations__.update(session=depends(log.session), file=depends(log.file))
    typed.get("/")(view)
    assert client.get("/").get_json() == ["session", "file"]
    assert log == ["open", "open file", "close file", "commit", "close"]


@pytest.mark.parametrize(
    ("error", "name"),
    [
        pytest.param(ValueError("x"), "ValueError", id="error"),
        pytest.param(StopIteration("x"), "StopIteration", id="StopIteration"),
        pytest.param(KeyboardInterrupt(), "KeyboardInterrupt", id="KeyboardInterrupt"),
    ],
)
def test_what_the_view_raises_is_raised_at_the_yield(
    typed: Typed, client: FlaskClient, log: Log, error: BaseException, name: str
) -> None:
    """And goes on, as it is."""

    def view(session: Any) -> None:
        raise error

    view.__annotations__["session"] = depends(log.session)
    typed.get("/")(view)
    with pytest.raises(type(error)) as caught:
        client.get("/")
    assert caught.value is error
    assert log == ["open", f"rollback {name}", "close"]


def test_an_answer_that_does_not_fit_is_an_error_too(
    typed: Typed, client: FlaskClient, log: Log
) -> None:
    """The response is made before anything is committed."""

    def view(session: Any) -> int:
        return session  # type: ignore[no-any-return]

    view.__annotations__["session"] = depends(log.session)
    typed.get("/")(view)
    with pytest.raises(ResponseMismatch, match="expected an int"):
        client.get("/")
    assert log == ["open", "rollback ResponseMismatch", "close"]


@pytest.mark.parametrize("provider", ["session", "forgiving"])
def test_an_error_that_is_swallowed_goes_on(
    typed: Typed, client: FlaskClient, log: Log, provider: str
) -> None:
    """There is no answer that could be sent instead."""
    log.swallowing = True

    def view(made: Any) -> None:
        raise ValueError("x")

    view.__annotations__["made"] = depends(getattr(log, provider))
    typed.get("/")(view)
    with pytest.raises(ValueError, match=r"^x$"):
        client.get("/")
    assert log[-1] in ("close", "forgiven")


def test_a_commit_that_fails_is_an_honest_answer(
    typed: Typed, client: FlaskClient, log: Log
) -> None:
    """Nothing has been sent yet: a problem becomes the answer."""
    log.failing = Conflict()

    @raises(Conflict)
    def view(file: Any, session: Any) -> int:
        return 1

    view.__annotations__.update(file=depends(log.file), session=depends(log.session))
    typed.get("/")(view)
    answer = client.get("/")
    assert answer.status_code == 409
    assert answer.get_json() == {
        "type": "about:blank",
        "title": "It cannot be committed.",
        "status": 409,
    }
    assert log == ["open file", "open", "commit", "close", "close file"]


def test_an_error_while_closing_after_an_error(typed: Typed, client: FlaskClient, log: Log) -> None:
    """The last one goes on, and remembers the first; everything is closed."""

    def clumsy() -> Iterator[None]:
        try:
            yield
        finally:
            raise OSError("while closing")

    def view(session: Any, clumsy: Any) -> None:
        raise ValueError("first")

    view.__annotations__.update(session=depends(log.session), clumsy=depends(clumsy))
    typed.get("/")(view)
    with pytest.raises(OSError, match="while closing") as caught:
        client.get("/")
    assert isinstance(caught.value.__context__, ValueError)
    assert log == ["open", "rollback OSError", "close"]


def test_a_provider_that_yields_nothing(typed: Typed, client: FlaskClient, log: Log) -> None:
    """It is named."""

    def nothing() -> Iterator[int]:
        yield from ()

    def view(session: Any, number: Any) -> None: ...

    view.__annotations__.update(session=depends(log.session), number=depends(nothing))
    typed.get("/")(view)
    with pytest.raises(DependencyError, match=r"nothing \(.*\) did not yield a value: "):
        client.get("/")
    assert log == ["open", "rollback DependencyError", "close"]


def test_a_generator_that_a_decorator_runs(typed: Typed, client: FlaskClient) -> None:
    """Nobody can close it any more."""

    def numbers() -> Iterator[int]:
        yield 1

    @functools.wraps(numbers)
    def run() -> list[int]:
        return list(numbers())

    def view(found: Any) -> None: ...

    view.__annotations__["found"] = depends(run)
    typed.get("/")(view)
    with pytest.raises(DependencyError, match=r"numbers \(.*\) yields, but a decorator turned it"):
        client.get("/")


@pytest.mark.parametrize("fails", [False, True])
def test_a_provider_that_yields_twice(typed: Typed, client: FlaskClient, fails: bool) -> None:
    """It is named, and closed."""
    closed = []

    def twice() -> Iterator[int]:
        with suppress(ValueError):
            yield 1
        try:
            yield 2
        finally:
            closed.append(True)

    def view(number: Any) -> None:
        if fails:
            raise ValueError

    view.__annotations__["number"] = depends(twice)
    typed.get("/")(view)
    with pytest.raises(DependencyError, match=r"twice \(.*\) yielded a second time: "):
        client.get("/")
    assert closed == [True]


def stream(log: Log, *, fails: bool = False) -> Iterator[str]:
    """Yield two parts."""
    log.append("first")
    yield "1"
    if fails:
        raise ValueError("in the stream")
    log.append("second")
    yield "2"


def add_stream(typed: Typed, log: Log, *, fails: bool = False) -> None:
    """Add a view that streams, with a session."""

    def session() -> Iterator[str]:
        yield from log.session()
        log.append(current_app.name)

    def view(session: Any) -> Response:
        return Response(stream(log, fails=fails))

    view.__annotations__["session"] = depends(session)
    typed.get("/")(view)


def test_a_stream_is_closed_after_its_last_byte(
    typed: Typed, client: FlaskClient, log: Log
) -> None:
    """The app is still there for the providers."""
    add_stream(typed, log)
    assert client.get("/").text == "12"
    assert log == ["open", "first", "second", "commit", "close", "shop"]


def test_a_stream_whose_client_goes_away(typed: Typed, client: FlaskClient, log: Log) -> None:
    """The providers see GeneratorExit."""
    add_stream(typed, log)
    response = client.get("/", buffered=False)
    assert next(response.iter_encoded()) == b"1"
    response.close()
    response.close()
    assert log == ["open", "first", "rollback GeneratorExit", "close"]


def test_a_stream_that_fails(typed: Typed, client: FlaskClient, log: Log) -> None:
    """Its error is raised at the yield, and goes on to the server."""
    add_stream(typed, log, fails=True)
    with pytest.raises(ValueError, match="in the stream"):
        client.get("/", buffered=True)
    assert log == ["open", "first", "rollback ValueError", "close"]


def test_head_of_a_stream(typed: Typed, client: FlaskClient, log: Log) -> None:
    """Nothing is sent, everything is closed."""
    add_stream(typed, log)
    assert client.head("/").data == b""
    assert log == ["open", "rollback GeneratorExit", "close"]


def test_a_stream_of_something_that_cannot_be_closed(
    typed: Typed, client: FlaskClient, log: Log
) -> None:
    """Not every iterable has a close()."""

    def view(session: Any) -> Response:
        return Response(map(str, [1, 2]))

    view.__annotations__["session"] = depends(log.session)
    typed.get("/")(view)
    with client.get("/") as response:
        assert response.text == "12"
    assert log == ["open", "commit", "close"]


def test_a_file_is_no_stream(typed: Typed, client: FlaskClient, log: Log) -> None:
    """The server sends it by itself: the session is not needed for that."""

    def view(session: Any) -> Response:
        return send_file(__file__)

    view.__annotations__["session"] = depends(log.session)
    typed.get("/")(view)
    with client.get("/", buffered=False) as response:
        assert log == ["open", "commit", "close"]
        assert response.data.startswith(b'"""Providers')


def test_a_view_without_annotation_is_flasks_business(
    typed: Typed, client: FlaskClient, log: Log
) -> None:
    """What it returns becomes a response before the session is closed."""

    def view(session, number: int = 0):  # type: ignore[no-untyped-def]
        return abort(404) if number == 404 else ({"session": session}, 201)

    view.__annotations__["session"] = depends(log.session)
    typed.get("/")(view)
    answer = client.get("/")
    assert (answer.status_code, answer.get_json()) == (201, {"session": "session"})
    assert client.get("/?number=404").status_code == 404
    assert log == ["open", "commit", "close", "open", "rollback NotFound", "close"]
