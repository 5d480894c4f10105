"""The shop on a database of its own for each test, and a client that knows the document."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.security import generate_password_hash

from bookshop import create_app, database, models, security

from .answers import ANNA, BERTA, BOSS
from .contract import CheckedClient, Contract

ENGINE = "bookshop.engine"

LogIn = Callable[[tuple[str, str]], CheckedClient]


@pytest.fixture(scope="session")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the database is that the shop fills; each test copies it."""
    return tmp_path_factory.mktemp("bookshop") / "first-day.sqlite"


@pytest.fixture(scope="session")
def shop(first_day: Path) -> Flask:
    """Return the app, which is made once; its first engine has done its work."""
    email, password = BOSS
    app = create_app(
        {
            "DATABASE_URL": f"sqlite:///{first_day}",
            "SECRET_KEY": "the key of the tests",
            "STAFF_EMAIL": email,
            "STAFF_PASSWORD": password,
            "TESTING": True,
            "TYPED_CHECK_RESPONSES": "error",
        }
    )
    with app.app_context(), database.open_session() as session:
        session.add_all([make_row(*ANNA), make_row(*BERTA)])
        session.commit()
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
def log_in(app: Flask, contract: Contract) -> LogIn:
    """Return what makes a client for somebody, without the work of checking their password."""

    def log_in(who: tuple[str, str]) -> CheckedClient:
        with app.app_context(), database.open_session() as session:
            query = sa.select(models.Account).where(models.Account.email == who[0])
            token = security.make_token(session.scalars(query).one())
        client = CheckedClient(app, app.response_class, contract=contract)
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return log_in


@pytest.fixture
def client(app: Flask, contract: Contract) -> CheckedClient:
    """Return a visitor's client; whatever the shop answers must be what it publishes."""
    return CheckedClient(app, app.response_class, contract=contract)


@pytest.fixture
def staff(log_in: LogIn) -> CheckedClient:
    """Return the client of somebody who works in the shop."""
    return log_in(BOSS)


@pytest.fixture
def customer(log_in: LogIn) -> CheckedClient:
    """Return a customer's client."""
    return log_in(ANNA)


@pytest.fixture
def stranger(log_in: LogIn) -> CheckedClient:
    """Return another customer's client."""
    return log_in(BERTA)


def make_row(email: str, password: str) -> models.Account:
    """Return the row of a customer's account; a hash of one round is enough here."""
    digest = generate_password_hash(password, "pbkdf2:sha256:1")
    return models.Account(email=email, password_hash=digest)
