"""Repeatable requests: from the options of the app and of a route to the record of one operation.

Registration time; the provider that reads the header runs in requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Annotated, Literal

from annotated_types import Len
from marshmallow.validate import Regexp
from werkzeug.routing import Rule

from ..declare.dependencies import Depends, Provider
from ..declare.idempotency import (
    KEY_HEADER,
    REPLAYED_HEADER,
    Idempotency,
)
from ..declare.key_problems import (
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    RequestInProgress,
)
from ..declare.markers import Header
from ..declare.problems import Problem
from ..exceptions import DeclarationError
from ..schemas.factory import SchemaFactory
from ..schemas.msgspec_meta import Documentation
from .dependencies import Tree
from .keys import KEY_PATTERN, LONGEST_KEY, RepeatableRequests
from .operation import UNREAD_SHAPES, Operation, Outcome, Reader
from .returns import make_header_fields

#: The methods that are not idempotent by themselves (RFC 9110, section 9.2.2).
REPEATABLE = frozenset({"POST", "PATCH"})
#: The description of the header in the document.
KEY_DESCRIPTION = (
    "Identifies the request: the same request with the same key gets the first response again."
    " Use a new random value, such as a UUID in double quotes, for each new request. It is kept for"
    " {}."
)
REPLAYED_DESCRIPTION = "Sent if the response is the first one to the key, sent again."
KEY_EXAMPLE = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'


def complete_idempotency(own: Idempotency | None, around: Idempotency | None) -> Idempotency | None:
    """Return the option of a route, with what it leaves out; ``None`` if the route has none.

    :param around: that of the app.
    """
    if own is None or around is None:
        return own
    missing = [field.name for field in fields(own) if getattr(own, field.name) is None]
    return replace(own, **{name: getattr(around, name) for name in missing})


def choose_idempotency(
    own: Idempotency | None, around: Idempotency | None, rule: Rule, method: str
) -> Idempotency | None:
    """Return the option of a route, completed, if it applies to a method.

    :param around: that of the app.
    :raises DeclarationError: if it applies to none of them, or the app has no store.
    """
    option = complete_idempotency(own, around)
    if option is None:
        return None
    if method not in REPEATABLE:
        if REPEATABLE.isdisjoint(rule.methods or ()):
            raise DeclarationError(
                f"idempotent= is for POST and PATCH, not for {method}.",
                instead=f"Leave it out: a repeated {method} changes nothing more.",
            )
        return None
    if option.store is None:
        raise DeclarationError(
            "The route is idempotent, but nothing stores its keys.",
            instead="Write `Typed(app, idempotency=Idempotency(make_store))`.",
        )
    return option


def find_key_providers(option: Idempotency | None) -> Mapping[str, Depends]:
    """Return the providers that run before those of the view, by their names for the route."""
    if option is None:
        return {}
    found = {"idempotency_key": make_key_reader(bool(option.required), option.seconds)}
    named = {"idempotency_client": option.client, "idempotency_store": option.store}
    found.update({name: made for name, made in named.items() if made is not None})
    return {name: Depends(provider) for name, provider in found.items()}


def make_key_reader(required: bool, seconds: int) -> Provider:
    """Return the provider that publishes, validates and returns the header.

    :param seconds: how long a key is kept.
    """
    description = KEY_DESCRIPTION.format(write_time(seconds))
    marker = Header(alias=KEY_HEADER, description=description, example=KEY_EXAMPLE)
    annotation = Annotated[str, marker, Len(1, LONGEST_KEY), Regexp(KEY_PATTERN)]

    def read_required_key(idempotency_key: str) -> str:
        return idempotency_key

    def read_key(idempotency_key: str | None = None) -> str | None:
        return idempotency_key

    reader: Provider = read_required_key if required else read_key
    reader.__annotations__["idempotency_key"] = annotation
    return reader


def write_time(seconds: int) -> str:
    """Return a time in words, in the largest unit that divides it."""
    units = (("hour", 3600), ("minute", 60), ("second", 1))
    name, size = next((name, size) for name, size in units if seconds % size == 0)
    count = seconds // size
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def plan_idempotency(
    option: Idempotency | None,
    tree: Tree,
    readers: Iterable[Reader],
    outcomes: tuple[Outcome, ...],
) -> RepeatableRequests | None:
    """Return the record of an operation whose requests are repeatable.

    :raises DeclarationError: for a request or a response that nothing can hold.
    """
    if option is None:
        return None
    if any(reader.shape in UNREAD_SHAPES for reader in readers):
        raise DeclarationError(
            "The view reads the body itself, so nothing can compare it with that of a later"
            " request.",
            instead="Leave idempotent= out, or take the body as `bytes`.",
        )
    if any(one.stream or (one.untouched and one.status == 206) for one in outcomes):
        raise DeclarationError(
            "A stream or a file is the response, so nothing can store it.",
            instead="Leave idempotent= out, or return an object.",
        )
    is_told_apart = option.client is not None or any(node.is_early for node in tree.nodes)
    if tree.view.callee.is_decorated and not is_told_apart:
        raise DeclarationError(
            "A decorator of the view does not run for a repeated request, so it checks nobody.",
            instead="Write `Idempotency(client=…)`, a provider that names the client of a request.",
        )
    named = tree.named
    late = [node for node in tree.nodes if not node.is_early]
    ours = [named[name] for name in find_key_providers(option)]
    last = max(late.index(node) for node in ours if not node.is_early)
    client = named.get("idempotency_client")
    return RepeatableRequests(
        bool(option.required),
        option.seconds,
        named["idempotency_key"].key,
        named["idempotency_store"].key,
        None if client is None else client.key,
        last + 1,
    )


def find_key_problems(planned: RepeatableRequests | None) -> tuple[type[Problem], ...]:
    """Return the problems of requests with a key, or without the one that they need."""
    if planned is None:
        return ()
    required = (IdempotencyKeyMissing,) if planned.required else ()
    return (*required, RequestInProgress, IdempotencyKeyReused)


def add_replayed_header(operation: Operation, factory: SchemaFactory) -> Operation:
    """Return an operation whose responses have the header that marks repeated ones."""
    if operation.repeatable is None:
        return operation
    documentation = Documentation({"description": REPLAYED_DESCRIPTION})
    annotations = {REPLAYED_HEADER: Annotated[Literal["true"] | None, documentation]}
    made = make_header_fields(annotations, "header", factory)
    outcomes = [replace(one, headers={**made, **one.headers}) for one in operation.outcomes]
    return replace(operation, outcomes=tuple(outcomes))
