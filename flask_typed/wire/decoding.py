"""JSON bodies: bytes in, Python values out, and a 400 that says what is wrong for everything else.

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
    """The body is not what its media type promises."""

    @property
    def data(self) -> dict[str, Any]:
        """What error handlers for webargs look at."""
        return {"messages": {"json": [self.description]}, "schema": None, "headers": None}


def decode_json(data: bytes, depth: int = MAX_DEPTH) -> Any:
    """Return the value of a JSON text.

    :param depth: how deep its arrays and objects may be nested.

    :raises werkzeug.exceptions.BadRequest: for anything that is not JSON in UTF-8, for ``NaN`` and
        infinities, for lone surrogates, for numbers and nestings beyond all reason.
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
    """Return a text.

    :raises werkzeug.exceptions.BadRequest: for anything that is not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BodyUnreadable("The body is not UTF-8.") from error


def read_float(text: str) -> float:
    """Return a number with a fraction or an exponent; Python would make ``1e400`` infinite."""
    number = read_exactly(text)
    if math.isinf(number):
        raise BodyUnreadable("The body holds a number that is too large.")
    return number


def reject_constant(name: str) -> NoReturn:
    """Refuse ``NaN``, ``Infinity`` and ``-Infinity``, which Python takes and JSON does not have."""
    raise BodyUnreadable(f"The body is not JSON: {name} is no JSON number.")


DECODER = json.JSONDecoder(parse_float=read_float, parse_constant=reject_constant)


def reject_depth(value: Any, depth: int) -> None:
    """Refuse a value that is nested too deeply; goes level by level, not recursively."""
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
    """Refuse text that no encoding can write."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BodyUnreadable("The body is not JSON: it holds half of a surrogate pair.") from error
