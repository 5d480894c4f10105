"""Names that are keys in the document (letters, digits, dots and hyphens), and styles of names.

Declaration, registration and publishing time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from ..exceptions import DeclarationError
from ..wire.jsonvalues import show
from .checks import TOKEN

#: The names of components, of security schemes and of links.
ALLOWED = re.compile(r"[a-zA-Z0-9._-]+")
#: A media type, or a range of media types.
MEDIA_TYPE = re.compile(rf"{TOKEN.pattern}/{TOKEN.pattern}([ \t]*;.*)?")
#: Where a word begins in the name of a class, and what divides words in other names.
WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
#: Replaces a name without any letter.
NAMELESS = "Component"


def to_ascii(name: str) -> str:
    """Return a name that OpenAPI allows; an allowed name is returned unchanged.

    Letters lose their marks (``Grösse`` becomes ``Grosse``) or are replaced by Unicode's case
    folding (``ß`` becomes ``ss``). A letter without an ASCII form becomes its code point
    (``u66F8``). Any other character becomes ``_``.
    """
    if ALLOWED.fullmatch(name):
        return name
    return "".join(map(write_character, name)).strip("_") or NAMELESS


def write_character(character: str) -> str:
    """Return the replacement for one character of a name."""
    for form in (character, character.casefold()):
        plain = "".join(filter(is_base, unicodedata.normalize("NFKD", form)))
        if ALLOWED.fullmatch(plain):
            return plain
    if unicodedata.category(character)[0] == "M":
        return ""
    return f"u{ord(character):04X}" if character.isalnum() and not character.isascii() else "_"


def is_base(character: str) -> bool:
    """Return whether a character is not a combining mark."""
    return unicodedata.category(character)[0] != "M"


def reject_name(subject: str, name: object, *places: str) -> None:
    """Raise if OpenAPI does not allow a name.

    :param subject: the owner of the name in the message: ``"A security scheme"``.
    :raises DeclarationError: if the name is not allowed.
    """
    if isinstance(name, str) and ALLOWED.fullmatch(name):
        return
    instead = f"Write {to_ascii(name)!r}, or" if isinstance(name, str) else "Write"
    raise DeclarationError(
        f"{subject} is called {show(name)}: OpenAPI does not allow that name.",
        instead=f"{instead} another name of ASCII letters, digits, '.', '_' and '-'.",
        where=places,
    )


def reject_header(name: object, *places: str) -> None:
    """Raise if a text is not a valid header name.

    :raises DeclarationError: if it is not.
    """
    if not (isinstance(name, str) and TOKEN.fullmatch(name)):
        raise DeclarationError(
            f"{show(name)} is not a valid header name.",
            instead="Use ASCII letters, digits and '-'; `alias=` sets the name of a parameter.",
            where=places,
        )


def reject_malformed_media_type(name: object) -> None:
    """Raise if a text is not a media type.

    :raises DeclarationError: if it is not.
    """
    if not (isinstance(name, str) and MEDIA_TYPE.fullmatch(name)):
        raise DeclarationError(
            f"{show(name)} is not a media type.",
            instead='Write a type and a subtype: `MediaType("text/csv")`.',
        )


def to_camel(name: str) -> str:
    """Return a name in the style ``firstName``."""
    return restyle(name, lambda words: words[0] + "".join(map(capitalize, words[1:])))


def to_pascal(name: str) -> str:
    """Return a name in the style ``FirstName``."""
    return restyle(name, lambda words: "".join(map(capitalize, words)))


def to_kebab(name: str) -> str:
    """Return a name in the style ``first-name``."""
    return restyle(name, "-".join)


def hyphenate(name: str) -> str:
    """Return the name of a class in the style ``first-name``: ``HTTPFailed`` is ``http-failed``."""
    return WORD_START.sub("-", to_ascii(name)).lower()


def restyle(name: str, join: Callable[[list[str]], str]) -> str:
    """Return a name with its words joined anew, as msgspec does it; underscores before it stay.

    A name without words is returned unchanged.
    """
    words = [word for word in name.split("_") if word]
    before = name[: len(name) - len(name.lstrip("_"))]
    return before + join(words) if words else name


def capitalize(word: str) -> str:
    """Return a word with a capital first letter."""
    return word[:1].upper() + word[1:]


#: The functions from a name to its style, by the name of the style.
RENAMING: Mapping[str, Callable[[str], str]] = {
    "camel": to_camel,
    "pascal": to_pascal,
    "kebab": to_kebab,
}
