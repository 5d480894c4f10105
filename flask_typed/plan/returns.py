"""From a return annotation to the responses that it allows.

Registration time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, get_args, get_origin

from marshmallow import fields
from werkzeug.exceptions import HTTPException

from ..declare.markers import MediaType
from ..declare.objects import reject_status
from ..declare.replies import Reply, Returns
from ..exceptions import DeclarationError
from ..schemas.factory import FieldMaker, SchemaFactory, dump_declared
from ..schemas.families.containers import Array
from ..schemas.formats import find_columns, find_format
from ..schemas.hints import (
    Hint,
    is_alias,
    is_class,
    join_union,
    name_of,
    read_hint,
    substitute,
    union_members,
    without_metadata,
)
from ..schemas.metadata import RETURNED, Position, reject_unread
from .callees import reject_without_code
from .envelopes import NO_ENVELOPE, Envelope
from .files import FILE_PROBLEMS, is_file_response, open_file_response
from .flask_returns import is_response, open_flask_tuple
from .operation import JSON, NO_RETURNS, Outcome
from .phrases import phrase
from .streams import is_stream_hint, make_stream_outcome, reject_stream_in_union

#: Positions in a return annotation where constraints have no effect.
ON_RESPONSE = Position("on a Response", (MediaType, Returns), "Check it in the view.")
ON_REPLY = Position("on a reply", (Returns,), "Write it on the body: `Created[Annotated[…]]`.")
ON_PROBLEM = Position("on an error that is returned", (), "Write it on the members of the error.")
ON_NONE = Position("on None, which has no body", (), "Leave it out.")
ON_BYTES = Position("on bytes that are sent unchanged", (MediaType,), "Check it in the view.")


def split_problems(
    annotation: Any, factory: SchemaFactory
) -> tuple[tuple[type[HTTPException], ...], list[Any]]:
    """Return the errors in a return annotation, and its other members."""
    problems, others = [], []
    for member in union_members(annotation):
        hint = read_hint(member)
        if is_class(hint.type) and issubclass(hint.type, HTTPException):
            reject_unread(hint, ON_PROBLEM, factory.registry)
            problems.append(hint.type)
            others += [None] if hint.nullable else []
        elif is_file_response(hint):
            problems += FILE_PROBLEMS
            others += open_file_response(hint, factory)
        else:
            others.append(member)
    reject_without_code(problems)
    if is_alias(annotation) and not problems and all(map(is_plain_value, others)):
        return (), [annotation]  # with its name
    return tuple(problems), others


def is_plain_value(member: Any) -> bool:
    """Return whether a member of a return annotation is only a value: no reply, no ``Returns``."""
    hint = read_hint(member)
    is_special = is_response(hint.type) or find_reply(hint.type) or hint.find(Returns)
    return not is_special and open_flask_tuple(member) is member


def make_outcomes(
    members: Iterable[Any],
    status: int | None,
    factory: SchemaFactory,
    envelope: Envelope = NO_ENVELOPE,
) -> tuple[Outcome, ...]:
    """Return the responses that a return annotation allows, in the order of the annotation.

    All members of a union that are not replies are one response: ``Book | None`` is a body that may
    be null.

    :param members: of the union, without errors.
    :param status: the status code of a plain value, if the route declares one.
    """
    outcomes = []
    plain = []
    plain_returns = []
    for member in map(open_flask_tuple, members):
        hint = read_hint(member)
        if is_response(hint.type):
            reject_unread(hint, ON_RESPONSE, factory.registry)
            untouched = make_untouched(hint, factory)
            outcomes += [untouched] if untouched not in outcomes else []
        elif (reply := find_reply(hint.type)) is not None:
            reject_unread(hint, ON_REPLY, factory.registry)
            body = reply_body(reply, get_args(hint.type))
            made = make_body(body, reply.status, factory, reply, envelope)
            outcomes.append(describe_outcome(made, find_returns(hint), factory))
        else:
            plain.append(without_returns(member, hint))
            plain_returns.append(find_returns(hint))
    if plain:
        returns = pick_returns(plain_returns)
        made = make_body(join_union(plain), returns.status or status, factory, None, envelope)
        outcomes.insert(0, describe_outcome(made, returns, factory))
    reject_equal(outcomes)
    return tuple(outcomes)


def find_returns(hint: Hint) -> Returns:
    """Return the ``Returns`` of an annotation: all of them as one."""
    found = hint.find(Returns)
    return reduce(join_returns, found) if found else NO_RETURNS


def join_returns(inner: Returns, outer: Returns) -> Returns:
    """Return what both declare; where both declare the same, the outer one counts."""
    return Returns(
        status=inner.status if outer.status is None else outer.status,
        description=inner.description if outer.description is None else outer.description,
        headers={**inner.headers, **outer.headers},
        cookies={**inner.cookies, **outer.cookies},
        examples={**inner.examples, **outer.examples},
        links={**inner.links, **outer.links},
        extra={**inner.extra, **outer.extra},
    )


def without_returns(member: Any, hint: Hint) -> Any:
    """Return a member of a return annotation without its ``Returns``."""
    return without_metadata(hint, Returns) if hint.find(Returns) else member


def pick_returns(found: list[Returns]) -> Returns:
    """Return the one ``Returns`` among those of the types of a plain value."""
    declared = [one for one in found if one is not NO_RETURNS]
    if len(declared) > 1:
        raise DeclarationError(
            "Several plain values have Returns(), but they are one response.",
            instead="Keep one, or give each response its own status code by a subclass of Reply.",
        )
    return declared[0] if declared else NO_RETURNS


def make_untouched(hint: Hint, factory: SchemaFactory) -> Outcome:
    """Return the outcome of a ``flask.Response``."""
    returns = find_returns(hint)
    description = "The view's own response." if returns.status is None else phrase(returns.status)
    names = tuple(name for named in hint.find(MediaType) for name in named.names)
    raw = bytes if names else None
    made = Outcome(returns.status, None, names, description, raw, untouched=True)
    return describe_outcome(made, returns, factory)


def describe_outcome(outcome: Outcome, returns: Returns, factory: SchemaFactory) -> Outcome:
    """Return an outcome with the description, headers, cookies and examples of its ``Returns``."""
    if returns is NO_RETURNS:
        return outcome
    examples = {name: dump_example(outcome, name, body) for name, body in returns.examples.items()}
    return replace(
        outcome,
        description=returns.description or outcome.description,
        headers=make_header_fields(returns.headers, "header", factory),
        cookies=make_header_fields(returns.cookies, "cookie", factory),
        examples=examples,
        returns=returns,
    )


def make_header_fields(
    annotations: Mapping[str, Any], kind: str, factory: SchemaFactory
) -> Mapping[str, fields.Field[Any]]:
    """Return the fields of headers, or of cookies, by name."""
    make = FieldMaker(factory, "header")
    return {
        name: make(
            annotation, place=f"{kind} {name!r}", required=not read_hint(annotation).nullable
        )
        for name, annotation in annotations.items()
    }


def dump_example(outcome: Outcome, name: str, body: Any) -> Any:
    """Return an example of a body in JSON's form.

    :raises DeclarationError: for an example that the view could not return.
    """
    if outcome.field is None:
        return body
    instead = "Write a value that the view could return."
    enclosed = outcome.enclose(body) if outcome.enclose else body
    return dump_declared(outcome.field, f"The example {name!r}", enclosed, instead)


def find_reply(member: Any) -> type[Reply[Any]] | None:
    """Return the reply class of a member of a return annotation, if it is one."""
    origin = get_origin(member) or member
    return origin if isinstance(origin, type) and issubclass(origin, Reply) else None


def reply_body(reply: type[Reply[Any]], arguments: tuple[Any, ...]) -> Any:
    """Return the annotation of a reply's body: the argument of ``Reply``, through its subclasses.

    :param arguments: of the class: ``(Book,)`` for ``Created[Book]``.
    """
    known = dict(zip(getattr(reply, "__parameters__", ()), arguments, strict=False))
    if reply is Reply:
        return next(iter(known.values()), Any)
    base = next(base for base in reply.__orig_bases__ if find_reply(base))  # type: ignore[attr-defined]
    passed_on = tuple(substitute(argument, known) for argument in get_args(base))
    return reply_body(find_reply(base) or Reply, passed_on)


def make_body(
    annotation: Any,
    status: int | None,
    factory: SchemaFactory,
    reply: type[Reply[Any]] | None,
    envelope: Envelope,
) -> Outcome:
    """Return the outcome of a body, which may be of several media types.

    The members of a union that are text or bytes of a media type are sent unchanged, all others are
    one JSON type.
    """
    members = union_members(annotation)
    reject_stream_in_union(members)
    unchanged = [member for member in members if is_unchanged(read_hint(member))]
    if len(members) == 1 or not unchanged:
        return make_outcome(annotation, status, factory, reply, envelope)
    others = [member for member in members if member not in unchanged]
    bodies = [*([join_union(others)] if others else []), *unchanged]
    first, *rest = (make_outcome(body, status, factory, reply, envelope) for body in bodies)
    reject_ambiguous((first, *rest), others)
    return replace(first, others={outcome.raw or bytes: outcome for outcome in rest})


def is_unchanged(hint: Hint) -> bool:
    """Return whether a body is text or bytes that are sent unchanged, in a union of bodies."""
    return hint.type in (str, bytes) and bool(hint.find(MediaType))


def reject_ambiguous(outcomes: Iterable[Outcome], others: Iterable[Any]) -> None:
    """Raise for two bodies of one status that a view returns as the same Python type.

    :param others: the annotations of the JSON body.
    """
    kinds = [*(outcome.raw for outcome in outcomes if outcome.raw), *map(bare_type, others)]
    twice = next((kind for kind in (str, bytes) if kinds.count(kind) > 1), None)
    if twice is not None:
        raise DeclarationError(
            f"Two bodies of one status code are {twice.__name__}, so the media type is not known.",
            instead=(
                "Return one of them as the other of `str` and `bytes`, or give it a status code of"
                " its own by a subclass of Reply."
            ),
        )
    if others and all(map(is_none, others)):
        raise no_text_of_none()


def no_text_of_none() -> DeclarationError:
    """Return the error for ``None`` beside text or bytes that are sent unchanged."""
    return DeclarationError(
        "A body of text or bytes is sent unchanged, so it cannot be None.",
        instead='Return `""`, or annotate `NoContent` instead of None.',
    )


def bare_type(annotation: Any) -> Any:
    """Return the type of an annotation, without its wrappers."""
    return read_hint(annotation).type


def is_none(annotation: Any) -> bool:
    """Return whether an annotation is ``None``."""
    return bare_type(annotation) is None


def takes_items(outcome: Outcome) -> bool:
    """Return whether a view may yield the items of a body."""
    is_plain = outcome.reply is None and not (outcome.stream or outcome.enclose)
    return is_plain and isinstance(outcome.field, Array)


def make_outcome(
    annotation: Any,
    status: int | None,
    factory: SchemaFactory,
    reply: type[Reply[Any]] | None,
    envelope: Envelope = NO_ENVELOPE,
) -> Outcome:
    """Return the outcome of one body."""
    hint = read_hint(annotation)
    if status is not None:
        reject_status(status, f"The response {name_of(reply)}" if reply else "The response")
    if hint.type is None:
        reject_unread(hint, ON_NONE, factory.registry)
        status = status or 204
        return Outcome(status, None, (), phrase(status), reply=reply)
    status = status or 200
    if status in (204, 205, 304) or status < 200:
        raise DeclarationError(
            f"A {status} response has no body, but the annotation is {name_of(hint.type)}.",
            instead="Annotate None, or use another status code.",
        )
    if is_stream_hint(hint):
        return make_stream_outcome(hint, status, factory, reply)
    named = hint.find(MediaType)
    raw = hint.type if hint.type is bytes or (hint.type is str and named) else None
    if raw and hint.nullable and named:
        raise no_text_of_none()
    for name in named[-1].names if named else ():
        reject_response_media_type(name, raw, hint)
    media_types = named[-1].names if named else ("application/octet-stream",) if raw else (JSON,)
    if raw is bytes:
        reject_unread(hint, ON_BYTES, factory.registry)
    enclose = disclose = None
    if not raw and envelope.encloses(hint):
        annotation = envelope.annotate(annotation, hint)
        enclose, disclose = envelope.enclose, envelope.open
    field = None if raw is bytes else factory.shared(annotation, RETURNED)
    if field is not None and not raw and "csv" in map(find_format, media_types):
        find_columns(field)
    outcome = Outcome(status, field, media_types, phrase(status), raw, reply)
    is_tuple = enclose is not None and hint.origin is tuple
    return replace(outcome, enclose=enclose, disclose=disclose, is_tuple=is_tuple)


def reject_response_media_type(name: str, raw: type | None, hint: Hint) -> None:
    """Raise for a media type that a return value cannot have."""
    if "*" in name:
        raise DeclarationError(
            f"{name} is a range, but a response has one media type.",
            instead="Name the media type that is sent.",
        )
    if raw is None and find_format(name) is None:
        raise DeclarationError(
            f"{hint} is written as JSON, MessagePack or CSV, but {name} is another format.",
            instead=(
                "Return `str` or `bytes`, which are sent unchanged, or name `application/json`,"
                " `application/msgpack` or `text/csv`."
            ),
        )


def reject_equal(outcomes: list[Outcome]) -> None:
    """Raise for two responses with one status code: the document could not tell them apart."""
    statuses = [outcome.status for outcome in outcomes]
    twice = next((status for status in statuses if statuses.count(status) > 1), None)
    if twice is not None:
        raise DeclarationError(
            f"The return annotation allows two responses with the status code {twice}.",
            instead="Give each response its own status code by a subclass of Reply.",
        )
