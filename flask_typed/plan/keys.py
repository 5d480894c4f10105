"""The record of an operation whose requests are repeatable.

Registration time; request time reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: An idempotency key: a String of Structured Fields (RFC 9651), or bare characters.
KEY_PATTERN = r'^(?:"(?:[ !#-\[\]-~]|\\["\\])+"|[!#-+\--:<-\[\]-~]+)$'
#: How long the header may be.
LONGEST_KEY = 255
#: An escaped character.
ESCAPED_CHARACTER = re.compile(r'\\(["\\])')


@dataclass(frozen=True, slots=True)
class RepeatableRequests:
    """How the requests of an operation are made repeatable.

    :param required: whether a request without a key is rejected.
    :param expires: for how many seconds a key is kept.
    :param key: the key of the value of the header, among all values of a request.
    :param store: likewise, of the store.
    :param client: likewise, of the name of the client; ``None`` if its credentials tell it.
    :param steps: the number of providers after the body was read that run before a key is claimed.
    """

    required: bool
    expires: int
    key: str
    store: str
    client: str | None
    steps: int


def read_idempotency_key(text: str) -> str:
    """Return the key that a valid header has, without its quotes."""
    return ESCAPED_CHARACTER.sub(r"\1", text[1:-1]) if text.startswith('"') else text
