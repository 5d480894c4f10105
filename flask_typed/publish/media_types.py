"""Tells media types of text from those of bytes.

Publishing time.
"""

from __future__ import annotations

#: The subtypes of ``application`` that are text.
TEXT_SUBTYPES = frozenset(
    (
        *("xml", "xml-dtd", "yaml", "x-yaml", "toml", "csv", "json", "json5"),
        *("jsonl", "jsonlines", "x-jsonlines", "ndjson", "x-ndjson", "json-seq"),
        *("javascript", "x-javascript", "ecmascript", "typescript", "x-typescript"),
        *("graphql", "sql", "x-sql", "x-sh", "x-www-form-urlencoded", "http-params", "jwt", "jose"),
        *("pem-certificate-chain", "x-pem-file", "pgp-signature", "sdp", "rtf", "x-tex", "x-latex"),
        *("n-triples", "n-quads", "trig", "sparql-query", "sparql-update"),
    )
)
#: The suffixes of subtypes whose syntax is text.
TEXT_SUFFIXES = frozenset(("json", "xml", "yaml", "json-seq", "jwt", "sd-jwt"))


def is_text_type(media_type: str) -> bool:
    """Return whether bodies of a media type, or of a range of media types, are text."""
    kind, _, subtype = media_type.partition(";")[0].strip().lower().partition("/")
    _, plus, suffix = subtype.rpartition("+")
    if kind == "text" or (plus and suffix in TEXT_SUFFIXES):
        return True
    return kind == "application" and subtype in TEXT_SUBTYPES
