"""Work after the response: the argument that collects it, and the error if too much of it waits.

Declaration and request time. :mod:`..serve.background` runs the tasks.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, overload

from .markers import Header
from .overload import Overloaded

P = ParamSpec("P")
First = TypeVar("First")
Second = TypeVar("Second")
Third = TypeVar("Third")
Fourth = TypeVar("Fourth")


@dataclass(frozen=True, slots=True)
class BackgroundTask:
    """A function that runs after the response, with its arguments. A call runs it in place."""

    function: Callable[..., Any]
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the function, for messages."""
        function: Any = self.function
        while isinstance(function, functools.partial):
            function = function.func
        name: str = getattr(function, "__qualname__", type(function).__qualname__)
        return name

    def __call__(self) -> Any:
        return self.function(*self.args, **self.kwargs)


class BackgroundTasks:
    """Collects functions that run after the response was sent: ``tasks.add(send_mail, order.id)``.

    A view or a provider declares an argument of this type. All arguments of one request share one
    object. In a unit test, ``BackgroundTasks()`` collects tasks and runs none: iterate over it to
    inspect them, or to call them.
    """

    def __init__(self) -> None:
        self._tasks: list[BackgroundTask] = []

    def __iter__(self) -> Iterator[BackgroundTask]:
        return iter(tuple(self._tasks))

    def __len__(self) -> int:
        return len(self._tasks)

    @overload
    def add(self, function: Callable[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> None: ...

    @overload
    def add(self, function: Callable[Concatenate[First, ...], Any], a: First, /) -> None: ...

    @overload
    def add(
        self, function: Callable[Concatenate[First, Second, ...], Any], a: First, b: Second, /
    ) -> None: ...

    @overload
    def add(
        self,
        function: Callable[Concatenate[First, Second, Third, ...], Any],
        a: First,
        b: Second,
        c: Third,
        /,
    ) -> None: ...

    @overload
    def add(
        self,
        function: Callable[Concatenate[First, Second, Third, Fourth, ...], Any],
        a: First,
        b: Second,
        c: Third,
        d: Fourth,
        /,
    ) -> None: ...

    @overload
    def add(  # type: ignore[overload-cannot-match]  # it can: where providers make all arguments
        self, function: Callable[..., Any], /
    ) -> None: ...

    def add(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> None:
        """Call a function after the response was sent, with these arguments.

        Arguments with ``Depends`` that are left out are provided when the function runs.

        :param function: sync or async.
        :raises TypeError: for arguments that the function does not have.
        :raises DeclarationError: if an argument is missing and no provider makes it.
        :raises BackgroundTasksFull: if too many tasks wait.
        """
        self._accept(BackgroundTask(function, args, kwargs), find_given(function, args, kwargs))

    def _accept(self, task: BackgroundTask, given: frozenset[str] | None) -> None:
        """Keep a task.

        :param given: the names of its arguments; ``None`` if none was left out.
        """
        self._tasks.append(task)


class BackgroundTasksFull(Overloaded):
    """Too many background tasks wait; try again later."""

    type = "urn:flask-typed:background-tasks-full"

    retry_after: Annotated[int, Header(description="In seconds.")] = 1


@dataclass(frozen=True, slots=True)
class BackgroundStats:
    """The background tasks of one app in one process, counted since it started.

    :param added: by requests.
    :param done: those that ended without an error.
    :param failed: those that raised an exception, which is logged.
    :param dropped: those that were not run, because the request ended with an error.
    :param waiting: those that have not begun, of requests that are not answered yet too.
    :param running: those that run now.
    """

    added: int = 0
    done: int = 0
    failed: int = 0
    dropped: int = 0
    waiting: int = 0
    running: int = 0


def find_given(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> frozenset[str] | None:
    """Return the names of the arguments that a call passes; ``None`` if it passes all.

    :raises TypeError: for arguments that the function does not have.
    """
    try:
        signature = inspect.signature(function)
    except ValueError:  # Python does not know it, as of some functions in C
        return None
    given = signature.bind_partial(*args, **kwargs).arguments.keys()
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    named = {p.name for p in signature.parameters.values() if p.kind not in variadic}
    return frozenset(given) if named - given else None
