"""Finds the URL rules that other rules hide.

werkzeug tries static parts first, then variables by the weight of their converters, and rules of
one pattern in their order. The first rule whose patterns fit decides: a value that its converter
refuses ends the search.

Any time; the command line asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from itertools import combinations

from werkzeug.routing import (
    BaseConverter,
    Map,
    PathConverter,
    Rule,
    UnicodeConverter,
    UUIDConverter,
)
from werkzeug.routing.converters import NumberConverter

from ..libraries.werkzeug import find_converters, host_parts, path_parts

#: The methods that Flask adds to rules.
ADDED = frozenset({"HEAD", "OPTIONS"})
#: The patterns of converters that take any part of a path.
ANY_PART = (BaseConverter.regex, UnicodeConverter(Map()).regex)
#: The readers of converters that accept every text that fits their pattern.
ACCEPTING = (BaseConverter.to_python, UUIDConverter.to_python)


def find_hidden(rules: Iterable[Rule]) -> Iterator[tuple[str, str]]:
    """Yield methods and path of each hidden rule, and how another one hides it.

    It hides it from all requests, or from those with some values.

    :param rules: of a URL map, in the order in which they are tried.
    """
    alike: dict[object, list[Rule]] = defaultdict(list)
    for rule in rules:
        if not rule.alias:
            parts = (*host_parts(rule), (False, "|"), *path_parts(rule))
            shape = tuple(is_variable or text for is_variable, text in parts)
            alike[rule.websocket, shape].append(rule)
    for same in alike.values():
        for first, second in combinations(same, 2):
            methods = find_methods(first) & find_methods(second)
            message = explain(first, second) if methods else None
            if message is not None:
                yield f"{' '.join(sorted(methods))} {second}", message


def find_methods(rule: Rule) -> Set[str]:
    """Return the methods of a rule without those that Flask adds."""
    methods = rule.methods or set()
    return (methods - ADDED) or methods


def explain(first: Rule, second: Rule) -> str | None:
    """Return how a rule hides the next one of the same shape; ``None`` if it does not."""
    converters = list(find_converters(first).values())
    pairs = list(zip(converters, find_converters(second).values(), strict=True))
    if all(takes_all_of(one, other) for one, other in pairs):
        return f"it is never reached: {first.rule} takes all its requests"
    refusing = [one for one, other in pairs if refuses_some(one) and takes_all_of(other, one)]
    if refusing and all(takes_all_of(one, o) or takes_all_of(o, one) for one, o in pairs):
        return f"it gets no value that {first.rule} refuses: werkzeug tries no other rule then"
    return None


def takes_all_of(one: BaseConverter, other: BaseConverter) -> bool:
    """Return whether the pattern of a converter surely fits all texts that another one's fits."""
    if type(one) is PathConverter or one.regex == other.regex:
        return True
    return one.regex in ANY_PART and other.part_isolating


def refuses_some(converter: BaseConverter) -> bool:
    """Return whether a converter may refuse a text that fits its pattern."""
    read = type(converter).to_python
    if isinstance(converter, NumberConverter) and read is NumberConverter.to_python:
        has_bounds = not converter.min is converter.max is None
        return bool(converter.fixed_digits) or has_bounds
    return read not in ACCEPTING
