"""Which modules are the app's own, which are libraries, which the standard library's."""

from __future__ import annotations

import inspect
import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from flask import Flask

#: What knows how to live with gevent, and what is loaded before it patches.
PATCHERS = frozenset({"gevent", "greenlet", "gunicorn", "zope", "flask_typed", "__config__"})
STANDARD = tuple(
    {os.path.realpath(sysconfig.get_path(name)) + os.sep for name in ("stdlib", "platstdlib")}
)
LIBRARIES = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))
HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__))) + os.sep


@cache
def is_own_file(path: str) -> bool:
    """Say whether a file is of the app itself: no library's."""
    real = os.path.realpath(path)
    return (
        not path.startswith("<")
        and not real.startswith((*STANDARD, HERE))
        and not any(part in real for part in LIBRARIES)
    )


@cache
def is_foreign(name: str) -> bool:
    """Say whether a module is of the app or a library: not the standard library's, nor gevent's."""
    top = name.partition(".")[0]
    return top not in sys.stdlib_module_names and top not in PATCHERS


def find_foreign() -> list[ModuleType]:
    """Return the modules of the app and of libraries."""
    return [
        module
        for name, module in list(sys.modules.items())
        if is_foreign(name) and issubclass(type(module), ModuleType)
    ]


def find_own() -> list[ModuleType]:
    """Return the modules of the app."""
    return [
        module
        for module in find_foreign()
        if is_own_file(getattr(module, "__file__", None) or "<>")
    ]


def find_functions(app: Flask) -> list[FunctionType]:
    """Return the functions of the app's own modules, and its views."""
    found: dict[CodeType, FunctionType] = {}
    for module in find_own():
        for function in walk(vars(module), module.__name__):
            found.setdefault(function.__code__, function)
    for view in find_views(app):
        found.setdefault(view.__code__, view)
    return list(found.values())


def find_views(app: Flask) -> Iterator[FunctionType]:
    """Yield the functions of the app's own that are its views."""
    for view in app.view_functions.values():
        function = inspect.unwrap(view)
        if type(function) is FunctionType and is_own_file(function.__code__.co_filename):
            yield function


def walk(members: Mapping[str, Any], module: str) -> Iterator[FunctionType]:
    """Yield the functions that are defined in a module, or in its classes.

    Types are asked for with ``type``: a proxy of a request that is not there answers nothing else.
    """
    for member in list(members.values()):
        value = strip(member)
        if type(value) is FunctionType:
            if value.__module__ == module:
                yield value
        elif issubclass(type(value), type) and home_of(value) == module:
            yield from walk(vars(value), module)


def strip(member: Any) -> Any:
    """Return the function inside what wraps it."""
    kind = type(member)
    if kind in (staticmethod, classmethod):
        return strip(member.__func__)
    if kind is property:
        return strip(member.fget)
    return inspect.unwrap(member) if kind is FunctionType else member


def home_of(kind: Any) -> str:
    """Return the name of the module of a class, if it is one."""
    name = getattr(kind, "__module__", None)
    return name if isinstance(name, str) else ""


def find_codes(code: CodeType) -> Iterator[CodeType]:
    """Yield a function's code, and that of the functions inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from find_codes(constant)


def describe(function: FunctionType) -> str:
    """Return where a function is."""
    line = function.__code__.co_firstlineno
    return f"{function.__module__}.{function.__qualname__}, line {line}"
