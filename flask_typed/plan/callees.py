"""What is called with arguments: views and providers, whatever kind of callable they are.

Registration time.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask.views import MethodView
from werkzeug.exceptions import HTTPException

from ..declare.dependencies import Provider
from ..declare.problems import RAISES, Read
from ..exceptions import DeclarationError
from ..schemas.deprecation import is_deprecated, warns
from ..schemas.docstrings import Docstring, read_docstring
from ..schemas.hints import name_of, resolve_hints
from .flask_returns import find_names


@dataclass(frozen=True)
class Callee:
    """A view or a provider.

    :param function: the thing that is called, or for class-based views the method that answers.
    :param annotated: where its annotations stand: the ``__init__`` of a class, for instance.
    :param name: function, file and line, for messages.
    :param is_view: whether Flask calls it, with the variables of the URL rule.
    :param bound: whether the first parameter of the signature is ``self``.
    :param given: the names of arguments that it has already.
    :param is_decorated: whether somebody else's decorator may give it more arguments.
    :param is_of_deprecated_class: whether it is the method of a class that is marked so.
    """

    function: Callable[..., Any]
    annotated: Any
    name: str
    is_view: bool = False
    bound: bool = False
    given: frozenset[str] = frozenset()
    is_decorated: bool = False
    is_of_deprecated_class: bool = False

    @cached_property
    def signature(self) -> inspect.Signature:
        """The signature.

        :raises DeclarationError: for what Python knows no signature of.
        """
        try:
            return inspect.signature(self.function)
        except ValueError as error:
            raise DeclarationError(
                f"Nobody knows what {short_name(self.function)} takes.",
                instead="Call it from a function whose arguments are annotated.",
            ) from error

    def parameters(self) -> list[inspect.Parameter]:
        """Return the parameters that somebody has to give, in order."""
        found = list(self.signature.parameters.values())[self.bound :]
        variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        return [p for p in found if p.kind not in variadic and p.name not in self.given]

    def problems(self) -> tuple[type[HTTPException], ...]:
        """Return the errors that it says it raises.

        :raises DeclarationError: for one without a status.
        """
        routine = find_routine(self.function)
        problems: tuple[type[HTTPException], ...] = getattr(routine, RAISES, ())
        if isinstance(routine, types.FunctionType) and self.is_view:
            read = Read(problems)
            read.of = id(routine)
            setattr(routine, RAISES, read)
        for problem in problems:
            if problem.code is None:
                raise DeclarationError(
                    f"{problem.__qualname__} has no status.",
                    instead="Give @raises a Problem, or an exception of werkzeug such as NotFound.",
                )
        return problems

    @property
    def is_deprecated(self) -> bool:
        """Whether it, or the class of a class-based view, is marked by PEP 702's decorator."""
        return hasattr(self.function, "__deprecated__") or self.is_of_deprecated_class

    @cached_property
    def docstring(self) -> Docstring:
        """What its docstring says."""
        return read_docstring(inspect.getdoc(self.function))

    @cached_property
    def hints(self) -> Mapping[str, Any]:
        """The evaluated annotations.

        :raises DeclarationError: for a name that cannot be found.
        """
        hinted = find_hinted(self.annotated)
        names = find_names(hinted) if self.is_view else None
        return resolve_hints(hinted, name=short_name(self.function), namespaces=(None, names))


def find_hinted(function: Any) -> Any:
    """Return what has the annotations: a wrapper has none of those that were set by hand."""
    while hasattr(function, "__wrapped__") and not has_annotations(function):
        function = function.__wrapped__
    return function


def has_annotations(function: Any) -> bool:
    """Return whether a function has annotations, be they such that cannot be evaluated."""
    evaluated = getattr(function, "__annotate__", None) is None  # which is new in Python 3.14
    return not evaluated or bool(getattr(function, "__annotations__", ()))


def read_view(view: Callable[..., Any], method: str) -> Callee:
    """Return what a view calls for a method."""
    view_class = getattr(view, "view_class", None)
    if view_class is None:
        decorated = is_wrapper(view)
        return Callee(view, view, locate(view), is_view=True, is_decorated=decorated)
    name = method.lower() if issubclass(view_class, MethodView) else "dispatch_request"
    function = getattr(view_class, name, None) or getattr(view_class, "get", None)
    if function is None or (name != "head" and not hasattr(view_class, name)):
        raise DeclarationError(
            f"{name_of(view_class)} has no method {name!r}, and the URL rule allows {method}.",
            instead=f"Write `def {name}(self, …)`, or leave {method} out of `methods`.",
        )
    decorated = bool(view_class.decorators) or is_wrapper(function)
    return Callee(
        function,
        function,
        locate(function),
        is_view=True,
        bound=True,
        is_decorated=decorated,
        is_of_deprecated_class=is_deprecated(view_class),
    )


def reject_object(view: Any) -> None:
    """Raise for a view that is no function: the endpoint is one, and is not of its class.

    A guard that reads a mark from the app's view functions would let everybody in.
    """
    # A partial is a descriptor since Python 3.14, and so a routine to inspect.
    if not inspect.isroutine(view) or isinstance(view, functools.partial):
        raise DeclarationError(
            f"The view is an object of the class {name_of(type(view))}, not a function:"
            " guards would not find the attributes of its class.",
            instead="Write a function that calls it.",
        )


def read_provider(provider: Provider, given: frozenset[str] = frozenset()) -> Callee:
    """Return what is called for a provider.

    :param given: the names of arguments that somebody else gives.
    :raises DeclarationError: for what cannot be a provider.
    """
    reject_uncallable(provider)
    name = locate(provider)
    if isinstance(provider, functools.partial):
        given |= provider.keywords.keys()
    decorated = is_wrapper(provider)
    return Callee(provider, find_annotated(provider), name, given=given, is_decorated=decorated)


def reject_uncallable(provider: Any) -> None:
    """Raise for what is no provider."""
    if not callable(provider):
        raise DeclarationError(
            f"{provider!r} is no provider: it cannot be called.",
            instead="Give Depends() a function, a class, or another callable.",
        )


def is_wrapper(function: Callable[..., Any]) -> bool:
    """Return whether a function is what a decorator, other than PEP 702's, has made of another."""
    return hasattr(function, "__wrapped__") and not warns(function)


def find_annotated(provider: Provider) -> Any:
    """Return where the annotations of a provider's arguments stand."""
    inner = find_routine(provider)
    return find_constructor(inner) if isinstance(inner, type) else inner


def find_routine(provider: Provider) -> Any:
    """Return the function, method or class that is called in the end."""
    while isinstance(provider, functools.partial):
        provider = provider.func
    is_own = isinstance(provider, type) or inspect.isroutine(provider)
    return provider if is_own else type(provider).__call__


def find_constructor(cls: type) -> Any:
    """Return the function that takes the arguments of a class, or the class if it takes none."""
    if "__signature__" in vars(cls):  # it says by itself what it takes, as pydantic's models do
        return cls
    if cls.__init__ is not object.__init__:  # type: ignore[misc]  # nothing is called here
        return cls.__init__  # type: ignore[misc]  # nor here
    make: Any = cls.__new__
    return cls if make is object.__new__ else make


def is_generator(provider: Provider) -> bool:
    """Say whether a provider yields its value, ``contextmanager`` around it or not."""
    function = inspect.unwrap(find_routine(provider))
    return inspect.isgeneratorfunction(function) or is_async_generator(provider)


def is_async_generator(provider: Provider) -> bool:
    """Say whether it does so in async code."""
    return inspect.isasyncgenfunction(inspect.unwrap(find_routine(provider)))


def locate(function: Callable[..., Any]) -> str:
    """Return a callable's name with the file and line where it stands."""
    code = getattr(inspect.unwrap(find_routine(function)), "__code__", None)
    name = short_name(function)
    return f"{name} ({code.co_filename}:{code.co_firstlineno})" if code else name


def short_name(function: Callable[..., Any]) -> str:
    """Return a callable's name."""
    while isinstance(function, functools.partial):
        function = function.func
    inner: Any = inspect.unwrap(function)
    name: str = (inner if hasattr(inner, "__qualname__") else type(inner)).__qualname__
    return name.replace("<locals>.", "")
