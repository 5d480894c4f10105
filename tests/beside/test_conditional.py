"""A resource with an ETag: 304 before the work, 412 and 428."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from .conftest import Client, find_parameter

PATH = "/books/{book_id}"
EMMA = {"title": "Emma, again", "genre": None, "price": 950, "sale_price": None}


def read(client: Client) -> str:
    """Return the tag of a book."""
    return client.get("/books/1").headers["ETag"]


def replace(client: Client, match: str | None) -> int:
    """Replace a book; return the status code."""
    headers = {} if match is None else {"If-Match": match}
    return client.send("PUT", "/books/1", json=EMMA, headers=headers).status_code


def test_read(client: Client) -> None:
    """A response has the tag of the version, which changes with it."""
    tag = read(client)
    assert tag.startswith('"')
    client.send("PATCH", "/books/1", json={"price": 800})
    assert read(client) != tag


def read_again(client: Client, *tags: str) -> set[tuple[int, bytes]]:
    """Read a book that the client has; return the status codes and bodies."""
    answers = (client.get("/books/1", headers={"If-None-Match": tag}) for tag in tags)
    return {(answer.status_code, answer.data) for answer in answers}


def test_not_modified(client: Client) -> None:
    """``If-None-Match`` with the tag is a 304, even if the tag is weak or in a list."""
    tag = read(client)
    assert read_again(client, tag, f"W/{tag}", f'"x", {tag}') == {(304, b"")}


def test_any_tag(client: Client) -> None:
    """``If-None-Match: *`` matches any version."""
    assert read_again(client, "*") == {(304, b"")}


def test_tag_of_not_modified(client: Client) -> None:
    """A 304 has the tag."""
    tag = read(client)
    assert client.get("/books/1", headers={"If-None-Match": tag}).headers["ETag"] == tag


def test_modified(client: Client) -> None:
    """``If-None-Match`` with another tag is a 200."""
    answer = client.get("/books/1", headers={"If-None-Match": '"x"'})
    assert (answer.status_code, answer.get_json()["title"]) == (200, "Emma")


def test_work(client: Client, models: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A 304 saves the work."""
    tag = read(client)
    monkeypatch.setattr(models, "describe", None)  # raises an error if it is called
    assert client.get("/books/1", headers={"If-None-Match": tag}).status_code == 304


def test_required(client: Client) -> None:
    """A change without ``If-Match`` is a 428."""
    assert replace(client, None) == 428


def test_other_version(client: Client) -> None:
    """A change of another version is a 412, and changes nothing."""
    tag = read(client)
    assert (replace(client, tag), replace(client, tag)) == (200, 412)
    assert (replace(client, '"x"'), client.get("/books/1").get_json()["price"]) == (412, 950)


def test_same_version(client: Client) -> None:
    """A change of the current version is a 200, also if its tag is in a list."""
    assert replace(client, read(client)) == 200
    assert replace(client, f'"x", {read(client)}') == 200


def test_any_version(client: Client) -> None:
    """``If-Match: *`` matches any version."""
    assert replace(client, "*") == 200


def test_weak(client: Client) -> None:
    """``If-Match`` with a weak tag is a 412."""
    assert replace(client, f"W/{read(client)}") == 412


def test_published_not_modified(client: Client) -> None:
    """The document has the 304 and ``If-None-Match``."""
    operation = client.find_operation("get", PATH)
    assert "304" in operation["responses"]
    assert find_parameter(operation, "If-None-Match")["in"] == "header"


def test_published_tag(client: Client) -> None:
    """The document has the header ``ETag``."""
    assert_published_tag(client.find_operation("get", PATH)["responses"]["200"])


def test_published_tag_of_not_modified(client: Client) -> None:
    """The document has the header ``ETag`` of the 304."""
    assert_published_tag(client.find_operation("get", PATH)["responses"]["304"])


def assert_published_tag(response: Any) -> None:
    """Assert that a response of a document has the header; the case does not matter."""
    assert "etag" in {name.lower() for name in response["headers"]}


def test_published_match(client: Client) -> None:
    """The document has the 412, the 428 and ``If-Match``."""
    operation = client.find_operation("put", PATH)
    assert {"404", "412", "428"} <= set(operation["responses"])
    assert find_parameter(operation, "If-Match")["in"] == "header"


def test_published_required(client: Client) -> None:
    """The document requires ``If-Match``."""
    assert find_parameter(client.find_operation("put", PATH), "If-Match")["required"] is True
