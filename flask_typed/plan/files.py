"""From the annotation of a file to the responses that Flask's ``send_file`` makes.

Registration time.
"""

from __future__ import annotations

from typing import Annotated, Any

from flask import Response
from werkzeug.exceptions import HTTPException, RequestedRangeNotSatisfiable

from ..declare.files import FileResponse
from ..declare.markers import MediaType
from ..declare.replies import Returns
from ..schemas.factory import SchemaFactory
from ..schemas.hints import Hint
from ..schemas.metadata import Position, reject_unread

ON_FILE = Position("on a file", (MediaType, Returns), "Check it in the view.")
#: The media type of a file that may be of any.
ANY_TYPE = MediaType("*/*")
#: The error that ``send_file`` raises.
FILE_PROBLEMS: tuple[type[HTTPException], ...] = (RequestedRangeNotSatisfiable,)

VALIDATORS = {"ETag": str | None, "Last-Modified": str | None}
WHOLE_FILE = Returns(status=200, description="The file.", headers=VALIDATORS)
FILE_PART = Returns(
    status=206,
    description="The part of the file that the header Range asks for.",
    headers={"Content-Range": str, **VALIDATORS},
)
FILE_KNOWN = Returns(
    status=304, description="The client has this version of the file.", headers=VALIDATORS
)
FILE_FAILED = Returns(
    status=412, description="The file is not the version that the client expects."
)


def is_file_response(hint: Hint) -> bool:
    """Return whether a return annotation is one of a file."""
    return hint.type is FileResponse


def open_file_response(hint: Hint, factory: SchemaFactory) -> list[Any]:
    """Return the annotations of the responses that stand behind the one of a file."""
    reject_unread(hint, ON_FILE, factory.registry)
    named = hint.find(MediaType)
    media_type = named[-1] if named else ANY_TYPE
    whole = (WHOLE_FILE, *hint.find(Returns))
    return [
        Annotated[(Response, *whole, media_type)],
        Annotated[Response, FILE_PART, media_type],
        Annotated[Response, FILE_KNOWN],
        Annotated[Response, FILE_FAILED, media_type],
    ]
