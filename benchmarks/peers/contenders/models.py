"""The dataclasses of the contenders that read annotations, and the lines of their responses."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge, Len
from works import LINES


class Priority(enum.Enum):
    """How soon an order is wanted."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass
class Line:
    """A line of an order."""

    sku: Annotated[str, Len(1, 20)]
    qty: Annotated[int, Ge(1)]
    price: float
    tags: list[str]
    due: dt.date


@dataclass
class Order:
    """An order."""

    id: uuid.UUID
    customer: str
    email: str
    created: dt.datetime
    priority: Priority
    lines: list[Line]
    notes: str | None = None


@dataclass
class Found:
    """What was looked for."""

    q: str
    page: int
    size: int
    newest: bool


def make_lines(make: Any) -> list[Any]:
    """Return lines, made anew.

    :param make: takes the fields of a line by name.
    """
    due = dt.date(2026, 12, 24)
    return [
        make(
            sku=f"SKU-{index:05}",
            qty=index % 7 + 1,
            price=1.5 + index % 50 * 0.25,
            tags=["new", "sale"],
            due=due,
        )
        for index in range(LINES)
    ]
