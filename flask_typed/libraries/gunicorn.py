"""gunicorn's internals: the configuration of the server that loads an app, and its hooks.

Setup time, and for requests that are interrupted; imports nothing of gunicorn. Checked against
gunicorn 23.0.0 to 27.0.1.
"""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any


def find_config() -> Any:
    """Return the configuration of the gunicorn that is loading the app; ``None`` without one.

    It is on the stack: gunicorn gives an app no other way to learn of it.
    """
    base = sys.modules.get("gunicorn.app.base")
    if base is None:
        return None
    load = base.BaseApplication.wsgi.__code__
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_code is load:
            return frame.f_locals["self"].cfg
        frame = frame.f_back
    return None


def call_in_workers(config: Any, function: Callable[[Any], object]) -> None:
    """Call a function with each worker before it serves, after the hook of the user.

    :param config: gunicorn's.
    """
    before = config.post_worker_init

    def post_worker_init(worker: Any) -> None:
        before(worker)
        function(worker)

    config.set("post_worker_init", post_worker_init)


def call_after_workers(config: Any, function: Callable[[], object]) -> None:
    """Call a function in each worker after it has served, after the hook of the user.

    gunicorn calls the hook in its own process too, for a worker that has died.

    :param config: gunicorn's.
    """
    before = config.worker_exit

    def worker_exit(server: Any, worker: Any) -> None:
        before(server, worker)
        if worker.pid == os.getpid():
            function()

    config.set("worker_exit", worker_exit)


def close_interrupted(worker: Any, is_interrupted: Callable[[], bool]) -> None:
    """Let a gevent worker close a connection as soon as its request is interrupted.

    Without this, gunicorn waits ``keepalive`` seconds for another request on a connection whose
    response was cut off, and answers an idle connection with a 500.

    :param is_interrupted: of the connection that the current greenlet serves.
    """
    wait, fail = worker.timeout_ctx, worker.handle_error
    killed = importlib.import_module("gevent").GreenletExit

    def timeout_ctx() -> Any:
        if is_interrupted():
            raise StopIteration  # the connection has ended
        return wait()

    def handle_error(request: Any, client: Any, address: Any, error: BaseException) -> None:
        if not (isinstance(error, killed) and is_interrupted()):
            fail(request, client, address, error)

    worker.timeout_ctx, worker.handle_error = timeout_ctx, handle_error


def close_after_chunks(environ: Mapping[str, Any]) -> None:
    """Let gunicorn close the connection after the response, if the body of the request has chunks.

    If it is interrupted while it reads a chunk, gunicorn takes the body for complete, and the rest
    of it for the next request.
    """
    reader = getattr(environ.get("wsgi.input"), "reader", None)
    request = getattr(reader, "req", None)  # only a reader of chunks has it
    if request is not None:
        request.force_close()
