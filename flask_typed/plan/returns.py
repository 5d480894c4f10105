"""From a return annotation to the answers that it allows.

Registration time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, get_args, get_origin

from marshmallow import fields
from webargs.core import is_json
from werkzeug.exceptions import default_exceptions

from ..declare.markers import MediaType
from ..declare.objects import reject_status
from ..declare.replies import Reply, Returns
from ..exceptions import DeclarationError
from ..schemas.factory import FieldMaker, SchemaFactory, dump_declared
from ..schemas.hints import Hint, is_type_variable, join, name_of, read_hint, union_members
from ..schemas.metadata import RETURNED, Position, reject_unread
from .flask_returns import is_response, reject_flask_tuple
from .operation import SILENT, Outcome

JSON = "application/json"

#: What is not written by the annotation has nothing that could be checked.
RESPONSE = Position("on a Response", (MediaType, Returns), "Check it in the view.")
REPLY = Position("on a reply", (Returns,), "Write it on the body: `Created[Annotated[…]]`.")
NO_BODY = Position("on None, which has no body", (), "Leave it out.")
BYTES = Position("on bytes that are sent as they are", (MediaType,), "Check it in the view.")


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
    plain_said = []
    for member in union_members(annotation):
        hint = read_hint(member)
        if is_response(hint.type):
            reject_unread(hint, RESPONSE, factory.registry)
            untouched = make_untouched(hint, factory)
            outcomes += [untouched] if untouched not in outcomes else []
        elif (reply := find_reply(hint.type)) is not None:
            reject_unread(hint, REPLY, factory.registry)
            body = reply_body(reply, get_args(hint.type))
            made = make_outcome(body, reply.status, factory, reply)
            outcomes.append(describe_outcome(made, find_said(hint), factory))
        else:
            reject_flask_tuple(hint)
            plain.append(without_said(member, hint))
            plain_said.append(find_said(hint))
    if plain:
        said = pick_said(plain_said)
        made = make_outcome(join(plain), said.status or status, factory, None)
        outcomes.insert(0, describe_outcome(made, said, factory))
    reject_equal(outcomes)
    return tuple(outcomes)


def find_said(hint: Hint) -> Returns:
    """Return what an annotation says of an answer."""
    found = hint.find(Returns)
    return found[-1] if found else SILENT


def without_said(member: Any, hint: Hint) -> Any:
    """Return a member of a return annotation without what it says of the answer."""
    if not hint.find(Returns):
        return member
    others = tuple(item for item in hint.metadata if not isinstance(item, Returns))
    bare = Annotated[(hint.type, *others)] if others else hint.type
    return join([bare, None]) if hint.nullable else bare


def pick_said(found: list[Returns]) -> Returns:
    """Return what is said of a plain value, by one of the types that it may have."""
    said = [one for one in found if one is not SILENT]
    if len(said) > 1:
        raise DeclarationError(
            "Returns() stands beside several plain values, which are one answer.",
            instead="Keep one, or give each answer a status of its own: subclasses of Reply.",
        )
    return said[0] if said else SILENT


def make_untouched(hint: Hint, factory: SchemaFactory) -> Outcome:
    """Return the answer that is a ``flask.Response``."""
    said = find_said(hint)
    description = "The view's own response." if said.status is None else phrase(said.status)
    names = tuple(name for named in hint.find(MediaType) for name in named.names)
    raw = bytes if names else None
    made = Outcome(said.status, None, names, description, raw, untouched=True)
    return describe_outcome(made, said, factory)


def describe_outcome(outcome: Outcome, said: Returns, factory: SchemaFactory) -> Outcome:
    """Return an answer with what its annotation says besides the body."""
    if said is SILENT:
        return outcome
    return replace(
        outcome,
        description=said.description or outcome.description,
        headers=make_header_fields(said.headers, "header", factory),
        cookies=make_header_fields(said.cookies, "cookie", factory),
        examples={name: write_example(outcome, name, body) for name, body in said.examples.items()},
        said=said,
    )


def make_header_fields(
    annotations: Mapping[str, Any], what: str, factory: SchemaFactory
) -> Mapping[str, fields.Field[Any]]:
    """Return the fields of headers, or of cookies, by name."""
    make = FieldMaker(factory, "header")
    return {
        name: make(
            annotation, place=f"{what} {name!r}", required=not read_hint(annotation).nullable
        )
        for name, annotation in annotations.items()
    }


def write_example(outcome: Outcome, name: str, body: Any) -> Any:
    """Return the wire form of an example of a body.

    :raises DeclarationError: for one that the view could not return.
    """
    if outcome.field is None:
        return body
    instead = "Write it as the view returns it."
    return dump_declared(outcome.field, f"The example {name!r}", body, instead)


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
    if status is not None:
        reject_status(status, f"The answer {name_of(reply)}" if reply else "The answer")
    if hint.type is None:
        reject_unread(hint, NO_BODY, factory.registry)
        status = status or 204
        return Outcome(status, None, (), phrase(status), reply=reply)
    status = status or 200
    if status in (204, 205, 304) or status < 200:
        raise DeclarationError(
            f"A {status} answer has no body, and the annotation says {name_of(hint.type)}.",
            instead="Annotate None, or use another status.",
        )
    named = hint.find(MediaType)
    raw = hint.type if hint.type is bytes or (hint.type is str and named) else None
    for name in named[-1].names if named else ():
        reject_media_type(name, raw, hint)
    media_types = named[-1].names if named else ("application/octet-stream",) if raw else (JSON,)
    if raw is bytes:
        reject_unread(hint, BYTES, factory.registry)
    field = None if raw is bytes else factory.shared(annotation, RETURNED)
    return Outcome(status, field, media_types, phrase(status), raw, reply)


def reject_media_type(name: str, raw: type | None, hint: Hint) -> None:
    """Raise for a media type that a returned value cannot have."""
    if "*" in name:
        raise DeclarationError(
            f"{name} is a range, and an answer has one media type.",
            instead="Name the media type that is sent.",
        )
    if raw is None and not is_json(name):
        raise DeclarationError(
            f"{hint} is written as JSON, and {name} is not.",
            instead="Return `str` or `bytes`, which are sent as they are, or name a type of JSON.",
        )


#: The standard's words for a status; those of errors are werkzeug's, which are their titles too.
PHRASES: Mapping[int, str] = {
    **{status.value: status.phrase for status in HTTPStatus},
    **{status: error().name for status, error in default_exceptions.items()},
}


def phrase(status: int) -> str:
    """Return the standard's words for a status."""
    return PHRASES.get(status, "A response")


def reject_equal(outcomes: list[Outcome]) -> None:
    """Raise for two answers with one status: the document could not tell them apart."""
    statuses = [outcome.status for outcome in outcomes]
    twice = next((status for status in statuses if statuses.count(status) > 1), None)
    if twice is not None:
        raise DeclarationError(
            f"The return annotation allows two answers with the status {twice}.",
            instead="Give each answer a status of its own: subclasses of Reply have one.",
        )
