"""Litestar with dataclasses and msgspec's constraints."""

from typing import Annotated

from litestar import Litestar, get, post
from litestar.params import Parameter

from .flask_msgspec import Line, Order
from .models import Found, make_lines

IS_ASGI = True


@get("/found")
async def find(
    q: Annotated[str, Parameter(min_length=1, max_length=50)],
    page: Annotated[int, Parameter(ge=1)] = 1,
    size: Annotated[int, Parameter(ge=1, le=100)] = 20,
    newest: bool = False,
) -> Found:
    """Send back what was looked for."""
    return Found(q, page, size, newest)


@post("/orders", status_code=200)
async def add_order(data: Order) -> Order:
    """Send an order back."""
    return data


@get("/lines")
async def list_lines() -> list[Line]:
    """Send lines."""
    return make_lines(Line)


READY: list[Line] = make_lines(Line)


@get("/ready")
async def list_ready() -> list[Line]:
    """Send lines that are there."""
    return READY


def make_app() -> Litestar:
    """Return the app."""
    return Litestar([find, add_order, list_lines, list_ready])
