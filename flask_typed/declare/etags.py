"""Entity tags (RFC 9110, section 8.8.3): versions of a resource that clients send back.

Declaration time; request time compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import blake2b
from urllib.parse import quote
from uuid import UUID

from ..exceptions import ResponseMismatch

#: What a tag may be made of.
TagValue = str | int | bytes | datetime | UUID
#: The size of a hash in bytes.
HASH_SIZE = 16
TAG_TYPES = (str, int, bytes, datetime, UUID)
#: Separates the version from the media type in the tag of a representation.
TAG_SEPARATOR = ";"
#: The characters that a tag may have besides letters and digits: all but ``"``, ``%`` and ``;``.
UNESCAPED = "!#$&'()*+,-./:<=>?@[\\]^_`{|}~"
#: What is added to the tag of a compressed representation, by Flask-Compress and by Apache.
COMPRESSED = re.compile(r"[:-](?:br|deflate|gzip|zstd)\Z")
#: The next tag of a header.
LISTED = re.compile(r'[ \t,]*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?=,|\Z)')
#: What may follow the last tag of a header.
REST = re.compile(r"[ \t,]*\Z")


@dataclass(frozen=True)
class ETag:
    """The version of a resource: ``ETag(row.version)``. ``str()`` returns it as a header has it.

    :param value: a text, a number, bytes, a time or a UUID, which changes with the resource.
    :param weak: whether two representations with this tag may differ in their bytes. ``If-Match``
        never accepts a weak tag.
    """

    value: TagValue
    weak: bool = False

    @classmethod
    def of(cls, data: bytes) -> ETag:
        """Return the tag that ``etag=True`` makes of a response with these bytes.

        A view that changes a resource without a version compares it with the bytes that a GET would
        send: ``match.check(ETag.of(typed.dump_json(record, Record)))``.

        :param data: the body of the response.
        """
        return cls(blake2b(data, digest_size=HASH_SIZE).hexdigest())

    def __str__(self) -> str:
        return f'{"W/" * self.weak}"{self.opaque}"'

    def __post_init__(self) -> None:
        """Check the value.

        :raises ResponseMismatch: for one of another type.
        """
        if isinstance(self.value, bool) or not isinstance(self.value, TAG_TYPES):
            raise ResponseMismatch(TAG_WORDS, f"a value of type {type(self.value).__name__}")

    @property
    def opaque(self) -> str:
        """The text between the quotes. Characters that HTTP does not allow there are escaped."""
        value = self.value
        if isinstance(value, int):
            return str(value)
        if isinstance(value, bytes):
            return value.hex()
        if isinstance(value, datetime):
            return (value.astimezone(timezone.utc) if value.tzinfo else value).isoformat()
        return quote(str(value), safe=UNESCAPED)


@dataclass(frozen=True)
class SentTag(ETag):
    """A tag as a header has it: no character of it is escaped."""

    @property
    def opaque(self) -> str:
        """The text between the quotes."""
        return str(self.value)


TAG_WORDS = "a tag (a str, int, bytes, datetime, UUID or ETag)"


def make_etag(value: TagValue | ETag | None) -> ETag | None:
    """Return the tag for a value; ``None`` for none."""
    return value if value is None or isinstance(value, ETag) else ETag(value)


def make_variant(tag: ETag, media_type: str) -> ETag:
    """Return the tag of a representation in another media type (RFC 9110, section 8.8.3.3)."""
    return SentTag(f"{tag.opaque}{TAG_SEPARATOR}{media_type}", tag.weak)


def parse_tags(header: str) -> Iterator[tuple[bool, str]]:
    """Yield whether each tag of a header is weak, and its opaque text; none of a malformed list."""
    found: list[tuple[bool, str]] = []
    position = 0
    while match := LISTED.match(header, position):
        found.append((match[1] is not None, match[2]))
        position = match.end()
    if REST.match(header, position):
        yield from found


def has_match(
    header: str, tag: ETag | None, *, exists: bool, strong: bool, variants: bool = False
) -> bool:
    """Return whether a header lists the current tag, or is ``*`` and the resource exists.

    :param strong: whether weak tags are equal to no other.
    :param variants: whether the tags of other representations of the resource count, too: in
        another media type, or compressed.
    """
    if header.strip(" \t") == "*":
        return exists
    if tag is None or (strong and tag.weak):
        return False
    listed = (opaque for weak, opaque in parse_tags(header) if not (strong and weak))
    variant = tag.opaque + TAG_SEPARATOR
    if not variants:
        return tag.opaque in listed
    return any(
        opaque.startswith(variant) or tag.opaque in (opaque, COMPRESSED.sub("", opaque))
        for opaque in listed
    )
