"""Providers of scope ``app``: their values are opened once in a worker, and found by each request.

Request time, and when a worker starts. An override has values of its own, which it closes at its
end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from weakref import ref

from flask import Flask

from ..bridge.lifespan import Lifespan
from ..declare.dependencies import Provider
from ..plan.dependencies import identify
from ..plan.operation import Step

#: The key of an app's lifespan in ``app.extensions``.
LIFESPAN = "flask_typed.lifespan"

#: All values of a request by their keys.
Values = dict[str, Any]
#: Runs the provider of a step: adds its value to the others, and lets the stack close it.
RunStep = Callable[[Values, ExitStack], None]
#: Returns the value of a step if it is open, or opens it with the values that it needs.
FindOpen = Callable[[Values], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The block of one override.

    :param provider: the overridden one.
    :param lifespans: the values that are open for the block, by app.
    """

    provider: Provider
    lifespans: dict[Flask, Lifespan] = field(default_factory=dict)


#: The blocks of overrides around the running code, innermost first.
blocks: ContextVar[tuple[Block, ...]] = ContextVar("flask_typed_blocks", default=())


@contextmanager
def in_block(provider: Provider) -> Iterator[None]:
    """Keep the values that are made of an overridden provider until the end of the block."""
    block = Block(provider)
    token = blocks.set((block, *blocks.get()))
    try:
        yield
    finally:
        blocks.reset(token)
        with ExitStack() as closing:
            for lifespan in block.lifespans.values():
                closing.callback(lifespan.close)


def find_lifespan(app: Flask) -> Lifespan:
    """Return the lifespan of an app, which is made at the first use."""
    lifespan: Lifespan = app.extensions.setdefault(LIFESPAN, Lifespan(app.name))
    return lifespan


def find_block_lifespan(app: Any, step: Step) -> Lifespan:
    """Return the lifespan of the innermost override that the value of a step is made of."""
    block = next(block for block in blocks.get() if block.provider in step.replaced)
    return block.lifespans.setdefault(app, Lifespan(app.name))


def make_finder(step: Step, app: Flask, run: RunStep) -> FindOpen:
    """Return the function that finds the value of a step, or opens it.

    An open value costs one look-up in a dict.
    """
    key = identify(step.provider)
    find_app = ref(app)  # the app has the function

    def open_in(lifespan: Lifespan, values: Values) -> Any:
        return lifespan.open(
            key, step.name, partial(open_step_value, find_app(), step, run, values)
        )

    if step.replaced:
        return lambda values: open_in(find_block_lifespan(find_app(), step), values)
    lifespan = find_lifespan(app)
    known = lifespan.values

    def find(values: Values) -> Any:
        try:
            return known[key]
        except KeyError:
            return open_in(lifespan, values)

    return find


def open_step_value(app: Any, step: Step, run: RunStep, values: Values, stack: ExitStack) -> Any:
    """Return the new value of a step; the stack closes it. Both run in an app context."""
    with app.app_context(), ExitStack() as opened:
        run(values, opened)
        stack.callback(close_step_value, app, opened.pop_all())
    return values[step.key]


def close_step_value(app: Flask, opened: ExitStack) -> None:
    """Close a value."""
    with app.app_context():
        opened.close()
