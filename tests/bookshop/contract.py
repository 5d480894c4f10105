"""Holds requests and answers against the document that the shop publishes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, ValidationError, validators
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map
from werkzeug.test import TestResponse

VARIABLE = re.compile(r"<(?:[^:<>]+:)?(\w+)>")


def check_pattern(
    validator: Any, pattern: str, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """Check a pattern as ECMA-262 reads it: ``$`` is the end, not the place before a line feed."""
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


Validator = validators.extend(Draft202012Validator, {"pattern": check_pattern})


class Contract:
    """What the document says, asked by request and answer.

    :param url_map: the app's; what it does not route is Flask's to answer, and not published.
    """

    def __init__(self, url_map: Map, document: dict[str, Any]) -> None:
        self.document = document
        self._urls = url_map.bind("shop.example")

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """Return the operation that a request is for, if one is published."""
        try:
            rule, _ = self._urls.match(path, method, return_rule=True)
        except HTTPException:
            return None
        item = self.document["paths"].get(VARIABLE.sub(r"{\1}", rule.rule), {})
        found: dict[str, Any] | None = item.get(method.lower().replace("head", "get"))
        return found

    def check(
        self, method: str, path: str, status: int, media_type: str | None, body: bytes
    ) -> None:
        """Make sure that an answer is one of those that are published for the request."""
        operation = self.operation(method, path)
        if operation is None:
            return
        published = operation["responses"]
        assert str(status) in published or "default" in published, f"{status} is not published"
        content = published.get(str(status), {}).get("content", {})
        if content:
            assert media_type in content
        if content and "json" in str(media_type) and method != "HEAD":
            is_lines = media_type == "application/jsonl"
            for value in body.splitlines() if is_lines else [body]:
                self._validator(content[media_type]["schema"]).validate(json.loads(value))
        if status == 204:
            assert not body

    def check_body(self, method: str, path: str, sent: Any, answer: TestResponse) -> None:
        """Make sure that a JSON body was taken if, and only if, it is valid as published.

        What is not JSON at all, a 400, is neither, and who may not come in is not heard.
        """
        operation = self.operation(method, path)
        unheard = answer.status_code in (400, 401, 403)
        if operation is None or "requestBody" not in operation or unheard:
            return
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        # A valid body may come with the key of another request: that 422 has no faults.
        faults = answer.get_json().get("errors", []) if answer.status_code == 422 else []
        refused = any(fault["in"] == "body" for fault in faults)
        assert refused is not self._validator(schema).is_valid(sent)

    def _validator(self, schema: Mapping[str, Any]) -> Any:
        return Validator(
            {**schema, "components": self.document["components"]},
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )


class CheckedClient(FlaskClient):
    """Flask's test client; each answer is held against the document."""

    def __init__(self, app: Flask, *args: Any, contract: Contract, **options: Any) -> None:
        super().__init__(app, *args, **options)
        self.contract = contract

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Send a request, and check the answer."""
        answer = super().open(*args, **options)
        answer.request.environ["wsgi.input"].close()  # a file, if the upload is a large one
        method, path = answer.request.method, answer.request.path
        self.contract.check(method, path, answer.status_code, answer.mimetype, answer.data)
        if "json" in options:
            self.contract.check_body(method, path, options["json"], answer)
        return answer
