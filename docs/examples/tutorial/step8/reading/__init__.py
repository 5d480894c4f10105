"""A reading list."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from flask import Flask

from .articles import articles
from .dependencies import Settings
from .extensions import db, typed
from .pages import pages
from .users import users


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make an app, and the tables of its database.

    :param config: overrides of the configuration, for tests.
    """
    app = Flask(__name__)
    app.config.from_mapping(
        SQLALCHEMY_DATABASE_URI="sqlite://",
        READING_TOKEN_KEY=token_hex(),  # tokens end with the worker, unless a key is set
        TYPED_TITLE="Reading list",
        TYPED_VERSION="1.0.0",
    )
    app.config.from_prefixed_env()  # FLASK_READING_TOKEN_KEY=… and so on
    app.config.update(config or {})
    db.init_app(app)
    typed.init_app(app)
    for blueprint in (pages, users, articles):
        app.register_blueprint(blueprint)
    with app.app_context():
        values = app.config.get_namespace("READING_")
        app.extensions["reading.settings"] = typed.load(Settings, values)
        db.create_all()
    return app
