"""The lean matcher: for each path, the rule and the values that werkzeug finds, or its error."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from flask_typed.libraries.werkzeug_routing import LeanMatcher, make_matcher_lean
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import BaseConverter, Map, Rule, ValidationError, exceptions
from werkzeug.routing.matcher import StateMachineMatcher


class Even(BaseConverter):
    """Takes even numbers, which it finds out late."""

    regex = r"\d+"

    def to_python(self, value: str) -> int:
        """Return the number."""
        if int(value) % 2:
            raise ValidationError
        return int(value)


class Pair(BaseConverter):
    """Has groups of its own."""

    regex = r"(\w)-(?P<second>\w)"


RULES = [
    "/",
    "/a",
    "/a/",
    "/a/b",
    "/a/<x>",
    "/a/<x>/b",
    "/a/<x>/<y>",
    "/a/<int:x>",
    "/a/<even:x>",
    "/<x>/b",
    "/<path:x>",
    "/a/<path:x>/",
    "/a/<path:x>/b",
    "/a/<x>-<y>",
    "/a/<x>.b",
    "/a/<pair:x>",
    "/<any(a, b):x>/2",
    "//a",
]
OPTIONS: list[dict[str, Any]] = [
    {},
    {"methods": ["GET"]},
    {"methods": ["POST"]},
    {"strict_slashes": False},
    {"defaults": {"z": 1}},
    {"websocket": True},
    {"websocket": True, "methods": ["GET"]},
    {"redirect_to": "/b"},
    {"alias": True},
    {"merge_slashes": False},
    {"build_only": True},
    {"subdomain": "shop"},
    {"subdomain": "<s>"},
]
PATHS = ["a", "b", "1", "2", "", "a-b", "a.b", "x", "é"]


def make_map(drawn: list[tuple[str, dict[str, Any]]], options: dict[str, Any]) -> Map:
    """Return a URL map with rules; each has an endpoint of its own, but for aliases."""
    url_map = Map(converters={"even": Even, "pair": Pair}, **options)
    for number, (text, more) in enumerate(drawn):
        with suppress(getattr(exceptions, "DuplicateRuleError", ())):  # since werkzeug 3.2
            url_map.add(Rule(text, endpoint="0" if more.get("alias") else str(number), **more))
    return url_map


def match(url_map: Map, path: str, method: str, scheme: str = "http", subdomain: str = "") -> Any:
    """Return the endpoint and the values of a path, or what is answered instead."""
    adapter = url_map.bind("shop.example", subdomain=subdomain, url_scheme=scheme)
    try:
        rule, values = adapter.match(path, method, return_rule=True)
    except MethodNotAllowed as error:
        return sorted(error.valid_methods or ())
    except (HTTPException, AssertionError, LookupError, ValueError) as error:
        return repr(error), getattr(error, "new_url", None)
    return rule.endpoint, list(values.items())


RULE = st.tuples(st.sampled_from(RULES), st.sampled_from(OPTIONS))
PATH = st.lists(st.sampled_from(PATHS), max_size=4).map(lambda parts: "/" + "/".join(parts))


@settings(max_examples=250, deadline=None)
@given(
    st.lists(RULE, min_size=1, max_size=7),
    st.sampled_from([{}, {"merge_slashes": False}, {"redirect_defaults": False}]),
    st.lists(PATH, min_size=1, max_size=8),
    st.sampled_from(["GET", "POST", "PUT"]),
    st.sampled_from(["http", "http", "ws"]),
    st.sampled_from(["", "", "shop"]),
)
def test_sameness(
    drawn: list[tuple[str, dict[str, Any]]],
    options: dict[str, Any],
    paths: list[str],
    method: str,
    scheme: str,
    subdomain: str,
) -> None:
    """Drawn maps answer drawn paths as they do without it."""
    theirs, ours = make_map(drawn, options), make_map(drawn, options)
    make_matcher_lean(ours)
    for path in paths:
        found = [match(one, path, method, scheme, subdomain) for one in (ours, theirs)]
        assert found[0] == found[1], path


def test_defaults() -> None:
    """The defaults of a rule are among its values, behind the variables."""
    url_map = make_map([("/a/<even:x>", {"defaults": {"z": 1}})], {})
    make_matcher_lean(url_map)
    assert match(url_map, "/a/2", "GET") == ("0", [("x", 2), ("z", 1)])


def test_the_first_way_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path of text and variables is matched without werkzeug."""
    url_map = make_map(
        [("/a/<int:x>", {"methods": ["PUT"]}), ("/a/<int:x>", {"methods": ["GET"]})], {}
    )
    make_matcher_lean(url_map)
    monkeypatch.delattr(StateMachineMatcher, "match")
    assert match(url_map, "/a/7", "GET") == ("1", [("x", 7)])
    assert match(url_map, "/a/7", "PUT") == ("0", [("x", 7)])


def test_rules_that_are_added_later() -> None:
    """A rule that is added after the first request is found."""
    url_map = make_map([("/<x>", {})], {})
    make_matcher_lean(url_map)
    assert match(url_map, "/a", "GET") == ("0", [("x", "a")])
    url_map.add(Rule("/a", endpoint="later"))
    assert match(url_map, "/a", "GET") == ("later", [])


def test_methods_of_rejected_variables() -> None:
    """If a converter rejects a variable, the methods of the other rules of the path are known."""
    others: list[dict[str, Any]] = [{"methods": ["PUT"]}, {"websocket": True}, {"methods": ["GET"]}]
    rules = [("/<even:x>", options) for options in others]
    for drawn in (rules, rules[1:], rules[2:]):
        theirs, ours = make_map(drawn, {}), make_map(drawn, {})
        make_matcher_lean(ours)
        assert match(ours, "/1", "GET") == match(theirs, "/1", "GET")


def test_other_matchers_stay() -> None:
    """A matcher of another class is left alone, and so is a map without one."""

    class ShopMatcher(StateMachineMatcher):
        """A matcher of the program's."""

    url_map = Map()
    url_map._matcher = ShopMatcher(merge_slashes=True)
    make_matcher_lean(url_map)
    assert type(url_map._matcher) is ShopMatcher
    del url_map._matcher
    make_matcher_lean(url_map)
    assert not hasattr(url_map, "_matcher")
    make_matcher_lean(url_map := Map())
    assert type(url_map._matcher) is LeanMatcher
