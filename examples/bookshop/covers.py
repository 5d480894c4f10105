"""Covers: a blueprint nested under the books, with an upload."""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Annotated, cast

from flask import send_file
from flask_typed import Depends, FileResponse, Form, MediaType, TypedBlueprint, raises
from sqlalchemy.orm import Session, undefer
from werkzeug.datastructures import FileStorage

from . import models
from .database import Reading, Writing
from .lookup import find_book
from .problems import BookNotFound, CoverNotAnImage, CoverNotFound, CoverTooLarge
from .schemas import BookId, Caption, CoverInfo
from .security import STAFF

covers = TypedBlueprint(
    "covers",
    __name__,
    url_prefix="/<int:book_id>/cover",
    description="Pictures of books.",
)

SIZE_LIMIT = 1024 * 1024
SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


IMAGES = MediaType("image/png", "image/jpeg", "image/gif")


@dataclass
class Picture:
    """An uploaded picture."""

    image: bytes
    media_type: str


@raises(CoverTooLarge, CoverNotAnImage)
def read_picture(cover: FileStorage) -> Picture:
    """Read an upload.

    :raises CoverTooLarge: There are more bytes than a cover needs.
    :raises CoverNotAnImage: The format is not supported.
    """
    image = cover.stream.read(SIZE_LIMIT + 1)
    if len(image) > SIZE_LIMIT:
        raise CoverTooLarge(limit=SIZE_LIMIT)
    return Picture(image, media_type_of(image))


@covers.get("")
@raises(BookNotFound, CoverNotFound)
def read_cover(session: Reading, book_id: BookId) -> Annotated[FileResponse, IMAGES]:
    """Read the cover of a book."""
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


@covers.put("", dependencies=[STAFF])
@raises(BookNotFound)
def upload_cover(
    picture: Annotated[Picture, Depends(read_picture)],  # before the transaction begins
    session: Writing,
    book_id: BookId,
    caption: Annotated[Caption, Form()],
) -> CoverInfo:
    """Upload the cover of a book, or replace it."""
    find_book(session, book_id, lock=True)
    return cast(CoverInfo, save_cover(session, book_id, picture, caption))


def save_cover(session: Session, book_id: int, picture: Picture, caption: str) -> models.Cover:
    """Write the cover of a book, in place of another."""
    return session.merge(
        models.Cover(
            book_id=book_id,
            media_type=picture.media_type,
            caption=caption,
            size=len(picture.image),
            digest=sha256(picture.image).hexdigest(),
            uploaded=models.now(),
            image=picture.image,
        )
    )


@covers.delete("", dependencies=[STAFF])
@raises(BookNotFound, CoverNotFound)
def delete_cover(session: Writing, book_id: BookId) -> None:
    """Remove the cover of a book."""
    book = find_book(session, book_id, lock=True)
    if book.cover is None:
        raise CoverNotFound(book_id=book_id)
    book.cover = None


def media_type_of(image: bytes) -> str:
    """Return the media type by the first bytes; the client's media type does not count.

    :raises CoverNotAnImage: The format is not supported.
    """
    for signature, media_type in SIGNATURES.items():
        if image.startswith(signature):
            return media_type
    raise CoverNotAnImage(supported=sorted(set(SIGNATURES.values())))
