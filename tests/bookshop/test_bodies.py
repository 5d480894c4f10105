"""What every route with a JSON body refuses before it looks at the values."""

from __future__ import annotations

import pytest
from werkzeug.exceptions import RequestEntityTooLarge

from .answers import MISSING, invalid, problem
from .contract import CheckedClient

LIMIT = 4 * 1024 * 1024

pytestmark = pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/authors/"),
        ("PUT", "/authors/1"),
        ("POST", "/books/"),
        ("PUT", "/books/3"),
        ("PATCH", "/books/3"),
        ("POST", "/orders/"),
    ],
)


def test_body_that_is_no_json(staff: CheckedClient, method: str, path: str) -> None:
    """A text that breaks off is a bad request."""
    answer = staff.open(path, method=method, data=b"{", content_type="application/json")
    detail = (
        "The body is not JSON: Expecting property name enclosed in double quotes"
        " at line 1, column 2."
    )
    assert (answer.status_code, answer.json) == (400, problem(400, "Bad Request", detail=detail))


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_body_of_another_type(
    staff: CheckedClient, method: str, path: str, content_type: str
) -> None:
    """A body that is not called JSON is not read as JSON."""
    answer = staff.open(path, method=method, data=b"{}", content_type=content_type)
    merging = {"PATCH": " or application/merge-patch+json"}.get(method, "")
    detail = f"The body must be application/json{merging}."
    expected = (415, problem(415, "Unsupported Media Type", detail=detail))
    assert (answer.status_code, answer.json) == expected


def test_body_that_is_too_large(staff: CheckedClient, method: str, path: str) -> None:
    """More than the app takes is refused before it is read."""
    data = b" " * (LIMIT + 1)
    answer = staff.open(path, method=method, data=data, content_type="application/json")
    detail = "The data value transmitted exceeds the capacity limit."
    assert (answer.status_code, answer.json) == (
        413,
        problem(413, RequestEntityTooLarge().name, detail=detail),
    )


def test_no_body_at_all(staff: CheckedClient, method: str, path: str) -> None:
    """A request without a body misses it."""
    answer = staff.open(path, method=method)
    assert (answer.status_code, answer.json) == (422, invalid(("body", "", MISSING)))


@pytest.mark.parametrize("body", [[], "text", 3])
def test_body_that_is_no_object(staff: CheckedClient, method: str, path: str, body: object) -> None:
    """All that is taken is an object."""
    answer = staff.open(path, method=method, json=body)
    assert (answer.status_code, answer.json) == (422, invalid(("body", "", "Invalid input type.")))
