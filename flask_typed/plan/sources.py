"""The status codes in the source of a view, as far as they can be read.

Development time.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from werkzeug.exceptions import HTTPException, default_exceptions

from ..declare.bulk import MultiStatus
from .callees import read_view


def find_statuses(view: Callable[..., Any], method: str) -> frozenset[int]:
    """Return the status codes of ``abort(404)``, ``raise NotFound`` and ``return body, 404``.

    Functions that the view calls are not read. An error with a 4xx status code in the function for
    ``MultiStatus.of`` is the result of its item.

    :param view: the function that Flask calls.
    """
    function = inspect.unwrap(read_view(view, method).function)
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):  # generated code, or not a function
        return frozenset()
    known = getattr(function, "__globals__", {})
    return frozenset(read_statuses(ast.parse(source), known))


def read_statuses(tree: ast.AST, known: dict[str, Any]) -> Iterator[int]:
    """Yield the status codes in a function.

    :param known: the values of its names.
    """
    for node in ast.walk(tree):
        yield from read_returned(node)
    works = [*find_works(tree, known)]
    inside = {part for work in works for part in ast.walk(work)}
    for node in ast.walk(tree):
        found = read_raised(node, known)
        yield from (status for status in found if node not in inside or status >= 500)


def read_returned(node: ast.AST) -> Iterator[int]:
    """Yield the status code of ``return body, 404``."""
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        yield from read_constant(node.value.elts[1]) if len(node.value.elts) > 1 else ()


def read_raised(node: ast.AST, known: dict[str, Any]) -> Iterator[int]:
    """Yield the status code of ``abort(404)`` or ``raise NotFound``."""
    if isinstance(node, ast.Call) and is_abort(node.func) and node.args:
        yield from read_constant(node.args[0])
    elif isinstance(node, ast.Raise) and node.exc is not None:
        yield from read_exception(node.exc, known)


def find_works(tree: ast.AST, known: dict[str, Any]) -> Iterator[ast.AST]:
    """Yield the functions inside a view that it gives to ``MultiStatus.of``, each with a name."""
    named = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and resolve(node.func, known) == MultiStatus.of:
            given = [*node.args[1:2], *(one.value for one in node.keywords if one.arg == "work")]
            for work in given:
                yield named.get(work.id, work) if isinstance(work, ast.Name) else work


def is_abort(called: ast.expr) -> bool:
    """Return whether Flask's ``abort`` is called, with or without a module."""
    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
    return name == "abort"


def read_constant(node: ast.expr) -> Iterator[int]:
    """Yield the number of a constant, if it is a status code."""
    if isinstance(node, ast.Constant) and type(node.value) is int and 100 <= node.value < 600:
        yield node.value


def read_exception(node: ast.expr, known: dict[str, Any]) -> Iterator[int]:
    """Yield the status code of an HTTP exception that is raised by its name."""
    found = resolve(node.func if isinstance(node, ast.Call) else node, known)
    is_http = isinstance(found, type) and issubclass(found, HTTPException)
    if is_http and found.code in default_exceptions:
        yield found.code


def resolve(node: ast.expr, known: dict[str, Any]) -> Any:
    """Return the value of a dotted name; ``None`` if it is not known."""
    if isinstance(node, ast.Attribute):
        return getattr(resolve(node.value, known), node.attr, None)
    return known.get(node.id) if isinstance(node, ast.Name) else None
