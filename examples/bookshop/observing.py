"""The access log: a line of JSON for each request, with its operation and without personal data."""

import logging

from flask import Flask
from flask_typed import Observer
from flask_typed.telemetry.access_log import ACCESS_LOGGER, AccessLog

STANDARD_ERROR = logging.StreamHandler()


def make_observers(app: Flask) -> list[Observer]:
    """Return what observes the requests of the app."""
    if not app.config["ACCESS_LOG"]:
        return []
    ACCESS_LOGGER.setLevel(logging.INFO)
    ACCESS_LOGGER.addHandler(STANDARD_ERROR)
    return [AccessLog(exclude=["/health"])]
