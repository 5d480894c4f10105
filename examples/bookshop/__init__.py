"""A bookshop: an ordinary Flask app to which typed blueprints were added.

``pages.py`` is the plain Flask part: an HTML page, a health check and a JSON blueprint. The typed
blueprints share its app, its database and ``url_for``.
"""

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Flask
from flask_typed import Document, Idempotency, Typed

from . import database, security
from .accounts import accounts
from .authors import authors
from .books import books
from .observing import make_observers
from .orders import orders
from .pages import legacy, pages
from .stockroom import stockroom

__all__ = ["create_app"]


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Create the app and its database.

    :param config: Overrides of the configuration, for instance ``DATABASE_URL``.
    """
    app = Flask(__name__, instance_path=os.environ.get("BOOKSHOP_INSTANCE"))
    app.config.from_mapping(
        DATABASE_URL=os.environ.get("DATABASE_URL") or default_database_url(app),
        SECRET_KEY=os.environ.get("SECRET_KEY"),
        STAFF_EMAIL=os.environ.get("BOOKSHOP_STAFF_EMAIL"),
        STAFF_PASSWORD=os.environ.get("BOOKSHOP_STAFF_PASSWORD"),
        ACCESS_LOG=os.environ.get("BOOKSHOP_ACCESS_LOG") == "yes",
        BROKER=os.environ.get("BOOKSHOP_BROKER"),
        MAIL_VISIBILITY=int(os.environ.get("BOOKSHOP_MAIL_VISIBILITY", "3600")),
        WATCH_SECONDS=float(os.environ.get("BOOKSHOP_WATCH_SECONDS", "60")),
        MAX_CONTENT_LENGTH=4 * 1024 * 1024,
        TYPED_TITLE="Bookshop",
        TYPED_VERSION="1.0.0",
        TYPED_DESCRIPTION="Books, their authors, and orders for them.",
        TYPED_CONTACT={"name": "The bookshop", "email": "desk@shop.example"},
        TYPED_LICENSE="CC-BY-4.0",
        TYPED_SERVERS=[url for url in (os.environ.get("BOOKSHOP_URL"),) if url],
        TYPED_PLAIN_ROUTES=True,
    )
    app.config.update(config or {})
    app.url_map.strict_slashes = False  # /books and /books/ are the same route
    security.init_app(app)
    database.init_app(app)
    typed = Typed(
        app,
        documents=[Document(edit=add_example)],
        idempotency=Idempotency(database.get_key_store),
        observers=make_observers(app),
    )
    app.cli.command("delete-keys")(lambda: print(typed.call(database.delete_keys)))
    for blueprint in (pages, legacy, accounts, authors, books, orders, stockroom):
        app.register_blueprint(blueprint)
    if find_spec("strawberry"):
        from . import graph  # noqa: PLC0415  # needs Strawberry

        graph.init_app(typed)
    if app.config["BROKER"]:
        from . import mailing  # noqa: PLC0415  # needs Celery

        mailing.init_app(app, typed)
    return app


def add_example(document: dict[str, Any]) -> None:
    """Add a book to try to the plain route of the till, which has no types to say it."""
    (isbn,) = document["paths"]["/legacy/stock/{isbn}"]["get"]["parameters"]
    isbn["example"] = "9780000000026"


def default_database_url(app: Flask) -> str:
    """Return the URL of the SQLite file in the instance folder."""
    return f"sqlite:///{Path(app.instance_path) / 'bookshop.sqlite'}"
