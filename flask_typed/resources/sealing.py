"""Cursors as text that only the app can write.

Request time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flask import Flask, Request
from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from ..declare.problems import Fault, RequestInvalid
from ..exceptions import SetupError
from ..messages.catalogue import WRONG_CURSOR
from .cursor_values import read_cursor_value, write_cursor_value

#: The length of the longest cursor: a URL of gunicorn has 4094 characters by default.
MAX_CURSOR = 2000
#: What cursors are signed with where no app is: in unit tests.
OPEN_KEYS = ("flask_typed: not secret",)
SALT = b"flask_typed.cursor:"


class CursorStart(NamedTuple):
    """Where a page begins: beside the item with these values.

    :param is_backward: whether the page ends before the item, instead of beginning after it.
    :param order: a mark of what the items are ordered by, the same for all pages.
    """

    is_backward: bool
    order: str
    values: tuple[Any, ...]


class Seal:
    """Writes and reads the cursors of one list.

    :param parameter: the name of the query parameter.
    :param keys: texts or bytes to sign with; the first is the newest.
    :param context: names the list. A cursor of another list is not accepted.
    """

    def __init__(
        self, parameter: str = "cursor", keys: Sequence[Any] = OPEN_KEYS, context: str = ""
    ) -> None:
        self.parameter = parameter
        salt = SALT + hashlib.sha256(context.encode(errors="surrogatepass")).digest()
        self._signer = Signer(
            list(reversed(keys)), salt, key_derivation="hmac", digest_method=hashlib.sha256
        )

    def write(self, start: CursorStart) -> str:
        """Return a cursor.

        :raises ValueError: if it is longer than cursors may be.
        """
        values = list(map(write_cursor_value, start.values))
        written = json.dumps(
            [int(start.is_backward), start.order, values], ensure_ascii=False, separators=(",", ":")
        )
        cursor = self._signer.sign(base64_encode(written)).decode()
        if len(cursor) > MAX_CURSOR:
            raise ValueError("The cursor of the next page is too long: order by shorter values.")
        return cursor

    def read(self, cursor: str) -> CursorStart:
        """Return where a page begins.

        :raises RequestInvalid: for a cursor that this seal has not written.
        """
        try:
            payload = self._signer.unsign(cursor.encode())
        except (BadSignature, UnicodeError):
            raise self.refuse() from None
        is_backward, order, values = json.loads(base64_decode(payload))
        return CursorStart(bool(is_backward), order, tuple(map(read_cursor_value, values)))

    def refuse(self) -> RequestInvalid:
        """Return the error for a cursor that cannot be used."""
        return RequestInvalid(errors=[make_cursor_fault(self.parameter)])


def mark_order(order: str) -> str:
    """Return a short mark of an order, which tells clients nothing of its columns."""
    return hashlib.sha256(order.encode(errors="surrogatepass")).hexdigest()[:8]


def make_cursor_fault(parameter: str) -> Fault:
    """Return the fault of a cursor."""
    pointer = "/" + parameter.replace("~", "~0").replace("/", "~1")
    return {"in": "query", "pointer": pointer, "code": "invalid_cursor", "detail": WRONG_CURSOR}


def find_secret_keys(app: Flask) -> list[Any]:
    """Return the secret keys of an app, the newest first.

    :raises SetupError: for an app without one.
    """
    if app.secret_key is None:
        raise SetupError(
            "A route has cursors, which are signed: set SECRET_KEY, or app.secret_key."
        )
    return [app.secret_key, *(app.config.get("SECRET_KEY_FALLBACKS") or ())]


def name_list(request: Request, own: Iterable[str]) -> str:
    """Return a text that names the list of a request: its route and its other parameters.

    :param own: the parameters that differ between the pages of one list.
    """
    left_out = frozenset(own)
    others = sorted(pair for pair in request.args.items(multi=True) if pair[0] not in left_out)
    variables = sorted((request.view_args or {}).items())
    return repr((request.endpoint, variables, others))
