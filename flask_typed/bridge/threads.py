"""The loop in a native thread of its own: for every server but gevent's.

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

from .calls import GRACE, LoopEnded, PendingCall, ThreadCall
from .clients import GONE, Client, Clients
from .patching import find_original

#: After how long a call is one that waits, in seconds: then its client is looked at.
SOON = 0.005
#: For how long the tasks that are left may clean up when the process ends, in seconds.
CLOSE_TIMEOUT = 5.0

FindClient = Callable[[], "Client | None"]


def no_client() -> Client | None:
    """Say that no client is to be looked at."""
    return None


class Bridge:
    """A loop that runs coroutines for callers in other threads.

    :ivar loop: the asyncio loop.
    :ivar is_ending: whether its tasks have been told to end.
    :ivar is_abandoned: whether this is a child of the process that it belongs to.
    """

    def __init__(self) -> None:
        # In no context: what the loop waits for would keep that of the first request.
        self.loop = Context().run(self._make_loop)
        self.is_ending = False
        self.is_abandoned = False
        self._has_ended = False
        #: Those that somebody waits for.
        self.calls: set[PendingCall] = set()
        self._clients: Clients | None = None
        self._start()

    @property
    def is_alive(self) -> bool:
        """Whether the loop runs."""
        return self._thread.is_alive()

    @property
    def is_here(self) -> bool:
        """Whether the caller is the loop itself, or what it runs."""
        here: int = find_original("_thread", "get_ident")()
        return here == self._thread.ident

    def reject_here(self, name: str) -> None:
        """Refuse to wait where the loop would wait for itself.

        :param name: of what is async.
        :raises RuntimeError: if the caller is the loop itself, or what it runs.
        """
        if self.is_here:
            raise RuntimeError(
                f"{name} is async, and was called from async code as if it were sync: its loop"
                " would wait for itself. Write `await` before the call, or let a thread wait:"
                " `await asyncio.to_thread(function)`."
            )

    def run(self, awaitable: Awaitable[Any], find_client: FindClient = no_client) -> Any:
        """Run something to its end, and return or raise what comes of it.

        Its context variables are the caller's when it starts, and the caller's are its own when it
        ends. If the caller is interrupted, by a deadline for instance, the task is cancelled, and
        has :data:`GRACE` seconds to clean up.

        :param find_client: says who asked: when they go away, the task is cancelled.
        :raises ClientDisconnected: if so it ended.
        """
        call = self.make_call(awaitable)
        call.cleans_up = find_client is no_client
        self.start(call, drive(call))
        return self.wait_for(call, find_client)

    def make_call(self, awaitable: Awaitable[Any] | None = None) -> PendingCall:
        """Return what the caller waits for."""
        return ThreadCall(awaitable)

    def start(self, call: PendingCall, work: Coroutine[Any, Any, None]) -> None:
        """Let a task of the loop do what finishes a call.

        :raises LoopEnded: if there is none any more.
        """
        self._register(call, work)
        self.schedule(self.begin, call, work)
        with self.guard(call):
            call.wait(SOON)

    def submit(self, call: PendingCall, function: Callable[..., Any], *arguments: Any) -> None:
        """Let the loop call what finishes a call; the caller waits for it then.

        :raises LoopEnded: if nothing does any more.
        """
        self._register(call)
        self.schedule(function, *arguments)

    def forget(self, call: PendingCall) -> None:
        """Note that nobody waits for a call any more."""
        self.calls.discard(call)

    def schedule(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Let the loop call a function soon, in a copy of the caller's context."""
        self.loop.call_soon_threadsafe(function, *arguments)

    def tell(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Let the loop call what gives it nothing to do."""
        self.schedule(function, *arguments)

    def wait_for(self, call: PendingCall, find_client: FindClient = no_client) -> Any:
        """Wait for a call, and return or raise what comes of it."""
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
        """Wait as long as the client is there."""
        self.tell(self._watch, client, call)
        try:
            with self.guard(call):
                call.wait()
        finally:
            self.tell(self._leave, client, call)
        try:
            return call.result()
        except ClientDisconnected:
            client.environ[GONE] = True
            raise

    @contextmanager
    def guard(self, call: PendingCall) -> Iterator[None]:
        """Cancel the task of a call whose caller is interrupted, and let it clean up."""
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
        """Cancel what callers wait for, but not what cleans up: the worker is about to end."""
        self.schedule(self._interrupt)

    def close(self, patience: float | None = None) -> None:
        """End the loop: cancel its tasks, and let them clean up; whoever waits is told.

        :param patience: for how long they may, in seconds; :data:`PATIENCE` by default.
        :raises RuntimeError: if the caller is the loop itself.
        """
        self.reject_here("What ends the loop")
        patience = CLOSE_TIMEOUT if patience is None else patience
        ending = self.make_call(self._end_tasks())
        self.schedule(self.begin, ending, drive(ending))
        ending.wait(patience)
        self.schedule(self.loop.stop)
        self.join(patience)
        self._has_ended = True
        for call in list(self.calls):
            call.finish(error=LoopEnded(), context=Context())
        if not self.is_alive:  # else it hangs, and ends with the process
            if self._clients is not None:
                self._clients.close()
            self.loop.close()

    def abandon(self) -> None:
        """In a child process, where its thread is not: leave the loop alone.

        To close it would be to unregister what the parent's loop waits for.
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

    def _register(self, call: PendingCall, work: Coroutine[Any, Any, None] | None = None) -> None:
        """Note that somebody waits for a call; what would not be awaited is closed."""
        self.calls.add(call)
        if self._has_ended:  # asked last: who ends the loop looks for calls after that
            self.forget(call)
            if work is not None:
                work.close()
            call.refuse(LoopEnded())
            raise LoopEnded

    def begin(self, call: PendingCall, work: Coroutine[Any, Any, None]) -> None:
        """On the loop: make the task."""
        if self.is_ending:
            work.close()
            call.refuse(LoopEnded())
        else:
            call.task = asyncio.Task(work, loop=self.loop)

    def _interrupt(self) -> None:
        """On the loop: cancel what has no more time."""
        for call in list(self.calls):
            if not call.cleans_up:
                call.late = True
                call.cancel()

    async def _end_tasks(self) -> None:
        self.is_ending = True
        await end_tasks(self.loop)

    def _find_clients(self) -> Clients:
        """On the loop: return what looks at clients."""
        if self._clients is None:
            self._clients = Clients(self.loop)
        return self._clients

    def _watch(self, client: Client, call: PendingCall) -> None:
        self._find_clients().watch(client, call)

    def _leave(self, client: Client, call: PendingCall) -> None:
        self._find_clients().leave(client, call)


async def drive(call: PendingCall) -> None:
    """Run what a call waits for; whatever comes of it, the task ends well."""
    try:
        value = await call.awaitable
    except BaseException as error:
        call.finish(error=error)
    else:
        call.finish(value)


async def end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel all tasks of a loop but this one, and wait for them; an error of theirs is logged."""
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
