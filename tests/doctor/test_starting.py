"""What is done when a worker starts, and when its hub stands still."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from flask import Flask
from flask_typed import SetupError, Typed
from flask_typed.bridge.hub import HubBridge
from flask_typed.bridge.patching import find_original
from flask_typed.declare.settings import read_settings
from flask_typed.doctor import examining, starting, watching
from flask_typed.doctor.findings import Finding
from flask_typed.doctor.surroundings import Surroundings
from flask_typed.doctor.watching import Watch
from gunicorn.app.base import BaseApplication

from ..patience import PATIENCE, wait_until

#: For how long the hub may be kept, in seconds.
LIMIT = 0.05
WARNING = Finding("psycopg2", "warning", "there", "it waits", "Do not")
NOTICE = Finding("streams", "notice", "here", "it streams", "So what")


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no annotations
    """Gunicorn, as far as it loads an app."""

    def __init__(self, **config: Any) -> None:
        self.config = config
        super().__init__()

    def init(self, *arguments: Any) -> None: ...

    def load_config(self) -> None:
        """Take the configuration of the test."""
        self.cfg.set("worker_class", "gevent")
        self.cfg.set("post_worker_init", lambda worker: worker.seen.append("hook"))

    def load(self) -> Flask:
        """Make an app, as an app factory does."""
        app = Flask("served")
        app.config.update(self.config)
        Typed(app)
        return app

    def start_worker(self) -> list[str]:
        """Do what gunicorn does when a worker is ready."""
        self.wsgi()
        worker = SimpleNamespace(cfg=self.cfg, seen=[])
        self.cfg.post_worker_init(worker)
        seen: list[str] = worker.seen
        return seen


@pytest.fixture
def findings(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """Return what the doctor is to find."""
    found = [WARNING, NOTICE]
    monkeypatch.setattr(examining, "examine", lambda surroundings: list(found))
    return found


def test_a_worker_of_gunicorn_s_is_examined(
    findings: list[Finding], caplog: pytest.LogCaptureFixture
) -> None:
    """After the hook of its configuration, which may put things right."""
    caplog.set_level(logging.INFO)
    assert Server().start_worker() == ["hook"]
    logged = [(record.levelname, record.message) for record in caplog.records]
    assert logged == [
        ("WARNING", "[psycopg2] there: it waits. Do not"),
        ("INFO", "[streams] here: it streams. So what"),
    ]


def test_the_configuration_says_what_comes_of_it(
    findings: list[Finding], caplog: pytest.LogCaptureFixture
) -> None:
    """A warning ends the worker, or nothing is looked for; a notice ends nothing."""
    with pytest.raises(SetupError, match=r"^\[psycopg2\] there: it waits\. Do not$"):
        Server(TYPED_DOCTOR="error").start_worker()
    findings.remove(WARNING)
    Server(TYPED_DOCTOR="error").start_worker()
    Server(TYPED_DOCTOR="ignore").start_worker()
    assert caplog.text == ""
    app = Flask("wrong")
    app.config["TYPED_DOCTOR"] = "shout"
    with pytest.raises(SetupError, match="'warn', 'error', 'ignore'"):
        Typed(app)


def test_a_doctor_that_fails_ends_no_worker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged."""
    monkeypatch.setattr(examining, "examine", lambda surroundings: 1 / 0)
    Server(TYPED_DOCTOR="error").start_worker()
    assert "The doctor cannot examine this worker" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def serve(app: Flask, **environ: str) -> None:
    """Send a request, which a server has received if it names itself in the environ."""
    app.test_client().get("/", environ_overrides=environ)


def test_a_server_of_gevent_s(findings: list[Finding]) -> None:
    """It is examined after the first request, once."""
    seen: list[Surroundings] = []
    app = Flask("pywsgi")
    starting.await_start(app, seen.append)
    gevent.spawn(serve, app).get()
    assert seen == []
    for _ in range(2):
        gevent.spawn(serve, app, SERVER_SOFTWARE="gevent/26.9").get()
    gevent.sleep(0)
    assert seen == [Surroundings(app, serves_in_greenlets=True)]
    start = partial(starting.start_worker, read_settings({"TYPED_DOCTOR": "error"}))
    with pytest.raises(SystemExit, match="it waits"):
        starting.start_or_exit(start, Surroundings(app))


def test_other_servers_are_not_examined() -> None:
    """Where threads handle the requests, there is no hub, though gevent is imported."""
    seen: list[Surroundings] = []
    app = Flask("other")
    starting.await_start(app, seen.append)
    serve(app, SERVER_SOFTWARE="Werkzeug/3.1")
    gevent.spawn(serve, app, SERVER_SOFTWARE="gevent/26.9").get()
    gevent.sleep(0)
    assert seen == []


def test_an_app_that_is_never_served_is_freed() -> None:
    """In a process that has imported gevent's server."""
    app = Flask("dropped")
    starting.await_start(app, lambda surroundings: None)
    dropped = weakref.ref(app)
    del app
    gc.collect()
    assert dropped() is None


def test_the_limit() -> None:
    """In debug mode it is there, unless the configuration says otherwise."""
    default, limited = read_settings({}), read_settings({"TYPED_BLOCKING_LIMIT": 250})
    assert starting.find_blocking_limit(default, debug=False) == 0
    assert starting.find_blocking_limit(default, debug=True) == 100
    assert starting.find_blocking_limit(limited, debug=True) == 250


def test_the_hub_is_looked_at(findings: list[Finding], monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, if there is a limit."""
    watches: list[Watch] = []
    monkeypatch.setattr(watching, "WATCHES", watches)
    Server(TYPED_BLOCKING_LIMIT=0).start_worker()
    assert watches == []
    for _ in range(2):
        Server(TYPED_BLOCKING_LIMIT=100).start_worker()
    (watch,) = watches
    watch.stop()


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Look at the hub of this thread; in a thread that coverage knows."""

    def find(module: str, name: str) -> Any:
        return start if name == "start_new_thread" else find_original(module, name)

    def start(function: Callable[[], None], arguments: tuple[()]) -> None:
        threading.Thread(target=function, args=arguments).start()

    monkeypatch.setattr(watching, "find_original", find)
    watch = Watch(gevent.get_hub(), LIMIT)
    yield watch
    watch.stop()


TOLD = "time.sleep(0.01)  # the line that is told"


def block(watch: Watch) -> None:
    """Keep the hub until the watch sees it."""
    deadline = time.monotonic() + PATIENCE
    while not is_seen(watch):
        assert time.monotonic() < deadline
        time.sleep(0.01)  # the line that is told


def is_seen(watch: Watch) -> bool:
    """Say whether the watch has seen that line; on a busy machine, it may have seen another."""
    if watch.sample is not None and not str(watch.sample.place).endswith(TOLD):
        watch.sample = None  # pragma: no cover: only on a busy machine
    return watch.sample is not None


def settle() -> float:
    """Let the hub run for a while, and return for how long it stood still at most."""
    times = [time.perf_counter()]
    for _ in range(10):
        gevent.sleep(0.01)
        times.append(time.perf_counter())
    return max(later - earlier for earlier, later in pairwise(times))


def read_blocks(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was told of :func:`block`; a busy machine keeps the hub elsewhere too."""
    records = (record for record in caplog.records if record.name == "flask_typed.doctor")
    return [text for text in (one.getMessage() for one in records) if ", in block: " in text]


def test_what_keeps_the_hub_is_told(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    """One line: for how long, the request, the line of the app's own code."""
    app = Flask("blocking")

    @app.get("/block")
    def view() -> str:
        block(watch)
        return "done"

    settle()
    assert read_blocks(caplog) == []
    for _ in range(3):
        app.test_client().get("/block?x=1")
        settle()
    (words,) = read_blocks(caplog)
    assert words.startswith("The hub stood still for ")
    assert int(words.split()[5]) >= LIMIT * 1000
    assert f" ms: GET /block, at {__file__}:" in words
    assert words.endswith(f"in block: {TOLD}")


def test_a_line_is_told_again_later(
    watch: Watch,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With how often it was not told."""
    for quiet in (1_000_000, 1_000_000, 0):
        monkeypatch.setattr(watching, "REPEAT_AFTER", quiet)
        block(watch)
        settle()
    first, second = read_blocks(caplog)
    assert "no request" in first
    assert second.endswith("(1 more times since it was last logged)")


def test_what_keeps_the_loop_keeps_the_hub(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    """A request whose coroutine it is, is known by its context."""
    app = Flask("coroutine")
    bridge = HubBridge()

    async def wait() -> None:
        await asyncio.sleep(0.01)
        block(watch)

    with app.test_request_context("/wait", method="POST"):
        bridge.run(wait())
    settle()
    bridge.run(wait())
    settle()
    (words,) = read_blocks(caplog)
    assert " ms: POST /wait, at " in words
    bridge.close()


def test_a_short_wait_is_not_told(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    """Nor is one of another thread."""
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()

    def run() -> float:
        before = settle()  # what was late until now is told meanwhile
        caplog.clear()
        began = time.perf_counter()
        time.sleep(0.02)
        return max(before, time.perf_counter() - began + settle(), settle())

    wait_until(lambda: run() < LIMIT)  # on a busy machine, not at the first time
    over.set()
    thread.join()
    assert caplog.records == []


def test_a_sample_that_came_too_late_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    """The hub went on meanwhile, and what the sample says is of another moment."""
    watch = Watch(gevent.get_hub(), 0.05)
    watch.sample = watching.take_sample(sys._getframe())
    settle()
    watch.stop()
    assert not [record for record in caplog.records if "_came_too_late" in record.getMessage()]


def test_where_nothing_is_the_app_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The innermost line is told."""
    monkeypatch.setattr(watching, "is_own_file", lambda path: False)
    sample = watching.take_sample(sys._getframe())
    assert sample.place.function == "test_where_nothing_is_the_app_s_own"
    assert sample.request is None
