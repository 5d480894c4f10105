"""Limits of requests at once, in one worker process.

Registration time makes them; requests take a place and give it back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import Any

from flask import Flask

from ..declare.overload import Overloaded
from ..plan.dependencies import identify
from ..plan.operation import Inputs, Operation, Step

#: The key of an app's limits in ``app.extensions``.
PLACES = "flask_typed.places"
#: After how many seconds a client may try again.
RETRY_AFTER = 1


class Slots:
    """As many places as there may be requests at once.

    :param count: the number of places.
    """

    def __init__(self, count: int) -> None:
        # Its methods are atomic, for greenlets and for threads, so there is no lock.
        self._free: deque[None] = deque([None] * count)

    def hold(self) -> Iterator[None]:
        """Take a place until the provider, or the response, is closed.

        :raises Overloaded: if none is free.
        """
        try:
            self._free.pop()
        except IndexError:
            raise Overloaded(retry_after=RETRY_AFTER) from None
        try:
            yield
        finally:
            self._free.append(None)


def find_slots(app: Flask, key: Hashable, count: int) -> Slots:
    """Return the places of a route or a provider in an app, which all its uses share."""
    known: dict[Any, Slots] = app.extensions.setdefault(PLACES, {})
    return known.setdefault((key, count), Slots(count))


def make_place_step(step: Step, slots: Slots) -> Step:
    """Return the step that takes a place before another step."""
    return replace(step, key=f"{step.key}:place", provider=slots.hold, inputs=Inputs(), yields=True)


def with_places(steps: tuple[Step, ...], app: Flask) -> Iterator[Step]:
    """Yield steps, each that is limited after the one that takes its place."""
    for step in steps:
        if step.max_concurrency is not None:
            key = identify(step.original)
            yield make_place_step(step, find_slots(app, key, step.max_concurrency))
        yield step


def find_route_place(operation: Operation, app: Flask) -> tuple[Step, ...]:
    """Return the step that takes a place of a route; none if the route has no limit."""
    count = operation.max_concurrency
    if count is None:
        return ()
    rule = operation.rule
    slots = find_slots(app, (rule.endpoint, rule.rule), count)
    return (Step("#place", slots.hold, slots.hold, operation.name, Inputs(), yields=True),)
