"""A worker that is told to end: what is interrupted, and when."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from contextvars import copy_context
from types import SimpleNamespace
from typing import Any

import gevent
import gevent.event
import pytest
from flask_typed.bridge import ending
from flask_typed.bridge.current import KEEPER
from flask_typed.bridge.ending import Ending, await_end
from flask_typed.bridge.hub import HubBridge
from flask_typed.bridge.lifespan import Lifespan
from flask_typed.bridge.threads import Bridge
from flask_typed.libraries.gevent import find_serving
from flask_typed.libraries.gunicorn import call_after_workers
from flask_typed.serve import streams
from flask_typed.serve.streams import StreamBody
from gevent.pool import Pool
from gevent.server import StreamServer
from werkzeug.wrappers import Response

from ..patience import PATIENCE, wait_until


def wait_for_end(bridge: Bridge) -> None:
    """Wait until a loop has ended."""
    wait_until(lambda: not bridge.is_alive, sleep=gevent.sleep)


@pytest.fixture
def handler() -> Iterator[list[int]]:
    """Return what the handler of SIGTERM hears that was there before."""
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
    yield heard
    signal.signal(signal.SIGTERM, before)


def test_sigterm_starts_the_end(handler: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else listens is called, and several apps are one worker."""
    started: list[float] = []
    monkeypatch.setattr(Ending, "start", lambda self, seconds: started.append(seconds))
    monkeypatch.setattr(ending, "ENDING", Ending())
    settings: dict[str, Any] = {}
    hooks = {"post_worker_init": lambda worker: None, "worker_exit": lambda server, worker: None}
    await_end(SimpleNamespace(**hooks, set=settings.__setitem__))
    worker = SimpleNamespace(cfg=SimpleNamespace(graceful_timeout=7))
    settings["post_worker_init"](worker)
    settings["post_worker_init"](worker)
    signal.raise_signal(signal.SIGTERM)
    assert handler == [signal.SIGTERM]
    assert started == [7.0]


def test_values_are_closed_when_a_worker_exits() -> None:
    """In its own process: gunicorn calls the hook for a worker that has died too."""
    calls: list[str] = []
    settings: dict[str, Any] = {}
    config = SimpleNamespace(
        worker_exit=lambda server, worker: calls.append("hook"), set=settings.__setitem__
    )
    call_after_workers(config, lambda: calls.append("closed"))
    settings["worker_exit"](None, SimpleNamespace(pid=os.getpid() + 1))
    settings["worker_exit"](None, SimpleNamespace(pid=os.getpid()))
    assert calls == ["hook", "hook", "closed"]


def test_sigterm_without_a_handler(handler: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker may ignore it."""
    started: list[float] = []
    monkeypatch.setattr(Ending, "start", lambda self, seconds: started.append(seconds))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Ending().watch(SimpleNamespace(cfg=SimpleNamespace(graceful_timeout=1)))
    signal.raise_signal(signal.SIGTERM)
    assert started == [1.0]


def open_closable(closed: list[str]) -> None:
    """Open a value of scope app that notes its end."""
    Lifespan("shop").open("key", "name", lambda stack: stack.callback(closed.append, "closed"))


def test_in_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits is told that the server ends; then the loop ends."""
    bridge = Bridge()
    monkeypatch.setattr(KEEPER, "bridge", bridge)
    errors: list[BaseException] = []

    def wait() -> None:
        try:
            bridge.run(asyncio.sleep(PATIENCE), lambda: None)
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    worker_end = Ending()
    worker_end.start(0.3)
    wait_for_end(bridge)
    thread.join()
    assert worker_end.is_due
    assert str(errors[0]) == "503 Service Unavailable: The server is about to end."


def test_in_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread is a native one: nothing that gevent has patched is asked for."""
    bridge = Bridge()
    monkeypatch.setattr(KEEPER, "bridge", bridge)
    Ending().end_threads(0, 0.3)
    assert not bridge.is_alive


def test_in_threads_without_async_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no loop to end; the values of the app are closed."""
    monkeypatch.setattr(KEEPER, "bridge", None)
    closed: list[str] = []
    open_closable(closed)
    worker_end = Ending()
    worker_end.end_threads(0, 0)
    assert worker_end.is_due
    assert closed == ["closed"]


def test_in_greenlets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that serve are killed; then the values of the app are closed, and the loop ends."""
    monkeypatch.setattr(ending, "is_patched", lambda *modules: True)
    bridge = HubBridge()
    monkeypatch.setattr(KEEPER, "bridge", bridge)
    server = StreamServer(("127.0.0.1", 0), print, spawn=Pool(2))
    serving = server.pool.spawn(gevent.sleep, PATIENCE)
    gevent.sleep(0)
    assert serving in find_serving()
    closed: list[str] = []
    open_closable(closed)
    worker_end = Ending()
    worker_end.start(0.03)
    wait_for_end(bridge)
    assert closed == ["closed"]
    assert worker_end.is_due
    assert isinstance(serving.value, gevent.GreenletExit)


def test_greenlets_that_clean_up_for_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop ends although they have not ended yet."""
    monkeypatch.setattr(ending, "is_patched", lambda *modules: True)
    bridge = HubBridge()
    monkeypatch.setattr(KEEPER, "bridge", bridge)
    may_end = gevent.event.Event()

    def stay() -> None:
        try:
            gevent.sleep(PATIENCE)
        finally:
            may_end.wait(PATIENCE)

    server = StreamServer(("127.0.0.1", 0), print, spawn=Pool(2))
    serving = server.pool.spawn(stay)
    gevent.sleep(0)
    Ending().start(0.03)
    wait_for_end(bridge)
    assert not serving.dead
    may_end.set()
    serving.join()


def test_event_streams_are_interrupted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are open, and those that begin later; not those that have ended."""
    monkeypatch.setattr(ending, "is_patched", lambda *modules: True)
    monkeypatch.setattr(gevent, "spawn_later", lambda *arguments: None)  # the end of the rest
    worker_end = Ending()
    heard: list[Any] = []

    def stream(has_ended: bool) -> str:
        with Response(iter(()), mimetype="text/event-stream") as response:
            worker_end.follow(response)
            if has_ended:
                response.close()
            gevent.sleep(0.1)
        heard.append(worker_end.has_interrupted())
        return "ended"

    early, ended = gevent.spawn(stream, False), gevent.spawn(stream, True)
    gevent.sleep(0)
    worker_end.start(PATIENCE)
    late = gevent.spawn(stream, False)
    gevent.joinall([early, ended, late])
    assert ended.value == "ended"
    assert isinstance(early.value, gevent.GreenletExit)
    assert isinstance(late.value, gevent.GreenletExit)
    assert heard == [False]


def test_event_streams_in_threads() -> None:
    """Nothing can interrupt them."""
    worker_end = Ending()
    worker_end.follow(Response(iter(()), mimetype="text/event-stream"))
    assert not worker_end.has_interrupted()


def test_connections_of_interrupted_requests(
    handler: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """gunicorn waits for no other request, and sends no error; other errors are logged."""
    monkeypatch.setattr(ending, "is_patched", lambda *modules: True)
    errors: list[Any] = []
    worker = SimpleNamespace(
        timeout_ctx=lambda: "waits", handle_error=lambda *arguments: errors.append(arguments)
    )
    worker_end = Ending()
    worker_end.watch(worker)
    assert worker.timeout_ctx() == "waits"
    error, killed = ValueError(), gevent.GreenletExit()
    worker.handle_error(None, None, None, killed)
    worker_end.is_due = True
    worker.handle_error(None, None, None, error)
    worker.handle_error(None, None, None, killed)
    assert errors == [(None, None, None, killed), (None, None, None, error)]
    with pytest.raises(StopIteration):
        worker.timeout_ctx()


def test_streams_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody takes the rest for the whole, and the providers are closed."""
    worker_end = Ending()
    monkeypatch.setattr(streams, "ENDING", worker_end)
    closed: list[Any] = []
    stack = ExitStack()
    stack.push(lambda *error: closed.append(error[0]))
    body = StreamBody(iter("12"), stack, copy_context())
    assert next(body) == "1"
    worker_end.is_due = True
    with pytest.raises(ConnectionResetError, match="The server is about to end"):
        next(body)
    assert closed == [GeneratorExit]


def test_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other ends than SIGTERM have no time of their own."""
    monkeypatch.setattr(ending, "find_original", lambda *names: lambda *call: None)
    end = Ending()
    assert end.find_time_left(20.0) == 20.0
    end.start(5.0)
    assert 3.0 < end.find_time_left(20.0) <= 4.0
    end.start(0.5)
    assert end.find_time_left(20.0) == 0.0
