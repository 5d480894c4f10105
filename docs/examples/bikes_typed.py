from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Interval
from flask import Flask, abort, request
from flask_typed import Created, Typed, TypedBlueprint, raises
from werkzeug.exceptions import NotFound

BIKES = {1: {"id": 1, "kind": "city", "price": 9.5, "lock": "1234"}}

app = Flask(__name__)
Typed(app)
bikes = TypedBlueprint("bikes", __name__, url_prefix="/bikes")


@dataclass
class NewBike:
    kind: str
    price: Annotated[float, Ge(0)] = 0


@dataclass
class Bike(NewBike):
    id: int = 0


@app.before_request
def check_key():
    if request.method == "POST" and request.headers.get("X-Key") != "sesame":
        abort(401)


@bikes.get("/")
def list_bikes(
    kind: str | None = None, limit: Annotated[int, Interval(ge=1, le=100)] = 20
) -> list[Bike]:
    """List the bikes."""
    found = [bike for bike in BIKES.values() if kind in (None, bike["kind"])]
    return found[:limit]


@bikes.post("/")
def add_bike(new: NewBike) -> Created[Bike]:
    """Add a bike."""
    bike = {"id": len(BIKES) + 1, "kind": new.kind, "price": new.price}
    BIKES[bike["id"]] = bike
    return Created(bike)


@bikes.get("/<int:bike_id>")
@raises(NotFound)
def read_bike(bike_id: int) -> Bike:
    """Read a bike."""
    if bike_id not in BIKES:
        abort(404)
    return BIKES[bike_id]


@app.get("/health")
def health():
    return "fine"


app.register_blueprint(bikes)
