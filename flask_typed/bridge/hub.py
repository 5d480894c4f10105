"""The loop as one greenlet of gevent's hub.

Request time; imported only where gevent has patched the standard library. What asyncio waits for,
an un-patched selector watches, and the hub watches the selector. So requests, the loop and all
that gevent patched wait together, in one native thread.
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
#: For how long the loop keeps the hub, in seconds, while it has something to do.
TURN = 0.002
#: How late a timer may be, in seconds: asyncio asks for the same moment again and again.
TICK = 0.0005

get_native_ident = find_original("_thread", "get_ident")


#: What asyncio keeps for each native thread, of which greenlets share one: the loop that runs, its
#: task (since Python 3.14 it belongs to the thread, and before to the loop), and the hooks that
#: tell the loop of asynchronous generators. A plain tuple, since it changes with each call.
ThreadState = tuple["asyncio.AbstractEventLoop | None", "asyncio.Task[Any] | None", Any]


def take_state() -> ThreadState:
    """Return the state of this native thread, in which no loop runs from now on."""
    loop = asyncio._get_running_loop()
    task: asyncio.Task[Any] | None = None
    if loop is not None:
        task = asyncio.current_task(loop)
        if task is not None:
            _leave_task(loop, task)
        asyncio._set_running_loop(None)
    return loop, task, sys.get_asyncgen_hooks()


def put_state(state: ThreadState) -> None:
    """Give this native thread a state, after its own was taken."""
    loop, task, hooks = state
    asyncio._set_running_loop(loop)
    if loop is not None and task is not None:
        _enter_task(loop, task)
    sys.set_asyncgen_hooks(*hooks)


class LoopGreenlet(greenlet):
    """The greenlet that runs the loop, with a thread state of its own.

    The states change whenever it is entered or set aside, be it by a task that blocks: other
    greenlets never find its loop running, and it never finds theirs. gevent calls ``switch`` and
    ``throw`` to enter it, and ``switch_out`` before it is set aside for the hub.
    """

    def __init__(self, run: Callable[[], None], hub: Hub) -> None:
        super().__init__(run, hub)
        self.loop = hub.loop
        self._state: ThreadState = (None, None, (None, None))
        self._outer: ThreadState = self._state

    def switch(self, *values: Any) -> Any:
        """Enter it."""
        self._enter()
        return super().switch(*values)

    def throw(self, *error: Any) -> Any:
        """Enter it with an error."""
        self._enter()
        return super().throw(*error)

    def switch_out(self) -> None:
        """Give back the thread to whoever had it."""
        self._state = take_state()
        put_state(self._outer)

    def _enter(self) -> None:
        self._outer = take_state()
        put_state(self._state)


class HubSelector(Selector):
    """Waits as a greenlet of the hub, for descriptors and for others who wake it.

    :ivar greenlet: that runs the loop.
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
        """Return the descriptors that are ready, at the latest after some seconds."""
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
        """Let the loop go on soon, if it waits; from the hub's own native thread."""
        if self._waiting and self._waking is None:
            self._waking = self._hub.loop.run_callback(self._resume)

    def enter(self) -> None:
        """Let the loop go on at once, if it waits, and return when it waits again."""
        if self._waiting:
            self._entered_from = getcurrent()
            try:
                self._resume()
            finally:
                self._entered_from = None

    def close(self) -> None:
        """Watch no more."""
        self._let_go()
        super().close()

    def abandon(self) -> None:
        """In a child process: leave alone what the parent's selector knows."""
        self._let_go()
        self._selector.close()  # type: ignore[attr-defined]  # epoll, or kqueue

    def _run_others(self) -> None:
        """Let others run, until somebody switches here."""
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
        """In the hub: a descriptor is ready."""
        self._readable = True
        if not self._waiting:  # the loop is at work, and has not come to it
            self._watching = False
            self._watcher.stop()
        self._resume()

    def _set_timer(self, timeout: float) -> None:
        """Be resumed after some seconds, or sooner: then asyncio asks again."""
        due = time.perf_counter() + timeout
        if due < self._due - TICK:
            self._stop_timer()
            self._due = due
            self._timer = self._hub.loop.timer(timeout)
            self._timer.start(self._ring, update=True)

    def _ring(self) -> None:
        """In the hub: the time has come."""
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
    """A loop whose callers are greenlets of the same native thread, and wake it without a call."""

    def __init__(self, hub: Hub) -> None:
        self.selector = HubSelector(hub)
        super().__init__(self.selector)
        self._ident = get_native_ident()

    @property
    def is_native(self) -> bool:
        """Whether the caller is in the hub's native thread."""
        here: bool = get_native_ident() == self._ident
        return here

    def abandon(self) -> None:
        """In a child process: give back the descriptors, and say nothing to the selector."""
        self.selector.abandon()
        self._ssock.close()  # type: ignore[attr-defined]
        self._csock.close()  # type: ignore[attr-defined]

    def _write_to_self(self) -> None:
        """Wake the loop, after something was scheduled."""
        if self.is_native:
            self.selector.wake()
        else:
            super()._write_to_self()  # type: ignore[misc]

    async def _make_subprocess_transport(
        self, protocol: asyncio.SubprocessProtocol, *arguments: Any, **options: Any
    ) -> Any:
        """Start a program; gevent, which reaps every child, says when it has ended."""
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
    """Its caller is a greenlet of the loop's hub."""

    __slots__ = ("_greenlet", "_hub", "_waiting", "_waking")

    def __init__(self, awaitable: Awaitable[Any] | None, hub: Hub) -> None:
        super().__init__(awaitable)
        self._hub = hub
        self._greenlet = getcurrent()
        self._waiting = False
        self._waking: Any = None

    def wait(self, timeout: float | None = None) -> None:
        """Let others run until it is done."""
        if timeout is None:
            self._wait()
        else:
            with gevent.Timeout(timeout, False):  # type: ignore[arg-type]  # the stub forgets it
                self._wait()

    def wake(self) -> None:
        """Let the hub run the caller, when it comes to it."""
        if self._waiting:
            self._waking = self._hub.loop.run_callback(self._greenlet.switch)

    def _wait(self) -> None:
        self._waiting = True
        try:
            while not self.done:  # pragma: no branch: who traces it loses sight in a switch
                self._hub.switch()
        except BaseException:
            if self._waking is not None:  # nobody waits for it any more
                self._waking.stop()
            raise
        finally:
            self._waiting = False


class HubBridge(Bridge):
    """A loop that runs coroutines for greenlets, and for what other native threads there are.

    :param hub: of the native thread that serves.
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
        """Whether the caller is the loop itself, or what it runs."""
        current: greenlet | None = getcurrent()
        while current is not None and current is not self._greenlet:
            current = current.parent  # such as those in which SQLAlchemy runs sync code
        return current is not None

    def make_call(self, awaitable: Awaitable[Any] | None = None) -> PendingCall:
        """Return what the caller waits for."""
        if self.loop.is_native:
            return HubCall(awaitable, self._hub)
        return super().make_call(awaitable)

    def start(self, call: PendingCall, work: Coroutine[Any, Any, None]) -> None:
        """Let a task of the loop do what finishes a call, at once."""
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
        """Let the loop do something."""
        if self.loop.is_native:
            function(*arguments)
            self.loop.selector.wake()
        else:
            super().schedule(function, *arguments)

    def tell(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Call what gives the loop nothing to do."""
        if self.loop.is_native:
            function(*arguments)
        else:
            super().tell(function, *arguments)

    def abandon(self) -> None:
        """In a child process: give back what was inherited."""
        super().abandon()
        self.loop.abandon()

    def _make_loop(self) -> asyncio.AbstractEventLoop:
        return HubLoop(self._hub)

    def _start(self) -> None:
        # No greenlet may run meanwhile: it would find no loop, and make one as well.
        self._ending = False
        self._greenlet = self.loop.selector.greenlet = LoopGreenlet(self._serve, self._hub)
        self._hub.loop.run_callback(self._greenlet.switch)

    def _serve(self) -> None:
        """Run the loop until it is closed, whatever its callbacks raise."""
        while not self._ending:
            try:
                self.loop.run_forever()
                self._ending = True
            except BaseException as error:
                self.loop.call_exception_handler(
                    {"message": "The loop goes on", "exception": error}
                )
        self._greenlet.switch_out()

    def join(self, patience: float | None = None) -> None:
        seconds = CLOSE_TIMEOUT if patience is None else patience
        with gevent.Timeout(seconds, False):  # type: ignore[arg-type]  # the stub forgets it
            while self.is_alive:
                gevent.sleep(0.001)
