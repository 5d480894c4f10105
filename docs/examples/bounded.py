import time
from collections.abc import Iterator
from typing import Annotated

from annotated_types import MaxLen
from flask import Flask
from flask_typed import Body, Depends, MediaType, Typed
from werkzeug.datastructures import FileStorage

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 10_000  # bytes
typed = Typed(app)

Portrait = Annotated[FileStorage, MediaType("image/svg+xml"), MaxLen(90)]


@typed.post("/notes", max_body=40)
def add_note(text: Annotated[str, Body()]) -> str:
    """Add a short note."""
    return text


@typed.post("/portraits", max_body=500_000)
def add_portraits(portraits: Annotated[list[Portrait], MaxLen(3)]) -> int:
    """Add up to three small pictures."""
    return len(portraits)


def open_archive() -> Iterator[str]:
    """Open the archive, which is slow."""
    yield "archive"


Archive = Annotated[str, Depends(open_archive, max_concurrency=1)]


@typed.get("/export", max_concurrency=2)
def export(archive: Archive) -> Iterator[str]:
    """Export all rows."""
    for number in range(3):
        time.sleep(0.01)
        yield f"row {number} of the {archive}"
