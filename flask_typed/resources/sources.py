"""What can be paged: a select of SQLAlchemy, a list, any iterable.

Request time.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sized
from importlib import import_module
from itertools import islice
from typing import Any


def find_keysets() -> Any:
    """Return the module that pages selects by cursor, which imports SQLAlchemy."""
    return import_module(".keysets", __package__)


def find_selects() -> Any:
    """Return the module that pages selects, which imports SQLAlchemy."""
    return import_module(".selects", __package__)


def prepare_selects() -> None:
    """Import what pages selects, if the program uses SQLAlchemy: no request waits for it then."""
    if "sqlalchemy" in sys.modules:
        find_keysets()
        find_selects()


def is_of_sqlalchemy(source: Any) -> bool:
    """Return whether a source is a statement or a query of SQLAlchemy, without importing it."""
    if isinstance(source, (list, tuple)):
        return False
    kinds = [
        find_loaded_class("sqlalchemy", "Executable"),
        find_loaded_class("sqlalchemy.orm", "Query"),
    ]
    return isinstance(source, tuple(kinds))


def find_loaded_class(module: str, name: str) -> type:
    """Return a class of a module that is imported; else a class without instances."""
    found: type = getattr(sys.modules.get(module), name, NoSource)
    return found


class NoSource:
    """Stands in for the classes of a module that is not imported."""


def take_items(source: Iterable[Any], offset: int, limit: int) -> list[Any]:
    """Return some items of a list or an iterable, and read no more of it."""
    if isinstance(source, (list, tuple)):
        return list(source[offset : offset + limit])
    return list(islice(source, offset, offset + limit))


def count_and_take(source: Iterable[Any], offset: int, limit: int) -> tuple[list[Any], int]:
    """Return some items of a list or an iterable, and the number of all."""
    known = source if isinstance(source, (list, Sized)) else list(source)
    return take_items(known, offset, limit), len(known)
