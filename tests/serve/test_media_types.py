"""Bodies of several media types with one status code: the type of the return value selects one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from flask.testing import FlaskClient
from flask_typed import Created, DeclarationError, MediaType, Typed

Document = Callable[[], dict[str, Any]]
Text = Annotated[str, MediaType("text/plain")]
Pdf = Annotated[bytes, MediaType("application/pdf")]


@dataclass
class Book:
    """A book."""

    title: str


def serve(typed: Typed, client: FlaskClient, annotation: Any, value: Any) -> Any:
    """Return the response for a value."""

    def view() -> Any:
        return value

    view.__annotations__["return"] = annotation
    typed.get("/")(view)
    return client.get("/")


SERVED = [
    pytest.param(Book | Text, "line", "text/plain; charset=utf-8", b"line", id="text"),
    pytest.param(Book | Text, Book("a"), "application/json", b'{"title":"a"}', id="JSON"),
    pytest.param(Text | Book, Book("a"), "application/json", b'{"title":"a"}', id="text first"),
    pytest.param(Text | Book | None, None, "application/json", b"null", id="null"),
    pytest.param(Text | Pdf, "line", "text/plain; charset=utf-8", b"line", id="text or bytes"),
    pytest.param(Text | Pdf, b"%PDF", "application/pdf", b"%PDF", id="bytes or text"),
    pytest.param(Book | int | Pdf, 3, "application/json", b"3", id="several JSON types"),
    pytest.param(
        Created[Book | Text] | Text, "line", "text/plain; charset=utf-8", b"line", id="plain"
    ),
]


@pytest.mark.parametrize(("annotation", "value", "content_type", "data"), SERVED)
def test_served(
    typed: Typed, client: FlaskClient, annotation: Any, value: Any, content_type: str, data: bytes
) -> None:
    """Text and bytes have their media type, everything else is JSON."""
    answer = serve(typed, client, annotation, value)
    assert (answer.status_code, answer.content_type, answer.data) == (200, content_type, data)


def test_replies(typed: Typed, client: FlaskClient) -> None:
    """The body of a reply may be of several media types too."""
    answer = serve(typed, client, Created[Book | Text], Created("line"))
    assert (answer.status_code, answer.mimetype, answer.text) == (201, "text/plain", "line")


def test_published(typed: Typed, client: FlaskClient, document: Document) -> None:
    """One response of the document has all media types."""
    serve(typed, client, Book | Text | Pdf, "line")
    content = document()["paths"]["/"]["get"]["responses"]["200"]["content"]
    assert content == {
        "application/json": {"schema": {"$ref": "#/components/schemas/Book"}},
        "text/plain": {"schema": {"type": "string"}},
        "application/pdf": {"schema": {"type": "string", "format": "binary"}},
    }


REFUSED = [
    pytest.param(str | Text, "Two bodies of one status code are str", id="JSON text"),
    pytest.param(
        Text | Annotated[str, MediaType("text/html")], "Two bodies of one status", id="two texts"
    ),
    pytest.param(Text | None, "cannot be None", id="null"),
    pytest.param(
        Annotated[str | None, MediaType("text/plain")], "cannot be None", id="null inside"
    ),
    pytest.param(
        Book | Annotated[Book, MediaType("application/x+json")], "no meaning inside", id="two JSON"
    ),
    pytest.param(Annotated[Book, MediaType("image/png")], "is another format", id="png"),
    pytest.param(
        Created[Annotated[list[int], MediaType("image/png")]], "is another format", id="reply"
    ),
    pytest.param(
        Book | Annotated[dict[str, Any], MediaType("application/msgpack")],
        "no meaning inside",
        id="msgpack in a union",
    ),
]


@pytest.mark.parametrize(("annotation", "message"), REFUSED)
def test_refused(typed: Typed, client: FlaskClient, annotation: Any, message: str) -> None:
    """What the return value does not tell apart is refused."""
    with pytest.raises(DeclarationError, match=message):
        serve(typed, client, annotation, None)
