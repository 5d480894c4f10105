"""Work after the response: what runs, with which arguments, and what is dropped."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import partial
from threading import Event, Thread
from typing import Annotated, Any

import pytest
from flask import Flask, abort, current_app, g, has_request_context, send_file
from flask.testing import FlaskClient
from flask_typed import (
    BackgroundStats,
    BackgroundTask,
    BackgroundTasks,
    DeclarationError,
    Depends,
    EventStream,
    Problem,
    Typed,
)
from flask_typed.bridge.deadlines import find_longest_wait
from flask_typed.declare.background import find_given
from flask_typed.serve import background
from flask_typed.serve.background import Background, drain_all, forget_all
from werkzeug.wrappers import Response

from ..patience import wait_until

tag: ContextVar[str] = ContextVar("tag", default="none")
NOTED: list[Any] = []


class Taken(Problem):
    """The title is taken."""

    status = 409


@pytest.fixture
def seen() -> list[Any]:
    """Return what the tasks of a test note."""
    NOTED.clear()
    return NOTED


def get_store() -> Iterator[str]:
    """Provide a store, and note when it is open."""
    NOTED.append("open")
    yield "store"
    NOTED.append("close")


def audit(tasks: BackgroundTasks) -> Iterator[BackgroundTasks]:
    """Add tasks before the view and after it."""
    tasks.add(NOTED.append, "provider")
    yield tasks
    tasks.add(NOTED.append, "closed")


@pytest.fixture
def post(typed: Typed, client: FlaskClient) -> Callable[..., Any]:
    """Return what answers a request by a function that gets the tasks."""

    views: list[Callable[[BackgroundTasks], Any]] = []

    @typed.post("/")
    def order(tasks: BackgroundTasks) -> str:
        return str(views.pop()(tasks))

    def post(view: Callable[[BackgroundTasks], Any], **options: Any) -> Any:
        views.append(view)
        return client.post("/", **options)

    return post


def find_background(app: Flask) -> Background:
    """Return what runs the tasks of an app."""
    background: Background = app.extensions["typed"].tools.background
    return background


def test_tasks_run_in_order_after_the_response(
    post: Callable[..., Any], typed: Typed, app: Flask, seen: list[Any]
) -> None:
    """Without the request, each in a context of its own, and with the context variables."""

    def note(number: int, *, word: str) -> None:
        seen.append((number, word, has_request_context(), current_app.name, "x" in g, tag.get()))
        g.x = number

    async def wait(number: int) -> None:
        seen.append(number)

    def view(tasks: BackgroundTasks) -> str:
        tag.set("mine")
        g.x = 0
        tasks.add(note, 1, word="a")
        tasks.add(wait, 2)
        tasks.add(partial(note, 3), word="b")
        assert len(tasks) == 3
        assert not seen
        return "done"

    app.teardown_appcontext(lambda error: seen.append("end") if seen or "x" in g else None)
    assert post(view).get_json() == "done"
    first, second = (1, "a", False, "shop", False, "mine"), (3, "b", False, "shop", False, "mine")
    assert seen == ["end", first, "end", 2, "end", second, "end"]
    assert typed.background_stats() == BackgroundStats(added=3, done=3)


def test_providers_of_a_task(typed: Typed, client: FlaskClient, seen: list[Any]) -> None:
    """They are opened for the task, and closed after it."""

    def send(number: int, store: Annotated[str, Depends(get_store)], *extra: Any) -> None:
        seen.append((number, store, extra))

    def purge(store: Annotated[str, Depends(get_store)] = "", day: object | None = None) -> None:
        seen.append((store, day))

    @typed.post("/")
    def order(tasks: BackgroundTasks) -> None:
        tasks.add(send, 1)
        tasks.add(purge)
        tasks.add(send, 2, "own", 3)

    client.post("/")
    one = ["open", (1, "store", ()), "close"]
    assert seen == [*one, "open", ("store", None), "close", (2, "own", (3,))]
    seen.clear()
    with typed.override(get_store, lambda: "fake"):
        client.post("/")
    assert seen == [(1, "fake", ()), ("fake", None), (2, "own", (3,))]


def test_view_and_providers_share_the_tasks(
    typed: Typed, client: FlaskClient, seen: list[Any]
) -> None:
    """Also providers of security, and those that add after their ``yield``."""

    @typed.post("/", dependencies=[Depends(audit)])
    def order(tasks: BackgroundTasks, same: Annotated[BackgroundTasks, Depends(audit)]) -> bool:
        tasks.add(seen.append, "view")
        return tasks is same

    assert client.post("/").get_json() is True
    assert seen == ["provider", "view", "closed"]


@pytest.mark.configured(TESTING=False)
@pytest.mark.parametrize("error", [Taken, ValueError, partial(abort, 404)])
def test_an_error_drops_them(
    error: Any, post: Callable[..., Any], typed: Typed, seen: list[Any]
) -> None:
    """Whoever answers it."""

    def view(tasks: BackgroundTasks) -> None:
        tasks.add(seen.append, 1)
        raise error()

    assert post(view).status_code >= 400
    assert seen == []
    assert typed.background_stats() == BackgroundStats(added=1, dropped=1)


@pytest.mark.configured(TESTING=False)
@pytest.mark.parametrize("fails", [False, True])
def test_a_replaced_response(
    fails: bool, app: Flask, post: Callable[..., Any], typed: Typed
) -> None:
    """An error in place of the response drops them too."""

    @app.after_request
    def replace(response: Response) -> Any:
        return 1 // 0 if fails else app.response_class("later", 503)

    assert post(lambda tasks: tasks.add(print, 1)).status_code == 500 + 3 * (not fails)
    assert typed.background_stats() == BackgroundStats(added=1, dropped=1)


def test_an_error_of_a_task(post: Callable[..., Any], typed: Typed, seen: list[Any]) -> None:
    """The others run, and a test gets the first error."""

    def fail(text: str) -> None:
        raise ValueError(text)

    def view(tasks: BackgroundTasks) -> None:
        tasks.add(fail, "first")
        tasks.add(sys.exit)
        tasks.add(seen.append, 1)

    with pytest.raises(ValueError, match=r"^first$"):
        post(view)
    assert seen == [1]
    assert typed.background_stats() == BackgroundStats(added=3, done=1, failed=2)


@pytest.mark.configured(TESTING=False)
def test_in_threads(
    post: Callable[..., Any], typed: Typed, caplog: pytest.LogCaptureFixture
) -> None:
    """They begin when the server closes the response; the log names the request of an error."""
    begun, may_end = Event(), Event()

    def work() -> None:
        begun.set()
        may_end.wait()
        raise ValueError

    response = post(lambda tasks: tasks.add(work), headers={"X-Request-ID": "7"})
    assert not begun.wait(0.05)
    response.close()
    assert begun.wait()
    assert typed.background_stats() == BackgroundStats(added=1, running=1)
    may_end.set()
    wait_until(lambda: typed.background_stats().failed)
    wait_until(lambda: caplog.messages)
    (message,) = caplog.messages
    assert message.startswith("Exception in the background task test_in_threads.<locals>.work of")
    assert message.endswith(" of POST / (order), request 7")


@pytest.mark.configured(TESTING=False, TYPED_BACKGROUND_WAITING=2, TYPED_BACKGROUND_RUNNING=1)
def test_limits(typed: Typed, client: FlaskClient, document: Any) -> None:
    """One runs at a time, two wait, and the request of a third is answered with an error."""
    may_end = Event()

    @typed.post("/")
    def order(tasks: BackgroundTasks) -> None:
        tasks.add(may_end.wait)

    for _ in range(2):
        client.post("/").close()
    wait_until(lambda: typed.background_stats().running)
    client.post("/").close()
    full = client.post("/")
    assert full.get_json() == {
        "type": "urn:flask-typed:background-tasks-full",
        "title": "Too many background tasks wait; try again later.",
        "status": 503,
    }
    assert full.headers["Retry-After"] == "1"
    assert typed.background_stats() == BackgroundStats(added=3, waiting=2, running=1)
    may_end.set()
    wait_until(lambda: typed.background_stats().done == 3)
    assert "503" in document()["paths"]["/"]["post"]["responses"]


@pytest.mark.configured(TESTING=False)
def test_no_more_threads(
    post: Callable[..., Any], seen: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection waits, and nothing is lost."""

    def fail(thread: Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Thread, "start", fail)
    post(lambda tasks: tasks.add(seen.append, 1)).close()
    assert seen == [1]


@pytest.mark.configured(TESTING=False)
def test_the_loop_is_there_before_the_task(
    post: Callable[..., Any], seen: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that ends while a task begins can start no thread for the loop."""
    monkeypatch.setattr(background, "get_bridge", lambda: seen.append("loop"))

    async def wait() -> None:
        seen.append("task")

    def view(tasks: BackgroundTasks) -> str:
        tasks.add(wait)
        return "done"

    post(view).close()
    wait_until(lambda: len(seen) == 2)
    assert seen == ["loop", "task"]


@pytest.mark.configured(TESTING=False)
def test_files(typed: Typed, client: FlaskClient) -> None:
    """A server closes the file, and not the response."""

    @typed.get("/")
    def read(tasks: BackgroundTasks) -> Response:
        tasks.add(print, "read")
        return send_file(__file__)

    @typed.get("/bare")
    def read_bare(tasks: BackgroundTasks) -> Response:
        tasks.add(print, "read")
        return Response(Bare(), direct_passthrough=True)

    response = client.get("/")
    assert b"A server closes the file" in response.data
    assert typed.background_stats().waiting == 1
    response.close()
    client.get("/bare").close()
    wait_until(lambda: typed.background_stats().done == 2)


class Bare:
    """A body that has nothing to close, and a function that has no hash."""

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, number: int = 1) -> None:
        """Note a number."""
        NOTED.append(number)

    def __iter__(self) -> Iterator[bytes]:
        return iter([b"bare"])


@pytest.mark.parametrize("testing", [False, True])
def test_streams(
    testing: bool, app: Flask, typed: Typed, client: FlaskClient, seen: list[Any]
) -> None:
    """They run after the last item, and not if it is not sent."""
    app.testing = testing

    @typed.get("/")
    def read(tasks: BackgroundTasks) -> EventStream[int]:
        tasks.add(seen.append, "first")
        yield 1
        tasks.add(seen.append, "second")
        yield 2

    @typed.get("/none")
    def read_none(tasks: BackgroundTasks) -> EventStream[int]:
        yield len(tasks)

    assert client.get("/").text == "data: 1\n\ndata: 2\n\n"
    wait_until(lambda: typed.background_stats().done == 2)
    assert seen == ["first", "second"]
    assert client.get("/none").text == "data: 0\n\n"
    broken = client.get("/")
    assert next(iter(broken.response)) == b"data: 1\n\n"
    broken.close()
    assert typed.background_stats() == BackgroundStats(added=3, done=2, dropped=1)


def test_deadlines(typed: Typed, client: FlaskClient, seen: list[Any]) -> None:
    """Tasks have none, and a request that has exceeded its own has no tasks."""

    def note() -> None:
        seen.append(find_longest_wait(9.0))

    @typed.get("/", timeout=60)
    def read(tasks: BackgroundTasks) -> EventStream[int]:
        tasks.add(note)
        yield 1

    @typed.get("/quick", timeout=60)
    def read_quickly(tasks: BackgroundTasks) -> None:
        tasks.add(note)

    @typed.get("/slow", timeout=0.05)
    async def read_slowly(tasks: BackgroundTasks) -> None:
        tasks.add(note)
        await asyncio.sleep(60)

    assert client.get("/").text == "data: 1\n\n"
    assert client.get("/quick").status_code == 204
    assert client.get("/slow").status_code == 504
    assert seen == [9.0, 9.0]
    assert typed.background_stats() == BackgroundStats(added=3, done=2, dropped=1)


def test_a_kept_context(post: Callable[..., Any], client: FlaskClient, seen: list[Any]) -> None:
    """A client that keeps the context of the request sees them, too."""

    def view(tasks: BackgroundTasks) -> None:
        tasks.add(lambda: seen.append(has_request_context()))

    with client:
        post(view)
        assert seen == [False]
        assert has_request_context()


def test_a_view_that_calls_a_stream(
    app: Flask, typed: Typed, client: FlaskClient, seen: list[Any]
) -> None:
    """Streams that are not sent hold the context of the request, which ends all the same."""

    @typed.get("/inner")
    def read(store: Annotated[str, Depends(lambda: "x")]) -> EventStream[int]:
        yield len(store)

    @typed.get("/")
    def call(tasks: BackgroundTasks) -> None:
        tasks.add(seen.append, 1)
        app.view_functions["read"]()

    assert client.get("/").status_code == 204
    assert seen == [1]


def test_an_object(post: Callable[..., Any], seen: list[Any]) -> None:
    """It may have no hash."""
    post(lambda tasks: tasks.add(Bare()))
    assert seen == [1]


def test_too_late(post: Callable[..., Any], seen: list[Any]) -> None:
    """A task is added by a request that goes on."""
    kept: list[BackgroundTasks] = []
    post(kept.append)
    with pytest.raises(RuntimeError, match=r"^The background task .*append is too late: the req"):
        kept[0].add(seen.append, 1)


def test_mistakes_are_errors_of_the_view(post: Callable[..., Any], typed: Typed) -> None:
    """A call that cannot work is refused when it is added."""

    def send(number: int, *, subject: str) -> None:
        """Do nothing."""

    def view(tasks: BackgroundTasks) -> None:
        with pytest.raises(TypeError, match="unexpected keyword argument 'subjekt'"):
            tasks.add(send, 1, subjekt="x")  # type: ignore[call-arg]
        with pytest.raises(DeclarationError, match=r"in argument 'subject', call of .*send"):
            tasks.add(send, 1)
        with pytest.raises(DeclarationError, match="is the background tasks of a request, but the"):
            typed.call(view)

    post(view)
    assert typed.background_stats() == BackgroundStats()


def test_plain_objects() -> None:
    """In a unit test, they collect."""
    noted: list[int] = []
    tasks = BackgroundTasks()
    tasks.add(noted.append, 1)
    tasks.add(partial(partial(dict), a=1), b=2)
    assert next(iter(tasks)) == BackgroundTask(noted.append, (1,))
    assert [task() for task in tasks] == [None, {"a": 1, "b": 2}]
    assert noted == [1]
    assert [task.name for task in tasks] == ["list.append", "dict"]
    assert BackgroundTask(Bare()).name == "Bare"
    assert find_given(max, (1,), {}) is None  # whose arguments Python does not know


@pytest.mark.configured(TESTING=False, TYPED_BACKGROUND_RUNNING=1)
def test_a_process_that_ends(
    post: Callable[..., Any],
    app: Flask,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It waits for its tasks, and logs those that take too long."""
    may_end = Event()

    def work() -> None:
        may_end.wait()

    def view(tasks: BackgroundTasks) -> None:
        tasks.add(work)
        tasks.add(print)

    for _ in range(2):
        post(view).close()
    wait_until(lambda: find_background(app).read_stats().running)
    with caplog.at_level(logging.ERROR):
        monkeypatch.setattr("flask_typed.serve.background.PATIENCE", 0.0)
        monkeypatch.setattr("flask_typed.serve.background.UNFINISHED", [find_background(app)])
        drain_all()
    lost = [line.replace("test_a_process_that_ends.<locals>.", "") for line in caplog.messages]
    assert [line.partition(" of POST")[0] for line in lost] == [
        "The background task work",
        "The background task print",
        "The background task work",
        "The background task print",
    ]
    assert [line.rpartition(") ")[2] for line in lost] == [
        "has not ended: the process ends",
        *["was not run: the process ends"] * 3,
    ]
    may_end.set()
    find_background(app).drain(60)
    assert len(caplog.messages) == 4


def test_a_child_process(post: Callable[..., Any], typed: Typed) -> None:
    """It has none of its parent's tasks."""
    post(lambda tasks: tasks.add(print))
    forget_all()
    assert typed.background_stats() == BackgroundStats()
    post(lambda tasks: tasks.add(print))
    assert typed.background_stats() == BackgroundStats(added=1, done=1)


PROGRAM = """
import asyncio
from flask import Flask
from flask_typed import BackgroundTasks, Typed
app = Flask("shop")
typed = Typed(app)
async def work():
    await asyncio.sleep(0.2)
    print("done")
@typed.get("/")
def order(tasks: BackgroundTasks) -> None:
    tasks.add(work)
app.test_client().get("/").close()
"""


def test_the_end_of_a_program() -> None:
    """A process that ends lets its tasks end, and the loop that they need."""
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("done\n", "")
