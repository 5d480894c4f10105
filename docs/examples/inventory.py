from typing import Annotated

from annotated_types import Ge
from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue
from flask_typed import Body, Typed, TypedBlueprint

app = Flask(__name__)
items = {"apples": 4, "pears": 2}


@app.before_request
def ask_for_key() -> ResponseReturnValue | None:
    if request.headers.get("X-Key") != "sesame":
        return "Who are you?\n", 401
    return None


stock = Blueprint("stock", __name__, url_prefix="/stock")


@stock.get("/total")
def total() -> dict[str, int]:
    return {"total": sum(items.values())}


counting = TypedBlueprint("counting", __name__)


@counting.put("/<item>")
def count_item(item: str, quantity: Annotated[int, Body(), Ge(0)]) -> dict[str, int]:
    """Note how many there are."""
    items[item] = quantity
    return items


stock.register_blueprint(counting)
app.register_blueprint(stock)
Typed(app)
