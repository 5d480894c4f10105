"""JSON bodies on their way from the server: each read once, and there for whoever asks after."""

from __future__ import annotations

import io
import json
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import pytest
from flask import Flask, Request, request
from flask.testing import FlaskClient
from flask_typed import Body, Typed

Texts = Annotated[list[str], Body()]


@pytest.fixture
def client(app: Flask, typed: Typed) -> FlaskClient:
    """A view that takes texts, and returns what Flask says of the body too."""

    def view(texts: Texts) -> dict[str, Any]:
        return {"texts": texts, "data": request.get_data(as_text=True), "json": request.get_json()}

    typed.post("/")(view)
    return app.test_client()


def test_the_body_is_there_for_the_view(client: FlaskClient) -> None:
    """The request says what it would without flask_typed."""
    answer = client.post("/", data=b'["a"]', content_type="application/json")
    assert answer.json == {"texts": ["a"], "data": '["a"]', "json": ["a"]}


def test_the_body_is_there_as_a_stream(app: Flask, typed: Typed) -> None:
    """What reads the stream gets the body."""

    def view(texts: Texts) -> str:
        return request.stream.read().decode()

    typed.post("/")(view)
    assert app.test_client().post("/", json=["a"]).json == '["a"]'


def test_the_body_was_read_before(app: Flask, client: FlaskClient) -> None:
    """What somebody else has read is read no more."""
    app.before_request(lambda: None if request.get_json() else ("nothing", 400))
    assert client.post("/", json=["a"]).json["texts"] == ["a"]


class Drop(io.BytesIO):
    """A stream that gives one byte at a time."""

    def read(self, size: int | None = -1) -> bytes:
        """Read one."""
        return super().read(min(size or 0, 1))


def test_a_server_that_gives_pieces(client: FlaskClient) -> None:
    """A server may give less than it was asked for; that is not the end."""
    environ = {"wsgi.input": Drop(b'["a"]'), "CONTENT_LENGTH": "5"}
    answer = client.post("/", content_type="application/json", environ_overrides=environ)
    assert answer.json["texts"] == ["a"]


class Inflating(Request):
    """A request whose body may be compressed."""

    def get_data(self, *args: Any, **options: Any) -> Any:
        """Decompress."""
        return zlib.decompress(super().get_data(*args, **options))


@pytest.mark.parametrize("accelerated", [True, False])
def test_a_request_class_of_the_apps_own(accelerated: bool) -> None:
    """Its way of reading is the way."""

    def view(texts: Texts) -> list[str]:
        return texts

    app = Flask("shop")
    app.config["TYPED_ACCELERATION"] = accelerated
    app.request_class = Inflating
    Typed(app).post("/")(view)
    compressed = zlib.compress(json.dumps(["a" * 100]).encode())
    answer = app.test_client().post("/", data=compressed, content_type="application/json")
    assert answer.json == ["a" * 100]


@pytest.mark.parametrize("count", [10, 1_000_000])
def test_bodies_of_any_size(client: FlaskClient, count: int) -> None:
    """Large and small ones are the same to the view."""
    body = json.dumps(["a" * count])
    answer = client.post("/", data=body, content_type="application/json")
    assert answer.json["data"] == body


def test_the_apps_own_limit(app: Flask, client: FlaskClient) -> None:
    """A body is read up to what the app allows."""
    app.config["MAX_CONTENT_LENGTH"] = 5
    assert client.post("/", data=b'["a"]', content_type="application/json").status_code == 200
    assert client.post("/", data=b'["ab"]', content_type="application/json").status_code == 413


def test_the_limit_of_one_request(app: Flask, client: FlaskClient) -> None:
    """What Flask lets a request say counts."""

    @app.before_request
    def limit() -> None:
        request.max_content_length = 3

    assert client.post("/", data=b'["a"]', content_type="application/json").status_code == 413


def test_first_requests_that_come_together(app: Flask, client: FlaskClient) -> None:
    """What reads bodies is made at the first request, by whichever thread is first."""
    start = threading.Barrier(8)

    def ask(number: int) -> Any:
        start.wait()
        body = [str(number)] if number % 2 else [number]
        return app.test_client().post("/", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [422, 200] * 4
