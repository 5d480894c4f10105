"""Bodies that are no JSON, files of certain kinds, and bodies that are JSON or a form."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import Annotated, Any

import pytest
from annotated_types import MaxLen, MinLen
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Body, Depends, Form, MediaType, Typed
from flask_typed.exceptions import DeclarationError
from werkzeug.datastructures import FileStorage

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@dataclass
class Book:
    """What comes as JSON, or in a form."""

    title: str
    tags: list[str] = field(default_factory=list)
    pages: int = 1


def take_bytes(
    data: Annotated[
        bytes,
        MediaType("application/pdf"),
        MaxLen(4),
        Body(description="A file.", examples={"none": "%PDF"}),
    ],
) -> int:
    """Take bytes."""
    return len(data)


def take_text(data: Annotated[str, MediaType("text/csv", "text/plain"), MinLen(2)]) -> str:
    """Take text."""
    return data


def take_picture(data: Annotated[bytes | None, MediaType("image/*")] = None) -> int:
    """Take picture."""
    return -1 if data is None else len(data)


def take_anything(data: Annotated[bytes, MediaType("*/*")]) -> int:
    """Take anything."""
    return len(data)


def take_default(data: Annotated[str, MediaType("text/plain")] = "nothing") -> str:
    """Take default."""
    return data


def take_vendor(book: Annotated[Book, MediaType("application/vnd.shop.book+json")]) -> Book:
    """Take vendor."""
    return book


def take_either(book: Annotated[Book, Body(form=True, description="A book.")]) -> Book:
    """Take either."""
    return book


def take_several(
    book_id: Annotated[int, Body(form=True)], word: Annotated[str, Body()] = "none"
) -> list[str]:
    """Take several."""
    return [str(book_id), word]


def take_optional(book: Annotated[Book | None, Body(form=True)] = None) -> Book | None:
    """Take optional."""
    return book


def take_files(
    cover: Annotated[FileStorage, MediaType("image/png", "image/jpeg")],
    scans: list[Annotated[FileStorage, MediaType("image/*")]] = [],
) -> list[str]:
    """Take files."""
    return [cover.mimetype, *(scan.mimetype for scan in scans)]


VIEWS = (
    take_bytes,
    take_text,
    take_picture,
    take_anything,
    take_default,
    take_vendor,
    take_either,
    take_several,
    take_optional,
    take_files,
)


@pytest.fixture
def client(app: Flask, typed: Typed) -> FlaskClient:
    """Serve views that take every kind of body."""
    for view in VIEWS:
        typed.post(f"/{view.__name__.removeprefix('take_')}")(view)
    return app.test_client()


def body_of(client: FlaskClient, path: str) -> dict[str, Any]:
    """Return a Request Body Object of the document."""
    document = client.get("/openapi.json").json or {}
    found: dict[str, Any] = document["paths"][path]["post"]["requestBody"]
    return found


@pytest.mark.parametrize(
    ("path", "data", "media_type", "answer"),
    [
        ("/bytes", b"\x00\xff", "application/pdf", 2),
        ("/bytes", b"", "application/pdf", 0),
        ("/bytes", b"a", "Application/PDF; charset=latin1", 1),
        ("/text", "aé".encode(), "text/csv", "aé"),
        ("/text", "aé".encode(), "text/plain; charset=UTF-8", "aé"),
        ("/picture", b"abc", "image/webp", 3),
        ("/picture", None, None, -1),
        ("/anything", b"abc", "application/x-what", 3),
        ("/default", None, None, "nothing"),
        ("/default", b"", "text/plain", ""),
    ],
)
def test_bodies_as_they_come(
    client: FlaskClient, path: str, data: bytes | None, media_type: str | None, answer: Any
) -> None:
    """What is sent arrives, to the byte; an empty body of a media type is one."""
    response = client.post(path, data=data, content_type=media_type)
    assert (response.status_code, response.json) == (200, answer)


@pytest.mark.parametrize(
    ("path", "data", "media_type", "status", "detail"),
    [
        ("/bytes", b"a", "application/json", 415, "The body must be application/pdf."),
        ("/bytes", b"a", None, 415, "The body must be application/pdf."),
        ("/text", b"ab", "text/html", 415, "The body must be text/csv or text/plain."),
        (
            "/text",
            b"ab",
            "text/csv; charset=latin1",
            415,
            "The body must be text/csv or text/plain.",
        ),
        ("/text", b"\xff\xff", "text/csv", 400, "The body is not UTF-8."),
        ("/picture", b"a", "imagelike/png", 415, "The body must be image/*."),
        (
            "/vendor",
            b'{"title": "Emma"}',
            "application/json",
            415,
            "The body must be application/vnd.shop.book+json.",
        ),
        (
            "/either",
            b"a",
            "text/plain",
            415,
            f"The body must be {JSON} or {FORM}.",
        ),
        ("/either", b'{"title"', JSON, 400, None),
        ("/either", b'{"title": "Emma"}', f"{JSON}; charset=latin1", 415, None),
        ("/either", b"--x", MULTIPART, 400, "The form cannot be parsed."),
    ],
)
def test_bodies_that_cannot_be_read(
    client: FlaskClient,
    path: str,
    data: bytes,
    media_type: str | None,
    status: int,
    detail: str | None,
) -> None:
    """Another media type is a 415, and what is not what it says is a 400."""
    response = client.post(path, data=data, content_type=media_type)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.json is not None
    assert detail in (None, response.json["detail"])


@pytest.mark.parametrize(
    ("path", "data", "media_type", "errors"),
    [
        ("/bytes", b"abcde", "application/pdf", [("body", "", "Longer than maximum length 4.")]),
        ("/bytes", None, None, [("body", "", "Missing data for required field.")]),
        ("/text", b"a", "text/csv", [("body", "", "Shorter than minimum length 2.")]),
        ("/either", None, None, [("body", "", "Missing data for required field.")]),
        (
            "/either",
            b'{"pages": 1}',
            JSON,
            [("body", "/title", "Missing data for required field.")],
        ),
        (
            "/either",
            b"pages=q&more=1",
            FORM,
            [
                ("form", "/title", "Missing data for required field."),
                ("form", "/pages", "Not a valid integer."),
                ("form", "/more", "Unknown field."),
            ],
        ),
        ("/several", b"", FORM, [("form", "/book_id", "Missing data for required field.")]),
    ],
)
def test_faults_of_bodies(
    client: FlaskClient,
    path: str,
    data: bytes | None,
    media_type: str | None,
    errors: list[tuple[str, str, str]],
) -> None:
    """A fault says which body it is in: the form, if one was sent."""
    response = client.post(path, data=data, content_type=media_type)
    assert response.status_code == 422
    assert response.json is not None
    faults = [(f["in"], f["pointer"], f["detail"]) for f in response.json["errors"]]
    assert sorted(faults) == sorted(errors)


def test_json_or_form(client: FlaskClient) -> None:
    """One view takes both, and makes the same of them."""
    book = {"title": "Emma", "tags": ["a", "b"], "pages": 474}
    assert client.post("/either", json=book).json == book
    assert client.post("/either", data=book).json == book
    assert client.post("/either", data=book, content_type=MULTIPART).json == book
    assert client.post("/several", json={"book_id": 7, "word": "x"}).json == ["7", "x"]
    assert client.post("/several", data={"book_id": 7}).json == ["7", "none"]
    assert client.post("/optional").json is None
    assert client.post("/optional", data={"title": "Emma"}).json == {**book, "tags": [], "pages": 1}
    vendor = client.post(
        "/vendor", data=b'{"title": "Emma"}', content_type="application/vnd.shop.book+json"
    )
    assert vendor.json == {"title": "Emma", "tags": [], "pages": 1}


def test_files_of_certain_kinds(client: FlaskClient) -> None:
    """A file is refused that is said to be something else."""

    def send(cover: str, scan: str) -> Any:
        data = {
            "cover": (BytesIO(b"x"), "cover", cover),
            "scans": [(BytesIO(b"x"), "a", "image/x"), (BytesIO(b"x"), "b", scan)],
        }
        return client.post("/files", data=data).json

    assert send("image/png", "image/gif") == ["image/png", "image/x", "image/gif"]
    assert send("image/gif", "text/html")["errors"] == [
        {
            "in": "file",
            "pointer": "/cover",
            "code": "wrong_media_type",
            "detail": "The file must be image/png or image/jpeg.",
        },
        {
            "in": "file",
            "pointer": "/scans/1",
            "code": "wrong_media_type",
            "detail": "The file must be image/*.",
        },
    ]


def test_published_bodies(client: FlaskClient) -> None:
    """Each media type has its schema."""
    assert body_of(client, "/bytes") == {
        "description": "A file.",
        "required": True,
        "content": {
            "application/pdf": {
                "examples": {"none": {"value": "%PDF"}},
                "schema": {"type": "string", "format": "binary", "maxLength": 4},
            }
        },
    }
    text = {"schema": {"type": "string", "minLength": 2}}
    assert body_of(client, "/text")["content"] == {"text/csv": text, "text/plain": text}
    assert body_of(client, "/picture")["required"] is False
    assert list(body_of(client, "/picture")["content"]) == ["image/*"]
    vendor = body_of(client, "/vendor")["content"]
    assert vendor == {
        "application/vnd.shop.book+json": {"schema": {"$ref": "#/components/schemas/BookInput"}}
    }
    either = body_of(client, "/either")
    assert (either["description"], list(either["content"])) == ("A book.", [JSON, FORM])
    assert either["content"][JSON] == {"schema": {"$ref": "#/components/schemas/BookInput"}}
    assert either["content"][FORM]["schema"]["required"] == ["title"]
    files = body_of(client, "/files")["content"][MULTIPART]
    assert files["encoding"] == {
        "cover": {"contentType": "image/png, image/jpeg"},
        "scans": {"contentType": "image/*"},
    }


def test_a_form_as_it_comes(app: Flask, typed: Typed) -> None:
    """A text may be of a form's media type: it is that alone, and is published."""

    @typed.post("/form")
    def view(text: Annotated[str, MediaType(FORM)]) -> str:
        return text

    client = app.test_client()
    assert body_of(client, "/form")["content"] == {FORM: {"schema": {"type": "string"}}}
    assert client.post("/form", data=b"a=1&b", content_type=FORM).json == "a=1&b"
    assert client.post("/form", data=b"x", content_type=MULTIPART).status_code == 415


def take_form(word: Annotated[str, Form()]) -> None: ...


@pytest.mark.parametrize(
    ("annotations", "message"),
    [
        (
            {"one": Annotated[bytes, MediaType("application/pdf")], "two": Book},
            "'one' is the whole body, but the view takes other arguments from it too.",
        ),
        (
            {"one": Annotated[Book, MediaType("image/png")]},
            "Book is read from JSON, MessagePack or CSV, but image/png is another format.",
        ),
        (
            {"one": Annotated[Book, Body(form=True)], "two": Annotated[str, Depends(take_form)]},
            "The view takes a JSON body and a form, but a request has one body.",
        ),
        (
            {"one": Annotated[list[Book], Body(form=True)]},
            "A collection of objects or of collections cannot be written as text.",
        ),
        (
            {"one": Annotated[str, MediaType("text/plain"), Body(example=7)]},
            "An example is not valid: Not a valid string.",
        ),
    ],
)
def test_bodies_that_cannot_be(typed: Typed, annotations: dict[str, Any], message: str) -> None:
    """What no request could send is refused at registration."""

    def view(one: Any, two: Any = None) -> None: ...

    view.__annotations__ = {**annotations, "return": None}
    with pytest.raises(DeclarationError) as caught:
        typed.post("/")(view)
    assert message in str(caught.value)
