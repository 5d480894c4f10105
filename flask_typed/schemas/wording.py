"""Lists in messages: no message repeats a long one.

Registration time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

#: How many characters a list in a message has, at most; the first item of a list is always there.
MAX_LENGTH = 200


def write_list(items: Iterable[Any]) -> str:
    """Return items as a message lists them: all, or the first ones and the number of the rest."""
    words = list(map(str, items))
    written: list[str] = []
    for word in words:
        if written and len(", ".join([*written, word])) > MAX_LENGTH:
            break
        written.append(shorten(word))
    text, left = ", ".join(written), len(words) - len(written)
    return f"{text} and {left} more" if left else text


def shorten(text: str) -> str:
    """Return a text, without what is too long for a message."""
    return text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH - 1]}…"
