"""The assets of the pages: kept for ever under a hash of their content, and compressed."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path
from threading import RLock

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Typed
from flask_typed.publish import files
from flask_typed.publish.files import ASSETS, Assets, asset_names, hash_asset
from werkzeug.test import TestResponse

BUNDLE = "swagger-ui/swagger-ui-bundle.js"
ZIPPED = {"Accept-Encoding": "gzip, deflate, br"}
IMMUTABLE = "public, max-age=31536000, immutable"


def find_url(client: FlaskClient, name: str = BUNDLE) -> str:
    """Return the URL of an asset on the page."""
    (url,) = re.findall(rf'(?:src|href)="([^"]*/{re.escape(name)})"', client.get("/docs").text)
    return str(url)


def fetch(client: FlaskClient, url: str, method: str = "GET", **headers: str) -> TestResponse:
    """Return the response with an asset, read and closed."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    with client.open(url, method=method, headers=names) as response:
        response.get_data()
        return response


def test_the_url_has_the_hash_of_the_content(typed: Typed, client: FlaskClient) -> None:
    """A body is kept for ever: what changes has another URL."""
    content = (ASSETS / BUNDLE).read_bytes()
    url = find_url(client)
    assert url == f"/docs/assets/{hashlib.sha256(content).hexdigest()[:32]}/{BUNDLE}"
    response = fetch(client, url)
    assert (response.status_code, response.data) == (200, content)
    assert response.headers["Cache-Control"] == IMMUTABLE
    assert response.mimetype == "text/javascript"


def test_other_urls_of_an_asset(typed: Typed, client: FlaskClient) -> None:
    """Without the hash, or with the one of another version, a body is not kept."""
    for url in (f"/docs/assets/{BUNDLE}", f"/docs/assets/{'0' * 32}/{BUNDLE}"):
        response = fetch(client, url)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-cache"


def test_another_content_has_another_url(
    typed: Typed, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of another version names another URL."""
    (tmp_path / "swagger-ui").mkdir()
    for name in asset_names():
        if name.count("/") == 0 or name.startswith("swagger-ui/"):
            (tmp_path / name).write_bytes((ASSETS / name).read_bytes())
    before = find_url(client)
    (tmp_path / BUNDLE).write_bytes(b"another")
    monkeypatch.setattr(files, "ASSETS", tmp_path)
    hash_asset.cache_clear()
    after = find_url(client)
    hash_asset.cache_clear()
    assert before != after


@pytest.mark.parametrize(
    "name", ["nothing.js", "../pages.py", "../assets/docs.css", "swagger-ui", "", "./docs.css"]
)
def test_what_is_no_asset(typed: Typed, client: FlaskClient, name: str) -> None:
    """Only the files of the folder are served, under their own names."""
    for prefix in ("", f"{'0' * 32}/"):
        assert fetch(client, f"/docs/assets/{prefix}{name}").status_code == 404


@pytest.mark.parametrize(
    ("accepted", "is_compressed"),
    [
        ("gzip", True),
        ("deflate, gzip;q=0.5", True),
        ("*", True),
        ("gzip, identity", True),
        ("gzip;q=0", False),
        ("*, gzip;q=0", False),
        ("identity, gzip;q=0.5", False),
        ("br", False),
        ("", False),
    ],
)
def test_a_body_is_compressed_if_the_client_takes_it(
    typed: Typed, client: FlaskClient, accepted: str, is_compressed: bool
) -> None:
    """Both are kept apart by caches, and have tags of their own."""
    content = (ASSETS / "swagger-ui/swagger-ui.css").read_bytes()
    url = find_url(client, "swagger-ui/swagger-ui.css")
    response = fetch(client, url, Accept_Encoding=accepted)
    assert response.headers.get("Content-Encoding") == ("gzip" if is_compressed else None)
    assert (gzip.decompress(response.data) if is_compressed else response.data) == content
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Cache-Control"] == IMMUTABLE
    assert response.mimetype == "text/css"
    assert response.headers["ETag"].endswith('-gzip"') == is_compressed


def test_a_body_is_compressed_once(
    typed: Typed, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Later requests get the bytes of the first."""
    url = find_url(client)
    first = fetch(client, url, Accept_Encoding="gzip")
    monkeypatch.setattr(files, "compress", None)
    again = fetch(client, url, Accept_Encoding="gzip")
    assert first.data == again.data
    assert len(first.data) < 600_000


def test_a_request_that_waited_compresses_nothing() -> None:
    """The compressed asset of the first is there when its turn comes."""
    assets = Assets(RLock())
    assert assets.compress("docs.css") is assets.compress("docs.css")


def test_an_image_stays_as_it_is(typed: Typed, client: FlaskClient) -> None:
    """It is compressed already."""
    response = fetch(
        client, find_url(client, "swagger-ui/favicon-32x32.png"), Accept_Encoding="gzip"
    )
    assert response.mimetype == "image/png"
    assert "Content-Encoding" not in response.headers
    assert "Vary" not in response.headers


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_heads_parts_and_conditions(typed: Typed, client: FlaskClient, accepted: str) -> None:
    """HEAD, ranges and tags are those of the representation that is chosen."""
    url = find_url(client)
    whole = fetch(client, url, Accept_Encoding=accepted)
    head = fetch(client, url, "HEAD", Accept_Encoding=accepted)
    assert head.data == b""
    for name in ("Content-Length", "Content-Encoding", "ETag", "Vary", "Cache-Control"):
        assert head.headers.get(name) == whole.headers.get(name)
    assert int(head.headers["Content-Length"]) == len(whole.data)
    part = fetch(client, url, Accept_Encoding=accepted, Range="bytes=10-19")
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.data)}"
    other = '"other"'
    unless = fetch(client, url, Accept_Encoding=accepted, Range="bytes=0-1", If_Range=other)
    assert (unless.status_code, len(unless.data)) == (200, len(whole.data))
    beyond = fetch(client, url, Accept_Encoding=accepted, Range="bytes=9999999-")
    assert beyond.status_code == 416
    tag = whole.headers["ETag"]
    same = fetch(client, url, Accept_Encoding=accepted, If_None_Match=tag)
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    assert same.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in same.headers


def test_assets_below_a_prefix(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """Their URLs have the prefix."""
    page = client.get("/docs", environ_overrides={"SCRIPT_NAME": "/api"}).text
    assert f'src="/api/docs/assets/{hash_asset(BUNDLE)}/{BUNDLE}"' in page
