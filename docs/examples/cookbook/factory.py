from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from flask import Flask, current_app
from flask_typed import Depends, Typed, TypedBlueprint

typed = Typed()
tickets = TypedBlueprint("tickets", __name__, url_prefix="/tickets")


@dataclass
class Store:
    titles: list[str]


def get_store() -> Store:
    """Return the store of the app that serves the request."""
    store: Store = current_app.extensions["helpdesk.store"]
    return store


@tickets.get("/")
def list_tickets(store: Annotated[Store, Depends(get_store)]) -> list[str]:
    """List the titles."""
    return store.titles


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make an app.

    :param config: overrides of the configuration, for tests.
    """
    app = Flask(__name__)
    app.config.from_mapping(TYPED_TITLE="Helpdesk", HELPDESK_TITLES=("Printer jams",))
    app.config.from_prefixed_env("HELPDESK")
    app.config.update(config or {})
    app.extensions["helpdesk.store"] = Store(list(app.config["HELPDESK_TITLES"]))
    typed.init_app(app)  # after the configuration, which it reads
    app.register_blueprint(tickets)
    return app
