from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from reading import create_app
from reading.extensions import db

ADA = {"name": "ada", "password": "countess of lovelace"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """Return a client of an app with a database of its own."""
    app = create_app(
        {
            "TESTING": True,
            "TYPED_CHECK_RESPONSES": "error",
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/test.sqlite",
        }
    )
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


def test_log_in(client: FlaskClient) -> None:
    assert client.post("/users", json=ADA).status_code == 201
    answer = client.post("/tokens", json=ADA)
    assert answer.get_json()["expires_in"] == 3600
