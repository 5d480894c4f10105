"""What the app's own functions call: by their source, nothing is run."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from textwrap import dedent
from types import CodeType, FunctionType
from typing import Any

from ..bridge.installing import is_installed
from .findings import Finding
from .modules import describe, find_codes, find_functions, find_views, home_of
from .surroundings import Surroundings

#: What computes for tens of milliseconds, on purpose.
HASHES = {
    "werkzeug.security": ("generate_password_hash", "check_password_hash"),
    "hashlib": ("pbkdf2_hmac", "scrypt"),
    "bcrypt": ("hashpw", "checkpw", "kdf"),
    "flask_bcrypt": ("generate_password_hash", "check_password_hash"),
}
#: The types of objects that hash, and their methods.
HASHERS = {
    ("argon2", "PasswordHasher"): ("hash", "verify"),
    ("flask_bcrypt", "Bcrypt"): ("generate_password_hash", "check_password_hash"),
    ("passlib.context", "CryptContext"): ("hash", "verify"),
}
#: What makes a coroutine wait without ``await``.
WAITS = {
    "time": ("sleep",),
    "requests": ("get", "post", "put", "patch", "delete", "head", "options", "request", "Session"),
    "urllib.request": ("urlopen",),
    "subprocess": ("run", "call", "check_call", "check_output"),
    "socket": ("create_connection", "getaddrinfo"),
    "sqlite3": ("connect",),
    "psycopg": ("connect",),
    "psycopg2": ("connect",),
}
#: Where work is handed to native threads. Other threads are greenlets under gevent.
NATIVE = ("threadpool", "ThreadPool")

ASYNC = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


def check_hashing(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the functions that hash passwords on the hub."""
    for function in find_functions(surroundings.app):
        names = find_names(function)
        if names & {*NATIVE} or not {*find_calls(function, names, HASHES)} | find_methods(
            function, names
        ):
            continue
        called = find_called(function)
        calls = {*find_calls(function, names, HASHES, called)} | find_methods(function, called)
        if calls:
            yield Finding(
                "heavy-hashing",
                "warning",
                describe(function),
                f"{', '.join(sorted(calls))} computes for tens of milliseconds, and the worker does"
                " nothing else meanwhile",
                "Give it to a native thread: `gevent.get_hub().threadpool.apply(function, args)`",
            )


def check_coroutines(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the async functions that wait without ``await``."""
    for function in find_functions(surroundings.app):
        names = find_names(function)
        if not any(code.co_flags & ASYNC for code in find_codes(function.__code__)):
            continue
        if not find_calls(function, names, WAITS):
            continue
        calls = find_calls(function, names, WAITS, find_called(function, ast.AsyncFunctionDef))
        if calls:
            yield Finding(
                "blocking-in-coroutine",
                "warning",
                describe(function),
                f"{', '.join(calls)} waits without `await`: meanwhile no other async code goes on",
                "Await something that does the same (asyncio.sleep, an async client), or"
                " `await asyncio.to_thread(function, …)`",
            )


def check_bridge(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield async views that Flask runs in its own way."""
    if is_installed(surroundings.app):
        return
    for view in find_views(surroundings.app):
        if inspect.iscoroutinefunction(view):
            yield Finding(
                "async-bridge",
                "warning",
                describe(view),
                "asgiref runs this async view: under gevent, a second one at the same time is"
                " answered with a 500",
                "Put a Typed on the app, with TYPED_ASYNC_BRIDGE as it is by default",
            )


def check_streams(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the views that stream, where few streams fit."""
    for view in find_views(surroundings.app):
        if streams(view.__code__):
            if surroundings.is_sync:
                what = "a stream keeps a sync worker for itself, as long as its client listens"
                remedy = "Take gunicorn's gevent worker: `gunicorn -k gevent`"
                yield Finding("streams", "warning", describe(view), what, remedy)
            elif not surroundings.is_gevent:
                what = f"a stream keeps one of the worker's threads ({surroundings.threads})"
                remedy = "Take gunicorn's gevent worker: `gunicorn -k gevent`"
                yield Finding("streams", "notice", describe(view), what, remedy)
            else:
                limit = surroundings.connections
                what = f"a worker holds at most {limit} connections, streams among them"
                remedy = "Give --worker-connections as many as clients may listen at once"
                yield Finding("streams", "notice", describe(view), what, remedy)


def streams(code: CodeType) -> bool:
    """Say whether a view sends what a generator yields, one by one."""
    return "stream_with_context" in code.co_names or any(
        inner.co_flags & inspect.CO_GENERATOR and inner.co_name != "<genexpr>"
        for inner in find_codes(code)
    )


def find_names(function: FunctionType) -> set[str]:
    """Return what the code of a function names, that of the functions inside it included."""
    return {name for code in find_codes(function.__code__) for name in code.co_names}


def find_called(function: FunctionType, kind: type[ast.AST] = ast.AST) -> set[str]:
    """Return the names that a function calls, attributes by their last name.

    What a lambda calls is not told: somebody else calls the lambda.

    :param kind: of the innermost function around a call.
    """
    try:
        tree = ast.parse(dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):  # made from no file, or from a part of one
        return set()
    return {*walk_calls(tree, tree, kind)}


def walk_calls(node: ast.AST, around: ast.AST, kind: type[ast.AST]) -> Iterator[str]:
    """Yield the names that are called in a part of a source.

    :param around: the innermost function.
    """
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        around = node
    if isinstance(node, ast.Call) and isinstance(around, kind):
        if isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node.func, ast.Attribute):
            yield node.func.attr
    for child in ast.iter_child_nodes(node):
        yield from walk_calls(child, around, kind)


def find_calls(
    function: FunctionType,
    names: set[str],
    known: Mapping[str, tuple[str, ...]],
    called: set[str] | None = None,
) -> list[str]:
    """Return which of the known functions are called, or named at least.

    :param names: in the code of the function.
    :param known: functions by module.
    :param called: those names that are called; all of them, unless it is given.
    """
    called = names if called is None else called
    spaces = function.__globals__
    found = []
    for name, attributes in known.items():
        module = sys.modules.get(name)
        if module is None:
            continue
        is_named = name in names or any(spaces.get(other) is module for other in names)
        for attribute in attributes:
            target = getattr(module, attribute, None)
            is_called = any(spaces.get(other) is target for other in called & {*spaces})
            if (is_named and attribute in called) or (target is not None and is_called):
                found.append(f"{name}.{attribute}")
    return found


def find_methods(function: FunctionType, called: set[str]) -> set[str]:
    """Return the methods that hash, of objects that the function's module has."""
    found: set[str] = set()
    for name in find_names(function):
        kind: type[Any] = type(function.__globals__.get(name))
        methods = HASHERS.get((home_of(kind).removesuffix("._password_hasher"), kind.__name__), ())
        found.update(f"{kind.__name__}.{method}" for method in methods if method in called)
    return found
