"""Reading annotations: what a hint is once Annotated, Optional and aliases are peeled off.

Registration time. The only module that knows the shapes of :mod:`typing`'s objects.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, NewType, TypeVar, Union, get_args, get_origin

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


def class_hints(annotation: Any) -> Mapping[str, Any]:
    """Return the evaluated annotations of a class, its type variables replaced by what they are.

    :param annotation: the class, or the class with type arguments: ``Page[Book]``.
    """
    origin = get_origin(annotation) or annotation
    known = type_arguments(annotation)
    hints: dict[str, Any] = {}
    for base in reversed(origin.__dict__.get("__orig_bases__", getattr(origin, "__bases__", ()))):
        base_origin = get_origin(base) or base
        if base_origin is not Generic and hasattr(base_origin, "__annotations__"):
            hints.update(class_hints(substitute(base, known)))
    own = origin.__dict__.get("__annotations__", {})
    resolved = resolve_hints(origin)
    hints.update({name: substitute(resolved[name], known) for name in own})
    return hints


def type_arguments(annotation: Any) -> Mapping[Any, Any]:
    """Return what the type variables of a generic class stand for.

    A variable that is not given is its default, its bound, or anything.
    """
    variables = getattr(get_origin(annotation) or annotation, "__parameters__", ())
    given = get_args(annotation)
    return {
        variable: given[index] if index < len(given) else stand_in(variable)
        for index, variable in enumerate(variables)
    }


def stand_in(variable: Any) -> Any:
    """Return the type that a type variable stands for when nobody says it."""
    default = getattr(variable, "__default__", typing_extensions.NoDefault)
    if default is not typing_extensions.NoDefault and default is not None:
        return default
    if variable.__constraints__:
        return join(variable.__constraints__)
    return Any if variable.__bound__ is None else variable.__bound__


def substitute(annotation: Any, known: Mapping[Any, Any]) -> Any:
    """Return an annotation with its type variables replaced."""
    if annotation in known if isinstance(annotation, TypeVar) else False:
        return known[annotation]
    variables = getattr(annotation, "__parameters__", ())
    if not variables or isinstance(annotation, type) and get_origin(annotation) is None:
        return annotation
    return annotation[tuple(known.get(v, stand_in(v)) for v in variables)]


def type_name(annotation: Any) -> str:
    """Return a name for a type in the document: ``PageBook`` for ``Page[Book]``."""
    hint = read_hint(annotation)
    if hint.is_union:
        return "Or".join(map(type_name, hint.args))
    wish = getattr(hint.origin, "__component_name__", None)
    plain = getattr(hint.origin, "__name__", None) or str(hint.origin)
    name = wish or "".join(filter(str.isalnum, plain))
    inner = (type_name(arg) for arg in hint.args if arg is not Ellipsis)
    return name + "".join(part[:1].upper() + part[1:] for part in inner)


def name_of(thing: Any) -> str:
    """Return how a type or function is called in a message: ``Book``, ``list[int]``."""
    if thing is type(None):
        return "None"
    if get_origin(thing) in _UNIONS:
        return " | ".join(map(name_of, get_args(thing)))
    if isinstance(thing, types.FunctionType) or (isinstance(thing, type) and not get_args(thing)):
        return thing.__qualname__.replace("<locals>.", "")
    return str(thing).replace("typing.", "").replace("<locals>.", "")
