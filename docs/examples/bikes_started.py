from flask import Flask, abort, jsonify, request
from flask_typed import Typed, TypedBlueprint

BIKES = {1: {"id": 1, "kind": "city", "price": 9.5, "lock": "1234"}}

app = Flask(__name__)
Typed(app)
bikes = TypedBlueprint("bikes", __name__, url_prefix="/bikes")


@app.before_request
def check_key():
    if request.method == "POST" and request.headers.get("X-Key") != "sesame":
        abort(401)


@bikes.get("/")
def list_bikes():
    kind = request.args.get("kind")
    limit = request.args.get("limit", 20, type=int)
    found = [bike for bike in BIKES.values() if kind in (None, bike["kind"])]
    return jsonify([show(bike) for bike in found[:limit]])


@bikes.post("/")
def add_bike():
    data = request.get_json()
    if not isinstance(data.get("kind"), str) or data.get("price", 0) < 0:
        return jsonify(error="This is not a bike."), 400
    bike = {"id": len(BIKES) + 1, "kind": data["kind"], "price": data.get("price", 0)}
    BIKES[bike["id"]] = bike
    return jsonify(show(bike)), 201


@bikes.get("/<int:bike_id>")
def read_bike(bike_id):
    if bike_id not in BIKES:
        abort(404)
    return jsonify(show(BIKES[bike_id]))


@app.get("/health")
def health():
    return "fine"


def show(bike):
    return {key: bike[key] for key in ("id", "kind", "price")}


app.register_blueprint(bikes)
