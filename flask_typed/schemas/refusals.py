"""The exceptions of constructors and functions that reject values: the message, and the field.

Request time.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from marshmallow import ValidationError

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


def run_validator(validate: Callable[[Any], Any], value: Any) -> Any:
    """Return a value that a function accepts, or the value that it returns in its place.

    :raises marshmallow.ValidationError: if it rejects the value. Any other exception except
        :exc:`ValueError` is an error of the program.
    """
    try:
        returned = validate(value)
    except ValidationError:
        raise
    except ValueError as error:
        raise ValidationError(word_refusal(error)) from error
    return value if returned is None else returned
