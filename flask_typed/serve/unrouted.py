"""404 and 405 of URLs that have the shape of a typed route.

Request time, and only if routing has failed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy

from flask import Flask, Request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Rule

from ..libraries.werkzeug import find_converters, path_parts
from ..libraries.werkzeug_routing import allows, was_refused
from .failing import ProblemWriter
from .weakly import hold_weakly

#: The routing errors that get a problem document.
DESCRIBED = (NotFound, MethodNotAllowed)


class Unrouted:
    """Gives such errors the problem document of typed routes.

    :ivar rules: of all typed routes.
    """

    def __init__(self, problems: ProblemWriter) -> None:
        self.rules: list[Rule] = []
        self._problems = problems
        self._paths: list[re.Pattern[str]] = []

    def install(self, app: Flask) -> None:
        """Watch the errors that the app raises if routing has failed.

        This overrides a method that Flask leaves to apps. A hook would run in every request.
        """
        raise_exception = hold_weakly(app.raise_routing_exception, app)

        def raise_routing_exception(request: Request) -> None:
            self.describe(request)
            raise_exception(request)

        app.raise_routing_exception = raise_routing_exception  # type: ignore[method-assign,assignment]  # see above

    def describe(self, request: Request) -> None:
        """Replace the routing error of a request by one with a problem document.

        It is used if no error handler answers. The error is a copy, because a custom converter may
        raise the same object in every request. A value that a converter refuses is a 404.
        """
        error = request.routing_exception
        alike = self._find_alike(request.path) if type(error) in DESCRIBED else ()
        if error is not None and alike:
            allowed = any(allows(rule, request.method) for rule in alike)
            described = NotFound() if allowed and was_refused(error) else copy(error)
            described.response = self._problems.response(described)
            request.routing_exception = described

    def _find_alike(self, path: str) -> Sequence[Rule]:
        """Return the typed rules of the shape of a path, with any values as variables."""
        if len(self._paths) != len(self.rules):  # routes were added since the last error
            self._paths = [re.compile(write_rule_pattern(rule), re.DOTALL) for rule in self.rules]
        pairs = zip(self.rules, self._paths, strict=True)
        return [rule for rule, pattern in pairs if pattern.fullmatch(path)]


def write_rule_pattern(rule: Rule) -> str:
    """Return a regular expression for the paths of a rule, with any text for each variable."""
    converters = find_converters(rule)
    texts = [
        re.escape(text) if not dynamic else "[^/]+" if converters[text].part_isolating else ".+"
        for dynamic, text in path_parts(rule)
    ]
    return f"{''.join(texts).rstrip('/')}/?"
