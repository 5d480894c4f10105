"""Judges answers: no 5xx, nothing that the document lacks, nothing out of proportion."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

from jsonschema import Draft202012Validator

from ..bookshop.contract import Validator
from ..patience import PATIENCE
from .apps import MARK, Route
from .requests import ABSENT, Request

#: For how long a request may be worked on, in seconds.
SLOW = PATIENCE / 6
#: Larger values are not held against their schemas, which takes long.
LARGE = 20_000
#: How large an answer may be: so many times its request, and so many bytes.
FACTOR, BASE = 50, 65_536


@dataclass(frozen=True)
class Answer:
    """What was answered.

    :param status: 0 if the connection was closed without an answer.
    :param seconds: until all of it was there.
    """

    status: int
    headers: Message
    body: bytes
    seconds: float

    @property
    def is_of_app(self) -> bool:
        """Whether the app has answered, and not the server for it."""
        return MARK in self.headers


class Judge:
    """Holds answers against the document of an app."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def judge(self, route: Route, request: Request, answer: Answer) -> Iterator[str]:
        """Yield what is wrong with an answer."""
        yield from judge_bounds(request, answer)
        if not answer.is_of_app:
            if request.is_http and request.is_routed:
                yield f"the server answers {answer.status} to what it has to understand"
            return
        if not request.is_known and request.is_routed and answer.status in (200, 201, 204, 409):
            yield f"{answer.status} without the right credentials"
        if not request.wounds and answer.status not in (200, 201, 409):
            yield f"a request that nothing is wrong with is answered with {answer.status}"
        if request.is_routed and request.method == route.method:
            operation = self._document["paths"][route.path][route.method.lower()]
            yield from self._judge_answer(operation, answer)
            yield from self._judge_body(operation, request, answer)

    def _judge_answer(self, operation: Mapping[str, Any], answer: Answer) -> Iterator[str]:
        """Yield how an answer differs from the document."""
        responses = operation["responses"]
        published = responses.get(str(answer.status)) or responses.get(f"{answer.status // 100}XX")
        if published is None:
            yield f"{answer.status} is not in the document"
            return
        for name, header in published.get("headers", {}).items():
            if header.get("required") and name not in answer.headers:
                yield f"{answer.status} has no {name}"
        content = published.get("content", {})
        media_type = answer.headers.get_content_type()
        if content and media_type not in content:
            yield f"{answer.status} is {media_type}, which is not in the document"
        elif "json" in media_type and content and len(answer.body) < LARGE:
            value = json.loads(answer.body)
            yield from self._find_faults(content[media_type].get("schema", {}), value)

    def _judge_body(
        self, operation: Mapping[str, Any], request: Request, answer: Answer
    ) -> Iterator[str]:
        """Yield a body that was taken, or refused, against the schema."""
        is_large = max(len(request.body), len(answer.body)) > LARGE
        if request.json is ABSENT or is_large or answer.status in (400, 401, 403, 413):
            return
        schema = operation["requestBody"]["content"]["application/json"].get("schema", {})
        problem = json.loads(answer.body) if answer.status == 422 else {}
        if "there are more" in problem.get("detail", ""):
            return
        faults = problem.get("errors", ())
        is_refused = any(fault["in"] == "body" for fault in faults)
        broken = list(self._find_faults(schema, request.json))
        is_exact = "x-" not in json.dumps(schema) and "x-" not in json.dumps(
            self._document.get("components", {})
        )
        if is_refused and not broken and is_exact:
            yield f"a valid body is refused: {faults[0]}"
        if broken and not is_refused:
            yield f"an invalid body is taken: {broken[0]}"

    def _find_faults(self, schema: Mapping[str, Any], value: Any) -> Iterator[str]:
        whole = {**schema, "components": self._document.get("components", {})}
        validator = Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
        for error in validator.iter_errors(value):
            yield f"the body breaks the schema at {error.json_path}: {error.message[:300]}"
            return


def judge_bounds(request: Request, answer: Answer) -> Iterator[str]:
    """Yield what no answer may be, whoever gives it."""
    if answer.status >= 500 and (answer.is_of_app or request.is_http):
        yield f"{answer.status}: {answer.body[:300]!r}"
    most = FACTOR * len(request.write()) + BASE
    if len(answer.body) > most:
        yield f"{len(answer.body):,} bytes of answer to {len(request.write()):,} of request"
    if answer.seconds > SLOW:
        yield f"{answer.seconds:.1f} seconds"
