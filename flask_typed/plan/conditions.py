"""Conditional requests: from the options of a route to the record of one operation.

Registration time. A route without the options has no record, and its requests no work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from werkzeug.routing import Rule

from ..declare.caching import Cache, read_cache
from ..declare.dependencies import Depends
from ..declare.preconditions import MatchRequired, PreconditionNotMet, read_preconditions
from ..declare.problems import Problem
from ..exceptions import DeclarationError
from .dependencies import Tree
from .operation import Outcome
from .returns import takes_items
from .validators import SAFE_METHODS, Conditions, Validator

#: The methods that select no representation: preconditions mean nothing on them.
UNCONDITIONAL = frozenset({"OPTIONS", "TRACE", "CONNECT"})
#: The methods whose clients rely on the check of their preconditions.
CHANGING = frozenset({"PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class ConditionOptions:
    """The options of a route for conditional requests and caches.

    :param etag: ``True``, the name of an attribute, or a function.
    :param last_modified: the name of an attribute, or a function.
    :param around: the freshness that the blueprints around it set.
    """

    etag: Any = None
    last_modified: Any = None
    require_match: bool = False
    cache: Cache | None = None
    around: Cache | None = None

    def within(self, around: Cache | None) -> ConditionOptions:
        """Return the options of a route inside of a blueprint; the innermost freshness counts."""
        is_set = around is None or self.around is not None
        return self if is_set else replace(self, around=around)

    @property
    def functions(self) -> dict[str, Depends]:
        """The functions among the validators, as dependencies by the names of the options."""
        named = {"etag": self.etag, "last_modified": self.last_modified}
        return {name: Depends(value) for name, value in named.items() if callable(value)}

    @property
    def is_mixed(self) -> bool:
        """Whether one validator is known before the view, and the other one after it."""
        given = [one for one in (self.etag, self.last_modified) if one is not None]
        return len(set(map(callable, given))) > 1


#: Declares nothing.
NO_CONDITIONS = ConditionOptions()


def read_conditions(options: dict[str, Any], *places: str) -> ConditionOptions:
    """Take the options for conditional requests and caches out of those of a route.

    :raises DeclarationError: for a value that cannot work.
    """
    etag, modified = options.pop("etag", None), options.pop("last_modified", None)
    if etag is not True:
        reject_other_validator("etag", etag, "True, ", places)
    reject_other_validator("last_modified", modified, "", places)
    required = options.pop("require_match", None) or False
    cache = read_cache(options.pop("cache", None), *places)
    read = ConditionOptions(etag, modified, required, cache)
    if read.is_mixed:
        raise DeclarationError(
            "One of etag= and last_modified= is a function, which runs before the view; the other"
            " is known after it.",
            instead="Write functions for both, or for none: all preconditions are checked at once.",
            where=places,
        )
    return read


def reject_other_validator(option: str, value: Any, more: str, places: tuple[str, ...]) -> None:
    """Raise for a validator that is neither an attribute nor a function."""
    is_name = isinstance(value, str) and value.isidentifier()
    if not (value is None or is_name or callable(value)):
        raise DeclarationError(
            f"{option}= is {value!r}.",
            instead=f'Write {more}the name of an attribute, such as "version", or a function.',
            where=places,
        )


def plan_conditions(
    options: ConditionOptions, rule: Rule, method: str, tree: Tree, outcomes: tuple[Outcome, ...]
) -> Conditions | None:
    """Return the preconditions of an operation, and its validators; ``None`` for neither.

    :raises DeclarationError: for options that cannot work for this method or this response.
    """
    matches = (node.key for node in tree.nodes if node.original is read_preconditions)
    match = next(matches, "")
    etag = make_validator(options.etag, "etag", tree)
    modified = make_validator(options.last_modified, "last_modified", tree)
    is_empty = etag is None and modified is None and not options.require_match and not match
    if is_empty or method in UNCONDITIONAL:
        return None
    if options.etag is True and (method == "HEAD" or method not in SAFE_METHODS):
        etag = None  # the bytes of its response are not those of a GET
    header = "If-Unmodified-Since" if options.etag is None and modified is not None else "If-Match"
    made = Conditions(
        method,
        etag,
        modified,
        match=match,
        offered=find_offered(outcomes),
        is_decorated=tree.view.callee.is_decorated,
    )
    is_required = options.require_match and not made.is_safe
    if made.is_safe:
        reject_safe_match(made, options, rule)
    elif not made.are_checked and (method in CHANGING or is_required):
        reject_unchecked(rule, method)
        is_required = False
    for one in (etag, modified):
        if one is not None:
            reject_without_value(one, outcomes)
    if etag is None and modified is None and not match:
        return None
    return replace(made, required_header=header if is_required else "")


def find_offered(outcomes: tuple[Outcome, ...]) -> tuple[str, ...]:
    """Return the media types among which a client chooses; empty if there is one."""
    return next((one.media_types for one in outcomes if one.is_negotiated), ())


def make_validator(value: Any, option: str, tree: Tree) -> Validator | None:
    """Return the validator that an option declares."""
    if value is None:
        return None
    if option in tree.named:
        return Validator(key=tree.named[option].key)
    return Validator(attribute="" if value is True else value)


def reject_safe_match(made: Conditions, options: ConditionOptions, rule: Rule) -> None:
    """Raise for a check of changes on a method that changes nothing."""
    if made.in_view:
        raise DeclarationError(
            f"IfMatch checks requests that change something, but the method is {made.method}.",
            instead='Write etag= on the route: `etag="version"`, or a function.',
        )
    others = set(rule.methods or ()) - SAFE_METHODS - UNCONDITIONAL
    if options.require_match and not others:
        raise DeclarationError(
            f"require_match= is for methods that change something, not for {made.method}.",
            instead="Leave it out.",
        )


def reject_unchecked(rule: Rule, method: str) -> None:
    """Raise for preconditions that nothing would check before the change.

    An attribute of the returned value, and a hash, are known after it. A POST that shares its URL
    with other changes is left out: it seldom changes what a client has read.
    """
    if method not in CHANGING and CHANGING.intersection(rule.methods or ()):
        return
    raise DeclarationError(
        f"Nothing would check the preconditions of a {method} before the change.",
        instead=(
            "Write a function, `etag=get_version`, which runs before the view; or take an argument"
            " `match: IfMatch`, and call `match.check(row.version)` before the change."
        ),
    )


def reject_without_value(validator: Validator, outcomes: tuple[Outcome, ...]) -> None:
    """Raise for a validator that no response of the view can have."""
    if is_of_file(outcomes):
        raise DeclarationError(
            "send_file sends an ETag and a Last-Modified of its own, and compares them.",
            instead="Leave etag= and last_modified= out.",
        )
    if validator.key and len({one.media_types for one in outcomes if one.is_negotiated}) > 1:
        raise DeclarationError(
            "The responses offer different media types, and a function runs before the view has"
            " chosen a response.",
            instead='Write `etag="version"`, an attribute, or `etag=True`.',
        )
    if validator.key:
        return
    if any(outcome.stream for outcome in outcomes):
        raise DeclarationError(
            "The headers of a stream are sent before its value is known.",
            instead="Write a function, `etag=get_version`, which runs before the view.",
        )
    bodies = [one for one in outcomes if one.field is not None and not takes_items(one)]
    if validator.attribute and not bodies:
        raise DeclarationError(
            f"{validator.attribute!r} is not an attribute of anything that the view returns: its"
            " return annotation has no object.",
            instead="Write `etag=True`, a hash of the bytes, or a function.",
        )


def is_of_file(outcomes: tuple[Outcome, ...]) -> bool:
    """Return whether Flask's ``send_file`` makes the response."""
    return any(outcome.untouched and outcome.status == 206 for outcome in outcomes)


def find_condition_problems(conditions: Conditions | None) -> tuple[type[Problem], ...]:
    """Return the problems of requests whose preconditions do not hold, or are missing."""
    if conditions is None or not conditions.are_checked:
        return ()
    required = (MatchRequired,) if conditions.required_header else ()
    return (PreconditionNotMet, *required)
