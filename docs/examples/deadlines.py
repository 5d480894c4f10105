import asyncio

from flask import Flask
from flask_typed import Typed, TypedBlueprint

app = Flask(__name__)
app.config["TYPED_TIMEOUT"] = 10
app.config["TYPED_CLIENT_TIMEOUT_HEADER"] = "X-Request-Timeout"
prices = TypedBlueprint("prices", __name__, url_prefix="/prices", timeout=0.5)


async def ask_supplier(supplier: str) -> float:
    """Stand in for a request to another service, which may hang."""
    await asyncio.sleep(60 if supplier == "hanging" else 0)
    return 12.5


@prices.get("/<supplier>")
async def read_price(supplier: str) -> float:
    """Ask a supplier for its price."""
    return await ask_supplier(supplier)


@prices.get("/<supplier>/history", timeout=None)
async def read_history(supplier: str) -> list[float]:
    """Read all prices of a supplier, however long it takes."""
    return [await ask_supplier(supplier)]


Typed(app)
app.register_blueprint(prices)
