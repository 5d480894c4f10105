"""The types at the root of a schema: classes of Strawberry, or plain classes with methods.

Setup time.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from strawberry.types.base import StrawberryObjectDefinition, has_object_definition

from ..exceptions import DeclarationError, declared_in
from ..schemas.docstrings import read_docstring
from .members import MemberMaker


class RootType:
    """A root type of a schema.

    :param kind: the class with Strawberry's definition.
    :param value: the object whose methods are the fields; ``None`` for a class of Strawberry.
    """

    def __init__(self, kind: type, value: Any) -> None:
        self.kind = kind
        self.value = value


def make_root(cls: type, name: str, maker: MemberMaker) -> RootType:
    """Return a root type.

    :param cls: a class of Strawberry, or a plain class: its public methods are the fields.
    :param name: of the type in the schema, for a plain class.
    :raises DeclarationError: for anything else.
    """
    if not isinstance(cls, type):
        raise DeclarationError(
            f"{cls!r} is not a class.",
            instead="Pass a class whose methods are the fields, or one of `@strawberry.type`.",
            where=(f"GraphQL {name}",),
        )
    if has_object_definition(cls):
        return RootType(cls, None)
    is_subscription = name == "Subscription"
    with declared_in(f"GraphQL {name}"):
        methods = [*find_public_methods(cls)]
    fields = [maker.make_field(method, is_subscription=is_subscription) for method in methods]
    if not fields:
        raise DeclarationError(
            f"{cls.__qualname__} has no public methods, so {name} would have no fields.",
            instead="Write a method for each field.",
            where=(f"GraphQL {name}",),
        )
    made = type(name, (), {})
    made.__strawberry_definition__ = StrawberryObjectDefinition(  # type: ignore[attr-defined]
        name=name,
        is_input=False,
        is_interface=False,
        origin=made,
        description=read_docstring(inspect.getdoc(cls)).summary or None,
        interfaces=[],
        extend=False,
        directives=None,
        is_type_of=None,
        resolve_type=None,
        fields=fields,
    )
    return RootType(made, make_root_value(cls, name))


def find_public_methods(cls: type) -> Iterator[Any]:
    """Yield the public methods of a class, those of its bases first.

    :raises DeclarationError: for an attribute that could be called or read, but is no method.
    """
    names = dict.fromkeys(name for base in reversed(cls.__mro__[:-1]) for name in vars(base))
    for name in names:
        found = inspect.getattr_static(cls, name)
        if name.startswith("_") or isinstance(found, type):
            continue
        if inspect.isfunction(found):
            yield found
        elif callable(found) or hasattr(found, "__get__"):
            raise DeclarationError(
                f"{cls.__qualname__}.{name} is not a method, but a {type(found).__name__}.",
                instead="Write a method; or begin the name with an underscore.",
            )


def make_root_value(cls: type, name: str) -> Any:
    """Return the object whose methods are the fields of a plain class."""
    try:
        return cls()
    except TypeError as error:
        raise DeclarationError(
            f"{cls.__qualname__} cannot be made without arguments.",
            instead="Remove its constructor: what a resolver needs are its own arguments.",
            where=(f"GraphQL {name}",),
        ) from error
