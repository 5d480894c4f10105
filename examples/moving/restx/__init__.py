"""A network of weather stations, on flask-restx and moved to flask_typed."""
