"""The private names of libraries of which few are read: each is there, and means what it meant."""

from __future__ import annotations

import asyncio
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, request
from flask_typed.libraries.apispec import METADATA_KEYWORDS
from flask_typed.libraries.asyncio import find_context
from flask_typed.libraries.flask import find_body_limit
from flask_typed.libraries.gevent import find_saved, reads_with_pywsgi
from flask_typed.libraries.gunicorn import call_in_workers, close_after_chunks, find_config
from flask_typed.libraries.sqlalchemy import find_arguments
from gevent.pywsgi import Input
from gunicorn.http.body import Body, ChunkedReader, LengthReader
from sqlalchemy import create_engine


def test_keywords_of_apispec() -> None:
    """They are those of a schema, and not a field's other metadata."""
    assert {"description", "example", "deprecated"} <= METADATA_KEYWORDS
    assert "strict" not in METADATA_KEYWORDS


@pytest.mark.parametrize("own", [None, 5])
def test_limits_of_bodies(own: int | None) -> None:
    """The request's own limit counts before the app's."""
    app = Flask("limits")
    app.config["MAX_CONTENT_LENGTH"] = 7
    with app.test_request_context():
        request.max_content_length = own
        assert find_body_limit(request, app.config) == request.max_content_length == (own or 7)


def test_contexts_of_callbacks() -> None:
    """A stack in a callback of a loop has the context of the callback in one of its frames."""

    async def look() -> list[Any]:
        frame: Any = sys._getframe()
        found = []
        while frame is not None:
            found.append(find_context(frame))
            frame = frame.f_back
        return [context for context in found if context is not None]

    assert len(asyncio.run(look())) == 1


def test_nothing_is_saved_without_gevent(monkeypatch: pytest.MonkeyPatch) -> None:
    """If nobody has imported gevent, it has replaced nothing."""
    monkeypatch.delitem(sys.modules, "gevent.monkey", raising=False)
    assert find_saved() == {}


def test_what_gevent_has_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is what gevent says."""
    saved = {"time": {"sleep": object()}}
    monkeypatch.setitem(sys.modules, "gevent.monkey", SimpleNamespace(saved=saved))
    assert find_saved() is saved


def test_configuration_of_gunicorn() -> None:
    """It is found while gunicorn loads an app, and only then."""
    base = pytest.importorskip("gunicorn.app.base")

    class Server(base.BaseApplication):  # type: ignore[misc]  # without annotations
        def load_config(self) -> None:
            """Leave the defaults."""

        def load(self) -> Any:
            """Return what is found on the way."""
            return find_config()

    server = Server()
    assert server.wsgi() is server.cfg
    assert find_config() is None


def test_hooks_of_workers() -> None:
    """The user's own hook is called first."""
    config = pytest.importorskip("gunicorn.config").Config()
    calls: list[tuple[str, object]] = []

    def call_first(worker: object) -> None:
        calls.append(("user's", worker))

    config.set("post_worker_init", call_first)
    call_in_workers(config, lambda worker: calls.append(("ours", worker)))
    config.post_worker_init("worker")
    assert calls == [("user's", "worker"), ("ours", "worker")]


def test_arguments_of_engines() -> None:
    """They are what the driver is called with, unless the app calls it itself."""
    given = create_engine("sqlite://", connect_args={"timeout": 3})
    assert find_arguments(given)["timeout"] == 3
    assert find_arguments(create_engine("sqlite://", creator=object)) == {}


def test_bodies_of_gunicorn() -> None:
    """A reader of chunks has the request, whose connection is then closed."""
    closed: list[str] = []
    request = SimpleNamespace(force_close=lambda: closed.append("closed"))
    close_after_chunks({"wsgi.input": Body(LengthReader(None, 5))})
    assert closed == []
    close_after_chunks({"wsgi.input": Body(ChunkedReader(request, None))})
    assert closed == ["closed"]


def test_bodies_of_pywsgi() -> None:
    """They are known by their class."""
    assert reads_with_pywsgi({"wsgi.input": Input(None, None)})
    assert not reads_with_pywsgi({"wsgi.input": Body(LengthReader(None, 5))})
