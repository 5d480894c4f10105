"""The content of files, JSON that calls itself text, and bodies that the view reads itself."""

from __future__ import annotations

from dataclasses import dataclass
from io import BufferedReader, BytesIO
from typing import IO, Annotated, Any, BinaryIO

import pytest
from annotated_types import Len, MaxLen
from flask.testing import FlaskClient
from flask_typed import Body, DeclarationError, File, MediaType, Typed

OCTETS = "application/octet-stream"
Upload = tuple[BytesIO, str]


def upload() -> Upload:
    """Return a file of five bytes."""
    return BytesIO(b"hello"), "a.txt"


@pytest.mark.parametrize(
    ("annotation", "sent", "value"),
    [
        pytest.param(bytes, [upload()], 5, id="bytes"),
        pytest.param(bytes | None, [], "none", id="optional"),
        pytest.param(list[bytes], [upload(), upload()], 2, id="list"),
        pytest.param(Annotated[bytes, MaxLen(4)], [upload()], "/f wrong_length", id="too-long"),
        pytest.param(Annotated[list[bytes], Len(2)], [upload()], "/f wrong_length", id="too-few"),
        pytest.param(
            list[Annotated[bytes, MaxLen(4)]], [upload()], "/f/0 wrong_length", id="one-too-long"
        ),
        pytest.param(
            Annotated[bytes, MediaType("image/*")], [upload()], "/f wrong_media_type", id="type"
        ),
        pytest.param(
            list[Annotated[bytes, MediaType("image/png")]],
            [upload()],
            "/f/0 wrong_media_type",
            id="types",
        ),
    ],
)
def test_content(
    typed: Typed, client: FlaskClient, annotation: Any, sent: list[Upload], value: Any
) -> None:
    """bytes in File() are the content of a file, with constraints for their number."""

    def view(f: Any = "none") -> Any:
        return f if f == "none" else len(f)

    view.__annotations__["f"] = Annotated[annotation, File()]
    typed.post("/")(view)
    answer = client.post("/", data={"f": sent}, content_type="multipart/form-data").get_json()
    if isinstance(answer, dict):
        answer = " ".join(answer["errors"][0][key] for key in ("pointer", "code"))
    assert answer == value


def test_published_content(typed: Typed, document: Any) -> None:
    """The largest size of a file is in the document, and its media types are."""

    @typed.post("/")
    def view(f: Annotated[bytes, File(), MaxLen(9), MediaType("image/png")]) -> None: ...

    assert document()["paths"]["/"]["post"]["requestBody"]["content"] == {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"f": {"type": "string", "format": "binary", "maxLength": 9}},
                "required": ["f"],
                "additionalProperties": False,
            },
            "encoding": {"f": {"contentType": "image/png"}},
        }
    }


@dataclass
class Notice:
    """A notification."""

    text: str


def test_json_as_text(typed: Typed, client: FlaskClient, document: Any) -> None:
    """A view may take JSON with the media type of text, beside its own."""

    @typed.post("/")
    def view(notice: Annotated[Notice, MediaType("text/plain", "application/json")]) -> str:
        return notice.text

    for media_type in ("text/plain; charset=UTF-8", "application/json"):
        answer = client.post("/", data='{"text": "a"}', content_type=media_type)
        assert answer.get_json() == "a"
    assert client.post("/", data="{}", content_type="text/html").status_code == 415
    assert list(document()["paths"]["/"]["post"]["requestBody"]["content"]) == [
        "text/plain",
        "application/json",
    ]


def test_json_as_something_else(typed: Typed) -> None:
    """No other media type is taken for JSON."""
    message = r"Notice is read from JSON, MessagePack or CSV, but image/png is another format\."
    with pytest.raises(DeclarationError, match=message):

        @typed.post("/")
        def view(notice: Annotated[Notice, MediaType("image/png")]) -> None: ...


@pytest.mark.parametrize("annotation", [BinaryIO, BufferedReader, IO[bytes]])
def test_stream(typed: Typed, client: FlaskClient, document: Any, annotation: Any) -> None:
    """A binary file is the unread body, published as bytes."""

    def view(data: Any) -> Any:
        return [line.decode() for line in data]

    view.__annotations__["data"] = annotation
    typed.post("/")(view)
    assert client.post("/", data=b"a\nb", content_type=OCTETS).get_json() == ["a\n", "b"]
    assert client.post("/", data=b"a\nb", content_type="text/plain").status_code == 415
    assert client.post("/").get_json()["errors"] == [
        {
            "in": "body",
            "pointer": "",
            "code": "required",
            "detail": "Missing data for required field.",
        }
    ]
    assert document()["paths"]["/"]["post"]["requestBody"] == {
        "required": True,
        "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}},
    }


@pytest.mark.configured(MAX_CONTENT_LENGTH=9)
def test_bad_streams(typed: Typed, client: FlaskClient) -> None:
    """A body that is cut off or too large is the error of the client, while the view reads it."""

    @typed.post("/")
    def view(data: Annotated[BinaryIO | None, Body(), MediaType("text/csv")] = None) -> int:
        return -1 if data is None else len(data.read())

    def send(data: bytes, **environ: Any) -> int:
        response = client.post(
            "/", input_stream=BytesIO(data), content_type="text/csv", environ_overrides=environ
        )
        return response.status_code

    assert client.post("/").get_json() == -1
    assert send(b"123", CONTENT_LENGTH="3") == 200
    assert send(b"123", CONTENT_LENGTH="5") == 400
    assert send(b"1234567890", CONTENT_LENGTH="10") == 413
    assert send(b"1234567890", **{"wsgi.input_terminated": True}) == 413
    assert send(b"123", **{"wsgi.input_terminated": True}) == 200
