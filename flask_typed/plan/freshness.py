"""The freshness of responses, and the headers that an operation declares for it.

Registration time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any

from marshmallow import fields

from ..declare.caching import Cache
from ..exceptions import DeclarationError
from ..schemas.factory import SchemaFactory
from ..schemas.msgspec_meta import Documentation
from ..security.requirements import find_credential_headers
from .conditions import ConditionOptions, is_of_file
from .operation import Operation, Outcome
from .returns import make_header_fields
from .validators import SAFE_METHODS, Conditions, Freshness

#: The freshness of a route with validators, and without ``cache=``: clients ask each time.
REVALIDATED = Cache(no_cache=True)
UNCHANGED_WORDS = "The client has the current representation."
#: The response headers: types and descriptions.
RESPONSE_HEADERS: Mapping[str, tuple[Any, str]] = {
    "ETag": (str | None, "The version of the resource, for If-None-Match and If-Match."),
    "Last-Modified": (str | None, "The time of the last change."),
    "Cache-Control": (str, "For how long, and by whom, the response may be reused."),
    "Vary": (str, "The request headers on which the response depends."),
}


def complete_freshness(
    operation: Operation, options: ConditionOptions, factory: SchemaFactory
) -> Operation:
    """Return an operation with the freshness and the validators of its responses.

    :raises DeclarationError: for a freshness that its responses cannot have.
    """
    reject_own_freshness(options, operation.outcomes)
    freshness, conditions = plan_freshness(operation, options), operation.conditions
    if conditions is None and freshness is None and not operation.is_negotiated:
        return operation
    return replace(
        operation,
        outcomes=add_headers(operation.outcomes, conditions, freshness, factory),
        freshness=freshness,
        unchanged=make_unchanged(operation, freshness, factory),
    )


def plan_freshness(operation: Operation, options: ConditionOptions) -> Freshness | None:
    """Return the freshness of the successful responses of an operation; ``None`` for no header.

    Caches reuse responses to safe methods only; ``no_store`` is written for all.

    :raises DeclarationError: for options that contradict the security of the route.
    """
    is_safe = operation.method in SAFE_METHODS
    default = REVALIDATED if operation.conditions is not None and is_safe else None
    cache = options.cache or options.around or default
    if cache is None or not (is_safe or cache.no_store):
        return None
    requirements = operation.requirements
    is_guarded = bool(requirements or operation.security.steps)
    is_private = is_guarded and not (cache.public or cache.private or cache.no_store)
    if is_private and cache.shared_max_age is not None:
        raise DeclarationError(
            "shared_max_age= is for shared caches, but the route has security, so its responses are"
            " private.",
            instead="Leave it out, or write public=True beside it if they are alike for everybody.",
        )
    vary = find_read_headers(operation) if cache.vary is None else cache.vary
    return Freshness(
        write_directives(make_private(cache) if is_private else cache),
        write_directives(make_private(cache)),
        cache.public,
        tuple(dict.fromkeys((*vary, *find_credential_headers(requirements)))),
    )


def make_private(cache: Cache) -> Cache:
    """Return a freshness for one client only; the same if the response is not stored, or empty."""
    if cache.no_store or not write_directives(cache):
        return cache
    return replace(cache, public=False, private=True, shared_max_age=None)


def write_directives(cache: Cache) -> str:
    """Return the header ``Cache-Control``."""
    return ", ".join(cache.directives())


def find_read_headers(operation: Operation) -> Iterator[str]:
    """Yield the request headers that the arguments of an operation are read from."""
    for reader in operation.readers:
        if reader.location == "cookie":
            yield "Cookie"
        elif reader.location == "header":
            yield from (name.title() for name in reader.fields)


def reject_own_freshness(options: ConditionOptions, outcomes: tuple[Outcome, ...]) -> None:
    """Raise for a file, and for a stream of events: they have a ``Cache-Control`` of their own."""
    if options.cache is None:
        return
    if is_of_file(outcomes):
        raise DeclarationError(
            "send_file sends a Cache-Control of its own.",
            instead="Leave cache= out, and write `send_file(…, max_age=60)`.",
        )
    if any(outcome.stream == "events" for outcome in outcomes):
        raise DeclarationError(
            "A stream of events is never stored: it has a Cache-Control of its own.",
            instead="Leave cache= out.",
        )


def make_response_headers(
    names: Iterable[str], factory: SchemaFactory, *, may_fail: bool = False
) -> Mapping[str, fields.Field[Any]]:
    """Return the fields of response headers by their names.

    :param may_fail: whether the response may be an error, which has none of them.
    """
    annotations = {}
    for name in names:
        kind, words = RESPONSE_HEADERS[name]
        documentation = Documentation({"description": words})
        annotations[name] = Annotated[kind | None if may_fail else kind, documentation]
    return make_header_fields(annotations, "header", factory)


def find_header_names(
    outcome: Outcome, conditions: Conditions | None, freshness: Freshness | None
) -> Iterator[str]:
    """Yield the names of the headers that a response has."""
    if conditions is not None and conditions.describes(outcome.status):
        yield from (("ETag",) if conditions.etag else ())
        yield from (("Last-Modified",) if conditions.last_modified else ())
    is_success = outcome.status is None or 200 <= outcome.status < 300
    if freshness is not None and is_success:
        yield from (("Cache-Control",) if freshness.cache_control else ())
    if outcome.is_negotiated or (freshness is not None and is_success and freshness.vary):
        yield "Vary"


def add_headers(
    outcomes: tuple[Outcome, ...],
    conditions: Conditions | None,
    freshness: Freshness | None,
    factory: SchemaFactory,
) -> tuple[Outcome, ...]:
    """Return outcomes with the headers that their responses get; the author's own count."""
    added = []
    for outcome in outcomes:
        names = find_header_names(outcome, conditions, freshness)
        made = make_response_headers(names, factory, may_fail=outcome.status is None)
        added.append(replace(outcome, headers={**made, **outcome.headers}) if made else outcome)
    return tuple(added)


def make_unchanged(
    operation: Operation, freshness: Freshness | None, factory: SchemaFactory
) -> Outcome | None:
    """Return the response to a client that has the current representation, for the document."""
    conditions = operation.conditions
    if conditions is None or not conditions.is_safe:
        return None
    whole = Outcome(200, None, conditions.offered, "")
    names = set(find_header_names(whole, conditions, freshness)) - {"Last-Modified"}
    return Outcome(
        304, None, (), UNCHANGED_WORDS, headers=make_response_headers(sorted(names), factory)
    )
