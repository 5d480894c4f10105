"""Return annotations that are Flask's: its own types, and tuples with a status or headers.

Registration time.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, get_args, get_origin

from flask import Response
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response as BaseResponse

from ..exceptions import DeclarationError
from ..schemas.hints import Hint, name_of, read_hint, union_members


class WSGIApplication:
    """Stands for the one of ``wsgiref.types``, a member of ``flask.typing.ResponseReturnValue``."""


#: What Flask's types name and do not import at runtime. A view's own module comes first.
FLASK_NAMES = {"Headers": Headers, "Response": Response, "WSGIApplication": WSGIApplication}


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
    kinds = tuple(
        "status" if is_status(other) else "headers" for other in others if is_extra(other)
    )
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


def is_extra(annotation: Any) -> bool:
    """Return whether a place of a tuple may be a status or headers."""
    return annotation is not Ellipsis and (is_status(annotation) or is_headers(annotation))


def is_status(annotation: Any) -> bool:
    """Return whether a place of a tuple is a status: a number."""
    return read_hint(annotation).type in (int, HTTPStatus)


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
