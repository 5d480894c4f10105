"""A field in a request: security, the arguments, the providers, then the resolver.

Made at setup; request time. Sync functions run in the greenlet or thread of the request, as views
do. Once an operation has become async code, they are handed over from the loop.
"""

from __future__ import annotations

from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Sequence,
)
from dataclasses import dataclass
from functools import partial
from inspect import isawaitable
from typing import Any

from ..declare.deadlines import DeadlineExceeded
from ..plan.callees import is_async, is_async_generator, is_generator
from ..plan.operation import REQUEST
from ..plan.resolvers import ResolverPlan, ResolverStep
from ..routes.tools import Tools
from ..serve.binding import Binder
from ..serve.injection import Runner, make_runner
from ..serve.observing import observe_provider
from .arguments import Loading
from .running import FailedProvider, Run, find_run
from .shown import ValueConversion, convert_value


@dataclass(frozen=True, slots=True)
class ReadyProvider:
    """A provider that a resolver needs, ready to run.

    :param key: of its value for this resolver.
    :param shared: the identity of its value among all resolvers; ``None`` if it is not shared.
    """

    key: str
    shared: Any
    run: Runner

    def provide(self, values: dict[str, Any], run: Run) -> None:
        """Add the value to the others; a shared provider runs once in a request.

        :raises Exception: any, of the provider.
        """
        if self.shared is None:
            self.run(values, run.stack)
            return
        if self.shared not in run.shared:
            try:
                self.run(values, run.stack)
            except DeadlineExceeded:
                raise
            except Exception as error:
                run.shared[self.shared] = FailedProvider(error)
                raise
            run.shared[self.shared] = values[self.key]
            return
        value = run.shared[self.shared]
        if isinstance(value, FailedProvider):
            raise value.error.with_traceback(None)
        values[self.key] = value


class Phases:
    """What runs before a resolver: all that security needs, and all the rest."""

    def __init__(self, plan: ResolverPlan, tools: Tools) -> None:
        make_binder = partial(
            Binder,
            payload=None,
            query_names=None,
            codecs=tools.codecs,
            config=tools.app.config,
            max_faults=tools.problems.max_faults,
        )
        self._inputs = plan.inputs
        self._security = make_binder(plan.early)
        self._work = make_binder(plan.late)
        self._guards = prepare(plan.guards, tools)
        self._providers = prepare(plan.providers, tools)
        self._is_kept = all(one.shared is not None for one in (*plan.guards, *plan.providers))

    def find(self, run: Run) -> dict[str, Any] | None:
        """Return the arguments that they have given before in the request."""
        return run.made.get(self)

    def admit(self, run: Run) -> dict[str, Any]:
        """Run the security dependencies; return the values so far."""
        values = dict(run.given)
        values.update(self._security.bind(values[REQUEST], {}))
        for one in self._guards:
            one.provide(values, run)
        return values

    def provide(self, values: dict[str, Any], run: Run) -> dict[str, Any]:
        """Run the other providers; return the arguments that they and the request give."""
        values.update(self._work.bind(values[REQUEST], {}))
        for one in self._providers:
            one.provide(values, run)
        arguments = self._inputs.collect(values)
        if self._is_kept:
            run.made[self] = arguments
        return arguments


def prepare(steps: Sequence[ResolverStep], tools: Tools) -> list[ReadyProvider]:
    """Return providers that are ready to run."""
    around = observe_provider if tools.is_observed else None
    return [
        ReadyProvider(one.step.key, one.shared, make_runner([one.step], tools.app, around))
        for one in steps
    ]


class SyncEvents(AsyncIterable[Any]):
    """The events of an ordinary generator, which runs in the greenlet or thread of the request.

    graphql-core takes only what it could iterate over on the loop.
    """

    def __init__(self, items: Iterator[Any]) -> None:
        self.items = items

    def __aiter__(self) -> AsyncIterator[Any]:
        """Return nothing: the stream takes the generator itself."""
        raise NotImplementedError  # pragma: no cover: see above


#: Returns the phases of a resolver; another one while a provider of it is overridden.
FindPhases = Callable[[], Phases]


class Resolver:
    """A resolver that is ready to answer for its field.

    :param function: the user's function, or method.
    :param find_phases: ``None`` if it needs nothing of the request.
    :param convert: returns the value that GraphQL writes; ``None`` if it is the resolver's.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        loading: Loading,
        find_phases: FindPhases | None,
        convert: ValueConversion | None,
    ) -> None:
        self._function = function
        self._load = loading.load if loading.inputs else None
        self._find_phases = find_phases
        self._convert = convert
        self._is_async = is_async(function) and not is_async_generator(function)
        self._is_sync_stream = is_generator(function) and not is_async_generator(function)

    def get_result(
        self, source: Any, info: Any, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> Any:
        """Return the value of the field; in place of the method of Strawberry's field.

        :param info: with the context of the request; Strawberry's or that of graphql-core.
        :param args: what GraphQL passes by position: the parent object as ``self``.
        :param kwargs: the arguments of the field, and what GraphQL passes by name.
        """
        run = find_run(info.context)
        if run.interrupted is not None:
            raise run.interrupted
        if not run.is_on_loop:
            return self._start(run, args, kwargs)
        if not self._is_async:
            return await_twice(run.hand(partial(self._start, run, args, kwargs)))
        given = self._find_given(run, kwargs)
        if given is not None:
            return self._convert_later(self._function(*args, **given))
        return self._go_on(run, args, kwargs)

    def _start(self, run: Run, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Call the resolver in the greenlet or thread of the request."""
        try:
            given = self._find_given(run, kwargs)
            value = self._function(
                *args, **(self._prepare(run, kwargs) if given is None else given)
            )
        except DeadlineExceeded as error:
            run.interrupted = error
            raise
        if self._is_async or isawaitable(value):
            return self._convert_later(value)
        return SyncEvents(value) if self._is_sync_stream else convert_value(self._convert, value)

    async def _go_on(self, run: Run, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """On the loop: call an async resolver, once its arguments are there."""
        given = await run.hand(partial(self._prepare, run, kwargs))
        return await self._convert_later(self._function(*args, **given))

    def _find_given(self, run: Run, kwargs: dict[str, Any]) -> dict[str, Any] | None:
        """Return all arguments that are passed by name, if nothing has to run for them."""
        if self._load is not None:
            return None
        if self._find_phases is None:
            return kwargs
        known = self._find_phases().find(run)
        return None if known is None else {**kwargs, **known}

    def _prepare(self, run: Run, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return all arguments that are passed by name: security, the field's, providers."""
        phases = self._find_phases() if self._find_phases else None
        known = phases.find(run) if phases else {}
        values = phases.admit(run) if phases and known is None else {}
        loaded = self._load(kwargs) if self._load else kwargs
        if phases and known is None:
            known = phases.provide(values, run)
        return {**loaded, **(known or {})}

    def _convert_later(self, awaitable: Awaitable[Any]) -> Awaitable[Any]:
        """Return an awaitable of the value that GraphQL writes."""
        convert = self._convert
        return awaitable if convert is None else convert_awaited(convert, awaitable)


async def convert_awaited(convert: ValueConversion, awaitable: Awaitable[Any]) -> Any:
    """Await a value, and convert it."""
    return convert_value(convert, await awaitable)


async def await_twice(future: Awaitable[Any]) -> Any:
    """Await the result of a function that was handed over, which may be awaitable itself."""
    value = await future
    return await value if isawaitable(value) else value
