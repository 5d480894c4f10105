"""Regular expressions with the same meaning in Python, which checks them, and in JSON Schema.

Registration time. JSON Schema's patterns are ECMA-262's, with the ``u`` flag. Python's own parser
reads a pattern. If the dialects spell the same thing differently, the pattern is rewritten. If one
of them cannot express it, the pattern is rejected.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from marshmallow import validate

from ..exceptions import DeclarationError

#: Python's own parser of patterns.
parser: Any = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")

_ESCAPED = r"\\(?:[\^$\\.*+?()\[\]{}|/tnrfv]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})"
_GROUP = r"\((?!\?)|\(\?[:=!]"
_COUNT = r"[*+?]|\{[0-9]+(?:,[0-9]*)?\}"
_SET = rf"\[\^?(?:[^\\\[\]^]|\\-|{_ESCAPED})+\]"
#: Patterns that both dialects spell alike, with the same meaning: they are published unchanged.
COMMON = re.compile(rf"(?:[^\\^$.*+?()\[\]{{}}|]|[\^$|)]|{_ESCAPED}|{_GROUP}|{_COUNT}|{_SET})*")
#: The characters of each class with the ASCII flag.
ASCII_CLASSES = {"DIGIT": "0-9", "WORD": "A-Za-z0-9_", "SPACE": r" \t\n\r\f\v"}
#: The name of each class in messages.
CLASS_NAMES = {"DIGIT": r"\d", "WORD": r"\w", "SPACE": r"\s"}
#: Control characters that both dialects write with a letter.
CONTROLS = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\f": r"\f", "\v": r"\v"}

#: An element of Python's parse tree: its name and its content.
Element = tuple[str, Any]


class Pattern(validate.Regexp):
    """marshmallow's validator for a pattern with the same meaning in Python and JSON Schema.

    :ivar published: the pattern in JSON Schema's dialect.
    """

    def __init__(self, meaning: Meaning, *, error: str | None = None) -> None:
        super().__init__(meaning.regex, error=error)
        self.published = meaning.published


@dataclass(frozen=True, slots=True)
class Meaning:
    """The common meaning of a pattern in both dialects.

    :param published: the pattern in JSON Schema's dialect.
    :param regex: the pattern that Python checks with ``match``.
    """

    published: str
    regex: re.Pattern[str]


class UnsharedPattern(ValueError):
    """A pattern has a meaning in Python that JSON Schema cannot express.

    :param feature: the feature that the pattern uses.
    :param instead: advice for the message.
    """

    def __init__(self, feature: str, instead: str) -> None:
        super().__init__(feature)
        self.instead = instead


def fit_pattern(validator: validate.Regexp) -> Pattern:
    """Return the validator of the common meaning of a user's pattern.

    :raises DeclarationError: if the pattern has no common meaning.
    """
    try:
        return Pattern(find_meaning(validator.regex), error=validator.error)
    except UnsharedPattern as error:
        raise DeclarationError(
            f"The pattern {validator.regex.pattern!r} uses {error}, which JSON Schema"
            " does not have or reads differently.",
            instead=error.instead,
        ) from error


def share_pattern(validator: Any) -> Any:
    """Return the validator of the common meaning if there is one; else the user's own."""
    if type(validator) is not validate.Regexp:
        return validator
    try:
        return Pattern(find_meaning(validator.regex), error=validator.error)
    except UnsharedPattern:
        return validator


def find_meaning(regex: re.Pattern[Any]) -> Meaning:
    """Return the common meaning of a pattern that must match at the start, as in marshmallow.

    :raises UnsharedPattern: if JSON Schema does not have a feature of it, or reads it differently.
    """
    if isinstance(regex.pattern, bytes):
        raise UnsharedPattern("bytes", "Write text.")
    tree = name_elements(parser.parse(regex.pattern, regex.flags))
    checked = write_sequence(tree, Writing(regex.flags, end=r"\Z"))
    published = write_sequence(tree, Writing(regex.flags, end="$"))
    if not regex.flags & ~(re.UNICODE | re.ASCII) and COMMON.fullmatch(regex.pattern):
        published = regex.pattern
    return Meaning(
        published if is_anchored(tree) else f"^(?:{published})",
        re.compile(checked),
    )


def is_anchored(tree: Sequence[Element]) -> bool:
    """Return whether every branch of a pattern can only match at the start."""
    if not tree:
        return False
    name, held = tree[0]
    if name == "BRANCH":
        return all(is_anchored(branch) for branch in held)
    return name == "AT" and held in ("AT_BEGINNING", "AT_BEGINNING_STRING")


def name_elements(tree: Iterable[Any]) -> list[Element]:
    """Return a parse tree with names for Python's constants, which differ between versions."""
    return [(str(op), name_held(str(op), held)) for op, held in tree]


def name_held(name: str, held: Any) -> Any:
    """Return the content of an element, with named elements inside."""
    if name == "BRANCH":
        return [name_elements(branch) for branch in held[1]]
    if name == "SUBPATTERN":
        group, add, remove, tree = held
        return group, add, remove, name_elements(tree)
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, tree = held
        return least, None if most == parser.MAXREPEAT else most, name_elements(tree)
    if name in ("ASSERT", "ASSERT_NOT"):
        return held[0], name_elements(held[1])
    if name == "IN":
        return [(str(op), value) for op, value in held]
    return str(held) if name == "AT" else held


@dataclass(frozen=True, slots=True)
class Writing:
    """The settings for writing a pattern.

    :param flags: Python's flags at the position of an element.
    :param end: the text that matches only at the very end.
    """

    flags: int
    end: str


def write_sequence(tree: Sequence[Element], writing: Writing) -> str:
    """Return the text of a sequence of elements."""
    return "".join(write_element(name, held, writing) for name, held in tree)


def write_element(name: str, held: Any, writing: Writing) -> str:
    """Return the text of an element.

    :raises UnsharedPattern: if JSON Schema does not have it.
    """
    write = WRITERS.get(name)
    if write is None:
        feature = name.lower().replace("_", " ")
        raise UnsharedPattern(f"a feature of Python ({feature})", "Write the pattern without it.")
    return write(held, writing)


def write_literal(code: int, writing: Writing) -> str:
    """Return a character; both of its cases if case is ignored."""
    cases = write_cases(code, code, writing)
    return (
        f"[{cases}]"
        if ignores_case(writing) and chr(code).isalpha()
        else escape_character(chr(code))
    )


def write_not_literal(code: int, writing: Writing) -> str:
    """Return the set of all characters but one."""
    return f"[^{write_cases(code, code, writing)}]"


def write_any(_: Any, writing: Writing) -> str:
    """Return the meaning of Python's ``.``."""
    return r"[\s\S]" if writing.flags & re.DOTALL else r"[^\n]"


def write_set(items: Sequence[Element], writing: Writing) -> str:
    """Return a set of characters."""
    (first, held), *rest = items
    if is_everything(items):
        return r"[\s\S]"
    if first == "CATEGORY" and not rest and "NOT_" in str(held):
        return f"[^{write_class(str(held).replace('NOT_', ''), writing)}]"
    negated = first == "NEGATE"
    members = "".join(write_member(*item, writing) for item in (rest if negated else items))
    return f"[{'^' if negated else ''}{members}]"


def is_everything(items: Sequence[Element]) -> bool:
    """Return whether a set holds a class and its opposite, as ``[\\s\\S]`` does."""
    kinds = [str(held) for name, held in items if name == "CATEGORY"]
    positive = [kind for kind in kinds if "NOT_" not in kind]
    return any(kind.replace("CATEGORY_", "CATEGORY_NOT_") in kinds for kind in positive)


def write_member(name: str, held: Any, writing: Writing) -> str:
    """Return a member of a set of characters: one, a range, or a class."""
    if name == "LITERAL":
        return write_cases(held, held, writing)
    if name == "RANGE":
        least, most = held
        return write_cases(least, most, writing)
    return write_class(str(held), writing)


def write_class(category: str, writing: Writing) -> str:
    """Return the characters of ``\\d``, ``\\w`` or ``\\s`` with the ASCII flag.

    :raises UnsharedPattern: without the flag: Python then means all of Unicode.
    """
    kind = category.removeprefix("CATEGORY_")
    if not writing.flags & re.ASCII or kind not in ASCII_CLASSES:
        name = CLASS_NAMES.get(kind.removeprefix("NOT_"), kind)
        shown = f"[{ASCII_CLASSES[kind.removeprefix('NOT_')]}]"
        raise UnsharedPattern(name, f"List the characters, such as {shown}, or pass re.ASCII.")
    return ASCII_CLASSES[kind]


def write_cases(least: int, most: int, writing: Writing) -> str:
    """Return a range of a set, with the other case of its letters if case is ignored."""
    written = write_character_range(least, most)
    if not ignores_case(writing):
        return written
    for low, high, other in ((97, 122, -32), (65, 90, 32)):
        start, stop = max(least, low), min(most, high)
        if start <= stop:
            written += write_character_range(start + other, stop + other)
    return written


def write_character_range(least: int, most: int) -> str:
    """Return one character or a range of a set."""
    first, last = (escape_character(chr(code), in_set=True) for code in (least, most))
    return first if least == most else f"{first}-{last}"


def ignores_case(writing: Writing) -> bool:
    """Return whether case is ignored.

    :raises UnsharedPattern: without the ASCII flag: Python would ignore the case of all of Unicode.
    """
    if not writing.flags & re.IGNORECASE:
        return False
    if not writing.flags & re.ASCII:
        raise UnsharedPattern("re.IGNORECASE", "Pass re.ASCII too, or list both cases.")
    return True


def escape_character(character: str, *, in_set: bool = False) -> str:
    """Return the text that matches a character literally."""
    special = "\\]^-[" if in_set else "\\^$.*+?()[]{}|/"
    if character in CONTROLS:
        return CONTROLS[character]
    if character < " " or "\ud800" <= character <= "\udfff":
        return f"\\u{ord(character):04x}"
    return f"\\{character}" if character in special else character


def write_branches(branches: Sequence[Sequence[Element]], writing: Writing) -> str:
    """Return alternatives."""
    return f"(?:{'|'.join(write_sequence(branch, writing) for branch in branches)})"


def write_group(held: Any, writing: Writing) -> str:
    """Return a group without its name and its flags."""
    group, add, remove, tree = held
    inside = Writing(writing.flags & ~remove | add, writing.end)
    return f"({'' if group else '?:'}{write_sequence(tree, inside)})"


def write_repeat(held: Any, writing: Writing) -> str:
    """Return a repeated element."""
    least, most, tree = held
    inner = write_sequence(tree, writing)
    is_atom = len(tree) == 1 and tree[0][0] not in COMPOUND
    return (inner if is_atom else f"(?:{inner})") + write_count(least, most)


def write_count(least: int, most: int | None) -> str:
    """Return the quantifier for a number of repetitions."""
    known = {(0, 1): "?", (0, None): "*", (1, None): "+"}
    if (least, most) in known:
        return known[least, most]
    if least == most:
        return f"{{{least}}}"
    return f"{{{least},{'' if most is None else most}}}"


def write_place(name: str, writing: Writing) -> str:
    """Return the anchor of the start or the end; ``$`` is the very end, as in JSON Schema."""
    if name in ("AT_BOUNDARY", "AT_NON_BOUNDARY"):
        raise UnsharedPattern(r"\b or \B", "Write the characters that may be there.")
    if writing.flags & re.MULTILINE and name in ("AT_BEGINNING", "AT_END"):
        raise UnsharedPattern("re.MULTILINE", "Write line feeds into the pattern.")
    return "^" if name.startswith("AT_BEGINNING") else writing.end


def write_look(held: Any, writing: Writing, sign: str) -> str:
    """Return a lookahead or lookbehind assertion."""
    direction, tree = held
    return f"(?{'<' if direction < 0 else ''}{sign}{write_sequence(tree, writing)})"


#: Elements that cannot be repeated without a group around them.
COMPOUND = ("MAX_REPEAT", "MIN_REPEAT", "AT", "ASSERT", "ASSERT_NOT")

#: The function that writes each element of Python's parse tree.
WRITERS: dict[str, Callable[[Any, Writing], str]] = {
    "LITERAL": write_literal,
    "NOT_LITERAL": write_not_literal,
    "ANY": write_any,
    "IN": write_set,
    "BRANCH": write_branches,
    "SUBPATTERN": write_group,
    "MAX_REPEAT": write_repeat,
    "MIN_REPEAT": lambda held, writing: write_repeat(held, writing) + "?",
    "AT": write_place,
    "ASSERT": lambda held, writing: write_look(held, writing, "="),
    "ASSERT_NOT": lambda held, writing: write_look(held, writing, "!"),
}
