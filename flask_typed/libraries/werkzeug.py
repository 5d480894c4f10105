"""werkzeug's private names: parts of URL rules, URL builders, cached parts of a request.

Any time. Checked against Werkzeug 3.1.0 to 3.1.9.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from werkzeug.routing import BaseConverter, Rule
from werkzeug.wrappers import Request

#: A part of a URL rule: whether it is a variable, and the text or the name.
RulePart = tuple[bool, str]
#: Returns a URL's host and path; gets the rule, and the values of its variables by name.
BuildURL = Callable[..., tuple[str, str]]
#: Between the parts of the host and those of the path.
SEPARATOR = (False, "|")


def path_parts(rule: Rule) -> Sequence[RulePart]:
    """Return the parts of a rule's path; none for a rule without an app."""
    trace = rule._trace
    return trace[trace.index(SEPARATOR) + 1 :] if trace else ()


def host_parts(rule: Rule) -> Sequence[RulePart]:
    """Return the parts of a rule's host or subdomain; none for a rule without an app."""
    trace = rule._trace
    return trace[: trace.index(SEPARATOR)] if trace else ()


def find_converters(rule: Rule) -> Mapping[str, BaseConverter]:
    """Return the converters of a rule's variables by name."""
    return rule._converters


def make_late(rule_class: type[Rule]) -> type[Rule]:
    """Return a subclass of a rule class that compiles its URL builders on first use.

    werkzeug compiles two functions for each rule, which takes most of the time of adding one; most
    rules of an API are never asked for a URL.
    """

    class LateRule(rule_class):  # type: ignore[valid-type,misc]  # it is the app's
        def _compile_builder(self, append_unknown: bool = True) -> BuildURL:
            if self.defaults:  # one that its converter refuses is an error of the declaration
                return self._compile_now(append_unknown)
            return LateRule._build_unknown_late if append_unknown else LateRule._build_late

        def _compile_now(self, append_unknown: bool) -> BuildURL:
            compiled: BuildURL = super()._compile_builder(append_unknown)
            return compiled

        # werkzeug calls the functions under these two names.

        def _build_late(self, /, **values: object) -> tuple[str, str]:
            compiled = self._compile_now(False)
            self._build = compiled.__get__(self)
            return compiled(self, **values)

        def _build_unknown_late(self, /, **values: object) -> tuple[str, str]:
            compiled = self._compile_now(True)
            self._build_unknown = compiled.__get__(self)
            return compiled(self, **values)

    LateRule.__name__ = rule_class.__name__  # as which it is shown
    return LateRule


def has_form(request: Request) -> bool:
    """Return whether the form of a request has been parsed and cached."""
    return "form" in request.__dict__


def has_stream(request: Request) -> bool:
    """Return whether the stream of a request has been used."""
    return "stream" in request.__dict__


def has_data(request: Request) -> bool:
    """Return whether the whole body of a request has been read and cached."""
    return getattr(request, "_cached_data", None) is not None
