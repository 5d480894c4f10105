"""Every difference between a response and the responses that a document describes.

Request time, after everything that may change a response. The response is not changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Response
from werkzeug.http import parse_cookie, parse_options_header

from ..exceptions import ResponseDifference
from . import bodies
from .records import Content, DescribedResponse, DescribedResponses, Value
from .texts import find_text_fault

#: The status codes whose responses are sent without a body, even if the object has one.
BODILESS_STATUSES = frozenset({204, 304})


def compare(
    response: Response, method: str, responses: DescribedResponses, limit: int | None = None
) -> Iterator[ResponseDifference]:
    """Yield every difference.

    :param method: of the request.
    :param limit: the maximum number of bytes of a body that is compared; ``None`` for no limit.
    """
    status = response.status_code
    described = responses.find(status)
    if described is None:
        yield ResponseDifference("status", write_choices(sorted(responses.by_status)))
        return
    yield from compare_values("header", described.headers, read_headers(response, described))
    yield from compare_values("cookie", described.cookies, read_cookies(response))
    if status < 200 or status in BODILESS_STATUSES:
        return
    content = find_content(response, described)
    if described.contents and content is None:
        names = dict.fromkeys(content.name for content in described.contents)
        yield ResponseDifference("media type", write_choices(list(names)))
    elif method != "HEAD":
        yield from compare_body(response, described, content, limit)


def write_choices(choices: list[str]) -> str:
    """Return choices as a phrase: "a, b or c"."""
    *others, last = choices or ["none"]
    return f"{', '.join(others)} or {last}" if others else last


def compare_body(
    response: Response, described: DescribedResponse, content: Content | None, limit: int | None
) -> Iterator[ResponseDifference]:
    """Yield the differences of the body.

    :param content: its description; ``None`` if there is none.
    """
    if content is None:
        if not described.is_open and bodies.has_response_body(response):
            yield ResponseDifference("body", "none")
    elif content.schema and bodies.is_readable(response, limit):
        for fault in bodies.find_faults(content.schema, response):
            yield ResponseDifference(f"body {fault.pointer}".rstrip(), fault.expected)


def find_content(response: Response, described: DescribedResponse) -> Content | None:
    """Return the described media type that fits a response."""
    media_type, options = parse_options_header(response.headers.get("Content-Type", ""))
    fitting = (one for one in described.contents if one.fits(media_type.lower(), options))
    return next(fitting, None)


def compare_values(
    kind: str, described: Mapping[str, Value], sent: Mapping[str, str]
) -> Iterator[ResponseDifference]:
    """Yield the differences of headers or of cookies.

    :param sent: those of the response, by the document's names.
    """
    for name, value in described.items():
        text = sent.get(name)
        if text is None:
            expected = "a value; it is missing" if value.required else None
        else:
            expected = find_text_fault(value.schema, text)
        if expected is not None:
            yield ResponseDifference(f"{kind} {name}", expected)


def read_headers(response: Response, described: DescribedResponse) -> Mapping[str, str]:
    """Return the texts of the described headers; repeated ones are joined by commas."""
    found = ((name, response.headers.getlist(name)) for name in described.headers)
    return {name: ", ".join(texts) for name, texts in found if texts}


def read_cookies(response: Response) -> Mapping[str, str]:
    """Return the cookies that a response sets, without those that it deletes."""
    found: dict[str, str] = {}
    for header in response.headers.getlist("Set-Cookie"):
        pair, _, options = header.partition(";")
        if "max-age=0" not in options.lower():
            found.update(parse_cookie(pair))
    return found
