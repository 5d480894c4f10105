"""The condition of a filter: ``Where``.

Declaration time: the marker only stores the column and the operator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from ..exceptions import DeclarationError

#: The operators of filters.
Operator = Literal[
    "eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "contains", "startswith", "is_null"
]


@dataclass(frozen=True, eq=False)
class Where:
    """The column that a filter is compared with: ``Annotated[date, Where(Row.created, "ge")]``.

    ``contains`` and ``startswith`` ignore case, and ``%`` and ``_`` are ordinary characters.

    :param column: a column of SQLAlchemy, or a function that returns the condition for a value.
    :param operator: the comparison; a list of values has ``in`` or ``not_in``, and ``is_null`` is
        for a boolean.
    :raises DeclarationError: for an operator that does not exist.
    """

    column: Any
    operator: Operator = "eq"

    def __post_init__(self) -> None:
        """Check the operator."""
        if self.operator not in get_args(Operator):
            known = ", ".join(get_args(Operator))
            raise DeclarationError(
                f"Where(…) has the operator {self.operator!r}.",
                instead=f"Write one of these: {known}; or a function that returns the condition.",
            )
