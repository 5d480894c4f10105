"""URL rules: looked at before an app has them, and compiled late.

Registration time. A rule whose view is refused stays out of the URL map, which cannot remove one.
werkzeug compiles two functions for each rule that build its URLs, which takes most of the time of
adding one; most rules of an API are never asked for a URL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.routing import Map, Rule

#: Returns a URL's host and path; gets the rule, and the values of its variables by name.
BuildURL = Callable[..., tuple[str, str]]


def install_late_rules(app: Flask) -> None:
    """Let the rules that an app adds from now on compile so late; those of its own class too."""
    app.url_rule_class = make_late(app.url_rule_class)


def make_late(rule_class: type[Rule]) -> type[Rule]:
    """Return a class of rules that does what another does, and compiles late."""

    class LateRule(rule_class):  # type: ignore[valid-type,misc]  # it is the app's
        def _compile_builder(self, append_unknown: bool = True) -> BuildURL:
            if self.defaults:  # one that its converter refuses is an error of the declaration
                return self._compile_now(append_unknown)
            return LateRule._build_unknown_late if append_unknown else LateRule._build_late

        def _compile_now(self, append_unknown: bool) -> BuildURL:
            compiled: BuildURL = super()._compile_builder(append_unknown)
            return compiled

        # werkzeug calls what is under these two names.

        def _build_late(self, /, **values: Any) -> tuple[str, str]:
            compiled = self._compile_now(False)
            self._build = compiled.__get__(self)
            return compiled(self, **values)

        def _build_unknown_late(self, /, **values: Any) -> tuple[str, str]:
            compiled = self._compile_now(True)
            self._build_unknown = compiled.__get__(self)
            return compiled(self, **values)

    LateRule.__name__ = rule_class.__name__  # as which it is shown
    return LateRule


@contextmanager
def checking_rules(app: Flask, check: Callable[[Rule], None]) -> Iterator[None]:
    """Check each rule that is added to an app; an error keeps it out of the URL map.

    :param check: called when the rule knows its variables and converters.
    """
    make = app.url_rule_class
    own = vars(app).get("url_rule_class")

    def make_checked(*args: Any, **options: Any) -> Rule:
        rule = make(*args, **options)
        bind = rule.bind

        def bind_and_check(url_map: Map, rebind: bool = False) -> None:
            del rule.bind  # the instance's, see below
            bind(url_map, rebind)
            check(rule)

        rule.bind = bind_and_check  # type: ignore[method-assign,assignment]  # the map binds, then adds
        return rule

    app.url_rule_class = make_checked  # type: ignore[assignment]  # it is called, and no more
    try:
        yield
    finally:
        del app.url_rule_class
        if own is not None:
            app.url_rule_class = own
