"""flask_typed without its accelerated path."""

from __future__ import annotations

from flask import Flask

from . import flask_typed_app

IS_ASGI = False


def make_app() -> Flask:
    """Return the app."""
    return flask_typed_app.make_app(accelerated=False)
