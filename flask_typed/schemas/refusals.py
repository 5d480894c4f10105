"""The exception of a constructor that rejects values: its message, and the field if it is known.

Request time.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from types import FrameType
from typing import Any

#: marshmallow's message, for exceptions without text or with the rejected value in their text.
INVALID_VALUE = "Invalid value."


def word_refusal(error: Exception) -> str:
    """Return the message for a constructor's exception.

    The texts of attrs' own validators contain the value: they are replaced.
    """
    innermost = frames_of(error)[-1]
    if innermost.f_globals.get("__name__") == "attr.validators":
        return INVALID_VALUE
    return str(error) or INVALID_VALUE


def find_attribute(error: Exception, attributes: Sequence[Any]) -> str | None:
    """Return the name of the attribute that an attrs validator was called with.

    :param attributes: the attributes of the class.
    """
    for frame in frames_of(error):
        for value in frame.f_locals.values():
            if any(value is attribute for attribute in attributes):
                name: str = value.name
                return name
    return None


def frames_of(error: Exception) -> list[FrameType]:
    """Return the frames of an error's traceback, outermost first."""
    return [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
