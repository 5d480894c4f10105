"""Names that a module has from gevent itself, which gives what was before the patch to who asks.

When a worker starts, and only for modules that have something from before the patch: their source
is read, nothing is run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from importlib.util import resolve_name
from pathlib import Path
from typing import Any

#: How gevent is asked: ``gevent.monkey.get_original(module, name)``.
ASKING = "get_original"


class Asked:
    """Knows which names were asked for.

    :param modules: what the modules of the app and of libraries hold, by their names.
    """

    def __init__(self, modules: Mapping[str, Mapping[str, Any]]) -> None:
        self._modules = modules
        self._trees: dict[str, ast.Module] = {}
        self._answers: dict[tuple[str, str], bool] = {}

    def has(self, module: str, name: str) -> bool:
        """Say whether a variable of a module was asked for, or an attribute that it assigns.

        It may be made from what was asked for, and may have come from another module.
        """
        key = module, name
        if key not in self._answers:
            self._answers[key] = False  # for names that are made from each other
            bound = (self._is_bound(module, name, node) for node in ast.walk(self._read(module)))
            self._answers[key] = any(bound)
        return self._answers[key]

    def is_asking(self, module: str) -> bool:
        """Say whether a module asks gevent for something itself."""
        return ASKING in source_names(self._read(module))

    def _is_bound(self, module: str, name: str, node: ast.AST) -> bool:
        """Say whether a part of a source gives this name something that was asked for."""
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
        """Say whether expressions ask, or use what was asked for."""
        used = {name for value in values for name in source_names(value)}
        return ASKING in used or any(self.has(module, name) for name in sorted(used))

    def _resolve(self, module: str, node: ast.ImportFrom) -> str:
        """Return the name of the module that something is imported from."""
        package = self._modules.get(module, {}).get("__package__")
        return resolve_name("." * node.level + (node.module or ""), package)

    def _read(self, module: str) -> ast.Module:
        """Return the source of a module, or that of an empty one."""
        if module not in self._trees:
            self._trees[module] = read_source(self._modules.get(module, {}).get("__file__"))
        return self._trees[module]


def read_source(file: Any) -> ast.Module:
    """Return the source that is in a file, if it is one of Python's."""
    try:
        return ast.parse(Path(file).read_bytes())
    except (TypeError, OSError, SyntaxError, ValueError):  # made by no file, or by a compiled one
        return ast.Module([], [])


def assigned_names(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    """Yield the names of the variables and attributes that are assigned."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        for part in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
            if isinstance(part, (ast.Name, ast.Attribute)):
                yield last_name(part)


def source_names(tree: ast.AST) -> set[str]:
    """Return the names and the names of attributes in a part of a source."""
    nodes = ast.walk(tree)
    return {last_name(node) for node in nodes if isinstance(node, (ast.Name, ast.Attribute))}


def last_name(node: ast.Name | ast.Attribute) -> str:
    """Return the last name of a dotted one."""
    return node.id if isinstance(node, ast.Name) else node.attr
