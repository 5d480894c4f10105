from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge, Le
from flask import Config, Flask, current_app
from flask_typed import DataInvalid, Depends, Typed

typed = Typed()


@dataclass
class Settings:
    mail_from: str
    page_size: Annotated[int, Ge(1), Le(100)] = 20
    beta: bool = False


def get_settings() -> Settings:
    """Return the settings of the app."""
    settings: Settings = current_app.extensions["settings"]
    return settings


@typed.get("/page-size")
def read_page_size(settings: Annotated[Settings, Depends(get_settings)]) -> int:
    """Return one of the settings."""
    return settings.page_size


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make an app whose settings are valid."""
    app = Flask(__name__)
    app.config.from_prefixed_env()  # FLASK_DESK_PAGE_SIZE=50 sets DESK_PAGE_SIZE
    app.config.update(config or {})
    typed.init_app(app)
    with app.app_context():
        app.extensions["settings"] = load_settings(app.config)
    return app


def load_settings(config: Config) -> Settings:
    """Return the settings of a configuration.

    :raises ValueError: with the environment variable of each fault.
    """
    try:
        return typed.load(Settings, config.get_namespace("DESK_"))
    except DataInvalid as error:
        lines = ['Variables are read as JSON: \'"text"\', 5, true, \'["a", "b"]\'.']
        for fault in error.errors:
            name = fault.pointer.split("/")[1]
            lines.append(f"FLASK_DESK_{name.upper()}: {fault.detail}")
        raise ValueError("\n".join(lines)) from None
