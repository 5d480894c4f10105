"""Runs a journey: the steps of a program that uses an API, each on its own.

Each step prints a line, ``ok NAME`` or ``failed NAME: …``. The steps after a failed one run too, so
that a report counts how many fail; a step that needs the result of a failed one fails as well.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Callable, Iterable
from typing import Any


def live(steps: Iterable[Callable[[], Any]]) -> None:
    """Run the steps in their order, and exit with their number of failures.

    :param steps: functions, or coroutine functions, which run in one task.
    """
    sys.exit(asyncio.run(count_failures(steps)))


async def count_failures(steps: Iterable[Callable[[], Any]]) -> int:
    """Run the steps, and return how many failed."""
    failed = 0
    for step in steps:
        name = step.__name__
        try:
            result = step()
            if inspect.isawaitable(result):
                await result
        except Exception as error:  # of any class: each generated client has its own
            failed += 1
            print(f"failed {name}: {type(error).__name__}: {shorten(str(error))}", flush=True)
        else:
            print(f"ok {name}", flush=True)
    return failed


def shorten(text: str) -> str:
    """Return a text as one line of at most 400 characters."""
    return " ".join(text.split())[:400]
