"""The annotation of a file, and what send_file does with it."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated, Any

import pytest
from annotated_types import MaxLen
from flask import Response, send_file
from flask.testing import FlaskClient
from flask_typed import Created, DeclarationError, FileResponse, MediaType, Returns, Typed


def send() -> Response:
    """Send a file."""
    return send_file(BytesIO(b"0123456789"), "image/png", etag="tag", last_modified=1)


@pytest.fixture
def view(typed: Typed) -> None:
    """Register a view that sends a file; responses are compared with the document."""

    @typed.get("/")
    def read() -> Annotated[FileResponse, MediaType("image/png")]:
        return send()


@pytest.mark.usefixtures("view")
@pytest.mark.configured(TESTING=True, TYPED_CHECK_RESPONSES="error")
@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        pytest.param({}, 200, b"0123456789", id="whole"),
        pytest.param({"Range": "bytes=2-4"}, 206, b"234", id="part"),
        pytest.param({"If-None-Match": '"tag"'}, 304, b"", id="not-modified"),
        pytest.param({"If-Match": '"other"'}, 412, b"0123456789", id="failed"),
    ],
)
def test_responses(client: FlaskClient, headers: dict[str, str], status: int, body: bytes) -> None:
    """The document has each response of send_file."""
    response = client.get("/", headers=headers)
    assert (response.status_code, response.data) == (status, body)


@pytest.mark.usefixtures("view")
def test_unsatisfiable(client: FlaskClient) -> None:
    """A range that the file does not have is a problem document."""
    response = client.get("/", headers={"Range": "bytes=99-"})
    assert response.headers["Content-Range"] == "bytes */10"
    assert response.get_json() == {
        "type": "about:blank",
        "title": "Requested Range Not Satisfiable",
        "status": 416,
        "detail": "The server cannot provide the requested range.",
    }


@pytest.mark.usefixtures("view")
def test_document(document: Any) -> None:
    """Each response has its media type and headers."""
    responses = document()["paths"]["/"]["get"]["responses"]
    assert {status: list(one.get("content", {})) for status, one in responses.items()} == {
        "200": ["image/png"],
        "206": ["image/png"],
        "304": [],
        "412": ["image/png"],
        "416": ["application/problem+json"],
    }
    assert {status: list(one.get("headers", {})) for status, one in responses.items()} == {
        "200": ["ETag", "Last-Modified"],
        "206": ["Content-Range", "ETag", "Last-Modified"],
        "304": ["ETag", "Last-Modified"],
        "412": [],
        "416": [],
    }


@pytest.mark.configured(TESTING=True, TYPED_CHECK_RESPONSES="error")
def test_any_type(typed: Typed, client: FlaskClient, document: Any) -> None:
    """Without a media type it may be any; Returns describes the whole file."""

    @typed.get("/")
    def read() -> Annotated[FileResponse, Returns(description="A scan.", headers={"X-A": str})]:
        response = send()
        response.headers["X-A"] = "1"
        return response

    assert client.get("/").status_code == 200
    whole = document()["paths"]["/"]["get"]["responses"]["200"]
    assert whole["description"] == "A scan."
    assert list(whole["headers"]) == ["ETag", "Last-Modified", "X-A"]
    assert list(whole["content"]) == ["*/*"]


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        pytest.param(Annotated[FileResponse, MaxLen(3)], "MaxLen", id="constraint"),
        pytest.param(Created[FileResponse], "FileResponse", id="in a reply"),
        pytest.param(list[FileResponse], "FileResponse", id="in a list"),
        pytest.param(
            FileResponse | Annotated[Response, Returns(status=304)],
            "two responses with the status code 304",
            id="beside a 304",
        ),
    ],
)
def test_refused(typed: Typed, annotation: Any, message: str) -> None:
    """A file is a whole response, which the view has made."""

    def read() -> Any: ...

    read.__annotations__["return"] = annotation
    with pytest.raises(DeclarationError, match=message):
        typed.get("/")(read)
