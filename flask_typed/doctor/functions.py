"""What the app's own functions call: by their source, nothing is run."""

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
#: What computes for tens of milliseconds, on purpose.
HASHES = {
    "werkzeug.security": ("generate_password_hash", "check_password_hash"),
    "hashlib": ("pbkdf2_hmac", "scrypt"),
    "bcrypt": ("hashpw", "checkpw", "kdf"),
    "flask_bcrypt": ("generate_password_hash", "check_password_hash"),
}
#: The types of objects that hash, and their methods.
HASHERS: Methods = {
    ("argon2", "PasswordHasher"): ("hash", "verify"),
    ("flask_bcrypt", "Bcrypt"): ("generate_password_hash", "check_password_hash"),
    ("passlib.context", "CryptContext"): ("hash", "verify"),
}
VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
#: What makes a coroutine wait without ``await``.
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
#: The types of objects that make it wait, and their methods.
WAITERS: Methods = {("requests", "Session"): (*VERBS, "request", "send")}
#: Where work is handed to native threads. Other threads are greenlets under gevent.
NATIVE = ("threadpool", "ThreadPool")

#: What takes all that a generator yields, and what passes it on one by one.
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
                f"{', '.join(calls)} waits without `await`: meanwhile no other async code goes on",
                "Await something that does the same (asyncio.sleep, an async client), or"
                " `await asyncio.to_thread(function, …)`",
            )


def check_bridge(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the async views and hooks that Flask runs in its own way."""
    app = surroundings.app
    if not is_asgiref_s(app):
        return
    for called in (*find_answering(app), *find_hooks(app)):
        if is_awaited(called):
            yield Finding(
                "async-bridge",
                "warning",
                describe_function(unwrap(called)),
                "asgiref runs this async function: under gevent, a second one at the same time is"
                " answered with a 500",
                "Put a Typed on the app, with TYPED_ASYNC_BRIDGE as it is by default",
            )


def is_asgiref_s(app: Flask) -> bool:
    """Say whether an app runs async code as Flask does: by no bridge, and in no way of its own."""
    return (
        getattr(app.ensure_sync, "__func__", None) is Flask.ensure_sync
        and getattr(app.async_to_sync, "__func__", None) is Flask.async_to_sync
    )


def is_awaited(called: Any) -> bool:
    """Say whether something that Flask calls is run by asgiref: by Flask, or by a decorator.

    Only a decorator that asks Flask (``ensure_sync``) is known to run its function so.
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
    """Yield the views that stream, where few streams fit."""
    severity: Severity = "notice"
    remedy = "Take gunicorn's gevent worker: `gunicorn -k gevent`"
    if surroundings.is_gevent:
        message = (
            f"a worker holds at most {surroundings.connections} connections, streams among them"
        )
        remedy = "Give --worker-connections as many as clients may listen at once"
    elif surroundings.is_sync:
        severity = "warning"
        message = "a stream keeps a sync worker for itself, as long as its client listens"
    else:
        message = f"a stream keeps one of the worker's threads ({surroundings.threads})"
    for view in find_views(surroundings.app):
        if streams(view):
            yield Finding("streams", severity, describe_function(view), message, remedy)


def streams(view: FunctionType) -> bool:
    """Say whether a view sends what a generator yields, one by one."""
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
    """Say whether a source takes all that its generators yield, each time that it calls one."""
    uses, collected = 0, 0
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            generators = generators - {node.name}  # a context manager, for instance
    for node in ast.walk(tree):
        uses += isinstance(node, ast.Name) and node.id in generators
        collected += sum(is_call_of(value, generators) for value in find_taken(node))
    return isinstance(tree, ast.Module) and uses == collected


def find_taken(node: ast.AST) -> list[ast.expr]:
    """Return the expressions whose values a part of a source takes to their end."""
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
    """Say whether an expression calls one of some functions; it may be inside ``map`` and such."""
    if isinstance(node, ast.GeneratorExp):
        return any(is_call_of(part.iter, names) for part in node.generators)
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in PASSES:
        return any(is_call_of(argument, names) for argument in node.args)
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in names


def may_call(function: FunctionType, targets: Mapping[int, str]) -> bool:
    """Say whether a function names something of what is looked for, or a namesake of it."""
    names = code_names(function)
    words = {name.rpartition(".")[2] for name in targets.values()}
    spaces = function.__globals__
    return bool(words & names) or any(id(spaces.get(name)) in targets for name in names)


def find_known_functions(known: Mapping[str, tuple[str, ...]]) -> dict[int, str]:
    """Return the names of functions by their identity, of those modules that are imported."""
    found: dict[int, str] = {}
    for name, attributes in known.items():
        for attribute in attributes:
            target = find_member(sys.modules.get(name), attribute)
            if target is not None:
                found[id(target)] = f"{name}.{attribute}"
    return found


def find_known_methods(known: Methods) -> dict[int, str]:
    """Return the names of methods by the identity of their functions, likewise."""
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
    """Return what a function calls, of some functions.

    What a lambda calls is not told: somebody else calls the lambda.

    :param targets: the names of what is looked for, by identity.
    :param kind: of the innermost function around a call.
    """
    if not may_call(function, targets):  # the source need not be read
        return []
    tree = parse(function)
    spaces = {**function.__globals__, **find_imported(tree)}
    spaces.update(find_made(tree, spaces))
    called = (find_value(call.func, spaces) for call in walk_calls(tree, tree, kind))
    return [*dict.fromkeys(targets[id(value)] for value in called if id(value) in targets)]


def parse(function: FunctionType) -> ast.AST:
    """Return the source of a function; an empty expression for one that was made from no file."""
    nothing = ast.Expression(ast.Constant(None))
    if function.__code__.co_filename.startswith("<"):  # another program may be called so too
        return nothing
    try:
        return ast.parse(dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):  # a file that is gone, or a part of an expression
        return nothing


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
                found[alias.asname or alias.name] = find_member(module, alias.name)
    return found


@dataclass(frozen=True, slots=True)
class Made:
    """An object that a function will make.

    :param kind: its class.
    """

    kind: type


def find_made(tree: ast.AST, spaces: Mapping[str, Any]) -> Iterator[tuple[str, Made]]:
    """Yield the local names of objects that the function makes by calling their class."""
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
    """Return what an expression stands for, as far as dotted names say it; a method's function."""
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
