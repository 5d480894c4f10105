from collections.abc import Iterator

import pytest
from desk import begin, create_app
from flask import Flask
from flask.testing import FlaskClient
from flask_typed.testing import Override
from sqlalchemy.orm import Session

pytest_plugins = ["flask_typed.testing"]


@pytest.fixture(scope="session")
def app() -> Iterator[Flask]:
    """Return one app for all tests: making it takes longest."""
    app = create_app({"TESTING": True, "TYPED_CHECK_RESPONSES": "error"})
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Return a session whose changes are rolled back after the test."""
    with app.extensions["engine"].connect() as connection:
        with Session(connection) as session:
            yield session
        connection.rollback()


@pytest.fixture
def client(app: Flask, session: Session, override: Override) -> FlaskClient:
    """Return a client whose requests use that session."""
    override(begin, lambda: session)
    return app.test_client()
