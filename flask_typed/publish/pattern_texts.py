"""Writes a text that a pattern probably matches.

Publishing time. Python's own parser reads the pattern. Lookarounds and back references are ignored:
the caller checks the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from ..schemas.patterns import Element, name_elements, parser

#: Repetitions without a maximum are written so many times, in this order of attempts.
COUNTS = (1, 3, 8, 0)
#: Longer texts are not written.
MAX_MATCH = 200
#: The characters that are tried for a set of all others, and one of each class.
CHARACTERS = "aA0-_ .é\n"
CLASS_CHARACTERS = {"DIGIT": "0", "WORD": "a", "SPACE": " "}


def write_texts(pattern: str) -> Iterator[str]:
    """Yield texts that a pattern probably matches; none if it cannot be read."""
    with suppress(re.error, ValueError, KeyError, OverflowError, RecursionError):
        tree = name_elements(parser.parse(pattern))
        for count in COUNTS:
            text = make_sequence(tree, count)
            if len(text) <= MAX_MATCH:
                yield text


def make_sequence(tree: Sequence[Element], count: int) -> str:
    """Return the text of a sequence of elements.

    :raises KeyError: for an element that is not known.
    """
    return "".join(ELEMENT_WRITERS[name](held, count) for name, held in tree)


def make_repeat(held: Any, count: int) -> str:
    """Return the text of a repeated element."""
    least, most, tree = held
    times = max(int(least), count if most is None else min(int(most), count))
    repeated = make_sequence(tree, count)
    if len(repeated) * times > MAX_MATCH:
        raise ValueError("the text is too long")
    return repeated * times


def make_set(items: Sequence[Element], count: int) -> str:
    """Return a character of a set."""
    negated = items[0][0] == "NEGATE"
    if not negated:
        return make_member(*items[0])
    others = [c for c in CHARACTERS if not any(is_in_member(*item, c) for item in items[1:])]
    return others[0] if others else "\u00df"


def make_member(name: str, held: Any) -> str:
    """Return a character of a member of a set."""
    if name == "CATEGORY":
        category = str(held).removeprefix("CATEGORY_")
        opposite = "-" if category != "NOT_WORD" else " "
        return CLASS_CHARACTERS.get(category, opposite)
    return chr(held if name == "LITERAL" else held[0])


def is_in_member(name: str, held: Any, character: str) -> bool:
    """Return whether a character is in a member of a set."""
    if name == "RANGE":
        return bool(held[0] <= ord(character) <= held[1])
    if name == "LITERAL":
        return bool(held == ord(character))
    kind = re.search("DIGIT|WORD|SPACE", str(held))
    classes = {"DIGIT": str.isdigit, "WORD": is_word_character, "SPACE": str.isspace}
    is_member = bool(kind and classes[kind[0]](character))
    return is_member is not ("NOT_" in str(held))


def is_word_character(character: str) -> bool:
    """Return whether a character is one of ``\\w``."""
    return character.isalnum() or character == "_"


def make_branch(branches: Sequence[Sequence[Element]], count: int) -> str:
    """Return the text of the first alternative."""
    return make_sequence(branches[0], count)


def write_nothing(held: Any, count: int) -> str:
    """Return an empty text."""
    return ""


#: The function that writes each element of Python's parse tree.
ELEMENT_WRITERS: dict[str, Callable[[Any, int], str]] = {
    "LITERAL": lambda code, count: chr(code),
    "NOT_LITERAL": lambda code, count: make_set([("NEGATE", None), ("LITERAL", code)], count),
    "ANY": lambda held, count: "a",
    "IN": make_set,
    "BRANCH": make_branch,
    "SUBPATTERN": lambda held, count: make_sequence(held[-1], count),
    "MAX_REPEAT": make_repeat,
    "MIN_REPEAT": make_repeat,
    **dict.fromkeys(("AT", "ASSERT", "ASSERT_NOT"), write_nothing),
}
