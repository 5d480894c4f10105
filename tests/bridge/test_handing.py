"""Functions that async code hands to the caller that waits for it."""

import asyncio
from typing import Any

import pytest
from flask_typed.bridge.handing import Handing
from flask_typed.declare.deadlines import DeadlineExceeded


class Bye(BaseException):
    """An error that no code handles."""


def test_results() -> None:
    """They come back to the loop, errors too, in the order in which they were handed over."""
    handing = Handing("test")
    order: list[int] = []

    async def work() -> list[Any]:
        futures = [handing.hand(lambda n=n: order.append(n) or n) for n in range(3)]
        found: list[Any] = await asyncio.gather(*futures)
        with pytest.raises(ZeroDivisionError):
            await handing.hand(lambda: 1 / 0)
        return found

    assert handing.run(work()) == [0, 1, 2]
    assert order == [0, 1, 2]


def test_functions_that_hand_over_more() -> None:
    """What comes while the caller is busy is run next."""
    handing = Handing("test")

    async def one(number: int) -> int:
        first: int = await handing.hand(lambda: number)
        await asyncio.sleep(0)
        second: int = await handing.hand(lambda: first)
        return second

    async def work() -> list[int]:
        return await asyncio.gather(*map(one, range(5)))

    assert handing.run(work()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("kind", [DeadlineExceeded, Bye])
def test_errors_that_end_the_request(kind: Any) -> None:
    """They cancel the async code, which cleans up, and are raised."""
    handing = Handing("test")
    notes: list[str] = []

    def fail() -> None:
        raise kind(3)

    async def work() -> None:
        try:
            await handing.hand(fail)
        except asyncio.CancelledError:
            notes.append("cancelled")
            raise

    with pytest.raises(kind):
        handing.run(work())
    assert notes == ["cancelled"]


def test_a_result_that_nobody_waits_for() -> None:
    """It is dropped, and the outcome of the async code counts, which came first."""
    handing = Handing("test")

    async def work() -> str:
        async def ask() -> None:
            await handing.hand(lambda: None)

        asking = asyncio.ensure_future(ask())
        await asyncio.sleep(0)
        asking.cancel()
        return "done"

    assert handing.run(work()) == "done"


def test_the_loop_itself() -> None:
    """It would wait for itself."""

    async def nothing() -> None: ...

    async def work() -> None:
        inner = nothing()
        try:
            Handing("work").run(inner)
        finally:
            inner.close()

    with pytest.raises(RuntimeError, match="work is async"):
        Handing("outer").run(work())
