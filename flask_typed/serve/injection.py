"""Providers in a request: each runs once, and generators are closed in reverse order.

The values of scope ``app`` come first; :mod:`.lifespan` keeps them.

Request time.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from contextlib import AbstractContextManager, ExitStack
from types import FunctionType, TracebackType
from typing import Any

from flask import Flask

from ..bridge.installing import is_bridge_installed
from ..bridge.managers import HeldManager
from ..declare.dependencies import Provider
from ..exceptions import DeclarationError, DependencyError
from ..plan.callees import is_async_generator
from ..plan.operation import Operation, Step
from ..plan.resolvers import ResolverPlan
from ..schemas.deprecation import without_warning
from ..security.schemes import Scheme
from .concurrency import with_places
from .lifespan import Values, make_finder

Runner = Callable[[Values, ExitStack], None]
#: Returns what makes the context in which a provider runs, for each request anew.
Around = Callable[[Step], Callable[[], AbstractContextManager[Any]]]


def make_runner(steps: Iterable[Step], app: Flask, around: Around | None = None) -> Runner:
    """Return a function that runs providers in order and adds their values to the others.

    :param around: observes the providers; ``None`` if nothing does.
    :raises DeclarationError: for an async generator, if the app has no bridge to run it.
    """
    steps = tuple(with_places(tuple(steps), app))
    for step in steps:
        if is_async_generator(step.provider) and not is_bridge_installed(app):
            raise DeclarationError(
                "An async generator needs the async bridge, but the app has none.",
                instead="Keep TYPED_ASYNC_BRIDGE on, and do not override async_to_sync of Flask.",
                where=(f"dependency {step.name}",),
            )
    run = make_request_runner([step for step in steps if step.scope == "request"], app, around)
    finders = [
        (step.key, make_finder(step, app, make_request_runner([step], app)))
        for step in steps
        if step.scope == "app"
    ]
    if not finders:
        return run

    def find_and_run(values: Values, stack: ExitStack) -> None:
        for key, find in finders:
            values[key] = find(values)
        run(values, stack)

    return find_and_run


def make_request_runner(steps: Iterable[Step], app: Flask, around: Around | None = None) -> Runner:
    """Return a function that runs providers in order, whatever their scope."""
    if around is not None:
        return make_observed_runner(steps, app, around)
    ready = [
        (step, app.ensure_sync(find_function(step.provider)), find_mistakes(step)) for step in steps
    ]

    def run(values: Values, stack: ExitStack) -> None:
        for step, provide, mistakes in ready:
            value = provide(**step.inputs.collect(values))
            made = enter(step, value, stack) if step.yields else value
            if isinstance(made, mistakes):
                raise explain_unchecked(step.name, made)
            values[step.key] = made

    return run


def make_observed_runner(steps: Iterable[Step], app: Flask, around: Around) -> Runner:
    """Return a function that runs providers in order, each in a context of its own."""
    ready = [(around(step), make_request_runner([step], app)) for step in steps]

    def run(values: Values, stack: ExitStack) -> None:
        for observe, run_one in ready:
            with observe():
                run_one(values, stack)

    return run


def open_values(operations: Iterable[Operation | ResolverPlan], app: Flask) -> None:
    """Open the values of scope app that some operations, or resolvers of GraphQL, need.

    :raises Exception: any, of a provider that fails. The values before it stay open.
    """
    for operation in operations:
        steps = [step for step in operation.steps if step.scope == "app"]
        make_runner(steps, app)({}, ExitStack())


def find_mistakes(step: Step) -> tuple[type, ...]:
    """Return the classes of values that a provider makes by mistake."""
    return (Scheme, FunctionType) if step.refuses_function else (Scheme,)


def explain_unchecked(name: str, made: Any) -> DependencyError:
    """Return the error for a provider that makes what nothing would ask: a scheme, a decorator."""
    if isinstance(made, FunctionType):
        return DependencyError(
            f"The dependency {name} made a function, which nothing calls, so no request would be"
            " checked. If it is a decorator, write it below the route's; otherwise let the provider"
            " do the work itself."
        )
    return DependencyError(
        f"The dependency {name} made a security scheme, so no request would be checked: write"
        " Depends(scheme) with the scheme itself."
    )


def find_function(provider: Provider) -> Callable[..., Any]:
    """Return the function to call; of an object the ``__call__``, which may be an ``async def``."""
    is_own = isinstance(provider, (type, functools.partial)) or inspect.isroutine(provider)
    instance: Any = provider
    function: Callable[..., Any] = without_warning(provider if is_own else instance.__call__)
    return function


def enter(step: Step, made: Any, stack: ExitStack) -> Any:
    """Return the value of a generator or a context manager, and let the stack close it."""
    manager: Any = made
    if isinstance(made, Generator):
        manager = Opened(step.name, made)
    elif isinstance(made, AsyncGenerator):
        manager = HeldManager(AsyncOpened(step.name, made), step.name)
    elif not hasattr(made, "__exit__") and hasattr(made, "__aexit__"):
        manager = HeldManager(made, step.name)
    if not hasattr(manager, "__exit__"):
        raise DependencyError(
            f"The dependency {step.name} yields, but a decorator turned it into a"
            f" {type(made).__name__}: wrap it into a function."
        )
    value = manager.__enter__()
    leave = manager.__exit__

    def close(*error: Any) -> None:
        leave(*error)  # its result is ignored: a provider cannot suppress an error

    stack.push(close)
    return value


class Opened:
    """A provider that is suspended at its ``yield``."""

    def __init__(self, name: str, generator: Generator[Any, Any, Any]) -> None:
        self._name = name
        self._generator = generator

    def __enter__(self) -> Any:
        try:
            return next(self._generator)
        except StopIteration:
            raise without_value(self._name) from None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Run the rest of it. An error is raised at its ``yield``, and it may raise another."""
        try:
            if error is None:
                next(self._generator)
            else:
                self._generator.throw(error)
        except StopIteration:
            return
        except BaseException as raised:
            if error is not None and is_passed_on(raised, error):
                # Its traceback has got this frame, which refers to it: a cycle.
                error.__traceback__ = traceback
                return
            raise
        self._generator.close()
        raise with_two_values(self._name)


class AsyncOpened:
    """An async provider that is suspended at its ``yield``."""

    def __init__(self, name: str, generator: AsyncGenerator[Any, Any]) -> None:
        self._name = name
        self._generator = generator

    async def __aenter__(self) -> Any:
        try:
            return await anext(self._generator)
        except StopAsyncIteration:
            raise without_value(self._name) from None

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Run the rest of it. An error is raised at its ``yield``, and it may raise another."""
        try:
            if error is None:
                await anext(self._generator)
            else:
                await self._generator.athrow(error)
        except StopAsyncIteration:
            return
        except BaseException as raised:
            if error is not None and is_passed_on(raised, error):
                error.__traceback__ = traceback
                return
            raise
        await self._generator.aclose()
        raise with_two_values(self._name)


def without_value(name: str) -> DependencyError:
    """Return the error for a provider that ends before it yields."""
    return DependencyError(
        f"The dependency {name} did not yield a value: yield once on every path, or raise an error."
    )


def with_two_values(name: str) -> DependencyError:
    """Return the error for a provider that yields again."""
    return DependencyError(
        f"The dependency {name} yielded a second time: yield once, outside of loops."
    )


def is_passed_on(raised: BaseException, error: BaseException) -> bool:
    """Return whether a generator passed on the error that was raised at its ``yield``.

    A generator cannot pass on StopIteration: Python raises a RuntimeError in its place.
    """
    ends = (StopIteration, StopAsyncIteration)
    return raised is error or (isinstance(error, ends) and raised.__cause__ is error)
