"""The responses that a document describes for one operation, read once from its Operation Object.

Publishing time makes the records; requests only read them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.http import parse_options_header

from ..review.references import JSONObject, follow
from .schemas import Schema

#: Headers that are checked elsewhere: cookies one by one, the content type by ``content``.
APART = frozenset({"set-cookie", "content-type"})


@dataclass(frozen=True, slots=True)
class Content:
    """One media type of a described response.

    :param name: the media type, or a range of them, without parameters.
    :param options: its parameters.
    :param schema: ``None`` if the document describes no schema.
    """

    name: str
    options: Mapping[str, str]
    schema: Schema | None

    def fits(self, media_type: str, options: Mapping[str, str]) -> bool:
        """Return whether a media type, with its parameters, fits this one."""
        kind, _, _ = media_type.partition("/")
        named = self.name in (media_type, f"{kind}/*", "*/*")
        return named and all(options.get(key) == value for key, value in self.options.items())


@dataclass(frozen=True, slots=True)
class Value:
    """A header or a cookie of a described response."""

    required: bool
    schema: Schema


@dataclass(frozen=True, slots=True)
class DescribedResponse:
    """One Response Object.

    :param contents: the most specific media type first.
    :param is_open: whether any body is allowed: the document describes no body, and no client
        expects an empty one.
    """

    contents: tuple[Content, ...] = ()
    headers: Mapping[str, Value] = field(default_factory=dict)
    cookies: Mapping[str, Value] = field(default_factory=dict)
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class DescribedResponses:
    """The Responses Object of one operation.

    :param by_status: by status code, range (``4XX``) or ``default``.
    :param failure: the response to a failure of the program, which no document describes.
    """

    by_status: Mapping[str, DescribedResponse]
    failure: DescribedResponse

    def find(self, status: int) -> DescribedResponse | None:
        """Return the described response for a status code."""
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self.by_status:
                return self.by_status[key]
        return self.failure if status == 500 else None


class DocumentReader:
    """Reads the described responses of one document.

    :param document: with exact numbers.
    """

    def __init__(self, document: JSONObject) -> None:
        self._document = document
        self._names = frozenset(find_member_names(document))

    def read(self, responses: JSONObject) -> Mapping[str, DescribedResponse]:
        """Return the records of a Responses Object."""
        return {str(key): self._read_response(str(key), part) for key, part in responses.items()}

    def _read_response(self, key: str, part: Any) -> DescribedResponse:
        """Return the record of a Response Object.

        A response without ``content`` has no body, except ``default``, ranges and redirects, which
        may have any: the first two are for many responses, and a redirect may have an HTML page.
        """
        response = self._follow(part)
        parts = self._follow(response.get("headers", {}))
        headers = {name: self._follow(header) for name, header in parts.items()}
        cookies: JSONObject = {}
        for header in headers.values():
            cookies = {**cookies, **header.get("x-cookies", {})}
        return DescribedResponse(
            self._read_contents(response.get("content", {})),
            self._read_values({n: h for n, h in headers.items() if n.lower() not in APART}),
            self._read_values(cookies),
            key == "default" or key.endswith("XX") or key.startswith("3"),
        )

    def _read_contents(self, content: JSONObject) -> tuple[Content, ...]:
        """Return the records of the media types of a response."""
        contents = []
        for name, part in content.items():
            media_type, options = parse_options_header(name)
            schema = self._make_schema(part["schema"]) if "schema" in part else None
            contents.append(Content(media_type.lower(), options, schema))
        return tuple(sorted(contents, key=lambda one: (one.name.count("*"), -len(one.options))))

    def _read_values(self, headers: JSONObject) -> Mapping[str, Value]:
        """Return the record of each header, or cookie, by its name."""
        return {
            name: Value(header.get("required") is True, self._make_schema(header.get("schema", {})))
            for name, header in headers.items()
        }

    def _make_schema(self, keywords: JSONObject) -> Schema:
        return Schema(keywords, self._document, self._names)

    def _follow(self, part: Any) -> JSONObject:
        return follow(self._document, part)


def find_member_names(part: Any) -> Iterator[str]:
    """Yield the names of members in the schemas of a document."""
    if isinstance(part, list):
        for item in part:
            yield from find_member_names(item)
    elif isinstance(part, Mapping):
        for key, inner in part.items():
            if key == "properties" and isinstance(inner, Mapping):
                yield from inner
            yield from find_member_names(inner)
