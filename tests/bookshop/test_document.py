"""The document that the shop publishes, and where it is found."""

from __future__ import annotations

from typing import Any

import pytest

from .contract import CheckedClient, Contract

OPERATIONS = {
    "/": "get",
    "/accounts": "post",
    "/accounts/me": "get",
    "/authors": "get post",
    "/authors/{author_id}": "delete get patch put",
    "/books": "get post",
    "/books/illustrated": "post",
    "/books/prices": "get patch",
    "/books/suggestions": "get",
    "/books/{book_id}": "delete get patch put",
    "/books/{book_id}/cover": "delete get put",
    "/books/{book_id}/stock": "get",
    "/catalogue": "get",
    "/deliveries": "post",
    "/health": "get",
    "/legacy/catalogue": "get",
    "/legacy/stock/{isbn}": "get",
    "/orders": "get post",
    "/orders/{order_id}": "get",
    "/orders/{order_id}/cancel": "post",
    "/orders/{order_id}/events": "get",
    "/orders/{order_id}/receipt": "get",
    "/token": "post",
}
NOBODY = "6f2c1a1e-0000-4000-8000-000000000000"


def test_every_route_is_published(contract: Contract) -> None:
    """Typed and plain routes are in the document, each method of them."""
    paths = contract.document["paths"]
    assert {path: " ".join(sorted(item)) for path, item in paths.items()} == OPERATIONS


def test_document_says_whose_it_is(contract: Contract) -> None:
    """Title, version and description come from the configuration."""
    assert contract.document["info"] == {
        "title": "Bookshop",
        "version": "1.0.0",
        "description": "Books, their authors, and orders for them.",
        "contact": {"name": "The bookshop", "email": "desk@shop.example"},
        "license": {"name": "CC-BY-4.0", "identifier": "CC-BY-4.0"},
    }


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("GET", "/books/3", "200 304 404 412 422"),
        ("POST", "/books", "201 400 401 403 409 413 415 422"),
        ("DELETE", "/authors/1", "204 401 403 404 409 422"),
        ("GET", "/books/3/cover", "200 206 304 404 412 416 422"),
        ("PUT", "/books/3/cover", "200 400 401 403 404 413 415 422"),
        ("GET", "/orders", "200 401 403 422 504"),
        ("POST", "/orders", "201 400 401 403 409 413 415 422 503 504"),
        ("GET", f"/orders/{NOBODY}", "200 401 403 404 504"),
        ("POST", "/accounts", "201 400 409 413 415 422"),
        ("POST", "/token", "200 400 401 413 415 422"),
        ("GET", "/accounts/me", "200 401 403"),
        ("GET", "/health", "2XX 4XX default"),
    ],
)
def test_every_answer_of_a_route_is_published(
    contract: Contract, method: str, path: str, statuses: str
) -> None:
    """The document lists what a route answers, its errors included."""
    operation: Any = contract.operation(method, path)
    assert " ".join(sorted(operation["responses"])) == statuses


def test_document_is_not_sent_twice(client: CheckedClient) -> None:
    """A client that has the document is told that nothing changed."""
    etag = client.get("/openapi.json").headers["ETag"]
    assert client.get("/openapi.json", headers={"If-None-Match": etag}).status_code == 304


def test_page_of_the_document(client: CheckedClient) -> None:
    """The page for people is there."""
    answer = client.get("/docs")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "Bookshop" in answer.text
