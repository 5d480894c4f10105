"""A case → the request that is sent, and the ``curl`` line that repeats it.

Development time.
"""

from __future__ import annotations

import re
import shlex
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from ..outside.operations import ApiOperation, Credential
from ..outside.texts import TextPairs, write_named_texts
from .cases import Case
from .known import PATH_VARIABLE
from .sending import WireRequest

#: Stands for the value of a header of the user's, which may be a secret.
HIDDEN = "…"
#: Longer bodies are not shown.
MAX_SHOWN = 4_000
#: The characters that are not encoded in a path.
PATH_SAFE = "!$&'()*+,;=:@-._~"


@dataclass(frozen=True, slots=True)
class OwnHeaders:
    """The headers that the user adds to each request.

    :param pairs: in the user's order.
    """

    pairs: Sequence[tuple[str, str]] = ()

    def has(self, credential: Credential) -> bool:
        """Return whether the headers have a credential. A certificate is not a header."""
        names = {name.lower() for name, _ in self.pairs}
        if credential.location == "header":
            return credential.name in names
        return credential.location == "tls" or (
            credential.location == "cookie" and "cookie" in names
        )

    def authenticate(self, operation: ApiOperation) -> bool:
        """Return whether an operation is public, or the headers have what it needs."""
        ways = operation.credentials
        return not ways or any(all(map(self.has, way)) for way in ways)

    def without_credentials(self, operation: ApiOperation) -> OwnHeaders:
        """Return the headers that no way to authenticate needs."""
        wanted = {one.name for way in operation.credentials for one in way}
        secret = {"authorization", "cookie", *wanted}
        return OwnHeaders([(n, value) for n, value in self.pairs if n.lower() not in secret])


NO_HEADERS = OwnHeaders()


def make_request(case: Case, own: OwnHeaders, found: Mapping[str, Any]) -> WireRequest:
    """Return the request of a case.

    :param found: the values of path variables that the server has. They replace those of the
        document, except for the parameter that the case is about.
    """
    texts: dict[str, TextPairs] = {"path": [], "query": [], "header": [], "cookie": []}
    for one in case.operation.inputs:
        key = one.location, one.name
        if key not in case.values:
            continue
        is_found = one.location == "path" and one.name in found and case.about != key
        value = found[one.name] if is_found else case.values[key]
        texts[one.location].extend(write_named_texts(one, value))
    target = fill_path(case.operation.path, dict(texts["path"]))
    query = f"?{urlencode(texts['query'], errors='replace')}" if texts["query"] else ""
    headers = [*make_case_headers(case, own, texts)]
    data = None if case.body is None else case.body.data
    return WireRequest(case.operation.method, target + query, headers, data)


def fill_path(path: str, values: Mapping[str, str]) -> str:
    """Return a path with the values of its variables."""

    def fill(match: re.Match[str]) -> str:
        return quote(values.get(match[1], ""), safe=PATH_SAFE, errors="replace")

    return PATH_VARIABLE.sub(fill, path)


def make_case_headers(
    case: Case, own: OwnHeaders, texts: Mapping[str, TextPairs]
) -> Iterator[tuple[str, str]]:
    """Yield the headers of a case. The user's own replace those of the same name."""
    added = own.without_credentials(case.operation) if case.kind == "anonymous" else own
    taken = {name.lower() for name, _ in own.pairs}
    if case.body is not None:
        yield "Content-Type", case.body.content_type
    yield from ((name, text) for name, text in texts["header"] if name.lower() not in taken)
    if texts["cookie"] and "cookie" not in taken:
        yield "Cookie", "; ".join(f"{name}={text}" for name, text in texts["cookie"])
    yield from added.pairs


def write_curl(url: str, request: WireRequest, own: OwnHeaders) -> str:
    """Return the command that repeats a request. The values of the user's headers are hidden."""
    words = ["curl", "-i"]
    if request.method != "GET":
        words += ["-X", request.method]
    words.append(quote_word(url + request.target))
    for name, value in request.headers:
        shown = HIDDEN if (name, value) in own.pairs else value
        words += ["-H", quote_word(f"{name}: {shown}")]
    if request.data is not None:
        words += write_data_option(request.data)
    return " ".join(words)


def write_data_option(data: bytes) -> list[str]:
    """Return the words for a body; of a long one, its beginning."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return ["--data-binary", f"@<(base64 -d <<< {b64encode(data).decode()})"]
    shown = text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + HIDDEN
    return ["--data-raw", quote_word(shown)]


def quote_word(text: str) -> str:
    """Return a word for bash, which reads control characters only in ``$'…'``."""
    if text.isprintable():
        return shlex.quote(text)
    escaped = (escape_for_bash(character) for character in text)
    return f"$'{''.join(escaped)}'"


def escape_for_bash(character: str) -> str:
    """Return a character as it is written in ``$'…'``."""
    if character in "\\'":
        return f"\\{character}"
    return character if character.isprintable() else f"\\u{ord(character):04x}"


def read_header_lines(lines: Iterable[str]) -> OwnHeaders:
    """Return the headers of ``--header "Name: value"``.

    :raises ValueError: for a line that is no header.
    """
    pairs = []
    for line in lines:
        name, colon, value = line.partition(":")
        is_name = re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name)
        if not (colon and is_name and value.isprintable() and value.isascii()):
            raise ValueError("write a header as NAME: VALUE, in ASCII.")
        pairs.append((name, value.strip()))
    return OwnHeaders(pairs)
