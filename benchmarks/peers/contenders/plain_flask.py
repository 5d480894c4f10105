"""Flask by hand: nothing is checked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Flask, Response, jsonify, request
from works import LINES

IS_ASGI = False


@dataclass
class Line:
    """A line of an order."""

    sku: str
    qty: int
    price: float
    tags: list[str]
    due: dt.date


def make_app() -> Flask:
    """Return the app."""
    app = Flask("plain")

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

    @app.get("/lines")
    def list_lines() -> Response:
        lines = [
            Line(
                f"SKU-{index:05}",
                index % 7 + 1,
                1.5 + index % 50 * 0.25,
                ["new", "sale"],
                dt.date(2026, 12, 24),
            )
            for index in range(LINES)
        ]
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

    return app
