"""JSON in a part of a form, which may come as a file."""

from dataclasses import dataclass
from io import BytesIO
from typing import Annotated, Any

import pytest
from flask import request
from flask.testing import FlaskClient
from flask_typed import Form, Json, Typed
from werkzeug.datastructures import FileStorage


@dataclass
class Book:
    """A book."""

    title: str
    pages: int = 3


@pytest.fixture
def send(typed: Typed, client: FlaskClient) -> Any:
    """Return what sends a form with a file, and returns the result or the faults."""

    @typed.post("/")
    def add(
        cover: FileStorage,
        book: Annotated[Json[Book], Form()],
        others: Annotated[list[Json[Book]], Form()] = [],
    ) -> list[Any]:
        names = [file.read().decode() for file in request.files.getlist("book")]
        return [cover.filename, book.title, len(others), names]

    def post(**values: Any) -> Any:
        data = {"cover": (BytesIO(b"x"), "c.png"), **values}
        answer = client.post("/", data=data)
        assert isinstance(answer.json, (list, dict))
        if answer.status_code == 200:
            return answer.json
        return [(f["in"], f["pointer"], f["code"]) for f in answer.json["errors"]]

    return post


TEXT = '{"title": "a"}'


def part(text: str | bytes, *, name: str = "blob", kind: str = "application/json") -> Any:
    """Return a part with the name of a file."""
    return BytesIO(text.encode() if isinstance(text, str) else text), name, kind


def test_text(send: Any) -> None:
    """A part without the name of a file is read from the form."""
    assert send(book=TEXT) == ["c.png", "a", 0, []]


@pytest.mark.parametrize(
    "kind", ["application/json", "application/octet-stream", "application/b+json"]
)
def test_file(send: Any, kind: str) -> None:
    """A part with the name of a file is read likewise; it stays readable for the view."""
    assert send(book=part(TEXT, kind=kind)) == ["c.png", "a", 0, [TEXT]]


def test_several(send: Any) -> None:
    """Several parts of one name are a list."""
    assert send(book=TEXT, others=[part(TEXT), part(TEXT)])[2] == 2


FAULTS = [
    pytest.param(part('{"title": 1}'), "/book/title", "invalid_string", id="a field"),
    pytest.param(part("{"), "/book", "invalid_json", id="no JSON"),
    pytest.param(part(b"\xff"), "/book", "invalid_json", id="not UTF-8"),
    pytest.param(part(TEXT, kind="text/xml"), "/book", "wrong_media_type", id="XML"),
]


@pytest.mark.parametrize(("sent", "pointer", "code"), FAULTS)
def test_faults(send: Any, sent: Any, pointer: str, code: str) -> None:
    """A fault of a part is one of its field, beside those of other fields."""
    assert send(book=sent, others=["{"]) == [
        ("form", pointer, code),
        ("form", "/others/0", "invalid_json"),
    ]


def test_missing(send: Any) -> None:
    """A file of another name is not the part."""
    assert send(other=part(TEXT)) == [("form", "/book", "required"), ("file", "/other", "unknown")]
