"""Patterns of JSON Schema (ECMA-262), translated for Python.

Request time, when a value is first compared with a pattern.
"""

from __future__ import annotations

import re
from functools import cache

#: The parts of a pattern that ECMA-262 and Python may read differently.
PARTS = re.compile(r"\\u\{[0-9a-fA-F]+\}|\\.|\[\^?\]?|[]$.&~|]|\(\?<(?![=!])", re.DOTALL)
#: The white space of ECMA-262, inside a class.
SPACE = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
#: The translation of each part outside of a class.
OUTSIDE_CLASS = {
    "$": r"\Z",
    ".": r"[^\n\r\u2028\u2029]",
    r"\s": f"[{SPACE}]",
    r"\S": f"[^{SPACE}]",
    r"\/": "/",
    "(?<": "(?P<",
    "[]": "(?!)",
    "[^]": r"(?s:.)",
}
#: The translation of each part inside a class.
INSIDE_CLASS = {r"\s": SPACE, r"\/": "/"}


@cache
def compile_pattern(pattern: str) -> re.Pattern[str] | None:
    """Return the compiled pattern; ``None`` for a pattern that Python cannot compile."""
    try:
        return re.compile(translate(pattern), re.ASCII)
    except (re.error, ValueError):
        return None


def translate(pattern: str) -> str:
    """Return a pattern of ECMA-262 in Python's syntax."""
    is_inside = False

    def rewrite(match: re.Match[str]) -> str:
        nonlocal is_inside
        part = match[0]
        if part.startswith("\\u{"):
            return re.escape(chr(int(part[3:-1], 16)))
        if is_inside:
            is_inside = not part.endswith("]") or part.startswith("\\")
            return INSIDE_CLASS.get(part, f"\\{part}" if part[0] in "[&~|" else part)
        is_inside = part in ("[", "[^")
        return OUTSIDE_CLASS.get(part, part)

    return PARTS.sub(rewrite, pattern)
