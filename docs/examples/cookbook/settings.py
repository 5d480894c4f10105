from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge, Le
from flask import Flask, current_app
from flask_typed import Depends, Typed

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
        values = app.config.get_namespace("DESK_")
        app.extensions["settings"] = typed.load(Settings, values)
    return app
