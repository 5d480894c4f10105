"""Covers: a blueprint nested under the books, with an upload."""

from hashlib import sha256
from io import BytesIO
from typing import Annotated, cast

from flask import Response, send_file
from flask_typed import Form, TypedBlueprint, raises
from sqlalchemy.orm import undefer
from werkzeug.datastructures import FileStorage

from . import models
from .database import get_session, writing
from .lookup import find_book
from .problems import BookNotFound, CoverNotAnImage, CoverNotFound, CoverTooLarge
from .schemas import Caption, CoverInfo, Id

covers = TypedBlueprint("covers", __name__, url_prefix="/<int:book_id>/cover")

SIZE_LIMIT = 1024 * 1024
SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


@covers.get("/")
@raises(BookNotFound, CoverNotFound)
def read_cover(book_id: Id) -> Response:
    """Look at the cover of a book."""
    session = get_session()
    cover = session.get(models.Cover, book_id, options=[undefer(models.Cover.image)])
    if cover is None:
        find_book(session, book_id)
        raise CoverNotFound(book_id=book_id)
    response = send_file(
        BytesIO(cover.image),
        mimetype=cover.media_type,
        etag=cover.digest,
        last_modified=cover.uploaded,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@covers.put("/")
@raises(BookNotFound, CoverTooLarge, CoverNotAnImage)
def upload_cover(book_id: Id, cover: FileStorage, caption: Annotated[Caption, Form()]) -> CoverInfo:
    """Upload the cover of a book, in place of the one it has."""
    image = read_image(cover)
    media_type = media_type_of(image)
    with writing() as session:
        find_book(session, book_id, lock=True)
        row = session.merge(
            models.Cover(
                book_id=book_id,
                media_type=media_type,
                caption=caption,
                size=len(image),
                digest=sha256(image).hexdigest(),
                uploaded=models.now(),
                image=image,
            )
        )
    return cast(CoverInfo, row)


@covers.delete("/")
@raises(BookNotFound, CoverNotFound)
def delete_cover(book_id: Id) -> None:
    """Remove the cover of a book."""
    with writing() as session:
        book = find_book(session, book_id, lock=True)
        if book.cover is None:
            raise CoverNotFound(book_id=book_id)
        book.cover = None


def read_image(upload: FileStorage) -> bytes:
    """Return the bytes of an upload.

    :raises CoverTooLarge: There are more than a cover needs.
    """
    image = upload.stream.read(SIZE_LIMIT + 1)
    if len(image) > SIZE_LIMIT:
        raise CoverTooLarge(limit=SIZE_LIMIT)
    return image


def media_type_of(image: bytes) -> str:
    """Tell the media type by the first bytes; what the client says doesn't count.

    :raises CoverNotAnImage: It is no picture that we know.
    """
    for signature, media_type in SIGNATURES.items():
        if image.startswith(signature):
            return media_type
    raise CoverNotAnImage(supported=sorted(set(SIGNATURES.values())))
