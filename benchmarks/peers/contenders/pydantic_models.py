"""The models of the contenders that use pydantic."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated

from pydantic import BaseModel, Field

from .models import Priority


class Line(BaseModel):
    """A line of an order."""

    sku: Annotated[str, Field(min_length=1, max_length=20)]
    qty: Annotated[int, Field(ge=1)]
    price: float
    tags: list[str]
    due: dt.date


class Order(BaseModel):
    """An order."""

    id: uuid.UUID
    customer: str
    email: str
    created: dt.datetime
    priority: Priority
    lines: list[Line]
    notes: str | None = None


class Search(BaseModel):
    """What is looked for."""

    q: Annotated[str, Field(min_length=1, max_length=50)]
    page: Annotated[int, Field(ge=1)] = 1
    size: Annotated[int, Field(ge=1, le=100)] = 20
    newest: bool = False


class Found(BaseModel):
    """What was looked for."""

    q: str
    page: int
    size: int
    newest: bool
