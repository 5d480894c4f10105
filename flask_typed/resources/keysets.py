"""Pages of a select by the values that its rows are ordered by.

A page begins after a row, wherever that row is now: rows that are added or deleted move no others
to another page. Request time; imported for the first select.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Table, and_, asc, desc, false, inspect, or_
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression

from ..libraries.sqlalchemy import find_entity, find_order, is_label, merges_rows, needs_unique
from .cursor_values import Fetched, MemberName

#: The databases whose ``NULL`` is larger than every value.
LARGE_NULL = frozenset({"postgresql", "oracle", "cockroachdb"})


@dataclass(frozen=True)
class OrderedBy:
    """One expression of an ORDER BY.

    :param nulls_first: whether ``NULL`` comes first; ``None`` if the database decides.
    :param nullable: whether it may be ``NULL``.
    """

    expression: Any
    descending: bool
    nulls_first: bool | None
    nullable: bool

    @property
    def name(self) -> str:
        """A text that tells it from others."""
        table = getattr(self.expression, "table", None)
        if isinstance(table, Table):  # the text of others takes far longer
            written = f"{table.fullname}.{self.expression.name}"
        else:
            written = str(self.expression)
        nulls = "" if self.nulls_first is None else f" {self.nulls_first:d}"
        return f"{'-' if self.descending else ''}{written}{nulls}"

    def reversed(self) -> OrderedBy:
        """Return the opposite order."""
        first = None if self.nulls_first is None else not self.nulls_first
        return OrderedBy(self.expression, not self.descending, first, self.nullable)

    def write(self) -> Any:
        """Return it for ``order_by``."""
        written = desc(self.expression) if self.descending else asc(self.expression)
        if self.nulls_first is None:
            return written
        return written.nulls_first() if self.nulls_first else written.nulls_last()

    def equals(self, value: Any) -> Any:
        """Return the condition of rows with a value."""
        return self.expression.is_(None) if value is None else self.expression == value

    def follows(self, value: Any, *, large_null: bool) -> Any:
        """Return the condition of rows after those with a value.

        :param large_null: whether ``NULL`` is larger than every value.
        """
        first = self.nulls_first
        if first is None:
            first = self.descending if large_null else not self.descending
        if value is None:
            return self.expression.is_not(None) if first else false()
        later = self.expression < value if self.descending else self.expression > value
        return or_(later, self.expression.is_(None)) if self.nullable and not first else later


def read_order(query: Any) -> list[OrderedBy]:
    """Return what a select is ordered by, with the primary key at the end.

    :raises ValueError: for a select whose rows cannot be told apart.
    """
    if not isinstance(query, Select) or merges_rows(query):
        raise ValueError(
            "A cursor needs rows with a primary key: select from the union, or from the select with"
            " GROUP BY or DISTINCT, as a subquery."
        )
    keys = find_keys_of_rows(query)
    root = find_entity(keys[0])
    found = [read_expression(clause, root) for clause in find_order(query)]
    missing = [key for key in keys if not any(key.compare(one.expression) for one in found)]
    return [
        *found,
        *(OrderedBy(key, descending=False, nulls_first=None, nullable=False) for key in missing),
    ]


def find_keys_of_rows(query: Any) -> list[Any]:
    """Return the columns of the primary key of what a select selects first."""
    entity = query.column_descriptions[0].get("entity")
    if entity is None:
        tables = query.get_final_froms()
        keys = list(getattr(tables[0], "primary_key", ())) if tables else []
    else:
        mapper = inspect(entity).mapper
        names = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
        keys = [getattr(entity, name).__clause_element__() for name in names]
    if not keys:
        raise ValueError(
            "A cursor needs rows with a primary key: select a mapped class or a table."
        )
    return keys


def read_expression(clause: Any, root: Any) -> OrderedBy:
    """Return the record of an expression of an ORDER BY.

    :param root: the mapped class that the select selects first: no outer join makes it ``NULL``.
    """
    modifiers = set()
    while isinstance(clause, UnaryExpression) or is_label(clause):
        modifiers.add(getattr(clause, "modifier", None))
        clause = clause.element
    if not hasattr(clause, "is_not"):
        raise ValueError(
            f"A cursor needs columns in order_by(), but it has the text {str(clause)!r}."
        )
    firsts = {operators.nulls_first_op: True, operators.nulls_last_op: False}
    first = next((value for modifier, value in firsts.items() if modifier in modifiers), None)
    is_own = find_entity(clause) is root
    nullable = getattr(clause, "nullable", True) or not is_own
    return OrderedBy(clause, operators.desc_op in modifiers, first, nullable)


def make_condition(order: Sequence[OrderedBy], values: Sequence[Any], *, large_null: bool) -> Any:
    """Return the condition of rows after the row with some values."""
    found = []
    equal: list[Any] = []
    for one, read in zip(order, values, strict=True):
        value = open_member(read, one.expression)
        found.append(and_(*equal, one.follows(value, large_null=large_null)))
        equal.append(one.equals(value))
    return or_(*found)


def open_member(value: Any, expression: Any) -> Any:
    """Return a value of a cursor; a name is that of a member of the column's enumeration."""
    return expression.type.enum_class[value.name] if isinstance(value, MemberName) else value


def has_large_null(order: Sequence[OrderedBy], session: Any) -> bool:
    """Return whether ``NULL`` is larger than every value, as far as it matters."""
    if not any(one.nullable and one.nulls_first is None for one in order):
        return False
    return session.get_bind(find_entity(order[-1].expression)).dialect.name in LARGE_NULL


def name_column(expression: Any) -> tuple[str, str] | None:
    """Return the names of the table and of the column; ``None`` for any other expression."""
    table = getattr(expression, "table", None)
    return (table.fullname, expression.name) if isinstance(table, Table) else None


def find_attributes(query: Any, order: Sequence[OrderedBy]) -> list[str] | None:
    """Return the attributes of the rows that they are ordered by.

    :returns: ``None`` if the rows are not objects of one class, or ordered by something else.
    """
    (first, *others) = query.column_descriptions
    entity = first.get("entity")
    mapper = inspect(entity, raiseerr=False)
    if others or first["expr"] is not entity or not getattr(mapper, "is_mapper", False):
        return None
    known = {name_column(one.columns[0]): one.key for one in mapper.column_attrs}
    found = [known.get(name_column(one.expression), "") for one in order]
    return found if all(found) else None


def fetch_after(
    query: Any, session: Any, order: Sequence[OrderedBy], values: Sequence[Any] | None, limit: int
) -> Fetched:
    """Return the rows after the row with some values.

    :param values: ``None`` for the first items.
    """
    if values is not None:
        large_null = has_large_null(order, session)
        query = query.where(make_condition(order, values, large_null=large_null))
    query = query.order_by(None).order_by(*(one.write() for one in order))
    names = find_attributes(query, order)
    if names is not None:
        return fetch_objects(query.limit(limit), session, names)
    added = [one.expression.label(f"ordered_by_{index}") for index, one in enumerate(order)]
    result = session.execute(query.add_columns(*added).limit(limit))
    rows = (result.unique() if needs_unique(result) else result).all()
    own = len(query.column_descriptions)  # not of the result: an alias has no name there
    return Fetched(
        list(rows), (lambda row: row[0]) if own == 1 else None, lambda row: tuple(row[own:])
    )


def fetch_objects(query: Any, session: Any, names: Sequence[str]) -> Fetched:
    """Return the objects of a select, whose attributes have the values that they are ordered by."""
    result = session.scalars(query)
    rows = (result.unique() if needs_unique(result) else result).all()
    return Fetched(list(rows), None, lambda row: tuple(getattr(row, name) for name in names))
