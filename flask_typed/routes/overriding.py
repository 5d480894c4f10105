"""Replaced providers, and functions that are called outside of requests.

Any time after registration.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from ..declare.dependencies import Provider
from ..plan.dependencies import Replacements
from ..plan.operation import PlannedCall
from ..plan.planning import plan_call
from ..serve.dispatch import overridden, run_call
from ..serve.lifespan import in_block
from .serving import Serving

#: The replaced providers by app, in the context of the running code.
replaced: ContextVar[Mapping[Serving, Replacements]] = ContextVar(
    "flask_typed_replaced", default=MappingProxyType({})
)


@contextmanager
def override(apps: Iterable[Serving], provider: Provider, replacement: Provider) -> Iterator[None]:
    """Replace a provider in some apps, for the code that runs the block.

    The values of scope app that are made of the replacement are closed at the end of the block.
    """
    known, answering = dict(replaced.get()), dict(overridden.get())
    for serving in apps:
        known[serving] = {**known.get(serving, {}), provider: replacement}
        answering.update(serving.replan(known[serving], answering))
    with in_block(provider):
        tokens = replaced.set(known), overridden.set(answering)
        try:
            yield
        finally:
            replaced.reset(tokens[0])
            overridden.reset(tokens[1])


def call_function(serving: Serving, function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Call a function with its dependencies."""
    planned = plan_function(serving, function, given)
    return run_call(planned, function, given, serving.tools.app)


def plan_function(
    serving: Serving, function: Callable[..., Any], given: Collection[str]
) -> PlannedCall:
    """Return the plan of a function that is called without a request; it is made at the first call.

    :param given: the names of arguments that the caller passes.
    """
    replacements = find_replacements(serving)
    tools = serving.tools.with_replacements(replacements or {})
    with tools.lock:
        try:
            known = {} if replacements else serving.calls.setdefault(function, {})
        except TypeError:  # it is not hashable, or has no weak references
            known = {}
        names = frozenset(given)
        if names not in known:
            known[names] = plan_call(function, names, tools.plan)
        return known[names]


def find_replacements(serving: Serving) -> Replacements | None:
    """Return the overridden providers of an app in the running code; ``None`` for none."""
    return replaced.get().get(serving)
