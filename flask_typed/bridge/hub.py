"""The loop as one greenlet of gevent's hub.

Request time; imported only if gevent has patched the standard library. An original selector
watches asyncio's file descriptors, and the hub watches the selector. So requests, the loop and all
patched code wait together in one native thread.
"""

from __future__ import annotations

import asyncio
import math
import sys
import time
from asyncio.tasks import _enter_task, _leave_task
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

import gevent
from gevent.hub import Hub, get_hub
from greenlet import getcurrent, greenlet

from .calls import PendingCall
from .patching import find_original, is_patched
from .threads import CLOSE_TIMEOUT, Bridge

if TYPE_CHECKING:
    from selectors import DefaultSelector as Selector
else:
    Selector = find_original("selectors", "DefaultSelector")

READ = 1
#: How long a busy loop runs before it lets other greenlets run, in seconds.
TURN = 0.002
#: How late a timer may be, in seconds. asyncio sets timers for the same moment repeatedly.
TICK = 0.0005

get_native_ident = find_original("_thread", "get_ident")


#: The state that asyncio keeps for each native thread, which all greenlets share: the running loop,
#: its task (of the thread since Python 3.14, of the loop before), and the hooks for asynchronous
#: generators. It is a plain tuple because it changes with each call.
ThreadState = tuple["asyncio.AbstractEventLoop | None", "asyncio.Task[Any] | None", Any]


def take_state() -> ThreadState:
    """Return the state of this native thread, and clear it: no loop runs in the thread then."""
    loop = asyncio._get_running_loop()
    task: asyncio.Task[Any] | None = None
    if loop is not None:
        task = asyncio.current_task(loop)
        if task is not None:
            _leave_task(loop, task)
        asyncio._set_running_loop(None)
    return loop, task, sys.get_asyncgen_hooks()


def put_state(state: ThreadState) -> None:
    """Set the state of this native thread, after :func:`take_state`."""
    loop, task, hooks = state
    asyncio._set_running_loop(loop)
    if loop is not None and task is not None:
        _enter_task(loop, task)
    sys.set_asyncgen_hooks(*hooks)


class LoopGreenlet(greenlet):
    """The greenlet that runs the loop, with a thread state of its own.

    The states are exchanged whenever the greenlet is entered or left, even if a task blocks. Other
    greenlets never see its loop running, and it never sees theirs. gevent calls ``switch`` and
    ``throw`` to enter it, and ``switch_out`` before it leaves it for the hub.
    """

    def __init__(self, run: Callable[[], None], hub: Hub) -> None:
        super().__init__(run, hub)
        self.loop = hub.loop
        self._state: ThreadState = (None, None, (None, None))
        self._outer: ThreadState = self._state

    def switch(self, *values: Any) -> Any:
        """Enter the greenlet."""
        self._enter()
        return super().switch(*values)

    def throw(self, *error: Any) -> Any:
        """Enter the greenlet with an error."""
        self._enter()
        return super().throw(*error)

    def switch_out(self) -> None:
        """Restore the thread state of the code that entered the greenlet."""
        self._state = take_state()
        put_state(self._outer)

    def _enter(self) -> None:
        self._outer = take_state()
        put_state(self._state)


class HubSelector(Selector):
    """Waits in a greenlet of the hub, for file descriptors and for :meth:`wake`.

    :ivar greenlet: the greenlet that runs the loop.
    """

    greenlet: LoopGreenlet

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub
        self._waiting = False
        self._waking: Any = None
        self._entered_from: greenlet | None = None
        self._turn_began = 0.0
        self._timer: Any = None
        self._due = math.inf
        self._readable = False
        self._watcher = hub.loop.io(self.fileno(), READ)
        self._watcher.start(self._notice)
        self._watching = True

    def select(self, timeout: float | None = None) -> Any:
        """Return the file descriptors that are ready, at the latest after the timeout."""
        if not self._readable and (timeout is None or timeout > 0):
            if timeout is not None:
                self._set_timer(timeout)
            self._run_others()
        elif time.perf_counter() - self._turn_began > TURN:
            self._waking = self._hub.loop.run_callback(self._resume)
            self._run_others()
        if not self._readable:
            return ()
        self._readable = False
        if not self._watching:
            self._watching = True
            self._watcher.start(self._notice)
        return super().select(0)

    def wake(self) -> None:
        """Let a waiting loop continue soon. Call this in the hub's native thread."""
        if self._waiting and self._waking is None:
            self._waking = self._hub.loop.run_callback(self._resume)

    def enter(self) -> None:
        """Let a waiting loop continue at once, and return when it waits again."""
        if self._waiting:
            self._entered_from = getcurrent()
            try:
                self._resume()
            finally:
                self._entered_from = None

    def close(self) -> None:
        """Stop watching."""
        self._let_go()
        super().close()

    def abandon(self) -> None:
        """In a child process: close the descriptor, and leave the parent's registrations alone."""
        self._let_go()
        self._selector.close()  # type: ignore[attr-defined]  # epoll, or kqueue

    def _run_others(self) -> None:
        """Let other greenlets run until one switches back."""
        came_from, self._entered_from = self._entered_from, None
        self._waiting = True
        try:
            if came_from is None:
                self._hub.switch()
            else:
                self.greenlet.switch_out()
                came_from.switch()
        finally:
            self._stop_waiting()
            self._turn_began = time.perf_counter()

    def _resume(self) -> None:
        if self._waiting:
            self._stop_waiting()
            self.greenlet.switch()

    def _stop_waiting(self) -> None:
        self._waiting = False
        if self._waking is not None:
            self._waking.stop()
            self._waking = None

    def _notice(self) -> None:
        """In the hub: record that a file descriptor is ready."""
        self._readable = True
        if not self._waiting:  # the loop is busy, and selects later
            self._watching = False
            self._watcher.stop()
        self._resume()

    def _set_timer(self, timeout: float) -> None:
        """Resume after the timeout, or sooner: asyncio then selects again."""
        due = time.perf_counter() + timeout
        if due < self._due - TICK:
            self._stop_timer()
            self._due = due
            self._timer = self._hub.loop.timer(timeout)
            self._timer.start(self._ring, update=True)

    def _ring(self) -> None:
        """In the hub: resume, because the timer has fired."""
        self._stop_timer()
        self._resume()

    def _stop_timer(self) -> None:
        self._due = math.inf
        if self._timer is not None:
            self._timer.stop()
            self._timer.close()
            self._timer = None

    def _let_go(self) -> None:
        self._stop_waiting()
        self._stop_timer()
        self._watcher.stop()
        self._watcher.close()


class HubLoop(asyncio.SelectorEventLoop):
    """A loop whose callers are greenlets of its native thread, and wake it without a pipe."""

    def __init__(self, hub: Hub) -> None:
        self.selector = HubSelector(hub)
        super().__init__(self.selector)
        self._ident = get_native_ident()

    @property
    def is_native(self) -> bool:
        """Whether the caller runs in the hub's native thread."""
        here: bool = get_native_ident() == self._ident
        return here

    def abandon(self) -> None:
        """In a child process: close the file descriptors without unregistering them."""
        self.selector.abandon()
        self._ssock.close()  # type: ignore[attr-defined]
        self._csock.close()  # type: ignore[attr-defined]

    def _write_to_self(self) -> None:
        """Wake the loop after a callback was scheduled."""
        if self.is_native:
            self.selector.wake()
        else:
            super()._write_to_self()  # type: ignore[misc]

    async def _make_subprocess_transport(
        self, protocol: asyncio.SubprocessProtocol, *arguments: Any, **options: Any
    ) -> Any:
        """Start a program. gevent reports its end, because gevent reaps all child processes."""
        if not is_patched("subprocess"):
            return await super()._make_subprocess_transport(  # type: ignore[misc]
                protocol, *arguments, **options
            )
        started = self.create_future()
        transport = asyncio.unix_events._UnixSubprocessTransport(  # type: ignore[attr-defined]
            self, protocol, *arguments, waiter=started, **options
        )

        def end(process: Any) -> None:
            self.call_soon_threadsafe(transport._process_exited, process.returncode)

        transport._proc.rawlink(end)
        try:
            await started
        except BaseException:
            transport.close()
            await transport._wait()
            raise
        return transport

    def _check_thread(self) -> None:
        """In asyncio's debug mode, let the greenlets of the native thread schedule."""
        if not self.is_native:
            super()._check_thread()  # type: ignore[misc]


class HubCall(PendingCall):
    """A call whose caller is a greenlet of the loop's hub."""

    __slots__ = ("_greenlet", "_hub", "_waiting", "_waking")

    def __init__(self, awaitable: Awaitable[Any] | None, hub: Hub) -> None:
        super().__init__(awaitable)
        self._hub = hub
        self._greenlet = getcurrent()
        self._waiting = False
        self._waking: Any = None

    def wait(self, timeout: float | None = None) -> None:
        """Let other greenlets run until the call is done."""
        if timeout is None:
            self._wait()
        else:
            with gevent.Timeout(timeout, False):  # type: ignore[arg-type]  # missing in the stub
                self._wait()

    def wake(self) -> None:
        """Let the hub run the caller in its next iteration."""
        if self._waiting:
            self._waking = self._hub.loop.run_callback(self._greenlet.switch)

    def _wait(self) -> None:
        self._waiting = True
        try:
            while not self.done:  # pragma: no branch: a tracer does not follow a switch
                self._hub.switch()
        except BaseException:
            if self._waking is not None:  # the caller no longer waits
                self._waking.stop()
            raise
        finally:
            self._waiting = False


class HubBridge(Bridge):
    """A loop that runs coroutines for greenlets, and for other native threads.

    :param hub: the hub of the native thread that serves requests.
    """

    loop: HubLoop

    def __init__(self, hub: Hub | None = None) -> None:
        self._hub = hub or get_hub()
        super().__init__()

    @property
    def is_alive(self) -> bool:
        """Whether the loop runs."""
        return not self._greenlet.dead

    @property
    def is_here(self) -> bool:
        """Whether the caller is the loop itself, or code that the loop runs."""
        current: greenlet | None = getcurrent()
        while current is not None and current is not self._greenlet:
            current = current.parent  # SQLAlchemy runs sync code in child greenlets
        return current is not None

    def make_call(self, awaitable: Awaitable[Any] | None = None) -> PendingCall:
        """Return a new call for the caller to wait for."""
        if self.loop.is_native:
            return HubCall(awaitable, self._hub)
        return super().make_call(awaitable)

    def start(self, call: PendingCall, work: Coroutine[Any, Any, None]) -> None:
        """Start a task that finishes a call, and run it at once until it waits."""
        if not self.loop.is_native:
            super().start(call, work)
            return
        self._register(call, work)
        self.begin(call, work)
        try:
            self.loop.selector.enter()
        except BaseException:
            with self.guard(call):
                raise

    def schedule(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Let the loop call a function soon."""
        if self.loop.is_native:
            function(*arguments)
            self.loop.selector.wake()
        else:
            super().schedule(function, *arguments)

    def notify(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Call a function that schedules nothing on the loop."""
        if self.loop.is_native:
            function(*arguments)
        else:
            super().notify(function, *arguments)

    def abandon(self) -> None:
        """In a child process: close the inherited file descriptors."""
        super().abandon()
        self.loop.abandon()

    def _make_loop(self) -> asyncio.AbstractEventLoop:
        return HubLoop(self._hub)

    def _start(self) -> None:
        # No other greenlet may run in this method: it would find no loop, and create another.
        self._ending = False
        self._greenlet = self.loop.selector.greenlet = LoopGreenlet(self._serve, self._hub)
        self._hub.loop.run_callback(self._greenlet.switch)

    def _serve(self) -> None:
        """Run the loop until it is closed. Errors of callbacks do not end it."""
        while not self._ending:
            try:
                self.loop.run_forever()
                self._ending = True
            except BaseException as error:
                self.loop.call_exception_handler(
                    {"message": "An error in the loop, which continues", "exception": error}
                )
        self._greenlet.switch_out()

    def join(self, patience: float | None = None) -> None:
        seconds = CLOSE_TIMEOUT if patience is None else patience
        with gevent.Timeout(seconds, False):  # type: ignore[arg-type]  # missing in the stub
            while self.is_alive:
                gevent.sleep(0.001)
