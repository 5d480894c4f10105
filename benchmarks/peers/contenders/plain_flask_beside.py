"""Plain Flask without validation, on an app that has a Typed."""

from __future__ import annotations

from flask import Flask
from flask_typed import Typed

from . import plain_flask

IS_ASGI = False


def make_app() -> Flask:
    """Return the app."""
    app = plain_flask.make_app()
    Typed(app)
    return app
