"""Covers: pictures that are uploaded, looked at and removed."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO
from typing import Any
from unittest.mock import ANY

import pytest
from werkzeug.exceptions import RequestEntityTooLarge

from .answers import EARTHSEA, MISSING, NO_MATCH, UNKNOWN, invalid, problem
from .contract import CheckedClient

PNG = b"\x89PNG\r\n\x1a\n and so on"
GIF = b"GIF89a and so on"
MEGABYTE = 1024 * 1024
NO_BOOK = problem(404, "No book has this id.", book_id=99)
NO_COVER = {
    **problem(404, "This book has no cover.", book_id=3),
    "type": "https://bookshop.example/problems/cover-not-found",
}


def make_form(image: bytes = PNG, caption: str = "Ships", **more: Any) -> dict[str, Any]:
    """Return the parts of an upload."""
    return {"cover": (BytesIO(image), "cover.bin"), "caption": caption, **more}


def test_cover_is_uploaded(staff: CheckedClient) -> None:
    """What is known of the picture comes back, and stands in the book."""
    answer = staff.put("/books/3/cover/", data=make_form())
    info = {"media_type": "image/png", "caption": "Ships", "size": len(PNG), "uploaded": ANY}
    assert (answer.status_code, answer.json) == (200, info)
    assert staff.get("/books/3").json == {**EARTHSEA, "cover": answer.json}


def test_book_is_added_with_its_cover(staff: CheckedClient) -> None:
    """The book is JSON beside the picture, which a browser sends as a file of its own."""
    book = {
        "title": "Ships",
        "author_id": 1,
        "isbn": "9780000009999",
        "price": "1",
        "genre": "poetry",
    }
    part = (BytesIO(json.dumps(book).encode()), "blob", "application/json")
    answer = staff.post("/books/illustrated", data=make_form(book=part))
    assert (answer.status_code, answer.json["cover"]["caption"]) == (201, "Ships")
    assert staff.get(answer.headers["Location"]).json == answer.json
    wrong = staff.post("/books/illustrated", data=make_form(book=json.dumps({**book, "price": 1})))
    assert [fault["pointer"] for fault in wrong.json["errors"]] == ["/book/price"]


def test_cover_is_looked_at(staff: CheckedClient) -> None:
    """The picture comes back byte by byte, as the kind that it is."""
    staff.put("/books/3/cover/", data=make_form())
    answer = staff.get("/books/3/cover/")
    assert (answer.status_code, answer.data) == (200, PNG)
    assert answer.content_type == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_cover_that_the_client_has(staff: CheckedClient) -> None:
    """A client that names the ETag is told that nothing changed."""
    staff.put("/books/3/cover/", data=make_form())
    etag = f'"{sha256(PNG).hexdigest()}"'
    answer = staff.get("/books/3/cover/", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag)


def test_cover_takes_the_place_of_another(staff: CheckedClient) -> None:
    """The second upload replaces the first."""
    staff.put("/books/3/cover/", data=make_form())
    staff.put("/books/3/cover/", data=make_form(GIF))
    answer = staff.get("/books/3/cover/")
    assert (answer.data, answer.content_type) == (GIF, "image/gif")


def test_cover_of_the_largest_size(staff: CheckedClient) -> None:
    """A picture may have a megabyte."""
    answer = staff.put("/books/3/cover/", data=make_form(PNG.ljust(MEGABYTE, b"\0")))
    assert (answer.status_code, answer.get_json()["size"]) == (200, MEGABYTE)


def test_cover_that_is_too_large(staff: CheckedClient) -> None:
    """One byte more is refused by the shop."""
    answer = staff.put("/books/3/cover/", data=make_form(PNG.ljust(MEGABYTE + 1, b"\0")))
    assert (answer.status_code, answer.json) == (
        413,
        problem(413, "The picture is too large.", limit=MEGABYTE),
    )


def test_body_that_is_too_large(staff: CheckedClient) -> None:
    """More than the app takes of anybody is refused before it is read."""
    answer = staff.put("/books/3/cover/", data=make_form(bytes(4 * MEGABYTE)))
    assert (answer.status_code, answer.json) == (
        413,
        problem(
            413,
            RequestEntityTooLarge().name,
            detail="The data value transmitted exceeds the capacity limit.",
        ),
    )


def test_cover_that_is_no_picture(staff: CheckedClient) -> None:
    """The bytes decide, not the type that the client names."""
    form = make_form(cover=(BytesIO(b"<svg>"), "cover.png", "image/png"))
    answer = staff.put("/books/3/cover/", data=form)
    supported = ["image/gif", "image/jpeg", "image/png"]
    assert (answer.status_code, answer.json) == (
        415,
        problem(415, "The format of the picture is not supported.", supported=supported),
    )


@pytest.mark.parametrize(
    ("form", "faults"),
    [
        pytest.param(
            {}, [("form", "/caption", MISSING), ("file", "/cover", MISSING)], id="nothing"
        ),
        pytest.param(
            {"cover": PNG, "caption": "c"},
            [("file", "/cover", MISSING), ("form", "/cover", UNKNOWN)],
            id="a field for a file",
        ),
        pytest.param(
            make_form(caption="a\0b"), [("form", "/caption", NO_MATCH)], id="NUL in the caption"
        ),
        pytest.param(
            make_form(caption="c" * 81),
            [("form", "/caption", "Longer than maximum length 80.")],
            id="long caption",
        ),
        pytest.param(
            make_form(colour="red", back=(BytesIO(PNG), "b.png")),
            [("form", "/colour", UNKNOWN), ("file", "/back", UNKNOWN)],
            id="unknown parts",
        ),
    ],
)
def test_bad_form_is_refused(
    staff: CheckedClient, form: dict[str, Any], faults: list[tuple[str, str, str]]
) -> None:
    """Each field and file that is wrong has its fault."""
    answer = staff.put("/books/3/cover/", data=form, content_type="multipart/form-data")
    assert (answer.status_code, answer.json) == (422, invalid(*faults))


def test_upload_that_is_no_form(staff: CheckedClient) -> None:
    """A body of another type is refused for its type."""
    answer = staff.put("/books/3/cover/", data=PNG, content_type="image/png")
    assert (answer.status_code, answer.json) == (
        415,
        problem(415, "Unsupported Media Type", detail="The body must be multipart/form-data."),
    )


def test_upload_that_breaks_off(staff: CheckedClient) -> None:
    """A form that can't be parsed is a bad request."""
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = staff.put("/books/3/cover/", data=b"--x\r\nContent-Dis", headers=headers)
    assert (answer.status_code, answer.json) == (
        400,
        problem(400, "Bad Request", detail="The form cannot be parsed."),
    )


def test_cover_is_deleted(staff: CheckedClient) -> None:
    """The picture goes, the book stays."""
    staff.put("/books/3/cover/", data=make_form())
    answer = staff.delete("/books/3/cover/")
    assert (answer.status_code, answer.data) == (204, b"")
    assert staff.get("/books/3").json == EARTHSEA


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_book_without_a_cover(staff: CheckedClient, method: str) -> None:
    """There is nothing to look at or to remove."""
    answer = staff.open("/books/3/cover/", method=method)
    assert (answer.status_code, answer.json) == (404, NO_COVER)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_cover_of_no_book(staff: CheckedClient, method: str) -> None:
    """A book that isn't there has no cover either."""
    body = {"data": make_form()} if method == "PUT" else {}
    answer = staff.open("/books/99/cover/", method=method, **body)
    assert (answer.status_code, answer.json) == (404, NO_BOOK)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_cover_of_an_impossible_book(staff: CheckedClient, method: str) -> None:
    """The variable of the outer blueprint is checked as well."""
    body = {"data": make_form()} if method == "PUT" else {}
    answer = staff.open("/books/0/cover/", method=method, **body)
    assert (answer.status_code, answer.json) == (
        422,
        invalid(("path", "/book_id", "Must be greater than or equal to 1.")),
    )


def test_cover_goes_with_its_book(staff: CheckedClient) -> None:
    """A deleted book takes its cover along."""
    staff.put("/books/3/cover/", data=make_form())
    assert staff.delete("/books/3").status_code == 204
    answer = staff.get("/books/3/cover/")
    assert (answer.status_code, answer.json) == (404, problem(404, NO_BOOK["title"], book_id=3))
