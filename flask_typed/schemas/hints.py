"""Reading annotations: what a hint is once Annotated, Optional and aliases are peeled off.

Registration time. Other modules ask :mod:`typing` for a type's origin and arguments at most.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, InitVar
from typing import Annotated, Any, Final, Generic, NamedTuple, NewType, Union, get_args, get_origin

import typing_extensions
from annotated_types import DocInfo
from typing_extensions import Doc, NotRequired, ReadOnly, Required, is_typeddict

from ..declare.names import reject_name
from ..exceptions import DeclarationError
from .evaluating import (
    evaluating,
    find_broken_annotation,
    may_have_annotations,
    read_annotations,
    read_lazily,
)
from .msgspec_meta import is_meta, open_meta
from .sentinels import find_sentinels, read_sentinel

#: What a ``GroupedMetadata`` has; to ask whether something is one takes ten times as long.
GROUPED = "__is_annotated_types_grouped_metadata__"
_UNIONS = (Union, types.UnionType)
_QUALIFIERS = (Required, NotRequired, ReadOnly, Final)
#: typing_extensions' own until Python 3.12.
_UNPACKS = (typing_extensions.Unpack, getattr(__import__("typing"), "Unpack", Any))
#: typing_extensions' own class on Pythons that have none, or an older one, in typing.
_ALIASES = tuple(
    {
        module.TypeAliasType
        for module in (typing_extensions, __import__("typing"))
        if hasattr(module, "TypeAliasType")
    }
)


class Hint(NamedTuple):
    """An annotation without its wrappings.

    :param type: the type itself: no Annotated, Optional, NewType, alias or qualifier around it.
    :param metadata: everything that stood in ``Annotated``, innermost first, groups opened.
    :param nullable: whether ``None`` is a value too.
    :param sentinels: those in the union, which stand for a value that is absent.
    """

    type: Any
    metadata: tuple[Any, ...] = ()
    nullable: bool = False
    sentinels: tuple[Any, ...] = ()

    @property
    def origin(self) -> Any:
        """The class of a generic (``list`` for ``list[int]``), or the type itself."""
        if type(self.type) is type:  # as most are
            return self.type
        return get_origin(self.type) or self.type

    @property
    def args(self) -> tuple[Any, ...]:
        """The arguments of a generic: ``(int,)`` for ``list[int]``."""
        return get_args(self.type)

    @property
    def is_union(self) -> bool:
        """Whether several types besides ``None`` are left."""
        return get_origin(self.type) in _UNIONS

    def find(self, kind: type | tuple[type, ...]) -> tuple[Any, ...]:
        """Return the metadata of a class, or of several, innermost first."""
        found = self.metadata  # mostly none
        return found and tuple(item for item in found if isinstance(item, kind))

    def __str__(self) -> str:
        return name_of(self.type)


def read_hint(annotation: Any) -> Hint:
    """Peel an annotation."""
    if is_bare_class(annotation):  # as most are
        return Hint(annotation)
    metadata: tuple[Any, ...] = ()
    nullable = False
    sentinels: tuple[Any, ...] = ()
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            metadata = (*_open_groups(annotation.__metadata__), *metadata)
            annotation = annotation.__origin__
        elif origin in _QUALIFIERS:
            (annotation,) = get_args(annotation)
        elif isinstance(origin, _ALIASES):  # first: Python 3.10 takes this for an alias too
            known = dict(zip(origin.__type_params__, get_args(annotation), strict=False))
            annotation = substitute(open_alias(origin), known)
        elif isinstance(annotation, _ALIASES):
            bare = {variable: stand_in(variable) for variable in annotation.__type_params__}
            annotation = substitute(open_alias(annotation), bare)
        elif isinstance(annotation, NewType):
            annotation = annotation.__supertype__
        elif origin in _UNIONS and type(None) in get_args(annotation):
            annotation = _without(annotation, lambda arg: arg is type(None))
            nullable = True
        elif origin in _UNIONS and (found := find_sentinels(get_args(annotation))):
            annotation = _without(annotation, lambda arg: read_sentinel(arg) is not None)
            sentinels += found
        else:
            kind = None if annotation is type(None) else annotation
            return Hint(kind, metadata, nullable, sentinels)


def is_unpacked(annotation: Any) -> bool:
    """Say whether an annotation is unpacked: ``*tuple[int, ...]``, or ``Unpack[…]`` of it."""
    return getattr(annotation, "__unpacked__", False) is True or get_origin(annotation) in _UNPACKS


def reject_unpacked(annotation: Any) -> None:
    """Raise for what is unpacked where one type stands: it may be any number of types."""
    if is_unpacked(annotation):
        raise DeclarationError(
            f"{name_of(annotation)} is unpacked, and one type is meant.",
            instead="Unpack a tuple inside of another: `tuple[int, *tuple[str, ...]]`.",
        )


def read_tuple_items(hint: Hint) -> tuple[tuple[Any, ...], Any]:
    """Return the types of the first places of a tuple, and that of all after them, if any.

    :raises DeclarationError: for what has no JSON Schema: places after any number of others.
    """
    places = tuple(_open_tuples(hint.args))
    count = len(places)
    if Ellipsis not in places:
        return places, ()
    if places.index(Ellipsis) != count - 1:
        raise DeclarationError(
            f"{hint} has items after any number of others, and their places are not known.",
            instead="Let the items of any number stand last: `tuple[int, *tuple[str, ...]]`.",
        )
    return places[:-2], places[-2:-1]


def _open_tuples(args: Iterable[Any]) -> Iterator[Any]:
    """Yield the arguments of a tuple, those of tuples that are unpacked in it among them."""
    for arg in args:
        if not is_unpacked(arg):
            yield from () if arg == () else (arg,)  # ``Tuple[()]`` has it on Python 3.10
            continue
        inner = arg if get_origin(arg) is tuple else get_args(arg)[0]
        if get_origin(inner) is not tuple:  # a TypeVarTuple
            reject_unpacked(arg)
        yield from _open_tuples(get_args(inner))


def open_alias(alias: Any) -> Any:
    """Return what an alias stands for.

    :raises DeclarationError: for a name that cannot be found, and for an alias inside itself: only
        types with named fields are components that can be referred to.
    """
    with evaluating(f"The alias {alias.__name__}"):  # Python 3.12's ``type`` statement is lazy
        value = alias.__value__
    if alias in find_aliases(value, ()):  # pragma: no cover: so is what it stands for
        raise DeclarationError(
            f"The alias {alias.__name__} contains itself.",
            instead="Let a dataclass with a name refer to itself, or use Any for any JSON value.",
        )
    return value


def find_aliases(annotation: Any, known: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the aliases in an annotation, and those in what they stand for, after those known."""
    origin = get_origin(annotation) or annotation
    if isinstance(origin, _ALIASES) and origin not in known:
        with evaluating(f"The alias {origin.__name__}"):
            value = origin.__value__
        known = find_aliases(value, (*known, origin))
    for arg in get_args(annotation):
        known = find_aliases(arg, known)
    return known


def find_qualifiers(annotation: Any) -> frozenset[Any]:
    """Return the qualifiers (``Required``, …) around an annotation."""
    found = []
    while (origin := get_origin(annotation)) is Annotated or origin in _QUALIFIERS:
        if origin is Annotated:
            annotation = annotation.__origin__
        else:
            found.append(origin)
            (annotation,) = get_args(annotation)
    return frozenset(found)


def _open_groups(metadata: Iterable[Any]) -> Iterator[Any]:
    """Yield metadata, with ``Interval``, ``Len`` and ``msgspec.Meta`` replaced by their parts."""
    for item in metadata:
        if is_meta(item):
            yield from open_meta(item)
        elif hasattr(type(item), GROUPED):
            yield from _open_groups(item)
        else:
            yield Doc(item.documentation) if is_doc(item) else item


def is_doc(item: Any) -> bool:
    """Return whether an object documents what it stands at; several packages have a ``Doc``."""
    named = type(item).__name__ == "Doc" and isinstance(getattr(item, "documentation", None), str)
    return named or isinstance(item, DocInfo)


def _without(annotation: Any, is_left_out: Callable[[Any], bool]) -> Any:
    return join_union([arg for arg in get_args(annotation) if not is_left_out(arg)])


def join_union(members: Sequence[Any]) -> Any:
    """Return the union of annotations; of none, ``None``: something else was absent or null."""
    if not members:
        return None
    return members[0] if len(members) == 1 else Union[tuple(members)]  # noqa: UP007  # `|` does not take everything that Union takes


def union_members(annotation: Any) -> tuple[Any, ...]:
    """Return the members of a union as they were written, ``Annotated`` and all; else the one."""
    if isinstance(annotation, _ALIASES):
        return union_members(open_alias(annotation))
    return get_args(annotation) if get_origin(annotation) in _UNIONS else (annotation,)


def resolve_hints(
    thing: Any, *, name: str = "", namespaces: tuple[Any, Any] = (None, None)
) -> Mapping[str, Any]:
    """Return the evaluated annotations of a function or class, ``Annotated`` kept.

    :param name: how it is called in a message, if not by its own name.
    :param namespaces: the globals and locals to evaluate in, if not its own.
    :raises DeclarationError: for a name that cannot be found.
    """
    with evaluating(f"An annotation of {name or name_of(thing)}"):
        return typing_extensions.get_type_hints(thing, *namespaces, include_extras=True)


def class_hints(annotation: Any) -> Mapping[str, Any]:
    """Return the evaluated annotations of a class, its type variables replaced by what they are.

    :param annotation: the class, or the class with type arguments: ``Page[Book]``.
    """
    origin = get_origin(annotation) or annotation
    known = type_arguments(annotation)
    hints: dict[str, Any] = {}
    for base in reversed(origin.__dict__.get("__orig_bases__", getattr(origin, "__bases__", ()))):
        base_origin = get_origin(base) or base
        if base_origin is not Generic and may_have_annotations(base_origin):
            hints.update(class_hints(substitute(base, known)))
    own = resolve_own_hints(origin)
    hints.update({name: substitute(hint, known) for name, hint in own.items()})
    return hints


def resolve_own_hints(cls: type) -> Mapping[str, Any]:
    """Return the evaluated annotations that stand in a class itself, not in its bases.

    :raises DeclarationError: with the field whose annotation cannot be evaluated.
    """
    variables = {v.__name__: v for v in getattr(cls, "__type_params__", ())}
    namespaces = (vars(sys.modules.get(cls.__module__, types)), {**vars(cls), **variables})
    own = own_annotations(cls, namespaces)
    try:
        return evaluate_fields(cls, own, namespaces)
    except DeclarationError as error:
        found = (find_field_error(cls, name, own[name], namespaces) for name in own)
        fault = next(filter(None, found), error)
        raise fault from fault.__cause__


#: The globals and locals in which annotations are evaluated.
Namespaces = tuple[Any, Any]


def own_annotations(cls: type, namespaces: Namespaces) -> Mapping[str, Any]:
    """Return the annotations that stand in a class itself, as they are.

    ``_: KW_ONLY`` is a word to dataclasses and no annotation; Python 3.10 cannot evaluate it.
    """
    what = f"An annotation of {name_of(cls)}"
    try:
        with evaluating(what):
            annotations = read_annotations(cls)
    except DeclarationError as error:  # pragma: no cover: Python 3.14 evaluates them here
        name = find_broken_annotation(cls, lambda text: eval(text, *namespaces), error.__cause__)  # noqa: S307
        raise (error.within(f"field {name!r}") if name else error) from error.__cause__
    return {
        name: annotation
        for name, annotation in annotations.items()
        if annotation is not KW_ONLY
        and not str(annotation).endswith("KW_ONLY")
        and not is_inherited_key(cls, name, annotation)
    }


def evaluate_fields(cls: type, own: Mapping[str, Any], namespaces: Namespaces) -> Mapping[str, Any]:
    """Return annotations of a class, evaluated.

    Python does not look into an ``InitVar``, and 3.10 cannot evaluate one that is postponed.
    """
    with evaluating(f"An annotation of {name_of(cls)}"):
        opened = {
            name: eval(annotation, *namespaces)  # noqa: S307  # the program's own words
            if isinstance(annotation, str) and "InitVar[" in annotation
            else annotation
            for name, annotation in own.items()
        }
    entering = {name for name, annotation in opened.items() if isinstance(annotation, InitVar)}
    inner = {name: a.type if isinstance(a, InitVar) else a for name, a in opened.items()}
    shown = type(cls.__name__, (), {"__annotations__": inner})
    hints = resolve_hints(shown, name=name_of(cls), namespaces=namespaces)
    return {name: InitVar(hints[name]) if name in entering else hints[name] for name in own}


def find_field_error(
    cls: type, name: str, annotation: Any, namespaces: Namespaces
) -> DeclarationError | None:
    """Return the error of the annotation of one field, if it cannot be evaluated."""
    try:
        evaluate_fields(cls, {name: annotation}, namespaces)
    except DeclarationError as error:
        fault = error.within(f"field {name!r}")
        fault.__cause__ = error.__cause__
        return fault
    return None


def is_inherited_key(cls: type, name: str, annotation: Any) -> bool:
    """Say whether a TypedDict's key is that of a base: it repeats theirs among its own."""
    bases = cls.__dict__.get("__orig_bases__", ()) if is_typeddict(cls) else ()
    origins = (get_origin(base) or base for base in bases)
    known = [read_annotations(base) for base in origins if may_have_annotations(base)]
    return any(of_base.get(name) == annotation for of_base in known)


def type_arguments(annotation: Any) -> Mapping[Any, Any]:
    """Return what the type variables of a generic class stand for.

    A variable that is not given is its default, its bound, or anything. A default may name the
    variables before it; Python puts it among the arguments as it is.
    """
    variables = getattr(get_origin(annotation) or annotation, "__parameters__", ())
    given = get_args(annotation)
    reject_several(annotation, variables)
    known: dict[Any, Any] = {}
    for index, variable in enumerate(variables):
        argument = given[index] if index < len(given) else stand_in(variable)
        known[variable] = substitute(argument, known) if is_default(argument, known) else argument
    return known


def is_default(argument: Any, known: Mapping[Any, Any]) -> bool:
    """Say whether a type argument is made of variables that are known already."""
    inner = (argument,) if is_type_variable(argument) else getattr(argument, "__parameters__", ())
    return not is_class(argument) and bool(inner) and all(variable in known for variable in inner)


def reject_several(annotation: Any, variables: Sequence[Any]) -> None:
    """Raise for a generic class with a variable that stands for any number of types."""
    several = next((v for v in variables if type(v).__name__ == "TypeVarTuple"), None)
    if several is not None:
        raise DeclarationError(
            f"{name_of(annotation)} has the TypeVarTuple {several.__name__}, which stands for any"
            " number of types.",
            instead="Use a TypeVar for each type that differs.",
        )


def stand_in(variable: Any) -> Any:
    """Return the type that a type variable stands for when nobody says it."""
    with evaluating(f"The type variable {variable.__name__}"):  # Python 3.12 evaluates it here
        default = read_lazily(variable, "__default__", typing_extensions.NoDefault)
        constraints = read_lazily(variable, "__constraints__", ())
        bound = read_lazily(variable, "__bound__", None)
    if default is not typing_extensions.NoDefault and default is not None:
        return resolve_reference(default, variable)
    if constraints:
        return join_union([resolve_reference(constraint, variable) for constraint in constraints])
    return Any if bound is None else resolve_reference(bound, variable)


def resolve_reference(annotation: Any, variable: Any) -> Any:
    """Return a bound or default of a type variable, evaluated where the variable is defined."""
    module = vars(sys.modules.get(variable.__module__, types))
    shown = type(variable.__name__, (), {"__annotations__": {"type": annotation}})
    return resolve_hints(shown, name=variable.__name__, namespaces=(module, module))["type"]


def substitute(annotation: Any, known: Mapping[Any, Any]) -> Any:
    """Return an annotation with its type variables replaced."""
    if is_type_variable(annotation):
        return known.get(annotation, Any)
    if isinstance(annotation, InitVar):
        return InitVar(substitute(annotation.type, known))
    variables = getattr(annotation, "__parameters__", ())
    if not variables or is_class(annotation):
        return annotation
    return annotation[tuple(known.get(v, stand_in(v)) for v in variables)]


def is_type_variable(annotation: Any) -> bool:
    """Say whether an annotation is a type variable; typing_extensions has a class of its own."""
    return type(annotation).__name__ == "TypeVar"


def is_class(annotation: Any) -> bool:
    """Say whether an annotation is a class; Python 3.10 takes ``list[int]`` for one too."""
    if type(annotation) is type:  # as most are
        return True
    return isinstance(annotation, type) and get_origin(annotation) is None


def is_bare_class(annotation: Any) -> bool:
    """Say whether an annotation is a class, and is not that of ``None``."""
    return is_class(annotation) and annotation is not type(None)


def type_name(annotation: Any) -> str:
    """Return a name for a type in the document: ``PageBook`` for ``Page[Book]``."""
    hint = read_hint(annotation)
    if hint.is_union:
        return "Or".join(part[:1].upper() + part[1:] for part in map(type_name, hint.args))
    plain: str = getattr(hint.origin, "__name__", None) or str(hint.origin)
    name: str = getattr(hint.origin, "__component_name__", "".join(filter(str.isalnum, plain)))
    if hasattr(hint.origin, "__component_name__"):
        reject_name("A component", name, "__component_name__", name_of(hint.origin))
    is_generic = hint.args and getattr(hint.origin, "__parameters__", ())
    args = type_arguments(hint.type).values() if is_generic else hint.args
    inner = (type_name(arg) for arg in args if arg is not Ellipsis)
    return name + "".join(part[:1].upper() + part[1:] for part in inner)


def name_of(thing: Any) -> str:
    """Return how a type or function is called in a message: ``Book``, ``list[int]``."""
    if thing is type(None):
        return "None"
    if get_origin(thing) in _UNIONS:
        return " | ".join(map(name_of, get_args(thing)))
    if isinstance(thing, types.FunctionType) or is_class(thing):
        name: str = thing.__qualname__
        return name.replace("<locals>.", "")
    return str(thing).replace("typing.", "").replace("<locals>.", "")
