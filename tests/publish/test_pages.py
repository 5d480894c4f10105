"""The document and its page, as they are served."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from threading import RLock
from typing import Any

import gevent
import gevent.lock
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Document, Typed
from flask_typed.bridge import pausing
from flask_typed.bridge.pausing import Pauses
from flask_typed.publish import bodies
from flask_typed.publish.bodies import PREFIXES, Published
from flask_typed.publish.jsontext import write_document

#: What browsers send.
GZIP = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def test_document_has_an_etag(typed: Typed, client: FlaskClient) -> None:
    """A client that has the document gets 304."""
    first = client.get("/openapi.json")
    assert (first.status_code, first.mimetype) == (200, "application/json")
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get("/openapi.json", headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.data) == (200, first.data)


@pytest.mark.parametrize("url", ["/openapi.json", "/openapi.yaml"])
def test_document_is_compressed(typed: Typed, client: FlaskClient, url: str) -> None:
    """Both representations have tags of their own, and caches keep them apart."""
    plain = client.get(url)
    response = client.get(url, headers=GZIP)
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data) == plain.data
    assert plain.headers["Vary"] == response.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != response.headers["ETag"]
    tag = {"If-None-Match": response.headers["ETag"]}
    again = client.get(url, headers={**GZIP, **tag})
    assert (again.status_code, again.data) == (304, b"")
    assert (again.headers["Vary"], again.headers["ETag"]) == (
        "Accept-Encoding",
        tag["If-None-Match"],
    )
    assert client.get(url, headers=tag).data == plain.data
    head = client.head(url, headers=GZIP)
    assert (head.data, head.content_length) == (b"", len(response.data))


def test_document_is_compressed_once(
    typed: Typed, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Later requests get the bytes of the first."""
    first = client.get("/openapi.json", headers=GZIP).data
    monkeypatch.setattr(bodies, "compress", None)
    assert client.get("/openapi.json", headers=GZIP).data == first


def test_document_is_built_once(app: Flask, client: FlaskClient) -> None:
    """Later requests get the bytes of the first."""
    Typed(app)
    before = client.get("/openapi.json").data
    app.extensions["typed"].operations.clear()
    assert client.get("/openapi.json").data == before


def test_page_refers_to_its_own_assets(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """Everything that the page loads comes from the package, and is there."""
    page = client.get("/docs")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert page.headers["Content-Security-Policy"] == (
        "default-src 'self'; img-src 'self' data: blob:"
    )
    assert 'data-document="/openapi.json"' in page.text
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(links) == 8
    for link in links:
        with client.get(link) as response:
            assert response.status_code == 200, link
    assert "<style" not in page.text
    assert "<script>" not in page.text


def test_page_below_a_prefix(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """Behind a prefix the page's links have it too."""
    page = client.get("/docs", environ_overrides={"SCRIPT_NAME": "/api"})
    assert 'data-document="/api/openapi.json"' in page.text
    assert 'data-redirect="/api/docs/oauth2-redirect.html"' in page.text
    assert re.search(r'src="/api/docs/assets/[0-9a-f]{32}/swagger-ui-init[.]js"', page.text)


def test_title_is_escaped(app: Flask) -> None:
    """A title is text, not markup."""
    app.config["TYPED_TITLE"] = "<b>"
    Typed(app)
    assert "<title>&lt;b&gt;</title>" in app.test_client().get("/docs").text


def test_licence_of_the_assets_is_shipped(typed: Typed, client: FlaskClient) -> None:
    """Swagger UI's licence and notice are beside it."""
    for name in ("LICENSE", "NOTICE"):
        with client.get(f"/docs/assets/swagger-ui/{name}") as response:
            assert response.status_code == 200


def test_other_urls(app: Flask) -> None:
    """Both URLs are configuration."""
    app.config.update(TYPED_OPENAPI_URL="/api/spec.json", TYPED_DOCS_URL="/api/")
    Typed(app)
    client = app.test_client()
    assert client.get("/api/spec.json").status_code == 200
    page = client.get("/api/").text
    assert re.search(r'src="/api/assets/[0-9a-f]{32}/swagger-ui-init[.]js"', page)
    assert 'data-redirect="/api/oauth2-redirect.html"' in page


def test_no_page(app: Flask) -> None:
    """Without a URL there is no page, and no assets."""
    app.config["TYPED_DOCS_URL"] = None
    Typed(app)
    client = app.test_client()
    assert client.get("/openapi.json").status_code == 200
    assert client.get("/docs").status_code == 404
    assert client.get("/docs/assets/swagger-ui-init.js").status_code == 404
    assert client.get("/docs/oauth2-redirect.html").status_code == 404


def test_no_document(app: Flask) -> None:
    """Without a document there is no page either."""
    app.config["TYPED_OPENAPI_URL"] = None
    Typed(app)
    client = app.test_client()
    assert client.get("/openapi.json").status_code == 404
    assert client.get("/docs").status_code == 404


def test_oauth2_comes_back(typed: Typed, client: FlaskClient) -> None:
    """The page has no inline code, and neither a cache nor another site gets its URL."""
    page = client.get("/docs/oauth2-redirect.html?code=secret")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert page.headers["Content-Security-Policy"] == (
        "default-src 'self'; img-src 'self' data: blob:"
    )
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "secret" not in page.text
    assert "<script>" not in page.text
    (script,) = re.findall(r'<script src="([^"]+)"', page.text)
    with client.get(script) as response:
        assert response.status_code == 200
        assert b"swaggerUIRedirectOauth2" in response.data


def test_oauth2_comes_back_to_one_page(app: Flask) -> None:
    """A provider knows one URL for all pages; it is for everybody, as no guard could let it in."""

    def refuse(view: Any) -> Any:
        return lambda: ("", 401)

    inner = Document(url="/inner.json", docs_url="/inner/", guard=refuse)
    Typed(app, documents=[Document(guard=refuse, title="Secret"), inner])
    client = app.test_client()
    assert client.get("/docs").status_code == 401
    page = client.get("/docs/oauth2-redirect.html")
    assert page.status_code == 200
    assert "Secret" not in page.text
    assert client.get("/inner/oauth2-redirect.html").status_code == 404


def test_texts_of_many_prefixes() -> None:
    """A proxy's header may name any prefix: not all are kept, and none is made twice in a row."""
    written = []

    def write(document: Mapping[str, Any], pauses: Pauses) -> bytes:
        written.append(document["servers"][0]["url"])
        return b"text"

    published = Published(lambda pauses: {"openapi": "3.1.0"}, RLock())
    prefixes = [f"/{number}" for number in range(PREFIXES + 1)]
    for prefix in (*prefixes, prefixes[-1], prefixes[0]):
        assert published.make_text((write, prefix)).data == b"text"
    assert written == [*prefixes, prefixes[0]]


def test_a_request_that_waited_compresses_nothing() -> None:
    """The compressed text of the first is there when its turn comes."""
    published = Published(lambda pauses: {"openapi": "3.1.0"}, RLock())
    key = write_document, ""
    text = published.make_text(key)
    assert published.compress_text(key, text) is published.compress_text(key, text)


def test_greenlets_make_a_document_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second request waits, and others are served in pauses."""
    monkeypatch.setattr(pausing, "is_patched", lambda *modules: True)
    monkeypatch.setattr(pausing, "SLICE", 0.0)
    monkeypatch.setattr(bodies, "RLock", gevent.lock.RLock)
    seen: list[str] = []

    def make(pauses: Pauses) -> Mapping[str, Any]:
        seen.extend(pauses.between(["begun", "made"]))
        return {"openapi": "3.1.0"}

    published = Published(make, RLock())
    asking = [gevent.spawn(published.make_text, (write_document, "")) for _ in range(2)]
    gevent.joinall([*asking, gevent.spawn(seen.append, "served")])
    assert [asked.get().data for asked in asking] == [b'{"openapi":"3.1.0"}'] * 2
    assert seen == ["begun", "served", "made"]
