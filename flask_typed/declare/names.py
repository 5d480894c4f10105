"""Names that stand in the document as keys: OpenAPI allows letters, digits, dots and hyphens.

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
#: A media type, or a range of them.
MEDIA_TYPE = re.compile(rf"{TOKEN.pattern}/{TOKEN.pattern}([ \t]*;.*)?")
#: What a name becomes that has no letter at all.
NAMELESS = "Component"


def to_ascii(name: str) -> str:
    """Return a name that OpenAPI allows; one that is allowed already is returned as it is.

    Letters lose their marks (``Grösse`` is ``Grosse``), and are otherwise written as Unicode folds
    them (``ß`` is ``ss``). A letter without any form in ASCII becomes its code point (``u66F8``),
    and whatever is not a letter becomes ``_``.
    """
    if ALLOWED.fullmatch(name):
        return name
    return "".join(map(write_character, name)).strip("_") or NAMELESS


def write_character(character: str) -> str:
    """Return what stands for one character of a name."""
    for form in (character, character.casefold()):
        plain = "".join(filter(is_base, unicodedata.normalize("NFKD", form)))
        if ALLOWED.fullmatch(plain):
            return plain
    if unicodedata.category(character)[0] == "M":
        return ""
    return f"u{ord(character):04X}" if character.isalnum() and not character.isascii() else "_"


def is_base(character: str) -> bool:
    """Return whether a character is more than a mark on the one before it."""
    return unicodedata.category(character)[0] != "M"


def reject_name(what: str, name: object, *places: str) -> None:
    """Raise for a name that OpenAPI does not allow.

    :param what: whose name it is, for the message: ``"A security scheme"``.
    :raises DeclarationError: for such a name.
    """
    if isinstance(name, str) and ALLOWED.fullmatch(name):
        return
    instead = f"Write {to_ascii(name)!r}, or" if isinstance(name, str) else "Write"
    raise DeclarationError(
        f"{what} is called {show(name)}: OpenAPI does not allow that name.",
        instead=f"{instead} another name of ASCII letters, digits, '.', '_' and '-'.",
        where=places,
    )


def reject_header(name: object, *places: str) -> None:
    """Raise for a name that no header can have.

    :raises DeclarationError: for such a name.
    """
    if not (isinstance(name, str) and TOKEN.fullmatch(name)):
        raise DeclarationError(
            f"No header can be called {show(name)}.",
            instead="Use ASCII letters, digits and '-'; `alias=` names a parameter.",
            where=places,
        )


def reject_malformed_media_type(name: object) -> None:
    """Raise for a text that is not a media type.

    :raises DeclarationError: for such a text.
    """
    if not (isinstance(name, str) and MEDIA_TYPE.fullmatch(name)):
        raise DeclarationError(
            f"{show(name)} is not a media type.",
            instead='Write a type and a subtype: `MediaType("text/csv")`.',
        )
