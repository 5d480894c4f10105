from collections.abc import Iterator

import pytest
import reading
from flask.testing import FlaskClient

ADA = {"name": "ada", "password": "countess of lovelace"}
ARTICLE = {"url": "https://docs.example/gevent", "title": "How greenlets wait"}


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    """Return a client, and empty the database after the test."""
    reading.app.testing = True
    yield reading.app.test_client()
    with reading.app.app_context():
        reading.db.drop_all()
        reading.db.create_all()


@pytest.fixture
def ada(client: FlaskClient) -> FlaskClient:
    """Return a client that is logged in."""
    client.post("/users", json=ADA)
    token = client.post("/tokens", json=ADA).get_json()["token"]
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def test_add(ada: FlaskClient) -> None:
    added = ada.post("/articles", json=ARTICLE)
    assert added.status_code == 201
    assert ada.get(added.headers["Location"]).get_json()["title"] == ARTICLE["title"]


def test_an_invalid_url(ada: FlaskClient) -> None:
    answer = ada.post("/articles", json={**ARTICLE, "url": "gevent"})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/url"


def test_no_login(client: FlaskClient) -> None:
    assert client.get("/articles").status_code == 401


def test_others_do_not_see_it(ada: FlaskClient) -> None:
    ada.post("/articles", json=ARTICLE)
    bob = reading.UserRow(id=7, name="bob", password_hash="")
    with reading.typed.override(reading.get_user, lambda: bob):
        assert ada.get("/articles").get_json() == []
        assert ada.get("/articles/1").status_code == 404


def test_mark_as_read() -> None:
    row = reading.ArticleRow(title="HTTP in an hour")
    assert reading.mark_as_read(row).is_read
