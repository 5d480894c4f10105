"""URL rules that compile what builds URLs when a URL is first built."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, url_for
from flask_typed import Typed
from werkzeug.routing import Rule


class CountedRule(Rule):
    """A rule of the app's own, which counts how often it is compiled."""

    compiled = 0

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        type(self).compiled += 1
        return super()._compile_builder(append_unknown)


def make_app() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.url_rule_class = type("OwnRule", (CountedRule,), {})
    typed = Typed(app)

    @typed.get("/books/<int:number>/<title>")
    def read(number: int, title: str) -> str:
        return title

    return app


def find_rule(app: Flask) -> Any:
    (rule,) = app.url_map.iter_rules("read")
    return rule


def test_a_rule_is_compiled_when_a_url_is_built_and_then_no_more() -> None:
    app = make_app()
    rule = find_rule(app)
    with app.test_request_context():
        assert app.test_client().get("/books/1/a%20b").json == "a b"
        assert rule.compiled == 0
        assert url_for("read", number=1, title="a b") == "/books/1/a%20b"
        assert rule.compiled == 1
        assert (
            url_for("read", number=2, title="é", page=3, self=4) == "/books/2/%C3%A9?page=3&self=4"
        )
        assert rule.compiled == 1
    url = app.url_map.bind("localhost")
    for number in (5, 6):
        values: dict[str, Any] = {"number": number, "title": "a", "page": 1}
        assert url.build("read", values, append_unknown=False) == f"/books/{number}/a"
        assert rule.compiled == 2


def test_a_rule_is_of_the_apps_own_class_and_is_called_so() -> None:
    rule = find_rule(make_app())
    assert isinstance(rule, CountedRule)
    assert repr(rule).startswith("<OwnRule '/books/<number>/<title>'")
    assert rule.empty() == rule.empty()


def test_a_rule_can_be_bound_again() -> None:
    app = make_app()
    rule = find_rule(app)
    with app.test_request_context():
        assert url_for("read", number=1, title="a") == "/books/1/a"
        rule.rule = "/pages/<int:number>/<title>"
        rule.refresh()
        assert url_for("read", number=1, title="a") == "/pages/1/a"


def test_a_default_that_the_converter_refuses_is_refused_at_once() -> None:
    app = Flask(__name__)
    typed = Typed(app)

    def read(number: int) -> int: ...

    with pytest.raises(TypeError, match="int"):
        typed.add_url_rule("/books/<int:number>", view_func=read, defaults={"number": [1]})
    typed.add_url_rule("/one/<int:number>", view_func=read, defaults={"number": 1})
    with app.test_request_context():
        assert url_for("read") == "/one/1"
