"""Files of an operation: a form whose parts are named by the variables that take them.

Request time. The form is that of the "GraphQL multipart request specification".
"""

from __future__ import annotations

import re
from typing import Any

from flask import Request
from werkzeug.exceptions import BadRequest

from ..wire.decoding import decode_json

#: The headers one of which a form needs: a page of another site cannot send it without asking.
PREFLIGHT = ("GraphQL-Preflight", "Apollo-Require-Preflight", "X-Requested-With")
#: How many places files may be put_file into.
MOST_PLACES = 100
#: The index of an item of a list.
LIST_INDEX = re.compile(r"[0-9]{1,6}")


def fill_in_files(request: Request) -> Any:
    """Return the operations of a form, with its files among their variables.

    :raises werkzeug.exceptions.BadRequest: for a form that is not of the specification.
    """
    operations = read_form_field(request, "operations")
    places = read_form_field(request, "map")
    if not isinstance(places, dict):
        raise BadRequest('"map" must be an object.')
    count = 0
    for part, paths in places.items():
        if not isinstance(paths, list) or part not in request.files:
            raise BadRequest(f'"map" must name files and the variables that take them: {part!r}.')
        for path in paths:
            count += 1
            if count > MOST_PLACES or not isinstance(path, str):
                raise BadRequest('"map" must have texts, not too many.')
            put_file(operations, path.split("."), request.files[part])
    return operations


def read_form_field(request: Request, name: str) -> Any:
    """Return the JSON value of a field of the form."""
    text = request.form.get(name)
    if text is None:
        raise BadRequest(f'The form has no "{name}".')
    return decode_json(text.encode())


def put_file(operations: Any, path: list[str], file: Any) -> None:
    """Put a file where a path leads to, in place of a null."""
    *steps, last = path
    inner = operations
    for step in steps:
        inner = follow_step(inner, step)
    if follow_step(inner, last) is not None:
        raise BadRequest('"map" must name variables that are null.')
    inner[int(last) if isinstance(inner, list) else last] = file


def follow_step(inner: Any, step: str) -> Any:
    """Return what a step of a path leads to."""
    if isinstance(inner, dict) and step in inner:
        return inner[step]
    if isinstance(inner, list) and LIST_INDEX.fullmatch(step) and int(step) < len(inner):
        return inner[int(step)]
    raise BadRequest('"map" must name variables of the operations.')
