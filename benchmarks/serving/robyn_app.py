"""robyn, whose server is written in Rust: ``python robyn_app.py PORT``.

It has no constraints for query parameters.
"""

import sys

from contenders.models import make_lines
from contenders.pydantic_models import Found, Line, Order
from robyn import Robyn

app = Robyn(__file__)


@app.get("/found")
async def find(q: str, page: int = 1, size: int = 20, newest: bool = False) -> Found:
    """Send back what was looked for."""
    return Found(q=q, page=page, size=size, newest=newest)


@app.post("/orders")
async def add_order(order: Order) -> Order:
    """Send an order back."""
    return order


@app.get("/lines")
async def list_lines() -> list[Line]:
    """Send lines."""
    return make_lines(Line)


if __name__ == "__main__":
    app.start("127.0.0.1", int(sys.argv[1]))
