"""Finds the messages of the package's errors about a program, in its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_typed
from flask_typed.exceptions import DeclarationError, DependencyError, SetupError

PACKAGE = Path(flask_typed.__file__).parent
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def name_classes(*classes: type) -> Iterator[str]:
    """Yield the names of classes, and of all their subclasses."""
    for cls in classes:
        yield cls.__name__
        yield from name_classes(*cls.__subclasses__())


def read_text(node: ast.AST) -> Iterator[str]:
    """Yield the texts of an expression, with ``…`` for each value that is put into them."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(p.value if isinstance(p, ast.Constant) else "…" for p in parts)


def read_bound(name: str, scope: ast.AST) -> Iterator[str]:
    """Yield the texts that a function binds a name to, or that a function of the name returns."""
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                yield from read_text(value)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                yield from read_text(dict(zip(map(ast.unparse, names), values, strict=True))[name])


def read_messages(classes: frozenset[str]) -> Iterator[str]:
    """Yield the messages of the errors of some classes, as patterns without the final full stop."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        bodies = [node for node in ast.walk(module) if isinstance(node, FUNCTIONS)]
        functions = {node.name: node for node in bodies}
        for function in bodies:
            for node in ast.walk(function):
                match node:
                    case ast.Call(func=ast.Name(id=cls), args=[what, *_]) if cls in classes:
                        yield from read_message(what, function, functions)


def read_message(what: ast.AST, function: ast.AST, functions: dict[str, Any]) -> Iterator[str]:
    """Yield the messages of one error.

    What is forwarded from another error (``error.what``), or from the doctor, is found there.
    """
    match what:
        case ast.Name(id=name):
            texts = [*read_bound(name, function)]
        case ast.Call(func=ast.Name(id=name)):
            returns = [n for n in ast.walk(functions[name]) if isinstance(n, ast.Return)]
            texts = [text for node in returns if node.value for text in read_text(node.value)]
        case _:
            texts = [*read_text(what)]
    yield from (re.sub("…+", "…", text).removesuffix(".") for text in texts)


def find_messages() -> set[str]:
    """Return the patterns of all messages."""
    classes = name_classes(DeclarationError, SetupError, DependencyError)
    return set(read_messages(frozenset(classes)))
