"""A body is accepted if and only if it is valid against the published schema.

Hypothesis draws types, and for each of them values that fit, values that nearly do, and any JSON at
all; ``jsonschema`` decides by the document, marshmallow by the generated schema.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

import pytest
from flask import Flask
from flask_typed import Body, DeclarationError, Typed
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
from openapi_schema_validator import OAS30Validator

from .declarations import (
    DECLARATIONS,
    JSON,
    OF_ONE,
    OF_TWO,
    Cat,
    Declared,
    Dog,
    keyed,
    modelled,
    mutate,
)

EXAMPLES = int(os.environ.get("FLASK_TYPED_EXAMPLES", "100"))


def check_pattern(
    validator: Any, pattern: str, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """Check a pattern as ECMA-262 reads it: ``$`` is the end, not the place before a newline."""
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def check_tag(
    validator: Any, members: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """Check a union; the library's own check falls over a tag that is a list or an object."""
    tag = schema.get("discriminator", {}).get("propertyName")
    if isinstance(instance, dict) and isinstance(instance.get(tag), list | dict):
        yield ValidationError(f"{instance[tag]!r} is no tag")
    else:
        yield from OAS30Validator.VALIDATORS["oneOf"](validator, members, instance, schema)


def is_moment(text: str) -> bool:
    """Say whether a text is a date-time of RFC 3339 that Python has: no year 0, no leap second."""
    shape = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    match = re.fullmatch(rf"({shape})([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])", text)
    return match is not None and bool(dt.datetime.strptime(match[1][:19].upper(), SECONDS))


SECONDS = "%Y-%m-%dT%H:%M:%S"


def is_day(text: str) -> bool:
    """Say whether a text is a full-date of RFC 3339 that Python has."""
    return bool(re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}", text) and dt.date.fromisoformat(text))


#: The formats that have no pattern beside them.
FORMATS = FormatChecker()
for name, reads in (("date-time", is_moment), ("date", is_day)):
    FORMATS.checkers[name] = (
        lambda value, reads=reads: not isinstance(value, str) or reads(value),
        ValueError,
    )

#: For whom ``1.0`` is an integer, as JSON Schema has it since draft 6; OpenAPI 3.0 has draft 5.
INTEGERS = OAS30Validator.TYPE_CHECKER.redefine(
    "integer", lambda checker, value: Draft202012Validator.TYPE_CHECKER.is_type(value, "integer")
)

#: Who decides by the document, for each version of OpenAPI.
VALIDATORS = {
    "3.1.0": validators.extend(Draft202012Validator, {"pattern": check_pattern}),
    "3.0.3": validators.extend(
        OAS30Validator, {"pattern": check_pattern, "oneOf": check_tag}, type_checker=INTEGERS
    ),
}


class Route:
    """A route that takes and gives a type, and the validators that its document makes."""

    def __init__(self, annotation: Any, version: str) -> None:
        self.figures: Counter[str] = Counter(types=1)
        app = Flask("shop")
        app.testing = True
        app.config.update(TYPED_OPENAPI_VERSION=version, TYPED_READ_ONLY_KEYS="exclude")

        def view(value: Any) -> Any:
            self.value = value
            return [value]

        view.__annotations__ = {"value": Annotated[annotation, Body()], "return": list[annotation]}
        Typed(app).post("/")(view)
        self.client = app.test_client()
        self.version = version
        self.document = self.client.get("/openapi.json").get_json()
        operation = self.document["paths"]["/"]["post"]
        self.takes = self.validator(operation["requestBody"]["content"])
        self.gives = self.validator(operation["responses"]["200"]["content"])
        #: Whether the document says in words, for want of keywords, that there is more to it.
        self.is_exact = "x-" not in json.dumps(self.document)

    def validator(self, content: Any) -> Any:
        """Return the validator for what stands under a media type."""
        schema = {
            **content["application/json"].get("schema", {}),
            "components": self.document.get("components", {}),
        }
        return VALIDATORS[self.version](schema, format_checker=FORMATS)

    def send(self, value: Any) -> Any:
        """Return the response to a JSON value."""
        return self.client.post("/", data=json.dumps(value), content_type="application/json")

    def check(self, value: Any) -> None:
        """Compare server and document on a value."""
        self.figures["values"] += 1
        response = self.send(value)
        valid = self.takes.is_valid(value)
        accepted = response.status_code == 200
        assert accepted == valid or (valid and not self.is_exact), (
            value,
            response.text,
            self.document,
        )
        if accepted:
            self.figures["accepted"] += 1
            first = self.value
            self.gives.validate(response.json)
            (dumped,) = response.json
            again = self.send(dumped)
            assert again.status_code == 200
            assert (self.value, again.json) == (first, response.json)
        else:
            assert response.status_code == 422
            assert response.json["errors"]


def make_route(annotation: Any, version: str) -> Route | None:
    """Return a route of a drawn type; none for a union of which one member hides another."""
    try:
        return Route(annotation, version)
    except DeclarationError as error:
        assert "which comes after it" in error.what or "both null" in error.what  # noqa: PT017
        return None


def test_unions_that_cannot_be_are_drawn_again() -> None:
    """One member hides another."""
    assert make_route(str | UUID, "3.1.0") is None


@pytest.mark.parametrize("version", ["3.1.0", "3.0.3"])
def test_accepted_if_and_only_if_valid(version: str) -> None:
    """Server and document agree on every value, and what is dumped loads as the same."""
    figures: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(data=st.data())
    def agree(data: st.DataObject) -> None:
        annotation, values = data.draw(DECLARATIONS)
        route = make_route(annotation, version)
        assume(route is not None)
        assert route is not None
        for value in data.draw(st.lists(values, min_size=1, max_size=3)):
            dumped = route_dump(route, value)
            route.check(dumped)
            for near in data.draw(st.lists(mutate(dumped), max_size=4)):
                route.check(near)
        for value in data.draw(st.lists(JSON, max_size=3)):
            route.check(value)
        figures.update(route.figures)

    agree()
    said = ", ".join(f"{count:,} {what}" for what, count in figures.items())
    print(f"OpenAPI {version}: {said}")


INTEGERS = int, st.integers()
DIGITS = str, st.text("0123456789", min_size=1)


@pytest.mark.parametrize(
    "declared",
    [
        *(make(INTEGERS) for make in OF_ONE),
        *(make((INTEGERS, DIGITS)) for make in OF_TWO),
        modelled([INTEGERS, DIGITS]),
        keyed((DIGITS, INTEGERS)),
    ],
    ids=[make.__name__ for make in (*OF_ONE, *OF_TWO, modelled, keyed)],
)
def test_each_way_to_make_a_declaration(declared: Declared) -> None:
    """What is drawn above, once for sure."""
    annotation, values = declared
    route = make_route(annotation, "3.1.0")
    assert route is not None

    @settings(max_examples=5, deadline=None)
    @given(value=values)
    def agree(value: Any) -> None:
        assert route.send(route_dump(route, value)).status_code == 200

    agree()


@pytest.mark.parametrize("version", ["3.1.0", "3.0.3"])
def test_a_tag_is_text(version: str) -> None:
    """Whatever stands in its place, the answer is that it does not fit."""
    route = Route(Cat | Dog, version)
    assert route.send({"kind": "cat"}).status_code == 200
    for tag in ("cat", "dog", "cow", "", None, True, 1, [], ["cat"], {}, {"cat": 1}):
        route.check({"kind": tag})


def route_dump(route: Route, value: Any) -> Any:
    """Return the wire form of a Python value, as the server writes it."""
    (operation,) = route.client.application.extensions["typed"].operations
    (outcome,) = operation.outcomes
    (dumped,) = json.loads(json.dumps(outcome.field._serialize([value], None, None)))
    return dumped
