"""Finds the app's own modules, views and functions, as opposed to libraries.

Runs when a worker starts.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import CodeType, FunctionType, MethodType
from typing import Any

from flask import Flask
from flask.views import MethodView, View

from .still import class_module, class_name, find_inherited, find_members, is_module, is_real_class

#: Packages that cooperate with gevent, and modules that are loaded before the patch.
PATCHERS = frozenset({"gevent", "greenlet", "gunicorn", "zope", "flask_typed", "__config__"})
STANDARD = tuple(
    {os.path.realpath(sysconfig.get_path(name)) + os.sep for name in ("stdlib", "platstdlib")}
)
LIBRARIES = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))
HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__))) + os.sep


@cache
def is_own_file(path: str) -> bool:
    """Return whether a file belongs to the app itself, not to a library."""
    if path.startswith("<") or any(part in path for part in LIBRARIES):
        return False
    real = os.path.realpath(path)  # slow: asks the system about each folder
    return not real.startswith((*STANDARD, HERE)) and not any(part in real for part in LIBRARIES)


@cache
def is_foreign(name: str) -> bool:
    """Return whether a module belongs to the app or a library.

    The standard library and the packages that cooperate with gevent do not count.
    """
    top = name.partition(".")[0]
    return top not in sys.stdlib_module_names and top not in PATCHERS


def is_gevents(name: str) -> bool:
    """Return whether a module belongs to gevent."""
    return name.partition(".")[0] == "gevent"


def find_foreign() -> dict[str, Mapping[str, Any]]:
    """Return the variables of the modules of the app and of libraries, by module name."""
    found: dict[int, tuple[str, Mapping[str, Any]]] = {}
    for name, module in list(sys.modules.items()):
        if is_foreign(name) and is_module(module):
            found.setdefault(id(module), (name, find_members(module)))
    return dict(found.values())


def find_own() -> dict[str, Mapping[str, Any]]:
    """Return the variables of the app's own modules, by module name."""
    return select_own(find_foreign())


def select_own(modules: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the modules that belong to the app."""
    return {name: members for name, members in modules.items() if is_own_file(file_of(members))}


def file_of(members: Mapping[str, Any]) -> str:
    """Return the file of a module."""
    file = members.get("__file__")
    return file if type(file) is str else "<>"


def find_functions(app: Flask) -> list[FunctionType]:
    """Return the functions of the app's own modules, and the app's views."""
    found: dict[CodeType, FunctionType] = {}
    for name, members in find_own().items():
        for function in walk(members, name, set()):
            found.setdefault(function.__code__, function)
    for view in find_views(app):
        found.setdefault(view.__code__, view)
    return list(found.values())


def find_views(app: Flask) -> Iterator[FunctionType]:
    """Yield the views that the app itself defines."""
    for view in find_answering(app):
        function = unwrap(view)
        if type(function) is FunctionType and is_own_file(function.__code__.co_filename):
            yield function


def find_answering(app: Flask) -> Iterator[Callable[..., Any]]:
    """Yield the view functions, and the methods of class-based views."""
    # The function of a typed endpoint has no reference to its view.
    state = app.extensions.get("typed")
    typed = {} if state is None else state.endpoints
    for view in (*app.view_functions.values(), *typed.values()):
        kind = find_members(view).get("view_class")
        if is_real_class(kind) and issubclass(kind, View):
            yield from find_view_methods(kind)
        else:
            yield view


def find_view_methods(kind: type[View]) -> Iterator[Callable[..., Any]]:
    """Yield the methods of a class-based view that Flask calls."""
    names = [name.lower() for name in kind.methods or ()] if issubclass(kind, MethodView) else []
    for name in ("dispatch_request", *names):
        method = find_inherited(kind, name)
        if method is not None:
            yield method


def find_hooks(app: Flask) -> Iterator[Callable[..., Any]]:
    """Yield the functions that Flask calls before, after or instead of views."""
    yield from app.teardown_appcontext_funcs
    for scopes in (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.template_context_processors,
    ):
        for functions in scopes.values():
            yield from functions
    for codes in app.error_handler_spec.values():
        for handlers in codes.values():
            yield from handlers.values()


def walk(members: Mapping[str, Any], module: str, seen: set[int]) -> Iterator[FunctionType]:
    """Yield the functions that are defined in a module or in its classes.

    :param seen: the identities of classes that were visited: a class may contain itself.
    """
    for member in dict(members).values():
        value = unwrap(member)
        if type(value) is FunctionType:
            if value.__module__ == module:
                yield value
        elif is_real_class(value) and class_module(value) == module and id(value) not in seen:
            seen.add(id(value))
            yield from walk(find_members(value), module, seen)


def unwrap(value: Any) -> Any:
    """Return the function inside its wrappers, such as decorators and bound methods."""
    seen: set[int] = set()
    while id(value) not in seen:
        seen.add(id(value))
        inner = unwrap_once(value)
        value = value if inner is None else inner
    return value


def unwrap_once(value: Any) -> Any:
    """Return the callable directly inside a wrapper; ``None`` if there is none."""
    kind = type(value)
    if kind is FunctionType:
        return find_members(value).get("__wrapped__")
    if kind in (staticmethod, classmethod, MethodType):
        return value.__func__
    if kind is property:
        return value.fget
    return value.func if issubclass(kind, partial) else None


def find_codes(code: CodeType) -> Iterator[CodeType]:
    """Yield the code object of a function, and those of the functions inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from find_codes(constant)


def code_names(function: FunctionType) -> set[str]:
    """Return the names in the code of a function, and of the functions inside it."""
    return {name for code in find_codes(function.__code__) for name in code.co_names}


def is_gateway(function: FunctionType) -> bool:
    """Return whether a decorator, or a typed endpoint, runs its function as Flask would."""
    calls = code_names(function) & {"ensure_sync", "async_to_sync"}
    return bool(calls) or os.path.realpath(function.__code__.co_filename).startswith(HERE)


def describe_function(function: Any) -> str:
    """Return the qualified name and line of a function, or the class of another callable."""
    if type(function) is not FunctionType:
        return f"{class_module(type(function))}.{class_name(type(function))}"
    line = function.__code__.co_firstlineno
    return f"{function.__module__}.{function.__qualname__}, line {line}"
