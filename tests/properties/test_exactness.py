"""A body is accepted if and only if it is valid against the published schema.

Hypothesis draws types, and for each of them values that fit, values that nearly do, and any JSON at
all; ``jsonschema`` decides by the document, marshmallow by the generated schema.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Annotated, Any

from flask import Flask
from flask_typed import Body, Typed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators

from .declarations import DECLARATIONS, JSON, mutate

EXAMPLES = int(os.environ.get("FLASK_TYPED_EXAMPLES", "300"))


def check_pattern(
    validator: Any, pattern: str, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """Check a pattern as ECMA-262 reads it: ``$`` is the end, not the place before a newline."""
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


Validator = validators.extend(Draft202012Validator, {"pattern": check_pattern})


class Route:
    """A route that takes and gives a type, and the validators that its document makes."""

    def __init__(self, annotation: Any) -> None:
        app = Flask("shop")
        app.testing = True

        def view(value: Any) -> Any:
            self.value = value
            return [value]

        view.__annotations__ = {"value": Annotated[annotation, Body()], "return": list[annotation]}
        Typed(app).post("/")(view)
        self.client = app.test_client()
        self.document = self.client.get("/openapi.json").get_json()
        operation = self.document["paths"]["/"]["post"]
        self.takes = self.validator(operation["requestBody"]["content"])
        self.gives = self.validator(operation["responses"]["200"]["content"])

    def validator(self, content: Any) -> Any:
        """Return the validator for what stands under a media type."""
        schema = {
            **content["application/json"].get("schema", {}),
            "components": self.document.get("components", {}),
        }
        return Validator(schema, format_checker=FormatChecker())

    def send(self, value: Any) -> Any:
        """Return the response to a JSON value."""
        return self.client.post("/", data=json.dumps(value), content_type="application/json")

    def check(self, value: Any) -> None:
        """Compare server and document on a value."""
        response = self.send(value)
        valid = self.takes.is_valid(value)
        assert response.status_code == (200 if valid else 422), (
            value,
            response.text,
            self.document,
        )
        if valid:
            first = self.value
            self.gives.validate(response.json)
            (dumped,) = response.json
            again = self.send(dumped)
            assert again.status_code == 200
            assert (self.value, again.json) == (first, response.json)
        else:
            assert response.json["errors"]


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_accepted_if_and_only_if_valid(data: st.DataObject) -> None:
    """Server and document agree on every value, and what is dumped loads as the same."""
    annotation, values = data.draw(DECLARATIONS)
    route = Route(annotation)
    for value in data.draw(st.lists(values, min_size=1, max_size=3)):
        dumped = route_dump(route, value)
        route.check(dumped)
        for near in data.draw(st.lists(mutate(dumped), max_size=4)):
            route.check(near)
    for value in data.draw(st.lists(JSON, max_size=3)):
        route.check(value)


def route_dump(route: Route, value: Any) -> Any:
    """Return the wire form of a Python value, as the server writes it."""
    (operation,) = route.client.application.extensions["typed"].operations
    (outcome,) = operation.outcomes
    (dumped,) = json.loads(json.dumps(outcome.field._serialize([value], None, None)))
    return dumped
