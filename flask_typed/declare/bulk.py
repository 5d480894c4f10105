"""Responses with a result for each item of a request: 207, Multi-Status.

Declaration and request time: views return them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Generic, Literal

from typing_extensions import TypeVar
from werkzeug.exceptions import HTTPException

from ..exceptions import DeclarationError
from .problems import Problem
from .replies import Reply

T = TypeVar("T")
R = TypeVar("R")
P = TypeVar("P", default=Problem)


@dataclass
class Done(Generic[T]):
    """The result of an item that was done.

    :param value: what came of it.
    """

    value: T
    outcome: Literal["done"] = "done"


@dataclass
class Failed(Generic[P]):
    """The result of an item that was not done.

    :param problem: the error; only the members of the annotated class are sent.
    """

    problem: P
    outcome: Literal["failed"] = "failed"


class MultiStatus(Reply[list[Done[T] | Failed[P]]], Generic[T, P]):
    """207: the results of several items, in their order; some may have failed.

    ``-> MultiStatus[Book]``, or ``-> MultiStatus[Book, BookNotFound | OutOfStock]`` with the
    problems that an item may have, whose members are then sent too.

    :param body: the results.
    """

    __slots__ = ()
    status = 207

    @classmethod
    def of(
        cls,
        items: Iterable[T],
        work: Callable[[T], R],
        *,
        unit: Callable[[], AbstractContextManager[Any]] = nullcontext,
    ) -> MultiStatus[R, Any]:
        """Return the results of a function that is called with each item.

        A problem, or any other HTTP exception with a 4xx status code, is the result of its item,
        whether it is raised or returned. Any other exception ends the request.

        :param work: returns the value of an item.
        :param unit: opens a context for each item, which an exception leaves too: a savepoint, such
            as SQLAlchemy's ``session.begin_nested``, so that a failed item changes nothing.
        :raises DeclarationError: for an ``async def``.
        """
        if inspect.iscoroutinefunction(work):
            raise DeclarationError(
                "MultiStatus.of() cannot await the results of an `async def`.",
                instead="Await each, and return `MultiStatus([Done(…), Failed(…)])`.",
            )
        return MultiStatus([make_result(item, work, unit) for item in items])


def make_result(
    item: Any, work: Callable[[Any], Any], unit: Callable[[], AbstractContextManager[Any]]
) -> Done[Any] | Failed[Any]:
    """Return the result of one item."""
    try:
        with unit():
            value = work(item)
            if isinstance(value, HTTPException):
                raise value
            return Done(value)
    except HTTPException as error:
        if not 400 <= (error.code or 500) < 500:
            raise
        return Failed(error if isinstance(error, Problem) else as_problem(error))


def as_problem(error: HTTPException) -> Problem:
    """Return werkzeug's error, such as that of ``abort(404)``, as a problem."""
    problem: Any = Problem(detail=error.description)
    problem.title, problem.status = error.name, error.code
    return problem  # type: ignore[no-any-return]  # Any, to set what a class has
