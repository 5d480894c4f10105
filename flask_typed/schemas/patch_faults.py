"""The faults of a changed object, as the faults of a body.

Request time.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from marshmallow import Schema, ValidationError

from ..declare.problems import Fault, RequestInvalid, count_faults
from ..messages.recognizing import find_code
from ..messages.translating import translate_message
from .faults import flatten, write_pointer

#: The maximum number of faults in one response.
MAX_FAULTS_OF_CHANGE = 100


def make_invalid(error: ValidationError, schema: Schema | None) -> RequestInvalid:
    """Return the problem for an object that is not valid, with the pointers of its values."""
    found = flatten(error.messages, schema)
    return report_faults((write_pointer(path), message) for path, message in found)


def report_faults(found: Iterable[tuple[str, str]]) -> RequestInvalid:
    """Return the problem with some faults of a body.

    :param found: JSON Pointers with messages.
    """
    listed = [*islice(found, MAX_FAULTS_OF_CHANGE + 1)]
    faults: list[Fault] = [
        {
            "in": "body",
            "pointer": pointer,
            "code": find_code(message),
            "detail": translate_message(message),
        }
        for pointer, message in listed[:MAX_FAULTS_OF_CHANGE]
    ]
    more = ", and there are more" if len(listed) > MAX_FAULTS_OF_CHANGE else ""
    return RequestInvalid(errors=faults, detail=translate_message(count_faults(len(faults), more)))
