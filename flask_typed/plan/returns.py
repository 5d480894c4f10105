"""From a return annotation to the answers that it allows.

Registration time.
"""

from __future__ import annotations

from typing import Any, get_args, get_origin

from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response

from ..declare.markers import MediaType
from ..declare.replies import Reply
from ..exceptions import DeclarationError
from ..schemas.factory import SchemaFactory
from ..schemas.hints import is_type_variable, join, name_of, read_hint, union_members
from .operation import Outcome

JSON = "application/json"


def make_outcomes(
    annotation: Any, status: int | None, factory: SchemaFactory
) -> tuple[Outcome, ...]:
    """Return the answers that a return annotation allows, in the order in which they stand there.

    Members of a union that are no replies are one JSON type together: ``Book | None`` is a body
    that may be null.

    :param status: the status of a plain value, where the route says one.
    """
    outcomes = []
    plain = []
    for member in union_members(annotation):
        if is_response(member):
            outcomes.append(Outcome(None, None, None, "The view's own response."))
        elif (reply := find_reply(member)) is not None:
            outcomes.append(
                make_outcome(reply_body(reply, get_args(member)), reply.status, factory, reply)
            )
        else:
            plain.append(member)
    if plain:
        outcomes.insert(0, make_outcome(join(plain), status, factory, None))
    reject_equal(outcomes)
    return tuple(outcomes)


def is_response(member: Any) -> bool:
    """Say whether a member of a return annotation is a response that passes through untouched."""
    return isinstance(member, type) and issubclass(member, Response)


def find_reply(member: Any) -> type[Reply[Any]] | None:
    """Return the reply class of a member of a return annotation, if it is one."""
    origin = get_origin(member) or member
    return origin if isinstance(origin, type) and issubclass(origin, Reply) else None


def reply_body(reply: type[Reply[Any]], arguments: tuple[Any, ...]) -> Any:
    """Return the annotation of a reply's body: ``Reply``'s argument, as its subclasses pass it on.

    :param arguments: what the class is subscripted with: ``(Book,)`` for ``Created[Book]``.
    """
    known = dict(zip(getattr(reply, "__parameters__", ()), arguments, strict=False))
    if reply is Reply:
        return next(iter(known.values()), Any)
    base = next(base for base in reply.__orig_bases__ if find_reply(base))  # type: ignore[attr-defined]
    passed_on = tuple(
        known.get(arg, Any if is_type_variable(arg) else arg) for arg in get_args(base)
    )
    return reply_body(find_reply(base) or Reply, passed_on)


def make_outcome(
    annotation: Any, status: int | None, factory: SchemaFactory, reply: type[Reply[Any]] | None
) -> Outcome:
    """Return the answer for one body."""
    hint = read_hint(annotation)
    if hint.type is None:
        status = status or 204
        return Outcome(status, None, None, phrase(status), reply=reply)
    status = status or 200
    if status in (204, 205, 304) or status < 200:
        raise DeclarationError(
            f"A {status} answer has no body, and the annotation says {name_of(hint.type)}.",
            instead="Annotate None, or use another status.",
        )
    named = hint.find(MediaType)
    raw = hint.type if hint.type is bytes or (hint.type is str and named) else None
    media_type = named[-1].name if named else "application/octet-stream" if raw else JSON
    field = None if raw is bytes else factory.leaving(annotation)
    return Outcome(status, field, media_type, phrase(status), raw, reply)


def phrase(status: int) -> str:
    """Return the standard's words for a status: werkzeug's, for Python's change with versions."""
    return HTTP_STATUS_CODES.get(status, "A response")


def reject_equal(outcomes: list[Outcome]) -> None:
    """Raise for two answers with one status: the document could not tell them apart."""
    statuses = [outcome.status for outcome in outcomes]
    twice = next((status for status in statuses if statuses.count(status) > 1), None)
    if twice is not None:
        raise DeclarationError(
            f"The return annotation allows two answers with the status {twice}.",
            instead="Give each answer a status of its own: subclasses of Reply have one.",
        )
