"""Annotations in which types of another library stand beside those of flask_typed.

Registration time.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Iterator
from typing import Annotated, Any, ForwardRef, Literal, NamedTuple, get_args, get_origin

from .hints import is_alias, open_alias, union_members

#: Annotations of values that come later; of a coroutine, the last argument is the value.
AWAITED = (abc.Awaitable, abc.Coroutine)
STREAMED = (abc.AsyncIterator, abc.AsyncIterable, abc.AsyncGenerator)
#: The annotations of a list.
LIST_ORIGINS = (list, abc.Sequence, abc.Iterable, abc.Collection)

#: Returns whether a type, or an object in ``Annotated``, belongs to the other library.
IsForeign = Callable[[Any], bool]


class Composite(NamedTuple):
    """An annotation that is made of others.

    :param kind: whether the annotations inside are the items of a list, the members of a union, or
        the arguments of a generic class; ``"single"`` if there are none.
    :param origin: the class.
    :param args: the annotations inside.
    :param nullable: whether ``None`` is a value.
    :param metadata: the objects in ``Annotated``.
    """

    kind: Literal["list", "union", "generic", "single"]
    origin: Any
    args: tuple[Any, ...] = ()
    nullable: bool = False
    metadata: tuple[Any, ...] = ()


def open_later(annotation: Any) -> Any:
    """Return the annotation of a value that comes later, or of each value of a stream."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = open_later(args[0])
        return annotation if inner is args[0] else Annotated[(inner, *args[1:])]
    if origin in AWAITED:
        return open_later(args[-1])
    return open_later(args[0]) if origin in STREAMED else annotation


def has_foreign(annotation: Any, is_foreign: IsForeign) -> bool:
    """Return whether something in an annotation belongs to the other library."""
    if is_foreign(annotation):
        return True
    if is_alias(annotation):
        return has_foreign(open_alias(get_origin(annotation) or annotation), is_foreign)
    origin = get_origin(annotation)
    return (origin is not None and is_foreign(origin)) or any(
        has_foreign(arg, is_foreign) for arg in get_args(annotation)
    )


def find_own_types(annotation: Any, is_foreign: IsForeign) -> Iterator[Any]:
    """Yield the single types in an annotation that do not belong to the other library.

    A name that is not evaluated is one that the other library looks up.
    """
    composite = open_composite(annotation)
    if composite.kind != "single":
        for arg in composite.args:
            yield from find_own_types(arg, is_foreign)
    elif not (is_foreign(composite.origin) or isinstance(composite.origin, ForwardRef)):
        yield composite.origin


def open_composite(annotation: Any) -> Composite:
    """Return the parts of an annotation."""
    if is_alias(annotation):
        return open_composite(open_alias(get_origin(annotation) or annotation))
    if get_origin(annotation) is Annotated:
        inner = open_composite(annotation.__origin__)
        return inner._replace(metadata=(*inner.metadata, *annotation.__metadata__))
    members = union_members(annotation)
    others = tuple(member for member in members if member is not type(None))
    if len(members) > 1:
        nullable = len(others) < len(members)
        if len(others) == 1:
            return open_composite(others[0])._replace(nullable=nullable)
        return Composite("union", None, others, nullable)
    origin, args = get_origin(annotation), get_args(annotation)
    if not args:
        return Composite("single", annotation)
    return Composite("list" if origin in LIST_ORIGINS else "generic", origin, args)
