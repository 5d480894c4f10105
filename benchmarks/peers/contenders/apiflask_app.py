"""APIFlask: a Flask subclass with marshmallow schemas."""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask

from .marshmallow_schemas import FoundSchema, LineSchema, OrderSchema, SearchSchema
from .models import Found, Line, Order, make_lines

IS_ASGI = False


def make_app() -> APIFlask:
    """Return the app."""
    app = APIFlask("orders")
    ready = make_lines(Line)

    @app.get("/found")
    @app.input(SearchSchema, location="query", arg_name="search")
    @app.output(FoundSchema)
    def find(search: dict[str, Any]) -> Found:
        return Found(**search)

    @app.post("/orders")
    @app.input(OrderSchema, arg_name="order")
    @app.output(OrderSchema)
    def add_order(order: Order) -> Order:
        return order

    @app.get("/lines")
    @app.output(LineSchema(many=True))
    def list_lines() -> list[Line]:
        return make_lines(Line)

    @app.get("/ready")
    @app.output(LineSchema(many=True))
    def list_ready() -> list[Line]:
        return ready

    return app
