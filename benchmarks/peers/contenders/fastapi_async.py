"""FastAPI with ``async def`` views."""

from typing import Annotated

from fastapi import FastAPI, Query

from .models import make_lines
from .pydantic_models import Found, Line, Order

IS_ASGI = True


def make_app() -> FastAPI:
    """Return the app."""
    app = FastAPI()
    ready: list[Line] = make_lines(Line)

    @app.get("/found")
    async def find(
        q: Annotated[str, Query(min_length=1, max_length=50)],
        page: Annotated[int, Query(ge=1)] = 1,
        size: Annotated[int, Query(ge=1, le=100)] = 20,
        newest: bool = False,
    ) -> Found:
        return Found(q=q, page=page, size=size, newest=newest)

    @app.post("/orders")
    async def add_order(order: Order) -> Order:
        return order

    @app.get("/lines")
    async def list_lines() -> list[Line]:
        return make_lines(Line)

    @app.get("/ready")
    async def list_ready() -> list[Line]:
        return ready

    return app
