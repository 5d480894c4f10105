"""URL rules: checked before they are in the URL map, and compiled late.

Registration time. A rule whose view is rejected must stay out of the URL map, because a URL map
cannot remove a rule. werkzeug compiles two functions that build URLs for each rule, which takes
most of the time of adding it. Most rules of an API never build a URL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.routing import Map, Rule

#: Returns the host and path of a URL. Gets the rule, and the values of its variables by name.
BuildURL = Callable[..., tuple[str, str]]


def install_late_rules(app: Flask) -> None:
    """Let rules that are added to an app from now on compile late, custom rule classes too."""
    app.url_rule_class = make_late(app.url_rule_class)


def make_late(rule_class: type[Rule]) -> type[Rule]:
    """Return a subclass of a rule class that compiles when a URL is first built."""

    class LateRule(rule_class):  # type: ignore[valid-type,misc]  # the class of the app
        def _compile_builder(self, append_unknown: bool = True) -> BuildURL:
            if self.defaults:  # a default that its converter rejects is an error at registration
                return self._compile_now(append_unknown)
            return LateRule._build_unknown_late if append_unknown else LateRule._build_late

        def _compile_now(self, append_unknown: bool) -> BuildURL:
            compiled: BuildURL = super()._compile_builder(append_unknown)
            return compiled

        # werkzeug calls the functions under these two names.

        def _build_late(self, /, **values: Any) -> tuple[str, str]:
            compiled = self._compile_now(False)
            self._build = compiled.__get__(self)
            return compiled(self, **values)

        def _build_unknown_late(self, /, **values: Any) -> tuple[str, str]:
            compiled = self._compile_now(True)
            self._build_unknown = compiled.__get__(self)
            return compiled(self, **values)

    LateRule.__name__ = rule_class.__name__  # for its repr
    return LateRule


@contextmanager
def checking_rules(app: Flask, check: Callable[[Rule], None]) -> Iterator[None]:
    """Check each rule that is added to an app in the block; an error keeps it out of the URL map.

    :param check: called as soon as the rule has its variables and converters.
    """
    make = app.url_rule_class
    own = vars(app).get("url_rule_class")

    def make_checked(*args: Any, **options: Any) -> Rule:
        rule = make(*args, **options)
        bind = rule.bind

        def bind_and_check(url_map: Map, rebind: bool = False) -> None:
            del rule.bind  # of the instance, see below
            bind(url_map, rebind)
            check(rule)

        rule.bind = bind_and_check  # type: ignore[method-assign,assignment]  # the map binds, then adds
        return rule

    app.url_rule_class = make_checked  # type: ignore[assignment]  # Flask only calls it
    try:
        yield
    finally:
        del app.url_rule_class
        if own is not None:
            app.url_rule_class = own
