"""Return annotations that are Flask's: its own types, and tuples with a status or headers.

Registration time.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Literal, get_args, get_origin

from flask import Response
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response as BaseResponse

from ..exceptions import DeclarationError
from ..schemas.hints import Hint, name_of, read_hint, union_members


class WSGIApplication:
    """Stands for the one of ``wsgiref.types``, a member of ``flask.typing.ResponseReturnValue``."""


#: What Flask's types name and do not import at runtime. A view's own module comes first.
FLASK_NAMES = {"Headers": Headers, "Response": Response, "WSGIApplication": WSGIApplication}


STATUS_CODES = frozenset(status.value for status in HTTPStatus)

#: What may stand after the body in a tuple that Flask takes.
FLASK_TUPLES = (("status",), ("headers",), ("status", "headers"))


def find_names(function: Any) -> Mapping[str, Any]:
    """Return the names that the annotations of a view are evaluated with."""
    return ChainMap(getattr(function, "__globals__", {}), FLASK_NAMES)


def is_flasks(annotation: Any) -> bool:
    """Return whether an annotation is ``flask.typing.ResponseReturnValue``: anything at all.

    :raises DeclarationError: for a union of it with other types, which would promise nothing.
    """
    members = union_members(annotation)
    if WSGIApplication not in members:
        return False
    others = [member for member in members if not is_flask_member(member)]
    if others:
        raise DeclarationError(
            f"ResponseReturnValue is anything that Flask takes, and {name_of(others[0])} stands"
            " beside it.",
            instead="Annotate the one or the other.",
        )
    return True


def is_flask_member(member: Any) -> bool:
    """Return whether a member of a union may be one of ``ResponseReturnValue``."""
    modules = ("builtins", "collections.abc", "flask.wrappers", "typing", __name__)
    origin = get_origin(member) or member
    return getattr(origin, "__module__", None) in modules


def is_response(member: Any) -> bool:
    """Return whether a member of a return annotation is a response that passes through untouched.

    So is a tuple that holds one: ``tuple[Response, int]``.
    """
    if get_origin(member) is tuple:
        body = read_hint(get_args(member)[0]).type if get_args(member) else None
        return all(is_response(read_hint(one).type) for one in union_members(body))
    return isinstance(member, type) and issubclass(member, BaseResponse)


def open_flask_tuple(member: Any) -> Any:
    """Return the annotation of the body of a tuple with headers, as Flask takes it.

    Any other annotation is returned unchanged. A JSON array of the same types has to be declared as
    the body of a reply.

    :raises DeclarationError: for a tuple with a status, which the annotation does not tell.
    """
    hint = read_hint(member)
    is_tuple = get_origin(hint.type) is tuple or hint.type is tuple
    if not is_tuple or is_response(hint.type):
        return member
    body, *others = hint.args or (Any,)
    kinds = tuple(filter(None, map(find_place_kind, others)))
    if is_status_line(others):
        kinds = ("status", "headers")
    if len(kinds) < len(others) or kinds not in FLASK_TUPLES:
        return member
    if kinds == ("headers",):
        return Annotated[(body, *hint.metadata)] if hint.metadata else body
    raise DeclarationError(
        f"{hint} is a body with {' and '.join(kinds)}, which the document cannot show.",
        instead=(
            f"Annotate {name_of(body)}, and declare the status by `status=` of the route, or by"
            " a reply such as `Created[…]`, which has headers too. For a JSON array, write"
            f" `Reply[{hint}]`."
        ),
    )


def find_place_kind(annotation: Any) -> str | None:
    """Return whether a place of a tuple may be a status or headers."""
    if annotation is Ellipsis:
        return None
    if is_status(annotation):
        return "status"
    return "headers" if is_headers(annotation) else None


def is_status(annotation: Any) -> bool:
    """Return whether a place of a tuple is a status: a number, or status codes."""
    kind = read_hint(annotation).type
    codes = get_args(kind) if get_origin(kind) is Literal else ()
    return kind in (int, HTTPStatus) or (
        bool(codes) and all(code in STATUS_CODES for code in codes)
    )


def is_status_line(others: Sequence[Any]) -> bool:
    """Return whether a body is followed by a text, such as ``"201 CREATED"``, and headers."""
    return len(others) == 2 and others[0] is str and find_place_kind(others[1]) == "headers"


def is_headers(annotation: Any) -> bool:
    """Return whether a place of a tuple is headers: a mapping of texts, or pairs of them."""
    hint = read_hint(annotation)
    kind = get_origin(hint.type) or hint.type
    if kind is Headers:
        return True
    texts = all(read_hint(arg).type is str for arg in hint.args)
    return (kind in (dict, Mapping) and texts) or (kind in (list, Sequence) and holds_pairs(hint))


def holds_pairs(hint: Hint) -> bool:
    """Return whether a list holds pairs of texts."""
    return hint.args == (tuple[str, str],)
