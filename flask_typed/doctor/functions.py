"""What the app's own functions call: by their source, nothing is run."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from textwrap import dedent
from types import CodeType, FunctionType, ModuleType
from typing import Any

from ..bridge.installing import is_installed
from .findings import Finding, Severity
from .modules import describe, find_codes, find_functions, find_views
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
    targets = {**find_targets(HASHES), **find_hashers()}
    for function in find_functions(surroundings.app):
        if find_names(function) & {*NATIVE}:
            continue
        calls = find_calls(function, targets)
        if calls:
            yield Finding(
                "heavy-hashing",
                "warning",
                describe(function),
                f"{', '.join(calls)} computes for tens of milliseconds, and the worker does nothing"
                " else meanwhile",
                "Give it to a native thread: `gevent.get_hub().threadpool.apply(function, args)`",
            )


def check_coroutines(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the async functions that wait without ``await``."""
    targets = find_targets(WAITS)
    for function in find_functions(surroundings.app):
        if not any(code.co_flags & ASYNC for code in find_codes(function.__code__)):
            continue
        calls = find_calls(function, targets, ast.AsyncFunctionDef)
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
    severity: Severity = "notice"
    remedy = "Take gunicorn's gevent worker: `gunicorn -k gevent`"
    if surroundings.is_gevent:
        what = f"a worker holds at most {surroundings.connections} connections, streams among them"
        remedy = "Give --worker-connections as many as clients may listen at once"
    elif surroundings.is_sync:
        severity = "warning"
        what = "a stream keeps a sync worker for itself, as long as its client listens"
    else:
        what = f"a stream keeps one of the worker's threads ({surroundings.threads})"
    for view in find_views(surroundings.app):
        if streams(view.__code__):
            yield Finding("streams", severity, describe(view), what, remedy)


def streams(code: CodeType) -> bool:
    """Say whether a view sends what a generator yields, one by one."""
    return "stream_with_context" in code.co_names or any(
        inner.co_flags & inspect.CO_GENERATOR and inner.co_name != "<genexpr>"
        for inner in find_codes(code)
    )


def find_names(function: FunctionType) -> set[str]:
    """Return what the code of a function names, that of the functions inside it included."""
    return {name for code in find_codes(function.__code__) for name in code.co_names}


def may_call(function: FunctionType, targets: Mapping[int, str]) -> bool:
    """Say whether a function names something of what is looked for, or a namesake of it."""
    names = find_names(function)
    words = {name.rpartition(".")[2] for name in targets.values()}
    spaces = function.__globals__
    return bool(words & names) or any(id(spaces.get(name)) in targets for name in names)


def find_targets(known: Mapping[str, tuple[str, ...]]) -> dict[int, str]:
    """Return the names of functions by their identity, of those modules that are imported."""
    found: dict[int, str] = {}
    for name, attributes in known.items():
        for attribute in attributes:
            target = getattr(sys.modules.get(name), attribute, None)
            if target is not None:
                found[id(target)] = f"{name}.{attribute}"
    return found


def find_hashers() -> dict[int, str]:
    """Return the methods that hash by the identity of their functions, likewise."""
    found: dict[int, str] = {}
    for (module, name), methods in HASHERS.items():
        kind = getattr(sys.modules.get(module), name, None)
        for method in methods if kind is not None else ():
            found[id(getattr(kind, method, None))] = f"{name}.{method}"
    return found


def find_calls(
    function: FunctionType, targets: Mapping[int, str], kind: type[ast.AST] = ast.AST
) -> list[str]:
    """Return what a function calls, of some functions.

    What a lambda calls is not told: somebody else calls the lambda.

    :param targets: the names of what is looked for, by identity.
    :param kind: of the innermost function around a call.
    """
    if not may_call(function, targets):  # the source need not be read
        return []
    try:
        tree = ast.parse(dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):  # made from no file, or from a part of one
        return []
    spaces = {**function.__globals__, **find_imported(tree)}
    called = (find_value(call.func, spaces) for call in walk_calls(tree, tree, kind))
    return [*dict.fromkeys(targets[id(value)] for value in called if id(value) in targets)]


def find_imported(tree: ast.AST) -> dict[str, Any]:
    """Return what the function itself imports, if it is there already."""
    found: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name if alias.asname else alias.name.partition(".")[0]
                found[alias.asname or name] = sys.modules.get(name)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                module = sys.modules.get(node.module)
                found[alias.asname or alias.name] = getattr(module, alias.name, None)
    return found


def find_value(node: ast.expr, spaces: Mapping[str, Any]) -> Any:
    """Return what an expression stands for, as far as dotted names say it; a method's function."""
    if isinstance(node, ast.Name):
        return spaces.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = find_value(node.value, spaces)
        if type(owner) is ModuleType:
            return getattr(owner, node.attr, None)
        return getattr(type(owner), node.attr, None)
    return None


def walk_calls(node: ast.AST, around: ast.AST, kind: type[ast.AST]) -> Iterator[ast.Call]:
    """Yield the calls in a part of a source.

    :param around: the innermost function.
    """
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        around = node
    if isinstance(node, ast.Call) and isinstance(around, kind):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from walk_calls(child, around, kind)
