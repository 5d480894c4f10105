"""JSON bytes of a value, filtered and checked by its field, without msgspec.

Request time.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from ..exceptions import ResponseMismatch
from ..schemas.fields import dump_value
from ..wire.encoding import encode


def write_by_field(field: fields.Field[Any], value: Any) -> bytes:
    """Return the JSON text of a value, filtered and checked by its field.

    :raises ResponseMismatch: for a value that does not fit its field, or is not valid JSON.
    """
    dumped = dump_value(field, value)
    try:
        return encode(dumped)
    except (TypeError, ValueError, RecursionError) as error:
        raise ResponseMismatch("a JSON value", str(error)) from error
