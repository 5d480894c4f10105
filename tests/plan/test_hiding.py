"""Rules that other rules hide, as werkzeug's matcher sees it too."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_typed.libraries.werkzeug_routing import find_rules
from flask_typed.plan.hiding import find_hidden
from werkzeug.routing import BaseConverter, ValidationError


class Even(BaseConverter):
    """A converter that refuses some texts of its pattern."""

    regex = "[0-9]+"
    weight = 40

    def to_python(self, value: str) -> int:
        """Return an even number."""
        if int(value) % 2:
            raise ValidationError
        return int(value)


class Early(BaseConverter):
    """A converter that takes all texts, and is tried early."""

    weight = 10


def find(*rules: str, **options: Any) -> list[tuple[str, str]]:
    """Return what is found in an app of rules; those behind a method have only this one."""
    app = Flask("app", static_folder=None)
    app.url_map.converters.update(even=Even, early=Early)
    for number, rule in enumerate(rules):
        *method, path = rule.split()
        app.add_url_rule(path, str(number), str, methods=method or None, **options)
    return list(find_hidden(find_rules(app.url_map)))


@pytest.mark.parametrize(
    "rules",
    [
        ("/a/<x>", "/b/<x>"),
        ("/a/<x>", "POST /a/<x>"),
        ("/a/<x>", "/a/<x>/"),
        ("/a/<x>", "/<path:x>"),
        ("/a/<int:x>", "/a/<x>"),
        ("/a/<uuid:x>", "/a/<x>"),
        ("/a/<any(b,c):x>", "/a/<int(max=9):x>"),
        ("/<int(max=9):x>/a", "/<x>/b"),
        ("/<int(max=9):x>/<any(b,c):y>", "/<x>/<any(d,e):y>"),
    ],
)
def test_rules_that_are_all_reached(rules: tuple[str, ...]) -> None:
    """Their methods, parts or patterns differ, or no value is refused."""
    assert find(*rules) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/a/<int(max=9):x>", "/a/<int(min=10):y>"),
        ("/a/<x>", "/a/<y>"),
        ("/a/<early:x>", "/a/<int:y>"),
        ("/a/<early:x>", "/a/<int(min=10):y>"),
        ("/a", "/a"),
    ],
)
def test_a_rule_that_is_never_reached(first: str, second: str) -> None:
    """One before it takes all its requests, even those that it refuses."""
    message = f"it is never reached: {first} takes all its requests"
    assert find(first, second) == [(f"GET {second}", message)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/a/<int(max=9):x>", "/a/<y>"),
        ("/a/<int(fixed_digits=2):x>", "/a/<y>"),
        ("/a/<even:x>", "/a/<y>"),
        ("/a/<int(min=1):x>", "/a/<path:y>"),
        ("/<int(min=1):x>/<z>", "/<y>/<z>"),
    ],
)
def test_a_rule_that_some_values_do_not_reach(first: str, second: str) -> None:
    """The first refuses them, and the search ends."""
    message = f"it gets no value that {first} refuses: werkzeug tries no other rule then"
    assert find(second, first) == [(f"GET {second}", message)]


def test_rules_that_only_make_urls() -> None:
    """They are not matched, and aliases are redirected."""
    assert find("/a", "/a", build_only=True) == []
    assert find("/a", "/a", alias=True) == []


def test_werkzeug_ends_the_search() -> None:
    """What the messages say is so; where it is no more, this fails."""
    app = Flask("app")
    app.add_url_rule("/<int(max=9):x>", "few", lambda x: "few")
    app.add_url_rule("/<int(min=10):x>", "many", lambda x: "many")
    app.add_url_rule("/<x>", "any", lambda x: "any")
    app.url_map.converters["even"] = Even
    app.add_url_rule("/a/<even:x>", "even", lambda x: "even")
    app.add_url_rule("/a/<x>", "odd", lambda x: "odd")
    client = app.test_client()
    assert [client.get(path).status_code for path in ("/9", "/10", "/x")] == [200, 404, 200]
    assert [client.get(path).status_code for path in ("/a/2", "/a/3", "/a/x")] == [200, 404, 200]
