"""The API of the network, on flask-restx."""

import hmac
from functools import wraps

from flask import Flask, current_app, make_response, request
from flask_restx import Api, Namespace, Resource, fields, inputs, reqparse
from jsonschema import FormatChecker
from werkzeug.datastructures import FileStorage

from .network import (
    Alert,
    CodeTaken,
    Position,
    StationMissing,
    Temperature,
    Wind,
    open_network,
)

authorizations = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
api = Api(
    title="Weather stations",
    version="1.0",
    description="Stations, readings and alerts",
    authorizations=authorizations,
    doc="/docs",
    format_checker=FormatChecker(formats=("date",)),
)
stations = Namespace("stations", description="Stations and their readings")
alerts = Namespace("alerts", description="Warnings for a region")

# Models

new_station = stations.model(
    "NewStation",
    {
        "code": fields.String(required=True, pattern="^[A-Z]{3}[0-9]$", example="ZUG1"),
        "name": fields.String(required=True, min_length=1, max_length=60),
        "region": fields.String(required=True, enum=["alps", "coast", "harz"]),
        "altitude": fields.Integer(required=True, min=-10, max=9000, description="In metres."),
        "latitude": fields.Float(required=True, min=-90, max=90),
        "longitude": fields.Float(required=True, min=-180, max=180),
        "installed": fields.Date(required=True),
        "active": fields.Boolean(default=True),
        "note": fields.String(),
    },
)
station = stations.model(
    "Station",
    {
        "code": fields.String,
        "name": fields.String,
        "region": fields.String(enum=["alps", "coast", "harz"]),
        "altitude": fields.Integer(description="In metres."),
        "latitude": fields.Float(attribute="position.latitude"),
        "longitude": fields.Float(attribute="position.longitude"),
        "installed": fields.Date,
        "active": fields.Boolean,
        "note": fields.String,
        "readings": fields.Url("stations_readings"),
    },
)
station_page = stations.model(
    "StationPage",
    {
        "items": fields.List(fields.Nested(station)),
        "total": fields.Integer,
        "page": fields.Integer,
    },
)
station_change = stations.model(
    "StationChange",
    {
        "name": fields.String(min_length=1, max_length=60),
        "active": fields.Boolean(),
        "note": fields.String(),
    },
)
new_reading = stations.model(
    "NewReading",
    {
        "kind": fields.String(required=True, enum=["temperature", "wind"]),
        "at": fields.DateTime(required=True),
        "celsius": fields.Float(min=-90, max=60, description="Of a temperature."),
        "humidity": fields.Integer(min=0, max=100, description="Of a temperature, in per cent."),
        "speed": fields.Float(min=0, description="Of a wind, in metres per second."),
        "direction": fields.String(enum=["N", "NE", "E", "SE", "S", "SW", "W", "NW"]),
    },
)
reading = stations.model(
    "Reading",
    {
        "kind": fields.String(discriminator=True),
        "at": fields.DateTime,
    },
)
temperature = stations.inherit(
    "Temperature", reading, {"celsius": fields.Float, "humidity": fields.Integer}
)
wind = stations.inherit("Wind", reading, {"speed": fields.Float, "direction": fields.String})
READING = {Temperature: temperature, Wind: wind}
measured = stations.model("Measured", {"items": fields.List(fields.Polymorph(READING))})
latest = stations.model("Latest", {"reading": fields.Polymorph(READING)})
means = stations.model("Means", {"*": fields.Wildcard(fields.Float)})
summary = stations.model(
    "Summary",
    {
        "title": fields.FormattedString("{name} ({code})"),
        "means": fields.Nested(means),
    },
)
count = stations.model("Count", {"stored": fields.Integer})
alert = alerts.model(
    "Alert",
    {
        "id": fields.String(readonly=True),
        "region": fields.String(required=True, enum=["alps", "coast", "harz"]),
        "level": fields.Integer(required=True, min=1, max=4),
        "text": fields.String(required=True, min_length=1),
        "issued": fields.DateTime(readonly=True),
    },
)

# Parsers

page_parser = reqparse.RequestParser(bundle_errors=True)
page_parser.add_argument("page", type=inputs.positive, default=1, location="args")
page_parser.add_argument("per_page", type=inputs.int_range(1, 50), default=2, location="args")

station_parser = page_parser.copy()
station_parser.add_argument("region", choices=("alps", "coast", "harz"), location="args")
station_parser.add_argument("above", type=int, location="args", help="In metres.")
station_parser.add_argument("active", type=inputs.boolean, location="args")
station_parser.add_argument(
    "sort", choices=("code", "name", "altitude"), default="code", location="args"
)

reading_parser = reqparse.RequestParser(bundle_errors=True)
reading_parser.add_argument("since", type=inputs.datetime_from_iso8601, location="args")
reading_parser.add_argument(
    "kind", action="append", choices=("temperature", "wind"), dest="kinds", location="args"
)

photo_parser = reqparse.RequestParser()
photo_parser.add_argument("photo", type=FileStorage, location="files", required=True)

sender_parser = reqparse.RequestParser()
sender_parser.add_argument("X-Sender", location="headers", required=True, dest="sender")


def get_network():
    return current_app.extensions["network"]


def key_required(method):
    """Let in who sends the key of the network."""

    @wraps(method)
    def guarded(*args, **kwargs):
        key = request.headers.get("X-Key", "")
        if not hmac.compare_digest(key, current_app.config["NETWORK_KEY"]):
            api.abort(401, "The key is wrong.")
        return method(*args, **kwargs)

    return guarded


@api.errorhandler(StationMissing)
def refuse_station(error):
    """No station has this code."""
    return {"message": str(error), "station": error.code}, 404


@api.representation("text/csv")
def output_csv(data, code, headers=None):
    rows = [f"{item['at']},{item['kind']}" for item in data.get("items", ())]
    response = make_response("\n".join(rows) + "\n", code)
    response.headers.extend(headers or {})
    return response


@stations.route("")
class Stations(Resource):
    @stations.expect(station_parser)
    @stations.marshal_with(station_page)
    def get(self):
        """List stations"""
        args = station_parser.parse_args()
        page, size = args.pop("page"), args.pop("per_page")
        found = get_network().search(**args)
        return {"items": found[(page - 1) * size : page * size], "total": len(found), "page": page}

    @stations.doc(security="key")
    @stations.expect(new_station, validate=True)
    @stations.response(409, "The code is taken")
    @stations.marshal_with(station, code=201)
    @key_required
    def post(self):
        """Add a station"""
        values = {name: api.payload[name] for name in new_station if name in api.payload}
        position = Position(values.pop("latitude"), values.pop("longitude"))
        values["installed"] = inputs.date_from_iso8601(values["installed"])
        try:
            added = get_network().add(**values, position=position)
        except CodeTaken:
            stations.abort(409, "The code is taken.", station=values["code"])
        return added, 201, {"Location": api.url_for(Station, code=added.code)}


@stations.route("/<string:code>")
@stations.param("code", "The code of the station")
@stations.response(404, "No station has this code")
class Station(Resource):
    @stations.marshal_with(station, skip_none=True)
    def get(self, code):
        """Read a station"""
        return get_network().find(code)

    @stations.doc(security="key")
    @stations.expect(station_change, validate=True)
    @stations.marshal_with(station)
    @key_required
    def patch(self, code):
        """Change a station"""
        values = {name: api.payload[name] for name in station_change if name in api.payload}
        return get_network().change(code, **values)

    @stations.doc(security="key")
    @stations.response(204, "Removed")
    @key_required
    def delete(self, code):
        """Remove a station"""
        get_network().remove(code)
        return "", 204


@stations.route("/<string:code>/readings", endpoint="stations_readings")
@stations.param("code", "The code of the station")
@stations.response(404, "No station has this code")
class Readings(Resource):
    @stations.expect(reading_parser)
    @stations.marshal_with(measured)
    def get(self, code):
        """List readings

        As JSON or as CSV.
        """
        return {"items": get_network().measured(code, **reading_parser.parse_args())}

    @stations.doc(security="key")
    @stations.expect([new_reading], sender_parser, validate=True)
    @stations.marshal_with(count, code=201)
    @key_required
    def post(self, code):
        """Store readings"""
        sender = sender_parser.parse_args()["sender"]
        current_app.logger.debug("readings of %s from %s", code, sender)
        return {"stored": get_network().record(code, map(make_reading, api.payload))}, 201


def make_reading(values):
    """Make a reading; no model can tell that a wind needs a speed."""
    try:
        values = {**values, "at": inputs.datetime_from_iso8601(values["at"])}
        return Temperature(**values) if values["kind"] == "temperature" else Wind(**values)
    except (TypeError, ValueError) as error:
        api.abort(400, "Input payload validation failed", errors={"kind": str(error)})


@stations.route("/<string:code>/readings/latest")
@stations.param("code", "The code of the station")
@stations.response(404, "No station has this code")
class LatestReading(Resource):
    @stations.marshal_with(latest)
    def get(self, code):
        """Read the latest reading"""
        found = get_network().measured(code)
        return {"reading": found[-1] if found else None}


@stations.route("/<string:code>/summary")
@stations.param("code", "The code of the station")
@stations.response(404, "No station has this code")
class Summary(Resource):
    @stations.marshal_with(summary)
    def get(self, code):
        """Read the means"""
        found = get_network().find(code)
        return {"name": found.name, "code": code, "means": get_network().summarize(code)}


@stations.route("/<string:code>/photo")
@stations.param("code", "The code of the station")
@stations.response(404, "No station has this code")
class Photo(Resource):
    @stations.produces(["image/jpeg"])
    @stations.response(200, "The photo")
    def get(self, code):
        """Show the photo"""
        photo = get_network().photos.get(get_network().find(code).code)
        if photo is None:
            stations.abort(404, "The station has no photo.")
        response = make_response(photo)
        response.mimetype = "image/jpeg"
        return response

    @stations.doc(security="key")
    @stations.expect(photo_parser)
    @stations.response(204, "Stored")
    @key_required
    def put(self, code):
        """Upload a photo"""
        found = get_network().find(code)
        get_network().photos[found.code] = photo_parser.parse_args()["photo"].read()
        return "", 204


@alerts.route("")
class Alerts(Resource):
    @alerts.marshal_list_with(alert, envelope="alerts")
    def get(self):
        """List alerts"""
        return list(get_network().alerts.values())

    @alerts.doc(security="key")
    @alerts.expect(alert, validate=True)
    @alerts.marshal_with(alert, code=201)
    @key_required
    def post(self):
        """Issue an alert"""
        names = ("region", "level", "text")
        return get_network().warn(Alert(**{name: api.payload[name] for name in names})), 201


@alerts.route("/<uuid:alert_id>")
@alerts.response(404, "No alert has this id")
class OneAlert(Resource):
    @alerts.marshal_with(alert)
    def get(self, alert_id):
        """Read an alert"""
        if alert_id not in get_network().alerts:
            alerts.abort(404, "No alert has this id.")
        return get_network().alerts[alert_id]

    @alerts.doc(security="key", deprecated=True)
    @alerts.response(204, "Withdrawn")
    @key_required
    def delete(self, alert_id):
        """Withdraw an alert"""
        if get_network().alerts.pop(alert_id, None) is None:
            alerts.abort(404, "No alert has this id.")
        return "", 204


api.add_namespace(stations)
api.add_namespace(alerts)


def reset():
    app.extensions["network"] = open_network()


def create_app(network_key="barometer"):
    app = Flask(__name__)
    app.config.update(NETWORK_KEY=network_key, RESTX_ERROR_404_HELP=False)
    app.extensions["network"] = open_network()
    api.init_app(app)
    return app


app = create_app()
