"""Bodies that are made once and kept: documents, and what is compressed.

Request time.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import RLock
from typing import Any

from flask import Request, Response, request

from ..bridge.pausing import Pauses, deferring_collections
from .making import DocumentWriter

#: A function that builds a document.
Make = Callable[[Pauses], Mapping[str, Any]]
#: What writes a text, and the prefix of the app in it.
TextKey = tuple[DocumentWriter, str]

#: How many prefixes of an app are cached: a proxy's header may contain any prefix.
PREFIXES = 8
GZIP = "gzip"
#: Of zlib: the format of gzip, without a time, so that the same body gives the same bytes.
WBITS = 31
#: How many bytes are compressed between two pauses.
PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Representation:
    """One representation of a document or an asset.

    :param tag: its entity tag.
    :param encoding: its content coding.
    """

    data: bytes
    tag: str
    encoding: str | None = None


class OneMaker:
    """Makes one thing at a time, for all who wait for it.

    :param lock: of the app, held while a part is made, and released in between.
    """

    def __init__(self, lock: RLock) -> None:
        self._lock = lock
        self._making: RLock | None = None

    @contextmanager
    def making(self) -> Iterator[Pauses]:
        """Hold the locks in a block, with the pauses of its work."""
        with self._lock:  # the other lock is made after gevent's patch, which may come late
            making = self._making = self._making or RLock()
        with making, self._lock:
            yield Pauses(self._lock)


class Published:
    """One served document, which the first request for it builds.

    :param make: builds the document.
    :param lock: of the app, held while a part of the document is built, and released in between.
    """

    def __init__(self, make: Make, lock: RLock) -> None:
        self._make = make
        self._maker = OneMaker(lock)
        self._made: Mapping[str, Any] | None = None
        self._texts: dict[TextKey, Representation] = {}
        self._compressed: dict[TextKey, Representation] = {}

    def respond(self, write: DocumentWriter, media_type: str) -> Response:
        """Return a response with the document, or a 304 for a matching ETag.

        :param write: writes the document as text.
        """
        key = write, request.script_root
        body = self._texts.get(key) or self.make_text(key)
        if accepts_gzip(request):
            body = self._compressed.get(key) or self.compress_text(key, body)
        response = Response(body.data, mimetype=media_type)
        if body.encoding:
            response.content_encoding = body.encoding
        response.vary.add("Accept-Encoding")
        response.set_etag(body.tag)
        response.cache_control.no_cache = True
        conditional: Response = response.make_conditional(request)  # type: ignore[assignment]  # itself
        return conditional

    def make_text(self, key: TextKey) -> Representation:
        """Return the text. One request writes it; others wait."""
        with self._maker.making() as pauses:
            if key not in self._texts:
                keep(self._texts, key, self._write(*key, pauses))
            return self._texts[key]

    def compress_text(self, key: TextKey, text: Representation) -> Representation:
        """Return the compressed text. One request makes it; others wait."""
        with self._maker.making() as pauses:
            if key not in self._compressed:
                keep(self._compressed, key, compress(text, pauses))
            return self._compressed[key]

    def find_made(self) -> Mapping[str, Any]:
        """Return the document."""
        with self._maker.making() as pauses:
            return self._make_once(pauses)

    def _make_once(self, pauses: Pauses) -> Mapping[str, Any]:
        if self._made is None:
            with deferring_collections():
                self._made = self._make(pauses)
        return self._made

    def _write(self, write: DocumentWriter, root: str, pauses: Pauses) -> Representation:
        """Return the text.

        :param root: the prefix of the app, which becomes the server if the document has none:
            clients would send requests to the root of the host.
        """
        made = self._make_once(pauses)
        if root and "servers" not in made:
            made = {**made, "servers": [{"url": root}]}
        data = write(made, pauses)
        return Representation(data, hash_data(data))


def keep(bodies: dict[TextKey, Representation], key: TextKey, body: Representation) -> None:
    """Keep a body, in place of the oldest if there are many."""
    if len(bodies) == PREFIXES:
        del bodies[next(iter(bodies))]
    bodies[key] = body


def hash_data(data: bytes) -> str:
    """Return a hash of a body's content."""
    return hashlib.sha256(data).hexdigest()[:32]


def compress(body: Representation, pauses: Pauses) -> Representation:
    """Return a body in gzip's format. As another representation, it has a tag of its own."""
    packer = zlib.compressobj(wbits=WBITS)
    pieces = (body.data[start : start + PIECE] for start in range(0, len(body.data), PIECE))
    packed = [packer.compress(piece) for piece in pauses.between(pieces)]
    return replace(
        body,
        data=b"".join((*packed, packer.flush())),
        tag=f"{body.tag}-{GZIP}",
        encoding=GZIP,
    )


def accepts_gzip(current: Request) -> bool:
    """Return whether a client takes gzip, and does not prefer the body as it is."""
    accepted = current.accept_encodings
    return 0 < accepted.quality(GZIP) >= accepted.quality("identity")
