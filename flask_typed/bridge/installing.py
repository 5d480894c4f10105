"""Puts the bridge into an app: Flask asks it for whatever is ``async``.

Setup time.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any
from weakref import ref

from flask import Flask, has_request_context, request

from .clients import CAN_WATCH, GONE, Client
from .current import get_bridge
from .threads import no_client


def install(app: Flask) -> None:
    """Let the app's async functions run on the bridge.

    An app whose class has an ``async_to_sync`` of its own keeps it.
    """
    if type(app).async_to_sync is Flask.async_to_sync:
        # Not the app itself: one that refers to itself is not freed when it is dropped.
        app.async_to_sync = partial(bridge_function, ref(app))  # type: ignore[method-assign]


def uninstall(app: Flask) -> None:
    """Leave the app as it was."""
    if is_bridge_installed(app):
        del app.async_to_sync


def is_bridge_installed(app: Flask) -> bool:
    """Say whether the app's async functions run on the bridge."""
    return isinstance(app.async_to_sync, partial) and app.async_to_sync.func is bridge_function


def bridge_function(
    find_app: ref[Flask], function: Callable[..., Coroutine[Any, Any, Any]]
) -> Callable[..., Any]:
    """Return a sync function that runs an async one."""
    return partial(run, function, is_teardown(find_app(), function))


def is_teardown(app: Flask | None, function: Callable[..., Any]) -> bool:
    """Say whether a function cleans up after requests, which it does for clients that are gone."""
    return app is not None and (
        function in app.teardown_appcontext_funcs
        or any(function in functions for functions in app.teardown_request_funcs.values())
    )


def run(
    function: Callable[..., Coroutine[Any, Any, Any]],
    to_its_end: bool,
    /,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """Run an async function, and return or raise what comes of it.

    :param to_its_end: even if the client goes away.
    :raises RuntimeError: if the caller is the loop, which would wait for itself.
    :raises ClientDisconnected: if the client went away.
    """
    bridge = get_bridge()
    bridge.reject_here(function.__qualname__)
    return bridge.run(function(*args, **kwargs), no_client if to_its_end else find_client)


def find_client() -> Client | None:
    """Return who asked, if there is somebody, and the system can say that they go away."""
    if not CAN_WATCH or not has_request_context():
        return None
    environ = request.environ
    socket = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
    return None if socket is None or GONE in environ else Client(socket.fileno(), environ)
