"""Finds the names that a module got from ``gevent.monkey.get_original``, which are intended.

Runs when a worker starts, and only for modules that have an object from before the patch. Reads
their source and runs nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from importlib.util import resolve_name
from pathlib import Path
from typing import Any

#: The function of ``gevent.monkey`` that returns originals.
ASKING = "get_original"


class Asked:
    """Knows which names came from ``get_original``.

    :param modules: the variables of the modules of the app and of libraries, by module name.
    """

    def __init__(self, modules: Mapping[str, Mapping[str, Any]]) -> None:
        self._modules = modules
        self._trees: dict[str, ast.Module] = {}
        self._answers: dict[tuple[str, str], bool] = {}

    def has(self, module: str, name: str) -> bool:
        """Return whether a variable of a module, or an attribute that it assigns, is an original.

        It may be made from an original, and may be imported from another module.
        """
        key = module, name
        if key not in self._answers:
            self._answers[key] = False  # ends the recursion of names that are made from each other
            bound = (self._is_bound(module, name, node) for node in ast.walk(self._read(module)))
            self._answers[key] = any(bound)
        return self._answers[key]

    def is_asking(self, module: str) -> bool:
        """Return whether a module itself calls ``get_original``."""
        return ASKING in source_names(self._read(module))

    def _is_bound(self, module: str, name: str, node: ast.AST) -> bool:
        """Return whether a node binds this name to an original."""
        if isinstance(node, ast.ImportFrom):
            return any(
                self.has(self._resolve(module, node), alias.name)
                for alias in node.names
                if name == (alias.asname or alias.name) != ASKING
            )
        if isinstance(node, ast.FunctionDef):
            return node.name == name and ASKING in source_names(node)
        if isinstance(node, ast.ClassDef):
            return node.name == name and self._is_made(module, node.bases)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            return name in assigned_names(node) and self._is_made(module, [node.value])
        return False

    def _is_made(self, module: str, values: list[ast.expr]) -> bool:
        """Return whether expressions call ``get_original``, or use an original."""
        used = {name for value in values for name in source_names(value)}
        return ASKING in used or any(self.has(module, name) for name in sorted(used))

    def _resolve(self, module: str, node: ast.ImportFrom) -> str:
        """Return the absolute name of the module that an import names."""
        package = self._modules.get(module, {}).get("__package__")
        return resolve_name("." * node.level + (node.module or ""), package)

    def _read(self, module: str) -> ast.Module:
        """Return the syntax tree of a module; an empty one if it has no source."""
        if module not in self._trees:
            self._trees[module] = read_source(self._modules.get(module, {}).get("__file__"))
        return self._trees[module]


def read_source(file: Any) -> ast.Module:
    """Return the syntax tree of a file; an empty one if it is not Python source."""
    try:
        return ast.parse(Path(file).read_bytes())
    except (TypeError, OSError, SyntaxError, ValueError):  # no file, or a compiled one
        return ast.Module([], [])


def assigned_names(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    """Yield the names of the assigned variables and attributes."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        for part in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
            if isinstance(part, (ast.Name, ast.Attribute)):
                yield last_name(part)


def source_names(tree: ast.AST) -> set[str]:
    """Return the names and attribute names in a syntax tree."""
    nodes = ast.walk(tree)
    return {last_name(node) for node in nodes if isinstance(node, (ast.Name, ast.Attribute))}


def last_name(node: ast.Name | ast.Attribute) -> str:
    """Return the last part of a dotted name."""
    return node.id if isinstance(node, ast.Name) else node.attr
