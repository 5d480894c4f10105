"""flask-smorest: blueprints with marshmallow schemas."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint

from .marshmallow_schemas import FoundSchema, LineSchema, OrderSchema, SearchSchema
from .models import Found, Line, Order, make_lines

IS_ASGI = False


def make_app() -> Flask:
    """Return the app."""
    app = Flask("smorest")
    ready = make_lines(Line)
    app.config.update(API_TITLE="Orders", API_VERSION="1", OPENAPI_VERSION="3.0.3")
    orders = Blueprint("orders", __name__)

    @orders.get("/found")
    @orders.arguments(SearchSchema, location="query")
    @orders.response(200, FoundSchema)
    def find(search: dict[str, Any]) -> Found:
        return Found(**search)

    @orders.post("/orders")
    @orders.arguments(OrderSchema)
    @orders.response(200, OrderSchema)
    def add_order(order: Order) -> Order:
        return order

    @orders.get("/lines")
    @orders.response(200, LineSchema(many=True))
    def list_lines() -> list[Line]:
        return make_lines(Line)

    @orders.get("/ready")
    @orders.response(200, LineSchema(many=True))
    def list_ready() -> list[Line]:
        return ready

    Api(app).register_blueprint(orders)
    return app
