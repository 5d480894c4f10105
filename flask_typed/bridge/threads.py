"""The loop in a native thread of its own, for all servers except gevent's.

Request time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import Context
from threading import Thread
from typing import Any

from werkzeug.exceptions import ClientDisconnected

from .calls import LoopEnded, PendingCall, ThreadCall
from .clients import GONE, Client, Clients
from .deadlines import GRACE
from .patching import find_original

#: After how many seconds the client of a waiting call is watched.
SOON = 0.005
#: How long the remaining tasks may clean up when the process ends, in seconds.
CLOSE_TIMEOUT = 5.0

#: Returns the client to watch, if there is one.
FindClient = Callable[[], "Client | None"]


def no_client() -> Client | None:
    """Return ``None``: there is no client to watch."""
    return None


class Bridge:
    """A loop that runs coroutines for callers in other threads.

    :ivar loop: the asyncio loop.
    :ivar is_ending: whether its tasks have been cancelled.
    :ivar is_abandoned: whether the loop belongs to the parent process.
    """

    def __init__(self) -> None:
        # In an empty context: the loop would keep the context of the first request.
        self.loop = Context().run(self._make_loop)
        self.is_ending = False
        self.is_abandoned = False
        self._has_ended = False
        #: The calls that callers wait for.
        self.calls: set[PendingCall] = set()
        self._clients: Clients | None = None
        self._start()

    @property
    def is_alive(self) -> bool:
        """Whether the loop runs."""
        return self._thread.is_alive()

    @property
    def is_here(self) -> bool:
        """Whether the caller is the loop itself, or code that the loop runs."""
        here: int = find_original("_thread", "get_ident")()
        return here == self._thread.ident

    def reject_here(self, name: str) -> None:
        """Raise if the loop would wait for itself.

        :param name: the name of the async function or context manager.
        :raises RuntimeError: if the caller is the loop itself, or code that the loop runs.
        """
        if self.is_here:
            raise RuntimeError(
                f"{name} is async, and was called from async code as if it were sync: its loop"
                " would wait for itself. Write `await` before the call, or let a thread wait:"
                " `await asyncio.to_thread(function)`."
            )

    def run(self, awaitable: Awaitable[Any], find_client: FindClient = no_client) -> Any:
        """Run an awaitable in a task, and return its result.

        The task starts with the caller's context variables, and the caller adopts those of the
        task at its end. If the caller is interrupted, for instance by a deadline, the task is
        cancelled and has :data:`GRACE` seconds to clean up.

        :param find_client: returns the client; if it disconnects, the task is cancelled.
        :raises ClientDisconnected: if the client disconnected.
        """
        call = self.make_call(awaitable)
        call.cleans_up = find_client is no_client
        self.start(call, drive(call))
        return self.wait_for(call, find_client)

    def make_call(self, awaitable: Awaitable[Any] | None = None) -> PendingCall:
        """Return a new call for the caller to wait for."""
        return ThreadCall(awaitable)

    def start(self, call: PendingCall, work: Coroutine[Any, Any, None]) -> None:
        """Start a task that finishes a call.

        :raises LoopEnded: if the loop has ended.
        """
        self._register(call, work)
        self.schedule(self.begin, call, work)
        with self.guard(call):
            call.wait(SOON)

    def submit(self, call: PendingCall, function: Callable[..., Any], *arguments: Any) -> None:
        """Let the loop call a function that finishes a call, which the caller then waits for.

        :raises LoopEnded: if the loop has ended.
        """
        self._register(call)
        self.schedule(function, *arguments)

    def forget(self, call: PendingCall) -> None:
        """Note that the caller no longer waits for a call."""
        self.calls.discard(call)

    def schedule(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Let the loop call a function soon, in a copy of the caller's context."""
        self.loop.call_soon_threadsafe(function, *arguments)

    def notify(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Let the loop call a function that schedules nothing."""
        self.schedule(function, *arguments)

    def wait_for(self, call: PendingCall, find_client: FindClient = no_client) -> Any:
        """Wait for a call, and return its result."""
        try:
            client = None if call.done else find_client()
            if client is not None:
                return self._wait_watching(call, client)
            if not call.done:
                with self.guard(call):
                    call.wait()
            return call.result()
        finally:
            self.forget(call)

    def _wait_watching(self, call: PendingCall, client: Client) -> Any:
        """Wait for a call, which is cancelled if the client disconnects."""
        self.notify(self._watch, client, call)
        try:
            with self.guard(call):
                call.wait()
        finally:
            self.notify(self._leave, client, call)
        try:
            return call.result()
        except ClientDisconnected:
            client.environ[GONE] = True
            raise

    @contextmanager
    def guard(self, call: PendingCall) -> Iterator[None]:
        """Cancel the task of a call if the caller is interrupted, and let it clean up."""
        try:
            yield
        except BaseException:
            try:
                if not call.done:
                    self.schedule(call.cancel)
                    call.wait(GRACE)
            finally:
                call.abandon()
                self.forget(call)
            raise

    def interrupt(self) -> None:
        """Cancel the calls except those that clean up, because the worker is about to end."""
        self.schedule(self._interrupt)

    def close(self, patience: float | None = None) -> None:
        """End the loop: cancel its tasks, let them clean up, and wake the callers with an error.

        :param patience: how long tasks may clean up, in seconds; :data:`PATIENCE` by default.
        :raises RuntimeError: if the caller is the loop itself.
        """
        self.reject_here("Bridge.close()")
        patience = CLOSE_TIMEOUT if patience is None else patience
        ending = self.make_call(self._end_tasks())
        self.schedule(self.begin, ending, drive(ending))
        ending.wait(patience)
        self.schedule(self.loop.stop)
        self.join(patience)
        self._has_ended = True
        for call in list(self.calls):
            call.finish(error=LoopEnded(), context=Context())
        if not self.is_alive:  # otherwise it hangs, and ends with the process
            if self._clients is not None:
                self._clients.close()
            self.loop.close()

    def abandon(self) -> None:
        """Leave the loop alone, in a child process, which does not have its thread.

        Closing it would unregister the file descriptors of the parent's loop.
        """
        self.is_abandoned = True
        if self._clients is not None:
            self._clients.abandon()

    def _make_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.new_event_loop()

    def _start(self) -> None:
        self._thread = Thread(target=self.loop.run_forever, name="flask_typed", daemon=True)
        self._thread.start()

    def join(self, patience: float | None = None) -> None:
        self._thread.join(CLOSE_TIMEOUT if patience is None else patience)

    def forget_client(self, descriptor: int) -> None:
        """On the loop: no longer cancel calls if a client disconnects."""
        if self._clients is not None:
            self._clients.forget(descriptor)

    def _register(self, call: PendingCall, work: Coroutine[Any, Any, None] | None = None) -> None:
        """Note that the caller waits for a call. If the loop has ended, close the coroutine."""
        self.calls.add(call)
        if self._has_ended:  # checked last: close() looks for calls after setting it
            self.forget(call)
            if work is not None:
                work.close()
            call.fail(LoopEnded())
            raise LoopEnded

    def begin(self, call: PendingCall, work: Coroutine[Any, Any, None]) -> None:
        """On the loop: create the task of a call."""
        if self.is_ending:
            work.close()
            call.fail(LoopEnded())
        else:
            call.task = asyncio.Task(work, loop=self.loop)

    def _interrupt(self) -> None:
        """On the loop: cancel the calls that do not clean up."""
        for call in list(self.calls):
            if not call.cleans_up:
                call.late = True
                call.cancel()

    async def _end_tasks(self) -> None:
        self.is_ending = True
        await end_tasks(self.loop)

    def _find_clients(self) -> Clients:
        """On the loop: return the watcher of clients."""
        if self._clients is None:
            self._clients = Clients(self.loop)
        return self._clients

    def _watch(self, client: Client, call: PendingCall) -> None:
        self._find_clients().watch(client, call)

    def _leave(self, client: Client, call: PendingCall) -> None:
        self._find_clients().leave(client, call)


async def drive(call: PendingCall) -> None:
    """Await the awaitable of a call, and finish the call. The task itself never fails."""
    try:
        value = await call.awaitable
    except BaseException as error:
        call.finish(error=error)
    else:
        call.finish(value)


async def end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel all tasks of a loop except this one, wait for them, and log their errors."""
    current = asyncio.current_task()
    tasks = [task for task in asyncio.all_tasks() if task is not current]
    for task in tasks:
        task.cancel()
    for error in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(error, Exception):
            loop.call_exception_handler(
                {"message": "An error in a task that was cancelled at exit", "exception": error}
            )
    await loop.shutdown_asyncgens()
