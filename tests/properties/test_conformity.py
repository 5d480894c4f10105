"""What a typed view returns conforms to the document, and what is near it does not by chance.

Hypothesis draws types and values; one check is the server's, and the other is what
:mod:`.test_exactness` decides with.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask, Response
from flask_typed import DeclarationError, ResponseMismatch, Typed, UndocumentedResponse
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import FormatChecker

from .declarations import DECLARATIONS, JSON, mutate
from .test_exactness import EXAMPLES, VALIDATORS


class Route:
    """A route that returns values of a type, and one that sends any JSON instead."""

    def __init__(self, annotation: Any, version: str) -> None:
        app = Flask("shop")
        app.testing = True
        app.config.update(TYPED_OPENAPI_VERSION=version, TYPED_CHECK_RESPONSES="error")
        typed = Typed(app)

        def give() -> Any:
            return [self.given]

        def send() -> Any:
            return Response(self.sent, content_type="application/json")

        for view in (give, send):
            view.__annotations__["return"] = list[annotation]
            typed.get(f"/{view.__name__}")(view)
        self.client = app.test_client()
        self.given: Any = None
        self.sent = ""
        document = self.client.get("/openapi.json").get_json()
        content = document["paths"]["/send"]["get"]["responses"]["200"]["content"]
        schema = {**content["application/json"]["schema"]}
        whole = {**schema, "components": document.get("components", {})}
        self.validator = VALIDATORS[version](whole, format_checker=FormatChecker())

    def give(self, value: Any) -> Any:
        """Return what is answered for a value of the type; nothing if it is refused."""
        self.given = value
        try:
            return self.client.get("/give").get_json()
        except ResponseMismatch:
            return None

    def is_reported(self, value: Any) -> bool:
        """Return whether a response with a JSON value is reported."""
        self.sent = json.dumps(value)
        try:
            self.client.get("/send")
        except UndocumentedResponse:
            return True
        return False


def make_route(annotation: Any, version: str) -> Route | None:
    """Return a route of a drawn type; none for a union of which one member hides another."""
    try:
        return Route(annotation, version)
    except DeclarationError:
        return None


@pytest.mark.parametrize("version", ["3.1.0", "3.0.3"])
@settings(
    max_examples=EXAMPLES // 4,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_only_what_does_not_conform_is_reported(version: str, data: st.DataObject) -> None:
    """No answer of a typed view is, and of others exactly those that are not valid."""
    annotation, values = data.draw(DECLARATIONS)
    route = make_route(annotation, version)
    assume(route is not None)
    assert route is not None
    for value in data.draw(st.lists(values, min_size=1, max_size=3)):
        dumped = route.give(value)
        near = st.just(dumped) | mutate(dumped) | JSON
        for other in data.draw(st.lists(near, max_size=4)):
            assert route.is_reported(other) is not route.validator.is_valid(other), other


@pytest.mark.parametrize(
    ("annotation", "value", "answer"),
    [(int, 1, [1]), (int, "x", None), (int | str | int, 1, [1])],
)
def test_answers_of_a_route(annotation: Any, value: Any, answer: Any) -> None:
    """What is drawn above, once for sure."""
    route = make_route(annotation, "3.1.0")
    assert route is not None
    assert route.give(value) == answer
    assert (route.is_reported([1]), route.is_reported(["x", None])) == (False, True)
    assert make_route(list[int] | tuple[int, ...], "3.1.0") is None
