"""Errors of URLs that look like those of typed routes, and that nothing answers: 404 and 405.

Request time, and only where routing has failed.
"""

from __future__ import annotations

import re
from copy import copy

from flask import Flask, Request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Rule

from ..plan.paths import find_converters, rule_parts
from .failing import ProblemWriter
from .weakly import hold_weakly

#: The errors of routing that get a document.
DESCRIBED = (NotFound, MethodNotAllowed)


class Unrouted:
    """Gives such errors the document that errors of typed routes have.

    :ivar rules: those of all typed routes.
    """

    def __init__(self, problems: ProblemWriter) -> None:
        self.rules: list[Rule] = []
        self._problems = problems
        self._paths: list[re.Pattern[str]] = []

    def install(self, app: Flask) -> None:
        """Look at the errors that the app raises where routing has failed.

        The method is Flask's own, for apps to override; a hook would be called in every request.
        """
        raise_exception = hold_weakly(app.raise_routing_exception, app)

        def raise_routing_exception(request: Request) -> None:
            self.describe(request)
            raise_exception(request)

        app.raise_routing_exception = raise_routing_exception  # type: ignore[method-assign,assignment]  # see above

    def describe(self, request: Request) -> None:
        """Give a request an error with a document, for when no error handler answers it.

        It is a new one: a converter of the user's may raise the same object in every request.
        """
        error = request.routing_exception
        if error is not None and type(error) in DESCRIBED and self._is_alike(request.path):
            described = copy(error)
            described.response = self._problems.response(described)
            request.routing_exception = described

    def _is_alike(self, path: str) -> bool:
        """Say whether a path is one of a typed route, whatever its variables are."""
        if len(self._paths) != len(self.rules):  # since the last error, routes were added
            self._paths = [re.compile(write_rule_pattern(rule), re.DOTALL) for rule in self.rules]
        return any(pattern.fullmatch(path) for pattern in self._paths)


def write_rule_pattern(rule: Rule) -> str:
    """Return the regular expression of a rule's paths, of which any text is a variable."""
    converters = find_converters(rule)
    texts = [
        re.escape(text) if not dynamic else "[^/]+" if converters[text].part_isolating else ".+"
        for dynamic, text in rule_parts(rule)
    ]
    return f"{''.join(texts).rstrip('/')}/?"
