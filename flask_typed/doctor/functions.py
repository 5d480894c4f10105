"""Finds calls in the app's own functions that block.

Runs when a worker starts. Reads the source of functions and runs nothing.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import dedent
from types import FunctionType
from typing import Any

from flask import Flask

from .findings import Finding, Severity
from .modules import (
    code_names,
    describe_function,
    find_answering,
    find_codes,
    find_functions,
    find_hooks,
    find_views,
    is_gateway,
    unwrap,
)
from .still import class_module, find_inherited, find_member, is_proxy, is_real_class
from .surroundings import Surroundings

#: Methods by the module and the name of their class.
Methods = Mapping[tuple[str, str], tuple[str, ...]]
#: Functions that compute for tens of milliseconds on purpose, by module.
HASHES = {
    "werkzeug.security": ("generate_password_hash", "check_password_hash"),
    "hashlib": ("pbkdf2_hmac", "scrypt"),
    "bcrypt": ("hashpw", "checkpw", "kdf"),
    "flask_bcrypt": ("generate_password_hash", "check_password_hash"),
}
#: Classes of objects that hash, and their methods.
HASHERS: Methods = {
    ("argon2", "PasswordHasher"): ("hash", "verify"),
    ("flask_bcrypt", "Bcrypt"): ("generate_password_hash", "check_password_hash"),
    ("passlib.context", "CryptContext"): ("hash", "verify"),
}
VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
#: Functions that wait without ``await``, by module.
WAITS = {
    "time": ("sleep",),
    "requests": (*VERBS, "request"),
    "urllib.request": ("urlopen",),
    "subprocess": ("run", "call", "check_call", "check_output"),
    "socket": ("create_connection", "getaddrinfo"),
    "sqlite3": ("connect",),
    "psycopg": ("connect",),
    "psycopg2": ("connect",),
}
#: Classes of objects that wait without ``await``, and their methods.
WAITERS: Methods = {("requests", "Session"): (*VERBS, "request", "send")}
#: The names of pools of native threads. Other threads are greenlets under gevent.
NATIVE = ("threadpool", "ThreadPool")

#: Functions and methods that exhaust a generator, and functions that pass its items on.
TAKES = frozenset({
    "all", "any", "dict", "extend", "frozenset", "join", "list", "max", "min", "next", "set",
    "sorted", "sum", "tuple", "update", "writelines", "writerows",
})  # fmt: skip
PASSES = frozenset({"chain", "enumerate", "filter", "islice", "map", "reversed", "zip"})
ASYNC = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


def check_hashing(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the functions that hash passwords on the hub."""
    targets = {**find_known_functions(HASHES), **find_known_methods(HASHERS)}
    for function in find_functions(surroundings.app):
        if code_names(function) & {*NATIVE}:
            continue
        calls = find_calls(function, targets)
        if calls:
            yield Finding(
                "heavy-hashing",
                "warning",
                describe_function(function),
                f"{', '.join(calls)} computes for tens of milliseconds, and the worker does nothing"
                " else meanwhile",
                "Give it to a native thread: `gevent.get_hub().threadpool.apply(function, args)`",
            )


def check_coroutines(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the async functions that wait without ``await``."""
    targets = {**find_known_functions(WAITS), **find_known_methods(WAITERS)}
    for function in find_functions(surroundings.app):
        if not any(code.co_flags & ASYNC for code in find_codes(function.__code__)):
            continue
        calls = find_calls(function, targets, ast.AsyncFunctionDef)
        if calls:
            yield Finding(
                "blocking-in-coroutine",
                "warning",
                describe_function(function),
                f"{', '.join(calls)} waits without `await`: no other async code runs meanwhile",
                "Await an equivalent (asyncio.sleep, an async client), or"
                " `await asyncio.to_thread(function, …)`",
            )


def check_bridge(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the async views and hooks that Flask runs with asgiref."""
    app = surroundings.app
    if not runs_on_asgiref(app):
        return
    for called in (*find_answering(app), *find_hooks(app)):
        if is_awaited(called):
            yield Finding(
                "async-bridge",
                "warning",
                describe_function(unwrap(called)),
                "asgiref runs this async function: under gevent, a second one at the same time"
                " fails with a 500",
                "Add Typed to the app, and keep the default of TYPED_ASYNC_BRIDGE",
            )


def runs_on_asgiref(app: Flask) -> bool:
    """Return whether an app runs async code as Flask does, without a bridge or its own method."""
    return (
        getattr(app.ensure_sync, "__func__", None) is Flask.ensure_sync
        and getattr(app.async_to_sync, "__func__", None) is Flask.async_to_sync
    )


def is_awaited(called: Any) -> bool:
    """Return whether asgiref runs a function that Flask calls: from Flask, or from a decorator.

    A decorator counts only if it calls Flask's ``ensure_sync`` or ``async_to_sync``.
    """
    while not is_proxy(called):
        if inspect.iscoroutinefunction(called) or class_module(type(called)).startswith("asgiref."):
            return True
        inner = called.__dict__.get("__wrapped__") if type(called) is FunctionType else None
        if inner is None or not is_gateway(called):
            return False
        called = inner
    return False


def check_streams(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the views that stream, with the number of streams that a worker can hold."""
    severity: Severity = "notice"
    remedy = "Use gunicorn's gevent worker: `gunicorn -k gevent`"
    if surroundings.is_gevent:
        message = (
            f"a worker holds at most {surroundings.connections} connections, including streams"
        )
        remedy = "Set --worker-connections to the number of clients that may listen at once"
    elif surroundings.is_sync:
        severity = "warning"
        message = "a stream occupies a sync worker as long as its client listens"
    else:
        message = f"a stream occupies one of the worker's threads ({surroundings.threads})"
    for view in find_views(surroundings.app):
        if streams(view):
            yield Finding("streams", severity, describe_function(view), message, remedy)


def streams(view: FunctionType) -> bool:
    """Return whether a view sends the items of a generator one by one."""
    if "stream_with_context" in code_names(view):
        return True
    if view.__code__.co_flags & inspect.CO_GENERATOR:
        return True
    generators = {
        code.co_name
        for code in find_codes(view.__code__)
        if code.co_flags & inspect.CO_GENERATOR and code.co_name != "<genexpr>"
    }
    return bool(generators) and not collects(parse(view), generators)


def collects(tree: ast.AST, generators: set[str]) -> bool:
    """Return whether every call of a generator in a syntax tree is exhausted in place."""
    uses, collected = 0, 0
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            generators = generators - {node.name}  # a context manager, for instance
    for node in ast.walk(tree):
        uses += isinstance(node, ast.Name) and node.id in generators
        collected += sum(is_call_of(value, generators) for value in find_taken(node))
    return isinstance(tree, ast.Module) and uses == collected


def find_taken(node: ast.AST) -> list[ast.expr]:
    """Return the expressions that a node exhausts."""
    if isinstance(node, ast.For):
        return [node.iter]
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp)):
        return [part.iter for part in node.generators]
    if isinstance(node, (ast.Starred, ast.YieldFrom)):
        return [node.value]
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        return node.args if name in TAKES else []
    return []


def is_call_of(node: ast.expr, names: set[str]) -> bool:
    """Return whether an expression calls one of these functions, perhaps inside ``map``."""
    if isinstance(node, ast.GeneratorExp):
        return any(is_call_of(part.iter, names) for part in node.generators)
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in PASSES:
        return any(is_call_of(argument, names) for argument in node.args)
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in names


def may_call(function: FunctionType, targets: Mapping[int, str]) -> bool:
    """Return whether a function names a target or a namesake: only then is its source read."""
    names = code_names(function)
    words = {name.rpartition(".")[2] for name in targets.values()}
    spaces = function.__globals__
    return bool(words & names) or any(id(spaces.get(name)) in targets for name in names)


def find_known_functions(known: Mapping[str, tuple[str, ...]]) -> dict[int, str]:
    """Return the names of functions by identity, for the modules that are imported."""
    found: dict[int, str] = {}
    for name, attributes in known.items():
        for attribute in attributes:
            target = find_member(sys.modules.get(name), attribute)
            if target is not None:
                found[id(target)] = f"{name}.{attribute}"
    return found


def find_known_methods(known: Methods) -> dict[int, str]:
    """Return the names of methods by the identity of their functions, for imported modules."""
    found: dict[int, str] = {}
    for (module, name), methods in known.items():
        kind: Any = find_member(sys.modules.get(module), name)
        for method in methods if is_real_class(kind) else ():
            function = find_inherited(kind, method)
            if function is not None:
                found[id(function)] = f"{name}.{method}"
    return found


def find_calls(
    function: FunctionType, targets: Mapping[int, str], kind: type[ast.AST] = ast.AST
) -> list[str]:
    """Return the names of the targets that a function calls.

    Calls inside a lambda do not count, because another function calls the lambda.

    :param targets: the names of functions, by identity.
    :param kind: the kind of function that must directly contain the call.
    """
    if not may_call(function, targets):  # saves reading the source
        return []
    tree = parse(function)
    spaces = {**function.__globals__, **find_imported(tree)}
    spaces.update(find_made(tree, spaces))
    called = (find_value(call.func, spaces) for call in walk_calls(tree, tree, kind))
    return [*dict.fromkeys(targets[id(value)] for value in called if id(value) in targets)]


def parse(function: FunctionType) -> ast.AST:
    """Return the syntax tree of a function; an empty expression if it has no source file."""
    nothing = ast.Expression(ast.Constant(None))
    if function.__code__.co_filename.startswith("<"):  # may match a name of another program
        return nothing
    try:
        return ast.parse(dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):  # a missing file, or a part of an expression
        return nothing


def find_imported(tree: ast.AST) -> dict[str, Any]:
    """Return the objects that a function itself imports, if their modules are loaded."""
    found: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name if alias.asname else alias.name.partition(".")[0]
                found[alias.asname or name] = sys.modules.get(name)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                module = sys.modules.get(node.module)
                found[alias.asname or alias.name] = find_member(module, alias.name)
    return found


@dataclass(frozen=True, slots=True)
class Made:
    """An instance that a function will create.

    :param kind: the class.
    """

    kind: type


def find_made(tree: ast.AST, spaces: Mapping[str, Any]) -> Iterator[tuple[str, Made]]:
    """Yield the local variables that hold a new instance of a class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.withitem):
            target, value = node.optional_vars, node.context_expr
        elif isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
        else:
            continue
        made = find_value(value, spaces)
        if isinstance(target, ast.Name) and type(made) is Made:
            yield target.id, made


def find_value(node: ast.expr, spaces: Mapping[str, Any]) -> Any:
    """Return the value of an expression of dotted names; ``None`` if it is unknown.

    The value of a method is its function.
    """
    if isinstance(node, ast.Name):
        return spaces.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = find_value(node.value, spaces)
        return (
            find_inherited(owner.kind, node.attr)
            if type(owner) is Made
            else find_member(owner, node.attr)
        )
    if isinstance(node, ast.Call):
        called = find_value(node.func, spaces)
        return Made(called) if is_real_class(called) else None
    return None


def walk_calls(node: ast.AST, around: ast.AST, kind: type[ast.AST]) -> Iterator[ast.Call]:
    """Yield the calls in a syntax tree.

    :param around: the innermost function around the node.
    """
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        around = node
    if isinstance(node, ast.Call) and isinstance(around, kind):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from walk_calls(child, around, kind)
