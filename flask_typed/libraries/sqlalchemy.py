"""SQLAlchemy's internals: the arguments that an engine passes to its driver, and parts of selects.

When a worker starts, and at request time; imports nothing of SQLAlchemy. Checked against
SQLAlchemy 2.0.36 to 2.1.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import FunctionType
from typing import Any


def find_arguments(engine: Any) -> Mapping[str, Any]:
    """Return the arguments that an engine passes to its driver; none for a custom creator."""
    connect = engine.pool._creator
    if type(connect) is not FunctionType or connect.__closure__ is None:  # the app's own
        return {}
    cells = dict(zip(connect.__code__.co_freevars, connect.__closure__, strict=True))
    arguments: Mapping[str, Any] = cells["cparams"].cell_contents if "cparams" in cells else {}
    return arguments


def has_limit(query: Any) -> bool:
    """Return whether a select has a limit or an offset."""
    clauses = (query._limit_clause, query._offset_clause, query._fetch_clause)
    return any(clause is not None for clause in clauses)


def find_order(query: Any) -> tuple[Any, ...]:
    """Return the expressions of a select's ORDER BY."""
    return tuple(query._order_by_clauses)


def is_label(expression: Any) -> bool:
    """Return whether an expression of ORDER BY refers to a labelled one, its ``element``."""
    return type(expression).__name__ == "_label_reference"


def merges_rows(query: Any) -> bool:
    """Return whether a select has GROUP BY or DISTINCT."""
    return bool(query._group_by_clauses or query._distinct)


def find_entity(expression: Any) -> Any:
    """Return what ``inspect`` returns for the mapped class of a column; ``None`` without one."""
    return expression._annotations.get("parententity")


def take_options(query: Any, kind: type) -> tuple[Any, tuple[Any, ...]]:
    """Return a select without options, and its options that are not of a class."""
    copied = query._generate()
    copied._with_options = ()
    return copied, tuple(o for o in query._with_options if not isinstance(o, kind))


def needs_unique(result: Any) -> bool:
    """Return whether rows have to be made unique, since a join has loaded a collection."""
    return result._unique_filter_state is not None
