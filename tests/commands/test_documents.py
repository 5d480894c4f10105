"""The document of a command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask_typed.commands.documents import CannotRun, load_document
from flask_typed.probing.sending import HTTPSender, NoAnswer, Received, WireRequest
from werkzeug.datastructures import Headers

from ..outside.documents import make_document

TEXT = json.dumps(make_document({})).encode()


class Network:
    """Servers by URL: each has an answer, or a place to go to."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}
        self.headers: list[object] = []

    def send(self, sender: HTTPSender, request: WireRequest) -> Received:
        """Return the answer of a place, for ``HTTPSender.send``."""
        self.headers.append(request.headers)
        place = self.places.get(sender.url + request.target, "gone")
        if place == "silent":
            raise NoAnswer("the connection was refused")
        if place == "document":
            return Received(200, Headers(), TEXT)
        headers = Headers() if place == "gone" else Headers({"Location": place})
        return Received(404 if place == "gone" else 302, headers, b"")


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """Return servers that are not there."""
    made = Network()

    def send(sender: HTTPSender, request: WireRequest) -> Received:
        return made.send(sender, request)

    monkeypatch.setattr(HTTPSender, "send", send)
    return made


def test_url(network: Network) -> None:
    """A URL is fetched with the user's headers."""
    network.places["http://a/openapi.json?v=1"] = "document"
    document = load_document("http://a/openapi.json?v=1", [("X-A", "1")])
    assert (document, network.headers) == (make_document({}), [[("X-A", "1")]])


def test_redirect(network: Network) -> None:
    """A redirect on the same server is followed."""
    network.places |= {"http://a/": "docs/", "http://a/docs/": "/x", "http://a/x": "document"}
    assert load_document("http://a")["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ({}, "http://a/ has no document: status 404."),
        ({"http://a/": "silent"}, "http://a/: the connection was refused."),
        (
            {"http://a/": "http://b/", "http://b/": "document"},
            "The document is not on http://a: it redirects to http://b/.",
        ),
        ({"http://a/": "/"}, "The document is not on http://a: it redirects to http://a/."),
    ],
    ids=["gone", "silent", "another server", "loop"],
)
def test_no_document(network: Network, places: dict[str, str], message: str) -> None:
    """The error tells in a sentence why there is no document."""
    network.places |= places
    with pytest.raises(CannotRun, match=f"^{re.escape(message)}$"):
        load_document("http://a/")


def test_url_that_is_none() -> None:
    """A URL without a host is no traceback."""
    with pytest.raises(CannotRun, match=r"^'http://' is not the URL of a server"):
        load_document("http://")


def test_file(tmp_path: Path) -> None:
    """A file is read; a missing one is an error."""
    path = tmp_path / "api.json"
    path.write_bytes(TEXT)
    assert load_document(str(path)) == make_document({})
    with pytest.raises(CannotRun, match=r"none\.json cannot be read: "):
        load_document(str(tmp_path / "none.json"))
