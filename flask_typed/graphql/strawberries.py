"""What belongs to Strawberry in an annotation.

Registration time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from strawberry.types.lazy_type import StrawberryLazyReference
from strawberry.types.private import StrawberryPrivate

from ..libraries.strawberry import is_scalar_annotation
from ..schemas.foreign import open_composite
from .choices import DEFINITION

#: The objects in ``Annotated`` that leave an annotation to Strawberry.
LEFT_ALONE = (StrawberryLazyReference, StrawberryPrivate)


def is_of_strawberry(item: Any) -> bool:
    """Return whether a type, or an object in ``Annotated``, is Strawberry's or is made with it.

    A type variable is that of a generic type of Strawberry, which puts the type argument in.
    """
    if isinstance(item, TypeVar) or (isinstance(item, type) and DEFINITION in vars(item)):
        return True
    module = item.__module__ if hasattr(item, "__supertype__") else find_module(item)
    return module.partition(".")[0] == "strawberry" or is_scalar_annotation(item)


def find_module(item: Any) -> str:
    """Return the name of the module of a class, or of the class of an object."""
    return str((item if isinstance(item, type) else type(item)).__module__)


def find_definitions(annotation: Any) -> Iterator[Any]:
    """Yield the definitions of the types in an annotation that are made with Strawberry."""
    composite = open_composite(annotation)
    if isinstance(composite.origin, type) and DEFINITION in vars(composite.origin):
        yield vars(composite.origin)[DEFINITION]
    for arg in composite.args:
        yield from find_definitions(arg)
