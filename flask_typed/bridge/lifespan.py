"""Values that stay open until the worker ends, each opened once in a process.

Request time, and when the worker starts and ends. A child process opens its own values: those of
its parent stay open there.
"""

from __future__ import annotations

import atexit
import importlib
import logging
import os
import threading
from collections.abc import Callable, Hashable
from contextlib import ExitStack
from contextvars import Context
from typing import Any

from ..exceptions import DependencyError
from .current import KEEPER
from .deadlines import pausing_deadline

#: Opens a value, and lets the stack close it.
OpenValue = Callable[[ExitStack], Any]


class Attempt:
    """One attempt to open a value; whoever needs the value meanwhile waits for its end.

    :ivar has_begun: whether it runs, or has run.
    :ivar error: the error that ended it, other than an interruption.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()  # made late: of gevent, if it has patched
        self.has_begun = False
        self.has_ended = False
        self.error: Exception | None = None


class Lifespan:
    """The values of one app, or of one override, that are open in this process.

    :param name: of the logger.
    :ivar values: the open values.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.values: dict[Hashable, Any] = {}
        self._attempts: dict[Hashable, Attempt] = {}
        self._closing = ExitStack()
        self._lock = threading.Lock()  # never held while others run

    def open(self, key: Hashable, name: str, open_value: OpenValue) -> Any:
        """Return a value, which one caller opens while the others wait.

        It is opened in an empty context, because it belongs to no request. A failure is not kept:
        only those who waited for this attempt fail with it.

        :param name: of the provider in messages.
        :raises DependencyError: if another caller failed to open it, or if it needs itself.
        """
        while True:
            attempt = self._attempts.setdefault(key, Attempt())
            wait_for_attempt(attempt, name)
            try:
                if key in self.values:
                    return self.values[key]
                if attempt.error is not None:
                    raise DependencyError(
                        f"The dependency {name} could not be opened for another request either."
                    )
                if not attempt.has_ended:
                    return self._run(attempt, key, name, open_value)
            finally:
                attempt.lock.release()

    def _run(self, attempt: Attempt, key: Hashable, name: str, open_value: OpenValue) -> Any:
        """Open a value, and keep it."""
        if attempt.has_begun:
            raise DependencyError(f"The dependency {name} needs its own value while it is opened.")
        attempt.has_begun = True
        OPEN.add(self)
        context, stack = Context(), ExitStack()
        try:
            with pausing_deadline():  # the value belongs to no request
                value = context.run(open_value, stack)
        except Exception as error:
            attempt.error = error
            raise
        else:
            with self._lock:
                self.values[key] = value
                self._closing.callback(context.run, stack.close)
            return value
        finally:
            attempt.has_ended = True
            self._attempts.pop(key, None)

    def close(self) -> None:
        """Close all values, in reverse order of their opening. Later uses open new ones.

        :raises Exception: the last error of a provider, after all have been closed.
        """
        with self._lock:
            closing, self._closing = self._closing, ExitStack()
            self.values.clear()
        OPEN.discard(self)
        closing.close()

    def end(self) -> None:
        """Close all values, and log the error of a provider."""
        try:
            self.close()
        except Exception:
            logging.getLogger(self._name).exception("A dependency of scope app cannot be closed")

    def forget(self) -> None:
        """In a child process: leave the values to the parent.

        The end of the interpreter would run the rest of their generators, so they get a reference
        that it does not know of.
        """
        ctypes = importlib.import_module("ctypes")
        ctypes.pythonapi.Py_IncRef(ctypes.py_object((self._closing, dict(self.values))))
        self._closing = ExitStack()
        self._lock = threading.Lock()
        self._attempts.clear()
        self.values.clear()


def wait_for_attempt(attempt: Attempt, name: str) -> None:
    """Wait for the end of an attempt.

    :raises DependencyError: if the caller is the loop, which the attempt may be waiting for.
    """
    if not attempt.lock.acquire(blocking=False):
        bridge = KEEPER.bridge
        if bridge is not None and bridge.is_here:
            raise DependencyError(
                f"Async code cannot wait until the dependency {name} is open: let a thread wait,"
                " `await asyncio.to_thread(function)`."
            )
        attempt.lock.acquire()


#: The lifespans that have values, or are opening some.
OPEN: set[Lifespan] = set()


def end_lifespans() -> None:
    """Close the values of all apps, because the process ends."""
    for lifespan in list(OPEN):
        lifespan.end()


def forget_lifespans() -> None:
    """In a child process: leave the values of all apps to the parent."""
    for lifespan in list(OPEN):
        lifespan.forget()
    OPEN.clear()


os.register_at_fork(after_in_child=forget_lifespans)
atexit.register(end_lifespans)  # before the loop ends: its module has been imported first
