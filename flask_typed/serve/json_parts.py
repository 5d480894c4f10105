"""Parts of a form in JSON that clients send as files: browsers name the file of every ``Blob``.

Request time.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema
from webargs.core import is_json
from werkzeug.datastructures import FileStorage, MultiDict

from ..schemas.families.model_schemas import entering_fields
from ..schemas.json_texts import is_json_text

#: The media types of parts whose client does not know the type of their content.
UNKNOWN_TYPES = ("", "application/octet-stream")


def add_json_parts(
    form: MultiDict[str, Any], files: MultiDict[str, FileStorage], schema: Schema
) -> MultiDict[str, Any]:
    """Return the values of a form with those in JSON that came as files.

    A file of another media type is added as it is; its field rejects it.
    """
    names = [name for name, field in entering_fields(schema).items() if is_json_text(field)]
    parts = [(name, read_part(file)) for name in names for file in files.getlist(name)]
    return MultiDict([*form.items(multi=True), *parts]) if parts else form


def read_part(file: FileStorage) -> bytes | FileStorage:
    """Return the content of a part; the file itself if it is of another media type than JSON."""
    if not is_json(file.mimetype) and file.mimetype not in UNKNOWN_TYPES:
        return file
    content: bytes = file.read()
    file.seek(0)  # for others who read the files of the request
    return content
