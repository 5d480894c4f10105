"""Managers that are held for sync code: what may happen at each moment of their lives."""

from __future__ import annotations

import asyncio
import socket
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import gevent
import pytest
from flask_typed.bridge import managers, threads
from flask_typed.bridge.calls import LoopEnded, PendingCall
from flask_typed.bridge.clients import Client
from flask_typed.bridge.current import KEEPER
from flask_typed.bridge.hub import HubBridge
from flask_typed.bridge.managers import HeldManager
from flask_typed.bridge.threads import Bridge
from greenlet import greenlet

from ..patience import PATIENCE, wait_until


class Stop(BaseException):
    """What interrupts."""


class Manager:
    """Opens and closes as the test says, and notes it.

    :param opening: for how long it opens, in seconds.
    :param stubborn: whether it opens all the same when it is cancelled.
    """

    def __init__(
        self, opening: float = 0, *, stubborn: bool = False, failing: BaseException | None = None
    ) -> None:
        self.events: list[Any] = []
        self.began = False
        self._opening = opening
        self._stubborn = stubborn
        self._failing = failing

    async def __aenter__(self) -> str:
        self.began = True
        try:
            await asyncio.sleep(self._opening)
        except asyncio.CancelledError:
            if self._stubborn:
                return self._open()
            self.events.append("cancelled")
            raise
        return self._open()

    def _open(self) -> str:
        self.events.append("opened")
        return "thing"

    async def __aexit__(self, kind: type[BaseException] | None, *details: object) -> None:
        await asyncio.sleep(0)
        self.events.append(f"closed {kind.__name__}" if kind else "closed")
        if self._failing is not None:
            raise self._failing


@pytest.fixture(params=[Bridge, HubBridge])
def bridge(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bridge]:
    """Return each kind of bridge, as that of the process."""
    made: Bridge = request.param()
    monkeypatch.setattr(KEEPER, "bridge", made)
    yield made
    made.close()
    monkeypatch.undo()


@pytest.fixture(params=[Bridge, HubBridge])
def ended(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Bridge:
    """Return a bridge that the test ends."""
    made: Bridge = request.param()
    monkeypatch.setattr(KEEPER, "bridge", made)
    return made


def start(bridge: Bridge, work: Callable[[], Any]) -> Callable[[], Any]:
    """Do something beside, as the bridge's callers are; return what waits for its result."""
    if isinstance(bridge, HubBridge):
        working = gevent.spawn(work)
        gevent.sleep(0)
        return lambda: working.get(timeout=PATIENCE)
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            results.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def get() -> Any:
        thread.join(PATIENCE)
        assert results, "it waits for ever"
        if isinstance(results[0], BaseException):
            raise results[0]
        return results[0]

    return get


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    wait_until(condition, sleep=gevent.sleep)


def test_a_client_that_leaves_when_it_is_open(bridge: Bridge) -> None:
    """Whoever is told so late cancels nothing: the block has it."""
    manager = Manager()
    calls: list[PendingCall] = []
    make_call = bridge.make_call

    def make_and_keep(*args: Any) -> PendingCall:
        calls.append(make_call(*args))
        return calls[-1]

    bridge.make_call = make_and_keep  # type: ignore[method-assign]
    with HeldManager(manager) as thing:
        assert thing == "thing"
        calls[0].gone = True
        bridge.schedule(calls[0].cancel)
        bridge.run(asyncio.sleep(0.02))
        assert manager.events == ["opened"]
    assert manager.events == ["opened", "closed"]


def test_a_client_that_leaves_while_it_opens(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening is cancelled, and nothing is left to close."""
    here, there = socket.socketpair()
    monkeypatch.setattr(managers, "find_client", lambda: Client(here.fileno(), {}))
    manager = Manager(PATIENCE)
    result = start(bridge, HeldManager(manager).__enter__)
    wait_for(lambda: manager.began)
    there.close()
    with pytest.raises(Exception, match="400 Bad Request"):
        result()
    assert manager.events == ["cancelled"]
    here.close()


def test_an_opening_that_cannot_be_cancelled(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It opens, is used, and closed."""
    here, there = socket.socketpair()
    monkeypatch.setattr(managers, "find_client", lambda: Client(here.fileno(), {}))
    manager = Manager(PATIENCE, stubborn=True)

    def use() -> None:
        with HeldManager(manager):
            bridge.run(asyncio.sleep(0.01))
            assert manager.events == ["opened"]

    result = start(bridge, use)
    wait_for(lambda: manager.began)
    there.close()
    result()
    assert manager.events == ["opened", "closed"]
    here.close()


def interrupting(
    bridge: Bridge, condition: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupt the first caller that waits, when something is so."""
    make_call = bridge.make_call
    interrupted: list[PendingCall] = []

    def make(*args: Any) -> PendingCall:
        call = make_call(*args)
        wait = call.wait

        class Interrupted(type(call)):  # type: ignore[misc]  # whichever it is
            __slots__ = ()

            def wait(self, timeout: float | None = None) -> None:
                if interrupted:
                    wait(timeout)
                else:
                    while not condition():
                        wait(0.005)
                    interrupted.append(call)
                    raise Stop

        call.__class__ = Interrupted
        return call

    monkeypatch.setattr(bridge, "make_call", make)


def test_an_interruption_when_it_is_open_already(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is closed, once, before the caller goes on."""
    manager = Manager(0.01)
    interrupting(bridge, lambda: manager.events, monkeypatch)
    with pytest.raises(Stop):
        HeldManager(manager).__enter__()
    assert manager.events == ["opened", "closed Stop"]


def test_an_interruption_while_it_opens(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening is cancelled."""
    manager = Manager(PATIENCE)
    interrupting(bridge, lambda: manager.began, monkeypatch)
    with pytest.raises(Stop):
        HeldManager(manager).__enter__()
    assert manager.events == ["cancelled"]


def test_an_interruption_that_opens_it(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be cancelled is closed."""
    manager = Manager(PATIENCE, stubborn=True)
    interrupting(bridge, lambda: manager.began, monkeypatch)
    with pytest.raises(Stop):
        HeldManager(manager).__enter__()
    assert manager.events == ["opened", "closed Stop"]


def test_an_opening_that_outlasts_patience(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it any more, and it is closed when it has opened."""
    monkeypatch.setattr(threads, "GRACE", 0.01)

    class Slow(Manager):
        async def __aenter__(self) -> str:
            self.began = True
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(PATIENCE)
            await asyncio.sleep(0.1)
            return await super().__aenter__()

    manager = Slow()
    interrupting(bridge, lambda: manager.began, monkeypatch)
    with pytest.raises(Stop):
        HeldManager(manager).__enter__()
    assert manager.events == []
    wait_for(lambda: len(manager.events) == 2)
    assert manager.events == ["opened", "closed Stop"]


def test_an_interruption_while_it_closes(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """What closes is cancelled, and may clean up."""

    class Slow(Manager):
        async def __aexit__(self, *details: Any) -> None:
            self.began = True
            try:
                await asyncio.sleep(PATIENCE)
            finally:
                await super().__aexit__(*details)

    manager = Slow()
    held = HeldManager(manager)
    held.__enter__()
    manager.began = False
    interrupting(bridge, lambda: manager.began, monkeypatch)
    with pytest.raises(Stop):
        held.__exit__(None, None, None)
    assert manager.events == ["opened", "closed"]


@asynccontextmanager
async def lend_for(seconds: float, events: list[str]) -> AsyncIterator[None]:
    """Lend something whose task is cancelled after a while, as by a scope of asyncio's."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().call_later(seconds, task.cancel)
    try:
        yield
    except BaseException as error:
        events.append(type(error).__name__)
        raise


def test_a_scope_that_runs_out_while_it_is_open(bridge: Bridge) -> None:
    """It is heard of when the block has ended, and the block's success is none."""
    events: list[str] = []
    held = HeldManager(lend_for(0.01, events))
    held.__enter__()
    bridge.run(asyncio.sleep(0.05))
    assert events == []
    with pytest.raises(RuntimeError, match="The task of an async function was cancelled"):
        held.__exit__(None, None, None)
    assert events == ["CancelledError"]


def test_an_error_of_the_block_comes_before_that_of_a_scope(bridge: Bridge) -> None:
    """It is the first one."""
    events: list[str] = []
    held = HeldManager(lend_for(0, events))
    held.__enter__()
    bridge.run(asyncio.sleep(0.02))
    assert not held.__exit__(KeyError, KeyError(), None)
    assert events == ["KeyError"]


def test_one_is_left_once(bridge: Bridge) -> None:
    """Whoever leaves it again does not wait for ever."""
    manager = Manager()
    held = HeldManager(manager)
    with held:
        pass
    with pytest.raises(LoopEnded, match="has ended"):
        held.__exit__(None, None, None)
    assert manager.events == ["opened", "closed"]


def test_several_inside_of_each_other(bridge: Bridge) -> None:
    """Each has a task of its own."""
    outer, inner = Manager(), Manager(failing=ValueError("inner"))
    with pytest.raises(ValueError, match="inner"), HeldManager(outer), HeldManager(inner):
        pass
    assert inner.events == ["opened", "closed"]
    assert outer.events == ["opened", "closed ValueError"]


def test_the_loop_does_not_wait_for_itself(bridge: Bridge) -> None:
    """Neither to open nor to close; what is open is closed, and no coroutine is left."""
    manager, other = Manager(), Manager()
    held = HeldManager(manager, "session")
    held.__enter__()

    async def use() -> None:
        with pytest.raises(RuntimeError, match=r"^Manager is async, .* or let a thread wait"):
            HeldManager(other).__enter__()
        with pytest.raises(RuntimeError, match=r"^session is async, .*would wait for itself"):
            held.__exit__(None, None, None)
        with pytest.raises(RuntimeError, match="would wait for itself"):
            bridge.close()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bridge.run(use())
    wait_for(lambda: len(manager.events) == 2)
    assert manager.events == ["opened", "closed"]
    assert other.events == []


def test_a_greenlet_of_the_loop_s_own_is_the_loop() -> None:
    """As SQLAlchemy runs sync code in async code."""
    bridge = HubBridge()

    async def look() -> bool:
        found: bool = greenlet(lambda: bridge.is_here).switch()
        return found

    assert bridge.run(look())
    assert not bridge.is_here
    bridge.close()


def test_from_a_native_thread(bridge: Bridge) -> None:
    """Under gevent there may be such threads as well."""
    manager = Manager(0.01)

    def use() -> None:
        with HeldManager(manager):
            pass

    thread = threading.Thread(target=use)
    thread.start()
    wait_for(lambda: not thread.is_alive())
    assert manager.events == ["opened", "closed"]


async def stay(events: list[str]) -> None:
    """Stay until the loop ends, and after."""
    while True:
        try:
            await asyncio.sleep(PATIENCE)
        except asyncio.CancelledError:
            events.append("cancelled")


def test_who_waits_when_the_loop_ends(ended: Bridge) -> None:
    """They are told, even if what they wait for does not end."""
    events: list[str] = []
    result = start(ended, lambda: ended.run(stay(events)))
    wait_for(lambda: len(ended.calls) == 1)
    ended.run(asyncio.sleep(0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ended.close(0.05)
        with pytest.raises(LoopEnded, match="has ended, because the process ends"):
            result()
    assert events == ["cancelled"]


def test_who_comes_when_the_loop_has_ended(ended: Bridge) -> None:
    """They are told, and no coroutine is left."""
    ended.close()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(LoopEnded, match="has ended"):
            ended.run(asyncio.sleep(0))


def test_who_comes_while_the_loop_ends(ended: Bridge) -> None:
    """Nothing new begins."""
    ended.is_ending = True
    with pytest.raises(LoopEnded, match="has ended"):
        ended.run(asyncio.sleep(0))
    ended.close()


def test_what_opens_while_the_loop_ends(ended: Bridge) -> None:
    """It is closed at once."""
    manager = Manager(PATIENCE, stubborn=True)
    held = HeldManager(manager)
    result = start(ended, held.__enter__)
    wait_for(lambda: manager.began)
    ended.run(asyncio.sleep(0))
    ended.close()
    assert result() == "thing"
    assert manager.events == ["opened", "closed CancelledError"]
    with pytest.raises(LoopEnded, match="has ended"):
        held.__exit__(None, None, None)


def test_what_is_left_while_the_loop_ends(ended: Bridge) -> None:
    """The loop was faster."""

    class Slow(Manager):
        async def __aexit__(self, *details: Any) -> None:
            closing.append(True)
            await asyncio.sleep(0.1)
            await super().__aexit__(*details)

    closing: list[bool] = []
    manager = Slow()
    held = HeldManager(manager)
    held.__enter__()
    result = start(ended, ended.close)
    wait_for(lambda: bool(closing))
    with pytest.raises(LoopEnded, match="has ended"):
        held.__exit__(None, None, None)
    result()
    assert manager.events == ["opened", "closed CancelledError"]


def test_a_child_process_leaves_it_to_its_parent(bridge: Bridge) -> None:
    """It has no loop that could."""
    manager = Manager()
    held = HeldManager(manager)
    held.__enter__()
    bridge.is_abandoned = True
    assert held.__exit__(None, None, None) is None
    bridge.is_abandoned = False
    assert manager.events == ["opened"]
    assert held.__exit__(None, None, None) is None
    assert manager.events == ["opened", "closed"]


def test_what_cleans_up_goes_on_when_the_worker_ends(bridge: Bridge) -> None:
    """The others are told that the server ends."""
    working = start(bridge, lambda: bridge.run(asyncio.sleep(PATIENCE), lambda: None))
    cleaning = start(bridge, lambda: bridge.run(asyncio.sleep(0.05, "clean")))
    wait_for(lambda: len(bridge.calls) == 2)
    bridge.run(asyncio.sleep(0.01))
    bridge.interrupt()
    with pytest.raises(Exception, match="503 Service Unavailable: The server is about to end"):
        working()
    assert cleaning() == "clean"
