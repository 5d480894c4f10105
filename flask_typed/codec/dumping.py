"""Values of the declared types → JSON bytes, without their schemas.

Made at registration; request time.
"""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import msgspec

from ..declare.deadlines import DeadlineExceeded
from .hooks import read_hooked
from .refused import Refused

#: Types that are not converted from other types: a text is not accepted as a UUID in a response.
THEMSELVES = (dt.date, dt.datetime, dt.time, dt.timedelta, uuid.UUID, Decimal, bytes, bytearray)

encode_converted = msgspec.json.Encoder().encode


class Dumper:
    """Writes values of one type as JSON bytes, filtered and checked, without its schema."""

    def __init__(self, kind: Any, renamed: Any) -> None:
        self._type = kind
        self._renamed = renamed
        for used in (kind, renamed or None):  # msgspec completes a type at its first use
            msgspec.json.Decoder(used, dec_hook=read_hooked)

    def dump(self, value: Any) -> bytes:
        """Return the JSON text.

        :raises Refused: if the schema has to decide.
        """
        try:
            checked = msgspec.convert(
                value,
                self._type,
                from_attributes=True,
                builtin_types=THEMSELVES,
                dec_hook=read_hooked,
            )
            if self._renamed:
                checked = msgspec.convert(
                    checked, self._renamed, from_attributes=True, dec_hook=read_hooked
                )
            return encode_converted(checked)
        except DeadlineExceeded:
            raise
        except Exception as error:  # the schema meets any error too, and reports it
            raise Refused from error
