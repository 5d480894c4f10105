"""flask-openapi3: pydantic models validate the request; each view serializes its own response."""

from flask import Response
from flask_openapi3 import OpenAPI
from pydantic import RootModel

from .models import make_lines
from .pydantic_models import Found, Line, Order, Search

IS_ASGI = False


def write(model: Found | Order | RootModel[list[Line]]) -> Response:
    """Return a model as JSON."""
    return Response(model.model_dump_json(), mimetype="application/json")


def make_app() -> OpenAPI:
    """Return the app."""
    app = OpenAPI("orders")
    ready = make_lines(Line)

    @app.get("/found", responses={200: Found})
    def find(query: Search) -> Response:
        return write(Found(q=query.q, page=query.page, size=query.size, newest=query.newest))

    @app.post("/orders", responses={200: Order})
    def add_order(body: Order) -> Response:
        return write(body)

    @app.get("/lines", responses={200: RootModel[list[Line]]})
    def list_lines() -> Response:
        return write(RootModel[list[Line]](make_lines(Line)))

    @app.get("/ready", responses={200: RootModel[list[Line]]})
    def list_ready() -> Response:
        return write(RootModel[list[Line]](ready))

    return app
