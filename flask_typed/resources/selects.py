"""Pages of SQLAlchemy's statements.

Request time; imported for the first such statement.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Query
from sqlalchemy.orm.interfaces import LoaderOption
from sqlalchemy.sql.selectable import CompoundSelect

from ..libraries.sqlalchemy import has_limit, merges_rows, needs_unique, take_options


def open_select(source: Any, session: Any) -> tuple[Any, Any]:
    """Return the select of a source, and its session.

    :raises TypeError: for a statement that is not a select, or if there is no session.
    :raises ValueError: for a select with a limit.
    """
    if isinstance(source, Query):
        source, session = source.statement, session or source.session
    if not isinstance(source, (Select, CompoundSelect)):
        raise TypeError(f"A page is made of a select, not of {type(source).__name__}.")
    if session is None:
        raise TypeError("A select is paged with a session: write `page(select(…), session)`.")
    if has_limit(source):
        raise ValueError("The select has a limit or an offset, which the page sets: remove it.")
    return source, session


def fetch(query: Any, session: Any) -> list[Any]:
    """Return the rows of a select: objects if it selects one thing, else rows with names."""
    result = session.execute(query)
    if needs_unique(result):
        result = result.unique()
    # Not the columns of the result: an alias of a class has no name there, and is not among them.
    is_select = isinstance(query, Select)
    selected = query.column_descriptions if is_select else query.selected_columns
    return list((result.scalars() if len(selected) == 1 else result).all())


def count(query: Any, session: Any) -> int:
    """Return how many rows a select has."""
    rows, others = query.order_by(None), ()
    if isinstance(query, Select):  # without what loads relationships: a join would repeat rows
        rows, others = take_options(rows, LoaderOption)
    if selects_entities(query):
        counted = rows.with_only_columns(func.count(), maintain_column_froms=True)
    else:
        counted = select(func.count()).select_from(rows.subquery())
    options = query.get_execution_options()
    return int(session.execute(counted.options(*others).execution_options(**options)).scalar_one())


def selects_entities(query: Any) -> bool:
    """Return whether a select has one row for each object, or combination of objects.

    It is counted without a subquery, which takes half the time.
    """
    if not isinstance(query, Select) or merges_rows(query):
        return False
    return all(one["expr"] is one.get("entity") for one in query.column_descriptions)


def fetch_and_count(query: Any, session: Any, offset: int, limit: int) -> tuple[list[Any], int]:
    """Return some rows of a select, and the number of all.

    The rows are not counted if the last one is among those that were asked for.
    """
    rows = fetch(query.limit(limit).offset(offset), session)
    if (rows or offset == 0) and len(rows) < limit:
        return rows, offset + len(rows)
    return rows, count(query, session)
