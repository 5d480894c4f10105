"""Functions in ``Annotated`` that check a value: ``Annotated[str, reject_blank]``.

Registration time; the checks themselves run in requests and responses. A function that does not
take one value of the annotated type is no check: a provider without ``Depends()`` must not be taken
for one.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from ..declare.dependencies import Depends
from ..declare.markers import Marker
from ..exceptions import DeclarationError
from .fields import TypedField
from .hints import Hint, is_class, read_hint, resolve_hints
from .refusals import run_validator

#: The kinds of parameters that take a value by position.
BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def is_check(item: Any, hint: Hint) -> bool:
    """Return whether an object is a function that takes one value of the annotated type."""
    if not is_function(item):
        return False
    try:
        parameters = list(inspect.signature(item).parameters.values())
    except ValueError:  # Python does not know the arguments of some built-in functions
        return False
    takes_one = parameters and parameters[0].kind in BY_POSITION
    if not takes_one or any(is_taken(item, other) for other in parameters[1:]):
        return False
    annotation = find_hints(item).get(parameters[0].name, Any)
    return takes_type(read_hint(annotation), hint)


def is_function(item: Any) -> bool:
    """Return whether an object is a plain function or method, or a partial of one."""
    while isinstance(item, functools.partial):
        item = item.func
    is_special = inspect.iscoroutinefunction(item) or inspect.isasyncgenfunction(item)
    return inspect.isroutine(item) and not (is_special or inspect.isgeneratorfunction(item))


def is_taken(function: Any, parameter: inspect.Parameter) -> bool:
    """Return whether another parameter means that a function is called with several values.

    A default of a partial, or of a built-in function, does not.
    """
    is_option = parameter.kind is parameter.KEYWORD_ONLY or not hasattr(function, "__code__")
    return parameter.default is parameter.empty or not is_option


def write_function(function: Any) -> str:
    """Return the name of a function for messages."""
    while isinstance(function, functools.partial):
        function = function.func
    name: str = function.__qualname__
    return name.replace("<locals>.", "")


def find_hints(function: Any) -> dict[str, Any]:
    """Return the evaluated annotations of a function; none for a built-in one."""
    while isinstance(function, functools.partial):
        function = function.func
    return dict(resolve_hints(function)) if hasattr(function, "__annotations__") else {}


def takes_type(taken: Hint, hint: Hint) -> bool:
    """Return whether a parameter takes the values of a type.

    :param taken: of the parameter; that of a provider may have a marker.
    """
    if taken.find((Marker, Depends)):
        return False
    if taken.type in (Any, object, hint.type) or type(taken.type).__name__ == "TypeVar":
        return True
    known, wanted = hint.origin, taken.origin
    return is_class(known) and is_class(wanted) and issubclass(known, wanted)


def make_check(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function that returns a value which another accepts, or what that makes of it."""

    def check(value: Any) -> Any:
        returned = run_validator(function, value)
        if isinstance(returned, bool) and not isinstance(value, bool):
            raise TypeError(write_condition(function))
        return returned

    check.function = function  # type: ignore[attr-defined]  # for the document
    return check


def add_checks(field: Any, hint: Hint, functions: list[Any]) -> None:
    """Give a field the functions that check its values.

    :raises DeclarationError: for a function that returns whether a value is valid, and for a field
        of marshmallow.
    """
    for function in functions:
        if not isinstance(field, TypedField):
            raise DeclarationError(
                f"{write_function(function)} is beside a field or schema of marshmallow, which has"
                " validators of its own.",
                instead="Write `validate=` of the field, or a hook of the schema.",
            )
        is_pure = inspect.ismethoddescriptor(function)  # of a built-in type, such as str.isupper
        results = [function(sample) for sample in field.samples] if is_pure else []
        returns = find_hints(function).get("return")
        if hint.type is not bool and (returns is bool or any(type(r) is bool for r in results)):
            raise DeclarationError(
                write_condition(function),
                instead=f"Write `Predicate({write_function(function)})`.",
            )
    if functions:
        field.checks = tuple(map(make_check, functions))


def write_condition(function: Any) -> str:
    """Return the sentence about a function that returns whether a value is valid."""
    return (
        f"{write_function(function)} returns whether a value is valid; a function in Annotated"
        " raises ValueError for one that is not."
    )
