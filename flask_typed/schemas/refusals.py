"""What a constructor says of values that it refuses: the message, and the field if it is known.

Request time.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from types import FrameType
from typing import Any

#: marshmallow's sentence, for what says nothing, or what would repeat the value that was sent.
INVALID_VALUE = "Invalid value."


def word_refusal(error: Exception) -> str:
    """Return the message of a constructor's error; what attrs' validators say shows the value."""
    innermost = frames_of(error)[-1]
    if innermost.f_globals.get("__name__") == "attr.validators":
        return INVALID_VALUE
    return str(error) or INVALID_VALUE


def find_attribute(error: Exception, attributes: Sequence[Any]) -> str | None:
    """Return the name of the attribute that a validator of attrs was called with.

    :param attributes: of the class.
    """
    for frame in frames_of(error):
        for value in frame.f_locals.values():
            if any(value is attribute for attribute in attributes):
                name: str = value.name
                return name
    return None


def frames_of(error: Exception) -> list[FrameType]:
    """Return the frames that an error has passed, outermost first."""
    return [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
