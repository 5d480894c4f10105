"""Installs the bridge in an app: Flask then runs async functions on it.

Setup time; :func:`run` runs in requests.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any
from weakref import ref

from flask import Flask, has_request_context, request

from .clients import CAN_WATCH, GONE, Client, find_socket, shut_reading
from .current import KEEPER, get_bridge
from .threads import no_client


def install(app: Flask) -> None:
    """Run the app's async functions on the bridge.

    An app whose class overrides ``async_to_sync`` keeps its own method.
    """
    if type(app).async_to_sync is Flask.async_to_sync:
        # A weak reference: an app that refers to itself would not be freed at once.
        app.async_to_sync = partial(bridge_function, ref(app))  # type: ignore[method-assign]


def uninstall(app: Flask) -> None:
    """Restore the app's own ``async_to_sync``."""
    if is_bridge_installed(app):
        del app.async_to_sync


def is_bridge_installed(app: Flask) -> bool:
    """Return whether the app's async functions run on the bridge."""
    return isinstance(app.async_to_sync, partial) and app.async_to_sync.func is bridge_function


def bridge_function(
    find_app: ref[Flask], function: Callable[..., Coroutine[Any, Any, Any]]
) -> Callable[..., Any]:
    """Return a sync function that runs an async function on the bridge."""
    return partial(run, function, is_teardown(find_app(), function))


def is_teardown(app: Flask | None, function: Callable[..., Any]) -> bool:
    """Return whether a function is a teardown function, which runs even without a client."""
    return app is not None and (
        function in app.teardown_appcontext_funcs
        or any(function in functions for functions in app.teardown_request_funcs.values())
    )


def run(
    function: Callable[..., Coroutine[Any, Any, Any]],
    ignores_client: bool,
    /,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """Run an async function on the bridge, and return its result.

    :param ignores_client: whether the function continues if the client disconnects.
    :raises RuntimeError: if the caller is the loop, which would wait for itself.
    :raises ClientDisconnected: if the client disconnected.
    """
    bridge = get_bridge()
    bridge.reject_here(read_name(function))
    return bridge.run(function(*args, **kwargs), no_client if ignores_client else find_client)


def read_name(function: Callable[..., Any]) -> str:
    """Return the name of a function, which may be in a ``partial``, or of an object's class."""
    while isinstance(function, partial):
        function = function.func
    return getattr(function, "__qualname__", type(function).__qualname__)


def find_client() -> Client | None:
    """Return the client of the current request; ``None`` if its connection cannot be watched."""
    if not CAN_WATCH or not has_request_context():
        return None
    environ = request.environ
    socket = find_socket(environ)
    return None if socket is None or GONE in environ else Client(socket.fileno(), environ)


def stop_reading(environ: dict[str, Any]) -> None:
    """On the loop: end a read of the body of a request whose consumer was cancelled.

    The end looks as if the client had disconnected, but the view may still answer.
    """
    connection = find_socket(environ)
    if connection is not None and KEEPER.bridge is not None:
        environ[GONE] = True
        KEEPER.bridge.forget_client(connection.fileno())
    shut_reading(environ)
