"""Flask and bare msgspec with its own Structs."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated

import msgspec
from flask import Flask
from msgspec import Meta

from . import flask_msgspec
from .models import Priority

IS_ASGI = False


class Line(msgspec.Struct):
    """A line of an order."""

    sku: Annotated[str, Meta(min_length=1, max_length=20)]
    qty: Annotated[int, Meta(ge=1)]
    price: float
    tags: list[str]
    due: dt.date


class Order(msgspec.Struct):
    """An order."""

    id: uuid.UUID
    customer: str
    email: str
    created: dt.datetime
    priority: Priority
    lines: list[Line]
    notes: str | None = None


def make_app() -> Flask:
    """Return the app."""
    return flask_msgspec.make_app(Order, Line)
