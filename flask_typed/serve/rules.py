"""URL rules: checked before they are in the URL map, and compiled late.

Registration time. A rule whose view is rejected must stay out of the URL map, because a URL map
cannot remove a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.routing import Map, Rule

from ..libraries.werkzeug import make_late


def install_late_rules(app: Flask) -> None:
    """Let rules that are added to an app from now on compile late, custom rule classes too."""
    app.url_rule_class = make_late(app.url_rule_class)


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
