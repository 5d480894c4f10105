"""Plain Flask without validation."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

from .models import Line, make_lines

IS_ASGI = False


def make_app() -> Flask:
    """Return the app."""
    app = Flask("plain")
    ready = make_lines(Line)

    @app.get("/found")
    def find() -> Response:
        arguments = request.args
        return jsonify(
            q=arguments["q"],
            page=int(arguments.get("page", 1)),
            size=int(arguments.get("size", 20)),
            newest=arguments.get("newest") == "true",
        )

    @app.post("/orders")
    def add_order() -> Response:
        return jsonify(request.get_json())

    def write(lines: list[Line]) -> Response:
        return jsonify(
            [
                {
                    "sku": line.sku,
                    "qty": line.qty,
                    "price": line.price,
                    "tags": line.tags,
                    "due": line.due.isoformat(),
                }
                for line in lines
            ]
        )

    @app.get("/lines")
    def list_lines() -> Response:
        return write(make_lines(Line))

    @app.get("/ready")
    def list_ready() -> Response:
        return write(ready)

    return app
