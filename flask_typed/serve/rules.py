"""URL rules that compile what builds URLs when a URL is first built.

Registration time. werkzeug compiles two functions for each rule, which takes most of the time of
adding one; most rules of an API are never asked for a URL.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

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
