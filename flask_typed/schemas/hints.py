"""Reading annotations: what a hint is once Annotated, Optional and aliases are peeled off.

Registration time. The only module that knows the shapes of :mod:`typing`'s objects.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NewType, Union, get_args, get_origin

import typing_extensions
from annotated_types import GroupedMetadata
from typing_extensions import NotRequired, ReadOnly, Required

from ..exceptions import DeclarationError

_UNIONS = (Union, types.UnionType)
_QUALIFIERS = (Required, NotRequired, ReadOnly)
#: typing_extensions' own class on Pythons that have none, or an older one, in typing.
_ALIASES = tuple(
    {
        module.TypeAliasType
        for module in (typing_extensions, __import__("typing"))
        if hasattr(module, "TypeAliasType")
    }
)


@dataclass(frozen=True, slots=True)
class Hint:
    """An annotation without its wrappings.

    :param type: the type itself: no Annotated, Optional, NewType, alias or qualifier around it.
    :param metadata: everything that stood in ``Annotated``, innermost first, groups opened.
    :param nullable: whether ``None`` is a value too.
    """

    type: Any
    metadata: tuple[Any, ...] = ()
    nullable: bool = False

    @property
    def origin(self) -> Any:
        """The class of a generic (``list`` for ``list[int]``), or the type itself."""
        return get_origin(self.type) or self.type

    @property
    def args(self) -> tuple[Any, ...]:
        """The arguments of a generic: ``(int,)`` for ``list[int]``."""
        return get_args(self.type)

    @property
    def is_union(self) -> bool:
        """Whether several types besides ``None`` are left."""
        return get_origin(self.type) in _UNIONS

    def find(self, kind: type) -> tuple[Any, ...]:
        """Return the metadata of one class, innermost first."""
        return tuple(item for item in self.metadata if isinstance(item, kind))

    def __str__(self) -> str:
        return name_of(self.type)


def read_hint(annotation: Any) -> Hint:
    """Peel an annotation."""
    metadata: tuple[Any, ...] = ()
    nullable = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            metadata = (*_open_groups(annotation.__metadata__), *metadata)
            annotation = annotation.__origin__
        elif origin in _QUALIFIERS:
            (annotation,) = get_args(annotation)
        elif isinstance(annotation, _ALIASES):
            annotation = annotation.__value__
        elif isinstance(annotation, NewType):
            annotation = annotation.__supertype__
        elif origin in _UNIONS and type(None) in get_args(annotation):
            annotation = _without_none(annotation)
            nullable = True
        else:
            return Hint(None if annotation is type(None) else annotation, metadata, nullable)


def _open_groups(metadata: tuple[Any, ...]) -> tuple[Any, ...]:
    """Replace ``Interval`` and ``Len`` by the constraints that they stand for."""
    opened: list[Any] = []
    for item in metadata:
        opened.extend(item) if isinstance(item, GroupedMetadata) else opened.append(item)
    return tuple(opened)


def _without_none(annotation: Any) -> Any:
    return join([arg for arg in get_args(annotation) if arg is not type(None)])


def join(members: Sequence[Any]) -> Any:
    """Return the union of annotations."""
    return Union[tuple(members)]  # noqa: UP007  # `|` does not take everything that Union takes


def union_members(annotation: Any) -> tuple[Any, ...]:
    """Return the members of a union as they were written, ``Annotated`` and all; else the one."""
    if isinstance(annotation, _ALIASES):
        return union_members(annotation.__value__)
    return get_args(annotation) if get_origin(annotation) in _UNIONS else (annotation,)


def resolve_hints(thing: Callable[..., Any] | type) -> Mapping[str, Any]:
    """Return the evaluated annotations of a function or class, ``Annotated`` kept.

    :raises DeclarationError: for a name that cannot be found.
    """
    try:
        return typing_extensions.get_type_hints(thing, include_extras=True)
    except NameError as error:
        raise DeclarationError(
            f"An annotation of {name_of(thing)} uses {error.name!r}, a name that cannot be found.",
            instead="Define or import it at the top of the module, outside `if TYPE_CHECKING:`.",
        ) from error
    except (TypeError, SyntaxError) as error:
        raise DeclarationError(
            f"The annotations of {name_of(thing)} cannot be evaluated: {error}.",
            instead="Write types, or strings that name types.",
        ) from error


def name_of(thing: Any) -> str:
    """Return how a type or function is called in a message: ``Book``, ``list[int]``."""
    if thing is type(None):
        return "None"
    if get_origin(thing) in _UNIONS:
        return " | ".join(map(name_of, get_args(thing)))
    if isinstance(thing, types.FunctionType) or (isinstance(thing, type) and not get_args(thing)):
        return thing.__qualname__.replace("<locals>.", "")
    return str(thing).replace("typing.", "").replace("<locals>.", "")
