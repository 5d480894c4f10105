"""A generic class around the bodies of responses."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import pydantic
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    Created,
    DeclarationError,
    MediaType,
    Problem,
    Returns,
    Typed,
    TypedBlueprint,
    raises,
)
from flask_typed.plan.envelopes import make_envelope
from flask_typed.pydantic import PYDANTIC
from typing_extensions import TypedDict

Document = Callable[[], dict[str, Any]]
T = TypeVar("T")
U = TypeVar("U")


@dataclass
class Envelope(Generic[T]):
    """An envelope."""

    data: T
    message: str = "ok"


@dataclass
class Book:
    """A book."""

    title: str


class Gone(Problem):
    """The book is gone."""

    status = 410


@pytest.fixture
def typed(app: Flask) -> Typed:
    """Return an extension object whose responses are enclosed."""
    return Typed(app, envelope=Envelope)


def test_enclosed(typed: Typed, client: FlaskClient, document: Document) -> None:
    """The body is in the field of the type parameter, in the response and in the document."""

    @typed.get("/")
    def list_books() -> list[Book]:
        return [Book("a")]

    @typed.post("/")
    def add(book: Book) -> Created[Book]:
        return Created(book)

    @typed.get("/null")
    def find() -> Book | None:
        return None

    assert client.get("/").json == {"data": [{"title": "a"}], "message": "ok"}
    added = client.post("/", json={"title": "b"})
    assert (added.status_code, added.json) == (201, {"data": {"title": "b"}, "message": "ok"})
    assert client.get("/null").json == {"data": None, "message": "ok"}
    published = document()
    content = published["paths"]["/"]["get"]["responses"]["200"]["content"]["application/json"]
    assert content == {"schema": {"$ref": "#/components/schemas/EnvelopeListBook"}}
    assert published["components"]["schemas"]["EnvelopeBook"]["properties"] == {
        "data": {"$ref": "#/components/schemas/Book"},
        "message": {"type": "string", "default": "ok"},
    }


def test_tuples(typed: Typed, client: FlaskClient) -> None:
    """A tuple is a body, as without an envelope."""

    @typed.get("/any")
    def any_number() -> tuple[Book, ...]:
        return (Book("a"),)

    @typed.get("/two")
    def two() -> tuple[Book, Book]:
        return Book("a"), Book("b")

    assert client.get("/any").json == {"data": [{"title": "a"}], "message": "ok"}
    assert client.get("/two").json == {"data": [{"title": "a"}, {"title": "b"}], "message": "ok"}


def test_not_enclosed(typed: Typed, client: FlaskClient) -> None:
    """Empty responses, text, bytes, streams and errors have no envelope."""

    @typed.get("/none")
    def nothing() -> None: ...

    @typed.get("/text")
    def text() -> Annotated[str, MediaType("text/plain")]:
        return "a"

    @typed.get("/bytes")
    def data() -> bytes:
        return b"a"

    @typed.get("/lines")
    def lines() -> Iterator[Book]:
        yield Book("a")

    @typed.get("/gone")
    @raises(Gone)
    def gone() -> Book:
        raise Gone

    assert [client.get(f"/{name}").data for name in ("none", "text", "bytes", "lines")] == [
        b"",
        b"a",
        b"a",
        b'{"title":"a"}\n',
    ]
    assert client.get("/gone").json == {
        "type": "about:blank",
        "title": "The book is gone.",
        "status": 410,
    }


def test_own_message(typed: Typed, client: FlaskClient) -> None:
    """A view that is annotated with the envelope fills it in itself."""

    @typed.get("/")
    def read() -> Envelope[Book]:
        return Envelope(Book("a"), "found")

    assert client.get("/").json == {"data": {"title": "a"}, "message": "found"}


def test_media_types(typed: Typed, client: FlaskClient) -> None:
    """The media types of the body are those of the envelope."""

    @typed.get("/")
    def read() -> Annotated[Book, MediaType("application/json", "application/msgpack")]:
        return Book("a")

    packed = client.get("/", headers={"Accept": "application/msgpack"})
    assert msgspec.msgpack.decode(packed.data) == {"data": {"title": "a"}, "message": "ok"}


def test_examples(typed: Typed, document: Document) -> None:
    """An example of the body is published in the envelope."""

    @typed.get("/")
    def read() -> Annotated[Book, Returns(examples={"one": Book("a")})]: ...

    content = document()["paths"]["/"]["get"]["responses"]["200"]["content"]["application/json"]
    assert content["examples"] == {"one": {"value": {"data": {"title": "a"}, "message": "ok"}}}


def test_innermost(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """The option of a route is used before that of its blueprint, and that before the app's."""

    @dataclass
    class Wrapped(Generic[T]):
        """Another envelope."""

        result: T

    outer = TypedBlueprint("outer", __name__, envelope=Wrapped)
    inner = TypedBlueprint("inner", __name__, url_prefix="/inner")
    bare = TypedBlueprint("bare", __name__, url_prefix="/bare", envelope=None)

    def view() -> int:
        return 3

    typed.get("/app")(view)
    outer.get("/outer")(view)
    outer.get("/route", envelope=None)(view)
    inner.get("/")(view)
    bare.get("/")(view)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    app.register_blueprint(bare)
    paths = ("/app", "/outer", "/route", "/inner/", "/bare/")
    assert [client.get(path).json for path in paths] == [
        {"data": 3, "message": "ok"},
        {"result": 3},
        3,
        {"result": 3},
        3,
    ]


class Model(pydantic.BaseModel, Generic[T]):
    """An envelope of pydantic."""

    data: T
    code: int = 200


class Struct(msgspec.Struct, Generic[T]):
    """An envelope of msgspec."""

    data: T
    code: int = 200


class Mapped(TypedDict, Generic[T]):
    """An envelope that is a dict."""

    data: T


@pytest.mark.parametrize(
    ("envelope", "more"), [(Model, {"code": 200}), (Struct, {"code": 200}), (Mapped, {})]
)
def test_classes(app: Flask, client: FlaskClient, envelope: Any, more: dict[str, int]) -> None:
    """Any generic class that can be a body can be an envelope."""
    typed = Typed(app, types=PYDANTIC, envelope=envelope)

    @typed.get("/")
    def read() -> list[int]:
        return [3]

    assert client.get("/").json == {"data": [3], **more}


@dataclass
class Two(Generic[T, U]):
    """Two type parameters."""

    data: T
    more: U


@dataclass
class Twice(Generic[T]):
    """Two fields of the type parameter."""

    data: T
    more: T


@dataclass
class Needing(Generic[T]):
    """Another field without a default."""

    data: T
    message: str


class MappedNeeding(TypedDict, Generic[T]):
    """Another key that is required."""

    data: T
    message: str


@pytest.mark.parametrize(
    ("envelope", "message"),
    [
        (Book, r"envelope= is <class '.*Book'>\."),
        ("Envelope", r"envelope= is 'Envelope'\."),
        (Two, r"envelope= is <class '.*Two'>\."),
        (Twice, r"Twice cannot be an envelope\."),
        (Needing, r"Needing cannot be an envelope\."),
        (MappedNeeding, r"MappedNeeding cannot be an envelope\."),
    ],
)
def test_refused(envelope: Any, message: str) -> None:
    """A class that cannot be made of the body alone is no envelope."""
    with pytest.raises(DeclarationError, match=message) as caught:
        Typed(envelope=envelope)
    assert "in Typed(envelope=…)" in str(caught.value)
    assert "Write a generic class with one field of its type parameter" in str(caught.value)


def test_refused_elsewhere(typed: Typed) -> None:
    """The error names the place of the option."""
    wrong: Any = int
    with pytest.raises(DeclarationError, match=r"in TypedBlueprint\('books'\)"):
        TypedBlueprint("books", __name__, envelope=wrong)
    with pytest.raises(DeclarationError, match=r"route '/'"):
        typed.get("/", envelope=wrong)(test_examples)


class KeyedEnvelope(TypedDict, Generic[T]):
    """An envelope that is a dict."""

    data: T


@pytest.mark.parametrize("kind", [Envelope, KeyedEnvelope])
def test_opened(kind: type) -> None:
    """A client gets back what the view returned."""
    envelope = make_envelope(kind)
    assert envelope.open(envelope.enclose("Emma")) == "Emma"
