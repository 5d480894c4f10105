"""flask_typed: typed routes with dataclasses."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le, Len
from flask import Flask
from flask_typed import Typed

from .models import Found, Line, Order, make_lines

IS_ASGI = False


def make_app(*, accelerated: bool = True) -> Flask:
    """Return the app."""
    app = Flask("typed")
    app.config["TYPED_ACCELERATION"] = accelerated
    typed = Typed(app)
    ready: list[Line] = make_lines(Line)

    @typed.get("/found")
    def find(
        q: Annotated[str, Len(1, 50)],
        page: Annotated[int, Ge(1)] = 1,
        size: Annotated[int, Ge(1), Le(100)] = 20,
        newest: bool = False,
    ) -> Found:
        return Found(q, page, size, newest)

    @typed.post("/orders")
    def add_order(order: Order) -> Order:
        return order

    @typed.get("/lines")
    def list_lines() -> list[Line]:
        return make_lines(Line)

    @typed.get("/ready")
    def list_ready() -> list[Line]:
        return ready

    return app
