"""Serves the assets of the pages, under URLs that change with their content.

Request time. The package contains all of them.
"""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from pathlib import Path, PurePosixPath
from threading import RLock

from flask import Response, abort, current_app, request, send_file, url_for

from .bodies import GZIP, OneMaker, Representation, accepts_gzip, compress, hash_data

ASSETS = Path(__file__).parent / "assets"
#: The name of an asset, with the hash of its content in front.
HASHED = re.compile(r"(?P<hash>[0-9a-f]{32})/(?P<name>.+)")
#: The media types of assets by suffix, which the machine's own table may lack.
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".png": "image/png"}
PLAIN = "text/plain"
YEAR = 365 * 24 * 3600  # seconds


class Assets:
    """The assets of the pages of one app, which the first requests compress.

    :param lock: of the app, held while a part is compressed, and released in between.
    """

    def __init__(self, lock: RLock) -> None:
        self._maker = OneMaker(lock)
        self._compressed: dict[str, Representation] = {}

    def respond(self, filename: str) -> Response:
        """Return a response with an asset. Under the hash of its content, it never expires.

        During an upgrade, a page may name the hash of another version: that response is not kept.

        :param filename: the name, with or without a hash in front.
        """
        found = HASHED.fullmatch(filename)
        name = found["name"] if found else filename
        if name not in asset_names():
            abort(404)
        is_fixed = found is not None and found["hash"] == hash_asset(name)
        response = self._send(name, YEAR if is_fixed else current_app.get_send_file_max_age(name))
        if is_fixed:
            response.cache_control.immutable = True
        return response

    def _send(self, name: str, max_age: int | None) -> Response:
        """Return a response with an asset or a part of it, compressed if the client takes that."""
        media_type = MEDIA_TYPES.get(PurePosixPath(name).suffix, PLAIN)
        is_text = not media_type.startswith("image/")
        if is_text and accepts_gzip(request):
            body = self._compressed.get(name) or self.compress(name)
            response = send_file(BytesIO(body.data), media_type, etag=body.tag, max_age=max_age)
            response.headers["Content-Encoding"] = GZIP
        else:
            response = send_file(ASSETS / name, media_type, etag=hash_asset(name), max_age=max_age)
        if is_text:
            response.vary.add("Accept-Encoding")
        return response

    def compress(self, name: str) -> Representation:
        """Return a compressed asset. One request makes it; others wait."""
        with self._maker.making() as pauses:
            if name not in self._compressed:
                body = Representation((ASSETS / name).read_bytes(), hash_asset(name))
                self._compressed[name] = compress(body, pauses)
            return self._compressed[name]


def find_asset_url(name: str) -> str:
    """Return the URL of an asset, with the hash of its content."""
    return url_for("typed.static", filename=f"{hash_asset(name)}/{name}")


@cache
def asset_names() -> frozenset[str]:
    """Return the names of all assets, relative to their folder."""
    return frozenset(
        path.relative_to(ASSETS).as_posix() for path in ASSETS.rglob("*") if path.is_file()
    )


@cache
def hash_asset(name: str) -> str:
    """Return the hash of an asset's content."""
    return hash_data((ASSETS / name).read_bytes())
