"""Views and providers: callables of any kind, with annotated arguments.

Registration time.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, get_origin

from flask.views import MethodView, View
from werkzeug.exceptions import HTTPException

from ..declare.dependencies import Provider
from ..declare.problems import RAISES, ReadProblems
from ..exceptions import DeclarationError
from ..schemas.deprecation import is_deprecated, warns
from ..schemas.docstrings import Docstring, read_docstring
from ..schemas.evaluating import find_broken_annotation, read_annotations
from ..schemas.hints import find_lineage, is_class, name_of, resolve_hints, substitute
from .flask_returns import find_names


@dataclass(frozen=True)
class Callee:
    """A view or a provider.

    :param function: the callable. For a class-based view, the method for the HTTP method.
    :param annotated: the object that has its annotations, such as the ``__init__`` of a class.
    :param name: function, file and line, for messages.
    :param is_view: whether Flask calls it, with the variables of the URL rule.
    :param bound: whether the first parameter of the signature is ``self``.
    :param given: the names of arguments that are passed already.
    :param is_decorated: whether another decorator may pass more arguments.
    :param is_of_deprecated_class: whether it is a method of a class that is marked as deprecated.
    :param returns: the return annotation that a route declares in place of its own, which is then
        not read.
    :param variables: the types that replace type variables, of a method or constructor of a generic
        class.
    """

    function: Callable[..., Any]
    annotated: Any
    name: str
    is_view: bool = False
    bound: bool = False
    given: frozenset[str] = frozenset()
    is_decorated: bool = False
    is_of_deprecated_class: bool = False
    returns: Any = inspect.Signature.empty
    variables: Mapping[Any, Any] = field(default_factory=dict)

    @cached_property
    def signature(self) -> inspect.Signature:
        """The signature.

        :raises DeclarationError: for a callable whose signature Python does not know.
        """
        try:
            return inspect.signature(without_arguments(self.function))
        except ValueError as error:
            raise DeclarationError(
                f"Python does not know the arguments of {short_name(self.function)}.",
                instead="Call it from a function whose arguments are annotated.",
            ) from error

    def parameters(self) -> list[inspect.Parameter]:
        """Return the parameters that are not passed yet, in order."""
        found = list(self.signature.parameters.values())[self.bound :]
        variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        return [p for p in found if p.kind not in variadic and p.name not in self.given]

    def problems(self) -> tuple[type[HTTPException], ...]:
        """Return the errors that ``@raises`` declares.

        :raises DeclarationError: for an error without a status code.
        """
        routine = find_routine(self.function)
        problems: tuple[type[HTTPException], ...] = getattr(routine, RAISES, ())
        if isinstance(routine, types.FunctionType) and self.is_view:
            read = ReadProblems(problems)
            read.of = id(routine)
            setattr(routine, RAISES, read)
        reject_without_code(problems)
        return problems

    @property
    def is_deprecated(self) -> bool:
        """Whether PEP 702's decorator marks it, or the class of a class-based view."""
        return hasattr(self.function, "__deprecated__") or self.is_of_deprecated_class

    @cached_property
    def docstring(self) -> Docstring:
        """The parsed docstring."""
        return read_docstring(inspect.getdoc(self.function))

    @cached_property
    def hints(self) -> Mapping[str, Any]:
        """The evaluated annotations.

        :raises DeclarationError: for a name that cannot be found.
        """
        hinted = find_hinted(self.annotated)
        names = find_names(hinted) if self.is_view else None
        if self.variables:
            names = {**(names or {}), **{v.__name__: v for v in self.variables}}
        options: Any = {"name": short_name(self.function), "namespaces": (None, names)}
        is_annotated = self.returns is inspect.Signature.empty
        try:
            hints = resolve_hints(hinted if is_annotated else without_return(hinted), **options)
        except DeclarationError as error:
            raise explain_broken_argument(hinted, names or {}, error) from error.__cause__
        if not is_annotated:
            hints = {**hints, "return": self.returns}
        if not self.variables:
            return hints
        return {name: substitute(hint, self.variables) for name, hint in hints.items()}


def explain_broken_argument(
    function: Any, names: Mapping[str, Any], error: DeclarationError
) -> DeclarationError:
    """Return the error for an annotation that cannot be evaluated, with the name of the argument.

    :param names: the local names that the annotations may use.
    """
    known = {**getattr(inspect.unwrap(function), "__globals__", {}), **names}
    cause = error.__cause__ or error
    name = find_broken_annotation(function, lambda text: eval(text, known), cause)  # noqa: S307
    if name is None:
        return error
    return error.within("the return annotation" if name == "return" else f"argument {name!r}")


def reject_without_code(problems: Iterable[type[HTTPException]]) -> None:
    """Raise for an error without a status code."""
    for problem in problems:
        if problem.code is None:
            raise DeclarationError(
                f"{problem.__qualname__} has no status code.",
                instead="Write a Problem, or an exception of werkzeug such as NotFound.",
            )


def without_return(function: Any) -> Any:
    """Return an object with the annotations of a function, except for the return annotation."""
    annotations = dict(read_annotations(function))
    annotations.pop("return", None)
    # Unwrapped: a decorator's function would evaluate them in the module of the decorator.
    names = getattr(inspect.unwrap(function), "__globals__", {})
    return types.SimpleNamespace(__annotations__=annotations, __globals__=names)


def find_hinted(function: Any) -> Any:
    """Return the function that has the annotations: a wrapper lacks those that were set by hand."""
    while hasattr(function, "__wrapped__") and not has_annotations(function):
        function = function.__wrapped__
    return function


def has_annotations(function: Any) -> bool:
    """Return whether a function has annotations, including those that cannot be evaluated."""
    evaluated = getattr(function, "__annotate__", None) is None  # new in Python 3.14
    return not evaluated or bool(getattr(function, "__annotations__", ()))


def read_view(view: Callable[..., Any], method: str) -> Callee:
    """Return the callable of a view for an HTTP method."""
    view_class = getattr(view, "view_class", None)
    if view_class is None:
        decorated = is_wrapper(view)
        return Callee(view, view, locate(view), is_view=True, is_decorated=decorated)
    name = method.lower() if issubclass(view_class, MethodView) else "dispatch_request"
    function = getattr(view_class, name, None) or getattr(view_class, "get", None)
    if function is None or (name != "head" and not hasattr(view_class, name)):
        raise DeclarationError(
            f"{name_of(view_class)} has no method {name!r}, but the URL rule allows {method}.",
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
        variables=find_variables(view_class, name),
    )


def reject_object(view: Any) -> None:
    """Raise for a view that is not a function.

    The endpoint's function would lack the attributes of the object's class. A guard that reads such
    an attribute from the app's view functions would let every request pass.
    """
    # Since Python 3.14 a partial is a descriptor, so inspect counts it as a routine.
    if not inspect.isroutine(view) or isinstance(view, functools.partial):
        raise DeclarationError(
            f"The view is an object of the class {name_of(type(view))}, not a function:"
            " guards would not find the attributes of its class.",
            instead="Write a function that calls it.",
        )


def reject_other_view(view: Any) -> None:
    """Raise for an instance of a class-based view, and for ``Crud[Book]``, which has no name."""
    origin = get_origin(view)
    if isinstance(view, View):
        name = type(view).__name__
        what, instead = f"The view is an instance of {name}.", f"Write the class, `{name}`."
    elif isinstance(origin, type) and issubclass(origin, View):
        name = f"{origin.__name__}[…]"
        what = f"The view is {name}, which has no name for the endpoint."
        instead = f"Write a class and register that: `class Books({name})`."
    else:
        return
    raise DeclarationError(what, instead=instead)


def read_provider(provider: Provider, given: frozenset[str] = frozenset()) -> Callee:
    """Return the callable of a provider.

    :param given: the names of arguments that the caller passes.
    :raises DeclarationError: for an object that cannot be called.
    """
    reject_uncallable(provider)
    name = locate(provider)
    if isinstance(provider, functools.partial):
        given |= provider.keywords.keys()
    decorated = is_wrapper(provider)
    variables = find_variables(*find_method(provider))
    annotated = find_annotated(provider)
    return Callee(
        provider, annotated, name, given=given, is_decorated=decorated, variables=variables
    )


def open_alias_of_class(provider: Any) -> Any:
    """Return the class of ``Repository[int]``; any other object is returned unchanged."""
    origin = get_origin(provider)
    is_own = is_class(origin) and issubclass(origin, Generic)  # not list, and not a union
    return origin if is_own else provider


def without_arguments(provider: Any) -> Any:
    """Return a provider without type arguments: Python does not know the signature with them."""
    if isinstance(provider, functools.partial):
        inner = without_arguments(provider.func)
        return functools.partial(inner, *provider.args, **provider.keywords)
    return open_alias_of_class(provider)


def find_method(provider: Any) -> tuple[Any, str]:
    """Return the class and the name of the method that a provider calls; ``None`` for a function.

    A class may have type arguments: ``Repository[int]``.
    """
    while isinstance(provider, functools.partial):
        provider = provider.func
    cls = open_alias_of_class(provider)
    if isinstance(cls, type):
        return provider, getattr(find_constructor_function(cls), "__name__", "")
    if inspect.ismethod(provider):
        owner = provider.__self__
        return owner if isinstance(owner, type) else type(owner), provider.__name__
    return (None, "") if inspect.isroutine(provider) else (type(provider), "__call__")


def find_variables(cls: Any, method: str) -> Mapping[Any, Any]:
    """Return the types that replace type variables in a method of a class.

    A variable without a type argument has none.

    :param cls: the class, perhaps with type arguments; ``None`` for a function.
    """
    known = open_alias_of_class(cls)
    owner = next((base for base in getattr(known, "__mro__", ()) if method in vars(base)), None)
    if owner is None or not getattr(owner, "__parameters__", ()):
        return {}
    found = find_lineage(cls, stands_in=False).get(owner, {})
    return {variable: kind for variable, kind in found.items() if variable is not kind}


def reject_uncallable(provider: Any) -> None:
    """Raise for an object that cannot be called."""
    if not callable(provider):
        raise DeclarationError(
            f"{provider!r} is not a provider: it cannot be called.",
            instead=(
                "Give Depends() a function, a class, or another callable, without calling it:"
                " `Depends(get_store)`."
            ),
        )


def is_wrapper(function: Callable[..., Any]) -> bool:
    """Return whether a decorator, other than PEP 702's, has wrapped a function."""
    return hasattr(function, "__wrapped__") and not warns(function)


def find_annotated(provider: Provider) -> Any:
    """Return the object that has the annotations of a provider's arguments."""
    inner = find_routine(provider)
    return find_constructor_function(inner) if isinstance(inner, type) else inner


def find_routine(provider: Provider) -> Any:
    """Return the function, method or class that a provider calls in the end."""
    while isinstance(provider, functools.partial):
        provider = provider.func
    provider = open_alias_of_class(provider)
    is_own = isinstance(provider, type) or inspect.isroutine(provider)
    return provider if is_own else type(provider).__call__


def find_constructor_function(cls: type) -> Any:
    """Return the function that takes the arguments of a class, or the class if it takes none."""
    if "__signature__" in vars(cls):  # a signature of its own, as pydantic's models have
        return cls
    if cls.__init__ is not object.__init__:  # type: ignore[misc]  # nothing is called here
        return cls.__init__  # type: ignore[misc]  # nor here
    make: Any = cls.__new__
    return cls if make is object.__new__ else make


def is_generator(provider: Provider) -> bool:
    """Return whether a view or a provider yields, with or without ``contextmanager``."""
    function = inspect.unwrap(find_routine(provider))
    return inspect.isgeneratorfunction(function) or is_async_generator(provider)


def is_async_generator(provider: Provider) -> bool:
    """Return whether a view or a provider is an async generator."""
    return inspect.isasyncgenfunction(inspect.unwrap(find_routine(provider)))


def is_async(provider: Provider) -> bool:
    """Return whether a view or a provider is an async function, with or without ``yield``."""
    function = inspect.unwrap(find_routine(provider))
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def locate(function: Callable[..., Any]) -> str:
    """Return a callable's name with its file and line."""
    code = getattr(inspect.unwrap(find_routine(function)), "__code__", None)
    name = short_name(function)
    return f"{name} ({code.co_filename}:{code.co_firstlineno})" if code else name


def short_name(function: Callable[..., Any]) -> str:
    """Return a callable's name."""
    while isinstance(function, functools.partial):
        function = function.func
    if open_alias_of_class(function) is not function:
        return name_of(function)
    inner: Any = inspect.unwrap(function)
    name: str = (inner if hasattr(inner, "__qualname__") else type(inner)).__qualname__
    return name.replace("<locals>.", "")
