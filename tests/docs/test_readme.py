"""The README, which is the first page too: its program runs."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from flask.testing import FlaskClient

from .pages import DOCS, read_blocks


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Run the README's program, and return a client of its app."""
    text = (DOCS.parent / "README.rst").read_text(encoding="utf-8")
    (program,) = (block.body for block in read_blocks(text) if block.argument == "python")
    module = ModuleType("readme")
    monkeypatch.setitem(sys.modules, "readme", module)
    exec(program, module.__dict__)
    client: FlaskClient = module.app.test_client()
    return client


def test_a_book_is_added(client: FlaskClient) -> None:
    """A book can be added, and found where the answer says."""
    added = client.post("/books/", json={"title": "Emma", "price": "7.50"})
    assert added.status == "201 CREATED"
    assert client.get(added.headers["Location"]).get_json() == {
        "title": "Emma",
        "price": "7.50",
        "published": None,
        "id": 1,
    }


def test_a_book_is_missing(client: FlaskClient) -> None:
    """A book that is not there is the problem that the program declares."""
    response = client.get("/books/7")
    assert response.get_json() == {
        "type": "about:blank",
        "title": "No book has this id.",
        "status": 404,
        "book_id": 7,
    }
