"""JSON bodies: bytes in, Python values out, and a 400 with the reason for anything else.

Request time.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from werkzeug.exceptions import BadRequest

from .limits import MAX_DEPTH
from .numbers import read_exactly

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class BodyUnreadable(BadRequest):
    """The body is not valid for its media type."""

    @property
    def data(self) -> dict[str, Any]:
        """The attribute that error handlers for webargs read."""
        return {"messages": {"json": [self.description]}, "schema": None, "headers": None}


def decode_json(data: bytes, depth: int = MAX_DEPTH) -> Any:
    """Return the value of a JSON text.

    :param depth: the allowed depth of nesting of arrays and objects.

    :raises werkzeug.exceptions.BadRequest: for anything that is not JSON in UTF-8, ``NaN`` and
        infinities, lone surrogates, numbers that are too large, and nesting that is too deep.
    """
    text = decode_text(data)
    try:
        value = DECODER.decode(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BodyUnreadable(
            f"The body is not JSON: {error.msg.removesuffix(' at')} at {place}."
        ) from error
    except RecursionError as error:
        raise too_deep() from error
    except ValueError as error:  # more digits than Python converts
        raise BodyUnreadable("The body holds a number with too many digits.") from error
    if text.count("[") + text.count("{") > depth:
        reject_depth(value, depth)
    if _SURROGATE.search(text):
        reject_lone_surrogates(value)
    return value


def decode_text(data: bytes) -> str:
    """Return the text of bytes.

    :raises werkzeug.exceptions.BadRequest: for anything that is not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BodyUnreadable("The body is not UTF-8.") from error


def read_float(text: str) -> float:
    """Return a number with a fraction or an exponent; ``1e400``, Python's infinity, is an error."""
    number = read_exactly(text)
    if math.isinf(number):
        raise BodyUnreadable("The body holds a number that is too large.")
    return number


def reject_constant(name: str) -> NoReturn:
    """Reject ``NaN``, ``Infinity`` and ``-Infinity``, which Python accepts and JSON lacks."""
    raise BodyUnreadable(f"The body is not JSON: {name} is not a JSON number.")


DECODER = json.JSONDecoder(parse_float=read_float, parse_constant=reject_constant)


def reject_depth(value: Any, depth: int) -> None:
    """Reject a value that is nested too deeply, level by level, without recursion."""
    level = [value]
    for _ in range(depth):
        level = [
            item
            for container in level
            if isinstance(container, (list, dict))
            for item in (container.values() if isinstance(container, dict) else container)
        ]
        if not level:
            return
    raise too_deep()


def too_deep() -> BadRequest:
    """Return the error for a body that is nested too deeply."""
    return BodyUnreadable("The body is nested too deeply.")


def reject_lone_surrogates(value: Any) -> None:
    """Reject text that UTF-8 cannot encode."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BodyUnreadable("The body is not JSON: it holds half of a surrogate pair.") from error
