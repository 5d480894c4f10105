"""The public names, and the private ones, which stay in their modules."""

from __future__ import annotations

import ast
import types
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import flask_typed
import pytest
from flask_typed import api

PACKAGE = Path(flask_typed.__file__).parent
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
TESTS = Path(__file__).parent
#: Private names of libraries, which a class of ours has too.
OTHERS = {
    "_context",  # asyncio's
    "_deserialize",  # marshmallow's, as the next two
    "_serialize",
    "_validate",
    "_name",  # attrs takes fields of that name
    "_replace",  # a method of every NamedTuple
    "_run",  # asyncio's
    "_schema",  # Strawberry's
}


def private_names(module: ast.Module) -> Iterator[str]:
    """Yield the private names that a module gives to functions, methods and attributes."""
    for node in ast.walk(module):
        name = getattr(node, "name", None) if isinstance(node, FUNCTIONS) else None
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            name = node.attr
        elif isinstance(node, ast.AnnAssign):
            name = getattr(node.target, "id", None)
        if name and name.startswith("_") and not name.startswith("__"):
            yield name


def used_attributes(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the attributes that a module uses of others than ``self``, ``cls`` and ``super()``."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            holder = node.value.func if isinstance(node.value, ast.Call) else node.value
            if getattr(holder, "id", None) not in ("self", "cls", "super"):
                yield node.attr, node.lineno


#: Names that several modules define, and why.
TWINS = {
    "C": "a type variable",
    "FIELD_CODECS": "the table that each family of the codec has, and the table of them all",
    "K": "a type variable of keys",
    "P": "a type variable of parameters",
    "Q": "a type variable of selects",
    "R": "a type variable",
    "R_co": "a type variable",
    "T": "a type variable",
    "V": "a type variable",
}


def top_level_names(module: ast.Module) -> Iterator[str]:
    """Yield the names that a module defines: functions, classes and constants."""
    for node in module.body:
        targets = [*getattr(node, "targets", ()), getattr(node, "target", node)]
        yield from (target.id for target in targets if isinstance(target, ast.Name))
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield node.name


def test_a_name_is_one_concept() -> None:
    """No two modules of the package define the same name, but for those that are listed."""
    homes: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for name in {*top_level_names(ast.parse(path.read_text()))}:
            homes[name].append(path.stem)
    twins = {name for name, modules in homes.items() if modules[1:] and not name.startswith("__")}
    assert twins == TWINS.keys()


def test_private_names_stay_in_their_module() -> None:
    """What another module uses, a test too, is public where it is."""
    modules = {path: ast.parse(path.read_text()) for path in PACKAGE.rglob("*.py")}
    homes: dict[str, set[Path]] = defaultdict(set)
    for path, module in modules.items():
        for name in private_names(module):
            homes[name].add(path)
    texts = {path: path.read_text() for path in TESTS.rglob("*.py")}
    modules.update((path, ast.parse(text)) for path, text in texts.items() if "._" in text)
    ours = homes.keys() - OTHERS
    used = [
        f"{path.name}:{line} {name}"
        for path, module in modules.items()
        for name, line in used_attributes(module)
        if name in ours and path not in homes[name]
    ]
    assert used == []


def test_all_is_all() -> None:
    """``__all__`` names exactly what the package shows."""
    shown = {
        name
        for name, value in vars(api).items()
        if not name.startswith("_")
        and name != "annotations"
        and not isinstance(value, types.ModuleType)
    }
    assert sorted(shown) == sorted(api.__all__)  # ruff keeps their order
    assert flask_typed.__all__ is api.__all__
    assert set(api.__all__) <= set(dir(flask_typed))


def test_a_name_that_is_not_there() -> None:
    """The package says so as any module does."""
    for name in ("no_name", "__no_name__"):
        with pytest.raises(
            AttributeError, match=f"^module 'flask_typed' has no attribute '{name}'"
        ):
            getattr(flask_typed, name)


def test_all_have_docstrings() -> None:
    """Every public name says what it is."""
    assert [name for name in flask_typed.__all__ if not getattr(flask_typed, name).__doc__] == []
