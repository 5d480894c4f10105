"""The shop on a database of its own for each test, and a client that knows the document."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from bookshop import create_app, database

from .contract import CheckedClient, Contract

ENGINE = "bookshop.engine"


@pytest.fixture(scope="session")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the database is that the shop fills; each test copies it."""
    return tmp_path_factory.mktemp("bookshop") / "first-day.sqlite"


@pytest.fixture(scope="session")
def shop(first_day: Path) -> Flask:
    """Return the app, which is made once; its first engine has done its work."""
    app = create_app({"DATABASE_URL": f"sqlite:///{first_day}", "TESTING": True})
    app.extensions[ENGINE].dispose()
    return app


@pytest.fixture(scope="session")
def contract(shop: Flask) -> Contract:
    """Return what the shop publishes, once the document is found valid."""
    document = shop.test_client().get("/openapi.json").get_json()
    OpenAPIV31SpecValidator(document).validate()
    return Contract(shop.url_map, document)


@pytest.fixture
def app(shop: Flask, first_day: Path, tmp_path: Path) -> Iterator[Flask]:
    """Return the shop on its first day."""
    copy = shutil.copy(first_day, tmp_path)
    engine = database.make_sqlite_engine(sa.make_url(f"sqlite:///{copy}"))
    shop.extensions[ENGINE] = engine
    yield shop
    engine.dispose()


@pytest.fixture
def client(app: Flask, contract: Contract) -> CheckedClient:
    """Return a client; whatever the shop answers must be what it publishes."""
    return CheckedClient(app, app.response_class, contract=contract)
