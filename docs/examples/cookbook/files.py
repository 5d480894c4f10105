import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Annotated

from annotated_types import MaxLen
from flask import Flask, Response, send_file, url_for
from flask_typed import Created, Form, MediaType, Problem, Returns, Typed, raises
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.utils import secure_filename

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 5_000_000  # bytes; a larger request is a 413
typed = Typed(app)
folder = Path(tempfile.mkdtemp())
numbers = count(1)


@dataclass
class Attachment:
    id: int
    name: str
    media_type: str
    size: int
    caption: str


class AttachmentNotFound(Problem):
    """No attachment has this id."""

    status = 404


class NotAPicture(Problem):
    """The bytes of the file are not an SVG image."""

    status = 415


attachments: dict[int, Attachment] = {}
Svg = Annotated[FileStorage, MediaType("image/svg+xml")]


@typed.post("/attachments")
@raises(NotAPicture)
def upload(picture: Svg, caption: Annotated[str, MaxLen(80), Form()] = "") -> Created[Attachment]:
    """Upload a picture."""
    if not picture.stream.read(5).startswith((b"<svg", b"<?xml")):
        raise NotAPicture
    picture.stream.seek(0)
    number = next(numbers)
    path = folder / str(number)  # never a name that the client chose
    picture.save(path)
    name = secure_filename(picture.filename or "") or "picture.svg"
    added = Attachment(number, name, "image/svg+xml", path.stat().st_size, caption)
    attachments[number] = added
    location = url_for("download", attachment_id=number)
    return Created(added, headers={"Location": location})


Picture = (
    Annotated[Response, Returns(status=200), MediaType("image/svg+xml")]
    | Annotated[Response, Returns(status=206), MediaType("image/svg+xml")]  # a range of it
    | Annotated[Response, Returns(status=304)]  # it has not changed (If-None-Match)
    | Annotated[Response, Returns(status=412), MediaType("image/svg+xml")]  # it has (If-Match)
)


@typed.get("/attachments/<int:attachment_id>")
@raises(AttachmentNotFound, RequestedRangeNotSatisfiable)
def download(attachment_id: int) -> Picture:
    """Download a picture."""
    found = attachments.get(attachment_id)
    if found is None:
        raise AttachmentNotFound
    response = send_file(
        folder / str(found.id),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.name,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
