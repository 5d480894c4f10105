"""Werkzeug's matcher of URLs: its states, and the parts and converters of rules.

Request time; installed at setup. Checked against Werkzeug 3.1.0 to 3.1.9, and its development
version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import Any

from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Map, Rule, ValidationError
from werkzeug.routing.exceptions import NoMatch
from werkzeug.routing.matcher import State, StateMachineMatcher

#: A rule, and the values of its variables.
Match = tuple[Rule, MutableMapping[str, Any]]
#: The only group of a pattern for one variable.
ONLY_GROUP = "__werkzeug_0"


class LeanMatcher(StateMachineMatcher):
    """Goes the way that werkzeug tries first, and leaves all else to werkzeug.

    werkzeug tries the static part that is next in a path, then variables in their order, and turns
    back where a way leads to no rule. If the first way leads to one, no other is tried.
    """

    def match(self, domain: str, path: str, method: str, websocket: bool) -> Match:
        """Return the rule of a path, with the values of its variables.

        :raises RoutingException: as werkzeug's.
        """
        texts: list[str] = []
        state = find_first_state(self._root, (domain, *path.split("/")), texts)
        rule = None if state is None else find_rule(state.rules, method, websocket)
        if state is None or rule is None or rule.alias:
            return super().match(domain, path, method, websocket)
        return rule, convert_texts(rule, texts, method, state.rules)


def convert_texts(
    rule: Rule, texts: Sequence[str], method: str, rules: Sequence[Rule]
) -> MutableMapping[str, Any]:
    """Return the values of a rule's variables.

    :param rules: of the same path.
    :raises NoMatch: if a converter rejects one.
    """
    values: dict[str, Any] = {}
    try:
        for (name, converter), text in zip(rule._converters.items(), texts):  # noqa: B905  # are as many
            values[name] = converter.to_python(text)
    except ValidationError as error:
        raise make_mismatch(rule, method, rules) from error
    if rule.defaults:
        values.update(rule.defaults)
    return values


def find_first_state(state: State, parts: Sequence[str], values: list[str]) -> State | None:
    """Return the state at the end of the first way; ``None`` if it has no end.

    :param values: get the texts of the variables.
    """
    for part in parts:
        following = state.static.get(part) or find_variable(state, part, values)
        if following is None:
            return None
        state = following
    return state


def find_variable(state: State, part: str, values: list[str]) -> State | None:
    """Return the state behind the first variable that takes a part of a path."""
    for variable, following in state.dynamic:
        pattern = None if variable.final else compile_variable(variable.content)
        if pattern is None:
            return None
        match = pattern.match(part)
        if match is not None:
            values.append(match[1])
            return following
    return None


@lru_cache(maxsize=4096)
def compile_variable(content: str) -> re.Pattern[str] | None:
    """Return the pattern of a part that is one variable; ``None`` for any other."""
    pattern = re.compile(content)
    return pattern if dict(pattern.groupindex) == {ONLY_GROUP: 1} and pattern.groups == 1 else None


def find_rule(rules: Sequence[Rule], method: str, websocket: bool) -> Rule | None:
    """Return the first rule of a path that answers a method."""
    for rule in rules:
        if allows(rule, method) and rule.websocket == websocket:
            return rule
    return None


def allows(rule: Rule, method: str) -> bool:
    """Return whether a rule has a method."""
    return rule.methods is None or method in rule.methods


def make_mismatch(rule: Rule, method: str, rules: Sequence[Rule]) -> NoMatch:
    """Return werkzeug's error for variables that the rule of a path rejects."""
    # Rules of one path are equal to each other.
    before = list(takewhile(lambda other: other is not rule, rules))
    others = [one.methods for one in before if not allows(one, method)]
    return NoMatch(set().union(*filter(None, others)), len(others) < len(before))


def was_refused(error: BaseException | None) -> bool:
    """Return whether a 405 stands for a value that a converter has refused.

    werkzeug says 405 if it has seen a rule of another method before.
    """
    mismatch = error.__context__ if isinstance(error, MethodNotAllowed) else None
    return isinstance(mismatch, NoMatch) and isinstance(mismatch.__context__, ValidationError)


def find_rules(url_map: Map) -> Iterator[Rule]:
    """Yield the rules of a URL map in the order in which they are tried."""
    url_map.update()
    states = [url_map._matcher._root]
    while states:
        state = states.pop()
        yield from state.rules
        inner = *state.static.values(), *(following for _, following in state.dynamic)
        states += reversed(inner)


def make_matcher_lean(url_map: Map) -> None:
    """Let the matcher of a URL map be a lean one, if it is werkzeug's own."""
    matcher = getattr(url_map, "_matcher", None)
    if type(matcher) is StateMachineMatcher:
        matcher.__class__ = LeanMatcher
