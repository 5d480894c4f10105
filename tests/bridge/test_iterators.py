"""Iterators of streams: one task or one greenlet makes all items, and is always closed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar
from typing import Any

import gevent
import pytest
from flask_typed.bridge import iterators
from flask_typed.bridge.calls import LoopEnded
from flask_typed.bridge.current import KEEPER
from flask_typed.bridge.greenlets import PumpedIterator
from flask_typed.bridge.iterators import (
    MOST_AT_ONCE,
    STEADY,
    WAITING,
    HeldIterator,
    PlainSource,
    make_source,
)

from ..patience import wait_until

variable: ContextVar[str] = ContextVar("variable", default="unset")


def take_all(source: Any) -> list[Any]:
    """Return all items of a source."""
    items = []
    while True:
        try:
            items.append(source.take())
        except StopIteration:
            return items


class Log:
    """An async generator that says what happens to it."""

    def __init__(self) -> None:
        self.lines: list[Any] = []

    async def run(self, pause: float = 0.0) -> AsyncIterator[int]:
        """Yield numbers; the task is always the same."""
        try:
            for number in range(3):
                await asyncio.sleep(pause)
                self.lines.append(asyncio.current_task())
                yield number
        except BaseException as error:
            self.lines.append(type(error).__name__)
            raise
        finally:
            self.lines.append("closed")


def test_one_task() -> None:
    """All items come from one task."""
    log = Log()
    source = HeldIterator(log.run(), "a view")
    assert take_all(source) == [0, 1, 2]
    assert take_all(source) == []
    source.close()
    first, *others = log.lines
    assert others == [first, first, "closed"]


def test_closing_between_items() -> None:
    """The generator is closed in its task."""
    log = Log()
    source = HeldIterator(log.run(), "a view")
    assert source.take() == 0
    source.close()
    assert log.lines[1:] == ["GeneratorExit", "closed"]


def test_closing_before_the_first_item() -> None:
    """Nothing has begun."""
    log = Log()
    HeldIterator(log.run(), "a view").close()
    assert log.lines == []


def test_closing_while_it_waits() -> None:
    """The task is cancelled where it waits."""
    log = Log()
    source = HeldIterator(log.run(pause=60), "a view")
    assert source.take(0.01) is WAITING
    assert source.take(0.01) is WAITING
    source.close()
    assert log.lines == ["CancelledError", "closed"]


@pytest.mark.parametrize(("pause", "ends"), [(0.0, "GeneratorExit"), (60.0, "CancelledError")])
def test_closing_on_the_loop(pause: float, ends: str) -> None:
    """The loop does not wait for itself, if it runs the garbage collector."""
    log = Log()
    source = HeldIterator(log.run(pause), "a view")
    source.take(0.05)

    async def close() -> None:
        source.close()

    KEEPER.make().run(close())
    wait_until(lambda: log.lines[-1:] == ["closed"])
    assert ends in log.lines


def test_an_item_that_comes_late() -> None:
    """It is not lost."""
    source = HeldIterator(Log().run(pause=0.05), "a view")
    taken = [source.take(0.01)]
    assert taken == [WAITING]
    while taken[-1] is WAITING:
        taken.append(source.take(0.01))
    assert taken[-1] == 0
    source.close()


def test_items_that_come_between_two_questions() -> None:
    """Each is taken once, whether somebody waits for it or not."""
    source = HeldIterator(Log().run(pause=0.02), "a view")
    assert source.take(0.001) is WAITING
    wait_until(lambda: source.has_ready)
    assert take_all(source) == [0, 1, 2]
    source.close()


def test_an_async_iterator_without_end() -> None:
    """It need not be a generator, and have nothing to close."""

    class Numbers:
        def __aiter__(self) -> AsyncIterator[int]:
            return self  # type: ignore[return-value]  # it is one

        async def __anext__(self) -> int:
            return 7

    source = HeldIterator(aiter(Numbers()), "a view")
    assert source.take() == 7
    source.close()
    with pytest.raises(StopIteration):
        source.take()


def test_an_error() -> None:
    """It is raised once; then there are no more items."""

    async def fail() -> AsyncIterator[int]:
        yield 1
        raise KeyError("async")

    source = HeldIterator(fail(), "a view")
    assert source.take() == 1
    with pytest.raises(KeyError, match="async"):
        source.take()
    assert take_all(source) == []
    source.close()


def test_an_error_while_it_is_closed() -> None:
    """Whoever closes it gets the error."""

    async def fail() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            raise KeyError("closing")

    source = HeldIterator(fail(), "a view")
    source.take()
    with pytest.raises(KeyError, match="closing"):
        source.close()


def test_the_end_of_the_loop() -> None:
    """The generator is closed, and the consumer gets an error."""
    log = Log()
    source = HeldIterator(log.run(), "a view")
    source.take()
    KEEPER.close()
    assert log.lines[1:] == ["GeneratorExit", "closed"]
    with pytest.raises(LoopEnded):
        source.take()
    source.close()


def test_the_context_of_a_task() -> None:
    """Context variables that the generator sets are those of its consumer."""

    async def change() -> AsyncIterator[int]:
        variable.set("changed")
        yield 1

    def run() -> str:
        take_all(HeldIterator(change(), "a view"))
        return variable.get()

    assert run() == "changed"


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each item be quick, also on a busy machine."""
    monkeypatch.setattr(iterators, "QUICK", 60.0)
    monkeypatch.setattr(iterators, "AT_ONCE", 60.0)


#: How many items are made for the first nine that are asked for.
MADE = STEADY - 1 + MOST_AT_ONCE


@pytest.mark.usefixtures("_hasty")
def test_quick_items() -> None:
    """They are made at once after some that were quick, and never more than some."""
    made: list[int] = []

    async def count() -> AsyncIterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    source = HeldIterator(count(), "a view")
    for number in range(STEADY - 1):
        assert source.take() == number
        assert not source.has_ready
        assert len(made) == number + 1
    assert source.take() == STEADY - 1
    wait_until(lambda: len(made) == MADE)
    assert source.has_ready
    assert [STEADY - 1, *take_all(source)] == list(range(STEADY - 1, 100))
    source.close()


@pytest.mark.usefixtures("_hasty")
def test_an_error_after_quick_items() -> None:
    """It is raised after the items before it."""

    async def fail() -> AsyncIterator[int]:
        for number in range(STEADY + 3):
            yield number
        raise KeyError("item")

    source = HeldIterator(fail(), "a view")
    assert [source.take() for _ in range(STEADY + 3)] == list(range(STEADY + 3))
    with pytest.raises(KeyError, match="item"):
        source.take()
    source.close()


@pytest.mark.usefixtures("_hasty")
def test_closing_before_a_quick_item_is_asked_for() -> None:
    """The task is cancelled where it waits, although nobody waits for it."""
    log: list[str] = []

    async def wait() -> AsyncIterator[int]:
        try:
            for number in range(STEADY):
                yield number
            log.append("waits")
            await asyncio.sleep(60)
        finally:
            log.append("closed")

    source = HeldIterator(wait(), "a view")
    assert [source.take() for _ in range(STEADY)] == list(range(STEADY))
    wait_until(lambda: log == ["waits"])
    source.close()
    assert log == ["waits", "closed"]


@pytest.mark.usefixtures("_hasty")
def test_a_quick_item_that_comes_late() -> None:
    """The consumer waits for it as for any other."""

    async def wait() -> AsyncIterator[int]:
        for number in range(STEADY):
            yield number
        await asyncio.sleep(0.05)
        yield STEADY

    source = HeldIterator(wait(), "a view")
    assert take_all(source) == list(range(STEADY + 1))
    source.close()


def in_greenlet(function: Callable[[], Any]) -> Any:
    """Return the result of a function that runs in a greenlet."""
    return gevent.spawn(function).get()


def test_pumped_items() -> None:
    """They are made one at a time, when they are asked for."""
    made: list[int] = []

    def count() -> Iterator[int]:
        for number in range(3):
            made.append(number)
            yield number

    source = PumpedIterator(count())
    assert made == []
    assert source.take() == 0
    assert made == [0]
    assert take_all(source) == [1, 2]
    assert take_all(source) == []
    source.close()


@pytest.mark.usefixtures("_hasty")
def test_quick_pumped_items() -> None:
    """They are made at once after some that were quick; an error comes after them."""
    made: list[int] = []

    def count() -> Iterator[int]:
        for number in range(50):
            made.append(number)
            yield number
        raise KeyError("item")

    source = PumpedIterator(count())
    for number in range(STEADY - 1):
        assert source.take() == number
        assert len(made) == number + 1
    assert source.take() == STEADY - 1
    assert source.has_ready
    assert len(made) == MADE
    assert [source.take() for _ in range(STEADY, 50)] == list(range(STEADY, 50))
    with pytest.raises(KeyError, match="item"):
        source.take()
    source.close()


def test_pumped_items_that_come_late() -> None:
    """The consumer need not wait."""

    def wait() -> Iterator[int]:
        gevent.sleep(0.03)
        yield 1

    source = PumpedIterator(wait())
    taken = [source.take(0.01)]
    assert taken == [WAITING]
    while taken[-1] is WAITING:
        taken.append(source.take(0.01))
    assert taken[-1] == 1
    source.close()


def test_pumped_items_that_come_between_two_questions() -> None:
    """Each is taken once, whether somebody waits for it or not."""

    def wait() -> Iterator[int]:
        for number in range(3):
            gevent.sleep(0.02)
            yield number

    source = PumpedIterator(wait())
    assert source.take(0.001) is WAITING
    gevent.sleep(0.05)
    assert take_all(source) == [0, 1, 2]
    source.close()


@pytest.mark.parametrize("begun", [True, False])
def test_closing_pumped_items(begun: bool) -> None:
    """The generator is interrupted where it waits, or closed, or never begins."""
    log: list[str] = []

    def wait() -> Iterator[int]:
        try:
            gevent.sleep(60)
            yield 1  # pragma: no cover: it is interrupted before
        finally:
            log.append("closed")

    source = PumpedIterator(wait())
    if begun:
        assert source.take(0.01) is WAITING
    began = time.monotonic()
    source.close()
    assert time.monotonic() - began < 5
    assert log == (["closed"] if begun else [])
    assert take_all(source) == []


def test_an_error_of_pumped_items() -> None:
    """It is raised where the item is taken; one while it is closed, there."""

    def fail() -> Iterator[int]:
        try:
            yield 1
            raise KeyError("item")
        finally:
            variable.set("closed")

    source = PumpedIterator(fail())
    assert source.take() == 1
    with pytest.raises(KeyError, match="item"):
        source.take()
    source.close()

    def fail_late() -> Iterator[int]:
        try:
            gevent.sleep(60)
            yield 1  # pragma: no cover: it is interrupted before
        finally:
            raise ValueError("closing")

    late = PumpedIterator(fail_late())
    assert late.take(0.01) is WAITING
    with pytest.raises(ValueError, match="closing"):
        late.close()

    def fail_between() -> Iterator[int]:
        try:
            yield 1
        finally:
            raise ValueError("between items")

    between = PumpedIterator(fail_between())
    assert between.take() == 1
    with pytest.raises(ValueError, match="between items"):
        between.close()


def test_which_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """A greenlet of its own is only for an iterator whose consumer may not wait, under gevent."""
    assert isinstance(make_source(iter("a"), "a view", in_turns=False), PlainSource)
    assert isinstance(make_source(Log().run(), "a view", in_turns=True), HeldIterator)
    monkeypatch.setattr(iterators, "is_patched", lambda *modules: True)

    def make(in_turns: bool) -> Any:
        return in_greenlet(lambda: make_source(iter("a"), "a view", in_turns=in_turns))

    assert isinstance(make(False), PumpedIterator)
    assert isinstance(make(True), PlainSource)


def test_a_plain_source() -> None:
    """It closes a generator, and leaves other iterators alone."""
    source = PlainSource(iter([1]))
    assert take_all(source) == [1]
    source.close()
