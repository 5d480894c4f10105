"""Names that are keys in the document: OpenAPI allows letters, digits, dots and hyphens.

Declaration, registration and publishing time.
"""

from __future__ import annotations

import re
import unicodedata

from ..exceptions import DeclarationError
from ..wire.jsonvalues import show

#: The names of components, of security schemes and of links.
ALLOWED = re.compile(r"[a-zA-Z0-9._-]+")
#: The names of headers: RFC 9110's tokens.
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: A media type, or a range of media types.
MEDIA_TYPE = re.compile(rf"{TOKEN.pattern}/{TOKEN.pattern}([ \t]*;.*)?")
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
