"""The statuses that the source of a view answers."""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable
from typing import Any

import flask
import pytest
import werkzeug.exceptions
from flask import abort
from flask.views import MethodView
from flask_typed import MultiStatus, Problem
from flask_typed.plan.sources import find_statuses
from werkzeug.exceptions import Gone, HTTPException


class Lent(Problem):
    """It is lent."""

    status = 409


def answer(number: int) -> Any:  # pragma: no cover: read, not run
    """Answer in all ways."""
    if number == 1:
        abort(404)
    if number == 2:
        flask.abort(418, "Tea.")
    if number == 3:
        raise Gone
    if number == 4:
        raise Lent(detail="To Ann.")
    if number == 5:
        raise werkzeug.exceptions.Locked("No.")
    if number == 6:
        return "", 202
    return "made", 201, {"X-A": "1"}


def say_nothing(number: int) -> Any:  # pragma: no cover: read, not run
    """Answer in ways of which nothing is known."""
    try:
        abort(number)
        abort()  # type: ignore[call-arg]
        abort(9000)
    except KeyError:
        raise
    except HTTPException as error:
        raise error from None
    if number:
        raise ValueError
    if number < 0:
        raise unknown.Error  # type: ignore[name-defined]  # noqa: F821
    if number < -1:
        raise HTTPException
    if number < -2:
        raise [Gone][0]
    return ()


class Broken(Problem):
    """It is broken."""

    status = 503


def lend_all(numbers: list[int]) -> MultiStatus[int, Lent]:  # pragma: no cover: read, not run
    """Answer with a result for each number."""

    def lend(number: int) -> int:
        if number == 1:
            raise Broken
        raise Lent

    if not numbers:
        abort(404)
    if len(numbers) > 9:
        return MultiStatus.of(numbers, lambda number: number or abort(410))
    if len(numbers) > 8:
        return MultiStatus.of(numbers, work=lend)
    return MultiStatus.of(numbers, lend)


class Books(MethodView):
    """A view for each method."""

    def get(self) -> Any:  # pragma: no cover: read, not run
        """Read."""
        abort(404)

    def post(self) -> Any:  # pragma: no cover: read, not run
        """Write."""
        return "", 201


@functools.wraps(answer)
def wrapped(*arguments: Any) -> Any: ...


@pytest.mark.parametrize(
    ("view", "method", "statuses"),
    [
        (answer, "GET", {404, 418, 410, 409, 423, 202, 201}),
        (wrapped, "GET", {404, 418, 410, 409, 423, 202, 201}),
        (say_nothing, "GET", set()),
        (lend_all, "PATCH", {404, 503}),
        (Books.as_view("books"), "GET", {404}),
        (Books.as_view("books"), "POST", {201}),
        (eval("lambda: abort(404)"), "GET", set()),
        (builtins.len, "GET", set()),
        (functools.partial(answer, 1), "GET", set()),
    ],
)
def test_statuses(view: Callable[..., Any], method: str, statuses: set[int]) -> None:
    """What stands in the function is read; what cannot be read is no error."""
    assert find_statuses(view, method) == statuses
