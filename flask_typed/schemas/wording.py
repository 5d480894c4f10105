"""Lists in messages, shortened to a maximum length.

Registration time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

#: The maximum number of characters of a list in a message; the first item is always shown.
MAX_LENGTH = 200


def write_list(items: Iterable[Any]) -> str:
    """Return a list of items for a message: all, or the first ones and the number of the rest."""
    words = list(map(str, items))
    written: list[str] = []
    for word in words:
        if written and len(", ".join([*written, word])) > MAX_LENGTH:
            break
        written.append(shorten(word))
    text, left = ", ".join(written), len(words) - len(written)
    return f"{text} and {left} more" if left else text


def shorten(text: str) -> str:
    """Return a text, cut to the maximum length of a list in a message."""
    return text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH - 1]}…"
