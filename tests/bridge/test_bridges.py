"""Coroutines that sync code runs, on the loop in a thread and on the loop in gevent's hub.

gevent has patched nothing here: the hub is one of this process all the same.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from types import FrameType
from typing import Any

import gevent
import gevent.event
import gevent.monkey
import pytest
from flask import Flask, request
from flask_typed.bridge import calls, current, hub, installing, managers, patching, threads
from flask_typed.bridge.calls import LoopEnded
from flask_typed.bridge.clients import GONE, Client
from flask_typed.bridge.current import KEEPER, Keeper
from flask_typed.bridge.hub import HubBridge
from flask_typed.bridge.installing import stop_reading
from flask_typed.bridge.managers import HeldManager
from flask_typed.bridge.threads import Bridge
from werkzeug.exceptions import ClientDisconnected

from ..garbage import count_garbage
from ..patience import wait_until

said: ContextVar[str] = ContextVar("said", default="nothing")
#: What must not be collected: it would close what it does not own.
KEPT: list[Keeper] = []

Interrupt = Callable[[Callable[[], Any]], type[BaseException]]


@pytest.fixture(params=[Bridge, HubBridge])
def bridge(request: pytest.FixtureRequest) -> Iterator[Bridge]:
    """Return each kind of bridge."""
    made: Bridge = request.param()
    yield made
    made.close()
    assert not made.is_alive
    assert made.loop.is_closed()


@pytest.fixture
def keeper(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let it be the bridge of this process."""
    monkeypatch.setattr(KEEPER, "bridge", bridge)
    yield
    monkeypatch.undo()


class Stop(BaseException):
    """What interrupts."""


@pytest.fixture
def interrupt(bridge: Bridge) -> Iterator[Interrupt]:
    """Return what interrupts sync code while it waits, as a deadline does."""

    def raise_stop(number: int, frame: FrameType | None) -> None:
        raise Stop

    def run(work: Callable[[], Any]) -> type[BaseException]:
        if isinstance(bridge, HubBridge):
            greenlet = gevent.spawn(work)
            gevent.sleep(0.05)
            gevent.spawn(greenlet.kill, Stop, block=False)
            with pytest.raises(Stop):
                greenlet.get()
        else:
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(Stop):
                work()
        return Stop

    before = signal.signal(signal.SIGALRM, raise_stop)
    yield run
    signal.signal(signal.SIGALRM, before)


async def give(value: Any, seconds: float = 0) -> Any:
    """Return something, a little later."""
    await asyncio.sleep(seconds)
    return value


def test_results_and_errors(bridge: Bridge) -> None:
    """Whatever a coroutine returns or raises, its caller gets."""

    async def fail() -> None:
        raise KeyError("which")

    assert bridge.run(give(1)) == 1
    assert bridge.run(give(2, 0.02)) == 2
    with pytest.raises(KeyError, match="which") as caught:
        bridge.run(fail())
    assert caught.traceback[-1].name == "fail"


def test_an_exit_is_the_callers(bridge: Bridge) -> None:
    """The loop goes on."""

    async def leave() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        bridge.run(leave())
    assert bridge.run(give(1)) == 1


def test_nothing_waits_for_the_garbage_collector(bridge: Bridge) -> None:
    """Neither results nor errors leave cycles."""

    async def fail() -> None:
        await asyncio.sleep(0)
        raise KeyError

    def use() -> None:
        with suppress(KeyError):
            bridge.run(fail())

    use()

    def use_often() -> None:
        for _ in range(10):
            use()

    assert count_garbage(use_often) < 10


def test_context_variables_go_both_ways(bridge: Bridge) -> None:
    """The coroutine sees the caller's, and the caller what it sets."""

    async def speak() -> str:
        heard = said.get()
        await asyncio.sleep(0)
        said.set("async")
        return heard

    said.set("sync")
    assert bridge.run(speak()) == "sync"
    assert said.get() == "async"


def test_a_task_that_is_cancelled_is_an_error(bridge: Bridge) -> None:
    """``CancelledError`` is none that an app handles."""

    async def cancel() -> None:
        raise asyncio.CancelledError

    with pytest.raises(RuntimeError, match="The task of an async function was cancelled"):
        bridge.run(cancel())


def test_an_interruption_cancels(bridge: Bridge, interrupt: Interrupt) -> None:
    """The coroutine cleans up before the caller goes on."""
    events = []

    async def work() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(0.01)
            events.append("cleaned")

    interrupt(lambda: bridge.run(work()))
    assert events == ["cleaned"]
    assert bridge.run(give(1)) == 1


def test_who_does_not_clean_up_is_left(
    bridge: Bridge, interrupt: Interrupt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A caller that is interrupted does not wait for ever."""
    monkeypatch.setattr(threads, "GRACE", 0.05)
    ended = []

    async def work() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(0.3)
            ended.append(True)

    interrupt(lambda: bridge.run(work()))
    assert not ended
    bridge.run(give(1, 0.4))
    assert ended


def test_an_interruption_may_be_too_late(bridge: Bridge) -> None:
    """Nothing is left of a call that was done already."""
    awaitable = give(1)
    call = bridge.make_call(awaitable)
    call.finish(1)
    with pytest.raises(Stop), bridge.guard(call):
        raise Stop
    call.cancel()
    call.finish(2)
    assert call.result() == 1
    awaitable.close()


@pytest.mark.parametrize(
    "awaitable", [give, lambda _: asyncio.Future()], ids=["coroutine", "other"]
)
def test_a_task_may_be_cancelled_before_it_begins(bridge: Bridge, awaitable: Any) -> None:
    """Its caller hears of it, and the coroutine is closed."""

    async def cancel_at_once() -> Any:
        call = bridge.make_call(awaitable(1))
        bridge.begin(call, threads.drive(call))
        call.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return call

    call = bridge.run(cancel_at_once())
    assert call.done
    with pytest.raises(RuntimeError, match="cancelled"):
        call.result()


def test_other_threads_call(bridge: Bridge) -> None:
    """The loop is not theirs, but they may wait for it."""
    results = []
    thread = threading.Thread(target=lambda: results.append(bridge.run(give(1, 0.02))))
    thread.start()
    wait_until(lambda: not thread.is_alive(), sleep=lambda seconds: bridge.run(give(0, seconds)))
    assert results == [1]


def test_programs_in_debug_mode(bridge: Bridge) -> None:
    """asyncio then asks whether the caller may call."""
    bridge.loop.set_debug(True)
    assert bridge.run(give(1)) == 1
    if isinstance(bridge, HubBridge):
        errors: list[BaseException] = []

        def schedule() -> None:
            try:
                bridge.loop.call_soon(print)
            except RuntimeError as error:
                errors.append(error)

        thread = threading.Thread(target=schedule)
        thread.start()
        thread.join()
        assert "Non-thread-safe" in str(errors[0])


def test_a_busy_loop_lets_others_run() -> None:
    """It yields every few milliseconds, and hears of what is ready meanwhile."""
    bridge = HubBridge()
    turns = []
    reader, writer = socket.socketpair()
    reader.setblocking(False)

    async def work() -> bytes:
        received = asyncio.ensure_future(bridge.loop.sock_recv(reader, 5))
        until = time.monotonic() + 0.1
        while time.monotonic() < until:
            await asyncio.sleep(0)
        return await received

    def count() -> None:
        writer.send(b"hello")
        for _ in range(10):
            turns.append(True)
            gevent.sleep(0)

    counting = gevent.spawn(count)
    assert bridge.run(work()) == b"hello"
    counting.join()
    assert len(turns) == 10
    bridge.close()
    reader.close()
    writer.close()


def test_several_sleep() -> None:
    """The hub's timer is the first one's, whoever comes later."""
    bridge = HubBridge()
    sleeping = [gevent.spawn(bridge.run, give(n, n / 50)) for n in (1, 3, 2)]
    assert [greenlet.get() for greenlet in sleeping] == [1, 3, 2]
    bridge.close()


def test_who_sleeps_while_a_coroutine_blocks() -> None:
    """They wake later."""
    bridge = HubBridge()

    async def block() -> int:
        await asyncio.sleep(0.01)
        bridge.loop.call_soon_threadsafe(gevent.sleep, 0.05)
        return 1

    blocking, sleeping = gevent.spawn(bridge.run, block()), gevent.spawn(bridge.run, give(2, 0.02))
    assert (blocking.get(), sleeping.get()) == (1, 2)
    assert bridge.run(give(3)) == 3
    bridge.close()


class FailingHub:
    """A hub whose greenlets are interrupted."""

    def __init__(self) -> None:
        self.loop = self
        self.stopped = False
        self.call: Any = None

    def switch(self) -> None:
        """Interrupt whoever waits, when it has been woken already."""
        if self.call is not None:
            self.call.finish()
        raise Stop

    def run_callback(self, function: Any) -> Any:
        """Never come to it."""
        return self

    def stop(self) -> None:
        """Note that it need not be called."""
        self.stopped = True


@pytest.mark.parametrize("woken", [True, False])
def test_a_call_that_was_interrupted_is_not_woken(woken: bool) -> None:
    """Else its greenlet would be switched to while it waits for something else."""
    failing: Any = FailingHub()
    call = hub.HubCall(asyncio.Future(loop=asyncio.new_event_loop()), failing)
    failing.call = call if woken else None
    with pytest.raises(Stop):
        call.wait()
    assert failing.stopped is woken
    assert call.done is woken
    call.awaitable.get_loop().close()  # type: ignore[attr-defined]  # it is a future


def test_an_interruption_while_the_loop_is_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A coroutine may block, and so its caller waits where it has given its turn to the loop."""
    bridge = HubBridge()
    bridge.run(give(0))
    events = []

    async def work() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            events.append("cleaned")

    enter = bridge.loop.selector.enter

    def fail() -> None:
        enter()
        raise Stop

    with monkeypatch.context() as patch:
        patch.setattr(bridge.loop.selector, "enter", fail)
        with pytest.raises(Stop):
            bridge.run(work())
    assert events == ["cleaned"]
    bridge.close()


def test_what_is_ready_while_a_coroutine_blocks_is_not_lost() -> None:
    """Where gevent has patched, a coroutine may block without blocking the hub."""
    bridge = HubBridge()
    reader, writer = socket.socketpair()
    reader.setblocking(False)

    async def work() -> bytes:
        receiving = asyncio.ensure_future(bridge.loop.sock_recv(reader, 5))
        await asyncio.sleep(0)
        writer.send(b"hello")
        gevent.sleep(0.02)
        return await receiving

    assert bridge.run(work()) == b"hello"
    bridge.close()
    reader.close()
    writer.close()


def test_other_loops_in_other_greenlets() -> None:
    """Each greenlet is in its own loop, or in none."""
    bridge = HubBridge()
    found = []

    async def look() -> None:
        await asyncio.sleep(0.02)
        found.append(asyncio.get_running_loop() is bridge.loop)

    other = asyncio.new_event_loop()
    asyncio._set_running_loop(other)
    try:
        bridge.run(look())
        assert asyncio._get_running_loop() is other
    finally:
        asyncio._set_running_loop(None)
        other.close()
    assert found == [True]
    bridge.run(look())
    assert asyncio._get_running_loop() is None
    bridge.close()


def test_a_loop_of_somebody_else_s_goes_on() -> None:
    """Its task waits in the hub, inside of a call of its own; so do tasks of the bridge's."""
    bridge = HubBridge()
    order: list[str] = []

    async def wait_in_the_hub() -> str:
        task = asyncio.current_task()
        order.append("waits")
        gevent.sleep(0.05)
        order.append("waited")
        assert asyncio.current_task() is task
        await asyncio.sleep(0)
        return "other"

    other = gevent.spawn(asyncio.run, wait_in_the_hub())
    gevent.sleep(0)
    assert asyncio._get_running_loop() is not None  # as plain gevent has it
    assert bridge.run(give("bridge")) == "bridge"
    assert order == ["waits"]
    assert bridge.run(give("bridge", 0.1)) == "bridge"
    assert other.get() == "other"
    assert asyncio._get_running_loop() is None
    bridge.close()


def test_somebody_else_s_loop_while_a_task_of_the_bridge_s_waits_in_the_hub() -> None:
    """The other way round."""
    bridge = HubBridge()

    async def block() -> str:
        task = asyncio.current_task()
        gevent.sleep(0.05)
        assert asyncio.get_running_loop() is bridge.loop
        assert asyncio.current_task() is task
        await asyncio.sleep(0)
        return "bridge"

    blocking = gevent.spawn(bridge.run, block())
    gevent.sleep(0.01)
    assert asyncio._get_running_loop() is None
    assert asyncio.run(give("other", 0.01)) == "other"
    assert blocking.get() == "bridge"
    bridge.close()


def test_somebody_else_s_loop_closes_no_generator_of_the_bridge_s() -> None:
    """A loop closes those that began while it ran, when it ends."""
    bridge = HubBridge()
    events: list[str] = []

    async def count() -> AsyncIterator[int]:
        try:
            yield 1
            events.append("went on")
            yield 2
        finally:
            events.append("closed")

    generator = count()
    ready = gevent.event.Event()

    async def go_on() -> int:
        return await anext(generator)

    async def wait_in_the_hub() -> None:
        ready.wait()

    other = gevent.spawn(asyncio.run, wait_in_the_hub())
    gevent.sleep(0)
    assert bridge.run(go_on()) == 1
    ready.set()
    other.join()
    assert events == []
    assert bridge.run(go_on()) == 2
    bridge.run(generator.aclose())  # type: ignore[attr-defined]  # it is a generator
    assert events == ["went on", "closed"]
    bridge.close()


def test_an_interruption_of_a_task_that_waits_in_the_hub() -> None:
    """It is thrown into the loop's greenlet, which is then in its own state."""
    bridge = HubBridge()

    async def block() -> str:
        with gevent.Timeout(0.01, False):
            gevent.sleep(10)
        assert asyncio.get_running_loop() is bridge.loop
        return "went on"

    assert bridge.run(block()) == "went on"
    assert asyncio._get_running_loop() is None
    bridge.close()


def test_the_loop_survives_its_callbacks(caplog: pytest.LogCaptureFixture) -> None:
    """What ends other loops is logged."""
    bridge = HubBridge()

    def leave() -> None:
        raise SystemExit

    bridge.schedule(bridge.loop.call_soon, leave)
    assert bridge.run(give(1, 0.01)) == 1
    assert "An error in the loop, which continues" in caplog.text
    bridge.close()


def test_a_loop_that_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """At exit, nobody waits for it for ever."""
    monkeypatch.setattr(threads, "CLOSE_TIMEOUT", 0.05)
    bridge = Bridge()
    bridge.schedule(time.sleep, 0.3)
    bridge.close()
    assert bridge.is_alive
    monkeypatch.setattr(threads, "CLOSE_TIMEOUT", 5)
    bridge.join()
    bridge.loop.call_later(0.05, bridge.loop.stop)
    bridge.loop.run_forever()  # what it had no time for
    bridge.loop.close()


def test_tasks_clean_up_when_the_loop_ends(caplog: pytest.LogCaptureFixture) -> None:
    """An error of theirs is logged."""
    events = []

    async def stay() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(0)
            events.append("cleaned")
            raise KeyError("late")

    tasks = []

    async def begin() -> None:
        tasks.append(asyncio.create_task(stay()))

    for kind in (Bridge, HubBridge):
        bridge = kind()
        bridge.run(begin())
        bridge.close()
    assert events == ["cleaned"] * 2
    assert caplog.text.count("An error in a task that was cancelled at exit") == 2


class Reaped(subprocess.Popen[bytes]):
    """A program whose end somebody else learns of, as of gevent's."""

    def rawlink(self, callback: Callable[[subprocess.Popen[bytes]], None]) -> None:
        """Call something when it has ended, from another thread."""

        def wait() -> None:
            self.wait()
            callback(self)

        threading.Thread(target=wait).start()


def test_gevent_says_when_a_program_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """It reaps every child: nobody else learns of their end."""
    monkeypatch.setattr(subprocess, "Popen", Reaped)
    monkeypatch.setattr(hub, "is_patched", lambda name: name == "subprocess")
    bridge = HubBridge()

    async def run() -> tuple[bytes, int | None]:
        process = await asyncio.create_subprocess_exec("echo", "said", stdout=subprocess.PIPE)
        return (await process.communicate())[0], process.returncode

    async def leave() -> None:
        task = asyncio.create_task(asyncio.create_subprocess_exec("sleep", "10"))
        await asyncio.sleep(0)
        task.cancel()
        await task

    assert bridge.run(run()) == (b"said\n", 0)
    monkeypatch.setattr(hub, "is_patched", lambda name: False)
    assert bridge.run(run()) == (b"said\n", 0)
    monkeypatch.setattr(hub, "is_patched", lambda name: True)
    with pytest.raises(RuntimeError, match="was cancelled"):
        bridge.run(leave())
    bridge.close()


@pytest.fixture
def connection() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Return both ends of a connection."""
    here, there = socket.socketpair()
    yield here, there
    here.close()
    there.close()


def test_clients_that_go_away(bridge: Bridge, connection: tuple[Any, Any]) -> None:
    """All that works for them is cancelled; what goes on all the same is no end of the request."""
    here, there = connection
    environ: dict[str, Any] = {}

    def client() -> Client:
        return Client(here.fileno(), environ)

    async def refuse_to_end() -> str:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(10)
        return "went on"

    def leave() -> None:
        time.sleep(0.05)
        there.close()

    assert bridge.run(give(1, 0.02), client) == 1
    thread = threading.Thread(target=leave)
    thread.start()
    assert bridge.run(refuse_to_end(), client) == "went on"
    assert environ == {}
    together = [gevent.spawn(bridge.run, refuse_to_end(), client)] if is_hub(bridge) else []
    with pytest.raises(ClientDisconnected):
        bridge.run(give(2, 10), client)
    assert [greenlet.get() for greenlet in together] == ["went on"] * len(together)
    assert environ == {GONE: True}
    thread.join()


def test_connections_that_are_read_on(connection: tuple[Any, Any]) -> None:
    """HTTP/2 has other requests on the connection, and not every server gives its socket."""
    here, there = connection
    stop_reading({"werkzeug.socket": here, "SERVER_PROTOCOL": "HTTP/2.0"})
    stop_reading({})
    there.send(b"a")
    assert here.recv(1) == b"a"


def test_a_client_that_nobody_watches(bridge: Bridge) -> None:
    """There is nothing to forget."""
    bridge.forget_client(1)
    assert bridge.run(give(1)) == 1


def test_a_call_that_never_began_leaves_the_caller_s_context_alone(bridge: Bridge) -> None:
    """Who cancels it has another: that of a request, perhaps, which is none of the caller's."""
    call = bridge.make_call(give(1))
    said.set("caller's")

    def cancel_at_once() -> None:
        said.set("canceller's")
        call.task = bridge.loop.create_task(threads.drive(call))
        call.cancel()

    bridge.loop.call_soon_threadsafe(cancel_at_once)
    call.wait()
    with pytest.raises(RuntimeError, match="was cancelled"):
        call.result()
    assert said.get() == "caller's"


def test_clients_of_other_threads(connection: tuple[Any, Any]) -> None:
    """They are looked at by the loop, which is in another thread."""
    bridge = HubBridge()
    there = Client(connection[0].fileno(), {})
    values: list[Any] = []
    thread = threading.Thread(
        target=lambda: values.append(bridge.run(give(1, 0.05), lambda: there))
    )
    thread.start()
    wait_until(lambda: not thread.is_alive(), sleep=gevent.sleep)
    assert values == [1]
    bridge.close()


def is_hub(bridge: Bridge) -> bool:
    """Say whether greenlets may call it."""
    return isinstance(bridge, HubBridge)


def test_a_socket_that_is_closed_is_not_watched(bridge: Bridge) -> None:
    """Nobody can say what becomes of its client."""
    assert bridge.run(give(1, 0.02), lambda: Client(-1, {})) == 1


@asynccontextmanager
async def lend(events: list[Any]) -> AsyncIterator[str]:
    """Lend something, and note what happens to it."""
    task = asyncio.current_task()
    try:
        yield said.get()
    except BaseException as error:
        events.append(type(error))
        raise
    finally:
        await asyncio.sleep(0)
        events.append((said.get(), asyncio.current_task() is task))


@pytest.mark.usefixtures("keeper")
def test_managers_are_held() -> None:
    """One task enters and leaves."""
    events: list[Any] = []
    said.set("outside")
    with HeldManager(lend(events)) as lent:
        said.set("inside")
        assert lent == "outside"
    assert events == [("inside", True)]
    with pytest.raises(KeyError), HeldManager(lend(events)):
        raise KeyError
    assert events[1:] == [KeyError, ("inside", True)]


class Failing:
    """A manager that fails while it is left."""

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *details: object) -> None:
        raise KeyError("left")


@pytest.mark.usefixtures("keeper")
def test_managers_may_fail_to_close() -> None:
    """The caller gets the error."""
    with pytest.raises(KeyError, match="left"), HeldManager(Failing()):
        pass


@asynccontextmanager
async def fail_to_lend() -> AsyncIterator[str]:
    """Raise instead."""
    raise KeyError("closed")
    yield "never"  # pragma: no cover: it makes a generator of the function


@pytest.mark.usefixtures("keeper")
def test_managers_may_fail_to_open() -> None:
    """The caller gets the error."""
    with pytest.raises(KeyError, match="closed"):
        HeldManager(fail_to_lend()).__enter__()


@pytest.mark.parametrize("kind", [Bridge, HubBridge])
def test_managers_are_left_when_the_loop_ends(
    kind: type[Bridge], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The block is told, which else would believe that all was well; its own error is enough."""
    events: list[Any] = []
    bridge = kind()
    monkeypatch.setattr(KEEPER, "bridge", bridge)
    one, another = HeldManager(lend(events)), HeldManager(lend([]))
    one.__enter__()
    another.__enter__()
    bridge.close()
    assert events[0] is asyncio.CancelledError
    with pytest.raises(LoopEnded, match="has ended, because the process ends"):
        one.__exit__(None, None, None)
    assert another.__exit__(KeyError, KeyError(), None) is None
    monkeypatch.setattr(KEEPER, "bridge", None)


def test_what_patches_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bridge is the hub's where gevent has patched, and made once."""
    keeper = Keeper()
    monkeypatch.setattr(current, "is_patched", lambda *_: True)
    made = keeper.make()
    assert isinstance(made, HubBridge)
    assert keeper.make() is made
    keeper.close()
    monkeypatch.setattr(current, "is_patched", lambda *_: False)
    assert type(keeper.make()) is Bridge
    keeper.close()
    keeper.close()


def test_the_bridge_of_the_process() -> None:
    """It is made when it is first asked for."""
    made = current.get_bridge()
    assert current.get_bridge() is made
    assert made.run(give(1)) == 1


@pytest.mark.parametrize("kind", [Bridge, HubBridge])
def test_a_child_process_forgets(kind: type[Bridge], connection: tuple[Any, Any]) -> None:
    """It has what the parent had, and leaves it alone."""
    keeper = Keeper()
    KEPT.append(keeper)
    keeper.forget()
    bridge = keeper.bridge = kind()
    bridge.run(give(1, 0.02), lambda: Client(connection[0].fileno(), {}))
    before = len(os.listdir("/proc/self/fd"))
    keeper.forget()
    assert keeper.bridge is None
    assert bridge.is_abandoned
    # Of a loop in a thread, asyncio's own three stay.
    given_back = 1 if kind is Bridge else 4
    assert len(os.listdir("/proc/self/fd")) == before - given_back


def test_a_loop_that_was_never_used_is_forgotten() -> None:
    """There is less to give back."""
    keeper = Keeper()
    KEPT.append(keeper)
    keeper.bridge = Bridge()
    keeper.forget()
    assert keeper.bridge is None


def test_originals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody has imported gevent, nothing is patched."""
    import _thread  # noqa: PLC0415  # it is what is asked for

    assert gevent.monkey  # it has patched nothing
    assert not patching.is_patched("socket")
    assert patching.find_original("_thread", "get_ident") is _thread.get_ident
    monkeypatch.delitem(patching.sys.modules, "gevent.monkey")
    assert not patching.is_patched("socket")
    assert patching.find_original("_thread", "get_ident") is _thread.get_ident


@pytest.mark.usefixtures("keeper")
def test_the_loop_cannot_wait_for_itself(bridge: Bridge) -> None:
    """The error says what to write."""
    app = Flask(__name__)
    installing.install(app)
    wait = app.ensure_sync(give)

    async def block() -> None:
        wait(1)

    with pytest.raises(RuntimeError, match=r"give is async, .* Write `await` before the call"):
        app.ensure_sync(block)()
    assert wait(2) == 2


def test_an_app_may_have_its_own() -> None:
    """It is not replaced."""

    class Own(Flask):
        def async_to_sync(self, func: Any) -> Any: ...

    app = Own(__name__)
    installing.install(app)
    assert not installing.is_bridge_installed(app)
    plain = Flask(__name__)
    assert not installing.is_bridge_installed(plain)
    installing.install(plain)
    assert installing.is_bridge_installed(plain)


def test_who_asked(connection: tuple[Any, Any]) -> None:
    """Servers say it in the environ."""
    app = Flask(__name__)
    assert installing.find_client() is None
    with app.test_request_context():
        assert installing.find_client() is None
        request.environ["werkzeug.socket"] = connection[0]
        assert installing.find_client() == Client(connection[0].fileno(), request.environ)
        request.environ[GONE] = True
        assert installing.find_client() is None


def test_teardown_functions_run_for_those_who_are_gone() -> None:
    """They are known by where Flask keeps them."""
    app = Flask(__name__)
    app.teardown_request(give)
    assert installing.is_teardown(app, give)
    assert not installing.is_teardown(app, lend)
    app.teardown_appcontext(lend)
    assert installing.is_teardown(app, lend)


def test_modules_are_those_that_are_tested() -> None:
    """The hub's is imported by name, where gevent has patched."""
    assert issubclass(hub.HubCall, calls.PendingCall)
    assert managers.HeldManager is HeldManager
