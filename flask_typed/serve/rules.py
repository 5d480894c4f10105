"""URL rules: checked before they are in the URL map, and compiled late.

Registration time. A rule whose view is rejected must stay out of the URL map, because a URL map
cannot remove a rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.routing import Map, Rule

from ..exceptions import DeclarationError, UnknownOption
from ..libraries.werkzeug import make_late


def install_late_rules(app: Flask) -> None:
    """Let rules that are added to an app from now on compile late, custom rule classes too."""
    app.url_rule_class = make_late(app.url_rule_class)


#: The name of an unknown option in Python's message.
UNKNOWN_OPTION = re.compile(r"unexpected keyword argument '(\w+)'")


def make_rule(make: Callable[..., Rule], args: tuple[Any, ...], options: dict[str, Any]) -> Rule:
    """Return a new rule.

    :raises UnknownOption: for an option that the app's rule class does not take.
    """
    try:
        return make(*args, **options)
    except TypeError as error:
        unknown = UNKNOWN_OPTION.search(str(error))
        if unknown is None or unknown[1] not in options:
            raise
        raise UnknownOption(
            f"{unknown[1]}= is not an option of a route.",
            instead="Leave it out; the docs (Quickstart) list the options.",
            where=(f"view {options.get('endpoint')}, route {args[0]!r}",),
        ) from error


def explain_unknown_converter(rule: Rule, converters: Collection[str]) -> DeclarationError | None:
    """Return the error for a variable whose converter is behind its name: ``<book_id:int>``."""
    for before, behind in re.findall(r"<(\w+):\s*(\w+)>", rule.rule):
        if before not in converters and behind in converters:
            return DeclarationError(
                f"The URL rule {rule.rule!r} has a converter behind the name of its variable.",
                instead=f"Write the converter first: `<{behind}:{before}>`.",
                where=(f"view {rule.endpoint}",),
            )
    return None


@contextmanager
def checking_rules(app: Flask, check: Callable[[Rule], None]) -> Iterator[None]:
    """Check each rule that is added to an app in the block; an error keeps it out of the URL map.

    :param check: called as soon as the rule has its variables and converters.
    """
    make = app.url_rule_class
    own = vars(app).get("url_rule_class")

    def make_checked(*args: Any, **options: Any) -> Rule:
        rule = make_rule(make, args, options)
        bind = rule.bind

        def bind_and_check(url_map: Map, rebind: bool = False) -> None:
            del rule.bind  # of the instance, see below
            try:
                bind(url_map, rebind)
            except LookupError as error:
                raise explain_unknown_converter(rule, url_map.converters) or error from error
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
