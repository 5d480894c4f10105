"""The one door of this folder: a view, a URL rule and a method in, an :class:`Operation` out.

Registration time.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask.views import MethodView, View
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from ..declare.problems import RAISES
from ..exceptions import DeclarationError
from ..schemas.factory import SchemaFactory
from ..schemas.hints import name_of, resolve_hints
from .arguments import read_arguments
from .operation import Details, Operation, Outcome
from .paths import find_converters
from .readers import make_payload, make_readers
from .returns import make_outcomes


@dataclass(frozen=True, slots=True)
class RouteDetails:
    """What a route decorator says besides what Flask takes.

    :param status: of a plain returned value; 200, or 204 for ``None``, by default.
    """

    status: int | None = None
    tags: tuple[str, ...] = ()
    summary: str | None = None
    description: str | None = None
    operation_id: str | None = None
    deprecated: bool = False
    hidden: bool = False


def plan_operation(
    view: Callable[..., Any], rule: Rule, method: str, said: RouteDetails, factory: SchemaFactory
) -> Operation:
    """Read a view once.

    :param view: the function as Flask calls it; for class-based views, what ``as_view`` made.
    :raises DeclarationError: for anything that could not work in a request.
    """
    callee = find_callee(view, method)
    try:
        return make_operation(callee, rule, method, said, factory)
    except DeclarationError as error:
        raise error.within(f"view {callee.name}") from error.__cause__


@dataclass(frozen=True, slots=True)
class Callee:
    """What is called, and whose signature counts.

    :param function: the function whose signature counts: a method of a class-based view, or the
        view itself.
    :param bound: whether the function's first parameter is ``self``.
    :param name: function, file and line, for messages.
    """

    function: Callable[..., Any]
    bound: bool
    name: str


def make_operation(
    callee: Callee, rule: Rule, method: str, said: RouteDetails, factory: SchemaFactory
) -> Operation:
    """Return the record of a view on one rule for one method."""
    function = callee.function
    arguments = list(read_arguments(function, rule, method, factory, bound=callee.bound))
    converters = find_converters(rule)
    ours = [a for a in arguments if a.location != "path" or a.wire_name in converters]
    readers = make_readers(ours, rule, factory)
    checked = {argument.wire_name for argument in ours if argument.location == "path"}
    return Operation(
        name=callee.name,
        rule=rule,
        method=method,
        readers=readers,
        payload=make_payload(readers),
        fixed=frozenset(rule.arguments - checked) & accepted(function, rule),
        requests=tuple(a.name for a in arguments if a.location is None),
        outcomes=read_return(function, said.status, factory),
        problems=read_problems(function),
        details=make_details(function, said),
    )


def read_return(
    function: Callable[..., Any], status: int | None, factory: SchemaFactory
) -> tuple[Outcome, ...]:
    """Return the answers that a view's return annotation allows; none if it has no annotation."""
    hints = resolve_hints(function)
    if "return" not in hints:
        return ()
    try:
        return make_outcomes(hints["return"], status, factory)
    except DeclarationError as error:
        raise error.within("the return annotation") from error.__cause__


def read_problems(function: Callable[..., Any]) -> tuple[type[HTTPException], ...]:
    """Return the errors that a view says it raises."""
    problems: tuple[type[HTTPException], ...] = getattr(function, RAISES, ())
    for problem in problems:
        if problem.code is None:
            raise DeclarationError(
                f"{name_of(problem)} has no status.",
                instead="Give @raises a Problem, or one of werkzeug's exceptions such as NotFound.",
            )
    return tuple(dict.fromkeys(problems))


def accepted(function: Callable[..., Any], rule: Rule) -> frozenset[str]:
    """Return the names that a view takes; a decorated one, or one with ``**kwargs``, takes all."""
    parameters = inspect.signature(function).parameters
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    if open_ended or hasattr(function, "__wrapped__"):
        return frozenset(rule.arguments)
    return frozenset(parameters)


def find_callee(view: Callable[..., Any], method: str) -> Callee:
    """Return what a view calls for a method."""
    view_class = getattr(view, "view_class", None)
    if view_class is None:
        return Callee(view, False, locate(view))
    name = method.lower() if issubclass(view_class, MethodView) else "dispatch_request"
    function = getattr(view_class, name)
    return Callee(function, True, locate(function))


def view_methods(view: Callable[..., Any], rule: Rule) -> tuple[str, ...]:
    """Return the methods of a rule that are operations, in a fixed order.

    HEAD is served by GET, and OPTIONS by Flask, unless the view has its own.
    """
    methods = set(rule.methods or ())
    view_class = getattr(view, "view_class", View)
    if "GET" in methods and not hasattr(view_class, "head"):
        methods.discard("HEAD")
    if rule.provide_automatic_options:  # type: ignore[attr-defined]  # Flask sets it
        methods.discard("OPTIONS")
    order = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
    return tuple(m for m in order if m in methods) + tuple(sorted(methods - set(order)))


def locate(function: Callable[..., Any]) -> str:
    """Return a function's name with the file and line where it stands."""
    inner = inspect.unwrap(function)
    code = getattr(inner, "__code__", None)
    return (
        f"{name_of(inner)} ({code.co_filename}:{code.co_firstlineno})" if code else name_of(inner)
    )


def make_details(function: Callable[..., Any], said: RouteDetails) -> Details:
    """Return what the document says in words: the route's own, else the docstring's."""
    first, _, rest = (inspect.getdoc(function) or "").partition("\n")
    return Details(
        summary=first.strip() if said.summary is None else said.summary,
        description=rest.strip() if said.description is None else said.description,
        tags=said.tags,
        operation_id=said.operation_id,
        deprecated=said.deprecated,
        hidden=said.hidden,
    )
