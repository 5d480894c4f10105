"""Flask with marshmallow, by hand."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request
from marshmallow import ValidationError

from .marshmallow_schemas import FoundSchema, LineSchema, OrderSchema, SearchSchema
from .models import Found, Line, make_lines

IS_ASGI = False


def make_app() -> Flask:
    """Return the app."""
    app = Flask("marshmallow")
    ready = make_lines(Line)
    search, found, order = SearchSchema(), FoundSchema(), OrderSchema()
    lines = LineSchema(many=True)

    @app.errorhandler(ValidationError)
    def refuse(error: ValidationError) -> tuple[Response, int]:
        return jsonify(errors=error.messages), 422

    @app.get("/found")
    def find() -> Response:
        return jsonify(found.dump(Found(**search.load(request.args))))

    @app.post("/orders")
    def add_order() -> Response:
        return jsonify(order.dump(order.load(request.get_json())))

    @app.get("/lines")
    def list_lines() -> Response:
        return jsonify(lines.dump(make_lines(Line)))

    @app.get("/ready")
    def list_ready() -> Response:
        return jsonify(lines.dump(ready))

    return app
