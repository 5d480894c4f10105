"""Reading annotations: the type inside ``Annotated``, ``Optional`` and aliases.

Registration time. Other modules use :mod:`typing` only for a type's origin and arguments.
"""

from __future__ import annotations

import sys
import types
import typing
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

#: The attribute of every ``GroupedMetadata``; ``isinstance`` takes ten times as long.
GROUPED = "__is_annotated_types_grouped_metadata__"
_UNIONS = (Union, types.UnionType)
_QUALIFIERS = (Required, NotRequired, ReadOnly, Final)
#: typing_extensions has its own ``Unpack`` before Python 3.12.
_UNPACKS = (typing_extensions.Unpack, getattr(__import__("typing"), "Unpack", Any))
#: typing_extensions has its own class if typing has none or an older one.
_ALIASES = tuple(
    {
        module.TypeAliasType
        for module in (typing_extensions, __import__("typing"))
        if hasattr(module, "TypeAliasType")
    }
)


class Hint(NamedTuple):
    """An annotation without its wrappers.

    :param type: the type inside ``Annotated``, ``Optional``, ``NewType``, aliases and qualifiers.
    :param metadata: the objects in ``Annotated``, innermost first, with groups replaced by their
        parts.
    :param nullable: whether ``None`` is a value too.
    :param sentinels: the sentinels in a union, which stand for an absent value.
    :param alias: the name of the alias or ``NewType`` of a union; empty if it has none.
    """

    type: Any
    metadata: tuple[Any, ...] = ()
    nullable: bool = False
    sentinels: tuple[Any, ...] = ()
    alias: str = ""

    @property
    def origin(self) -> Any:
        """The class of a generic (``list`` for ``list[int]``), or the type itself."""
        if type(self.type) is type:  # the most common case
            return self.type
        return get_origin(self.type) or self.type

    @property
    def args(self) -> tuple[Any, ...]:
        """The arguments of a generic: ``(int,)`` for ``list[int]``."""
        return get_args(self.type)

    @property
    def is_union(self) -> bool:
        """Whether the type is a union of several types besides ``None``."""
        return get_origin(self.type) in _UNIONS

    def find(self, kind: type | tuple[type, ...]) -> tuple[Any, ...]:
        """Return the metadata that is of one or several classes, innermost first."""
        found = self.metadata  # mostly empty
        return found and tuple(item for item in found if isinstance(item, kind))

    def __str__(self) -> str:
        return name_of(self.type)


def read_hint(annotation: Any) -> Hint:
    """Return the hint of an annotation."""
    if is_bare_class(annotation):  # the most common case
        return Hint(annotation)
    metadata: tuple[Any, ...] = ()
    nullable = False
    sentinels: tuple[Any, ...] = ()
    alias: Any = None
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            metadata = (*_open_groups(annotation.__metadata__), *metadata)
            annotation = annotation.__origin__
        elif origin in _QUALIFIERS:
            (annotation,) = get_args(annotation)
        elif isinstance(origin, _ALIASES):  # first: to Python 3.10 it is a plain alias too
            alias = alias or annotation
            known = dict(zip(origin.__type_params__, get_args(annotation), strict=False))
            annotation = substitute(open_alias(origin), known)
        elif isinstance(annotation, _ALIASES):
            alias = alias or annotation
            bare = {variable: stand_in(variable) for variable in annotation.__type_params__}
            annotation = substitute(open_alias(annotation), bare)
        elif isinstance(annotation, NewType):
            alias = alias or annotation
            annotation = annotation.__supertype__
        elif origin in _UNIONS and type(None) in get_args(annotation):
            annotation = _without(annotation, lambda arg: arg is type(None))
            nullable = True
        elif origin in _UNIONS and (found := find_sentinels(get_args(annotation))):
            annotation = _without(annotation, lambda arg: read_sentinel(arg) is not None)
            sentinels += found
        else:
            kind = None if annotation is type(None) else annotation
            name = name_alias(alias) if origin in _UNIONS and alias else ""
            return Hint(kind, metadata, nullable, sentinels, name)


def name_alias(alias: Any) -> str:
    """Return the name of an alias with its type arguments: ``EitherBook`` for ``Either[Book]``."""
    name: str = (get_origin(alias) or alias).__name__
    return name + "".join(map(type_name, get_args(alias)))


def without_metadata(hint: Hint, kind: type) -> Any:
    """Return the annotation of a hint without its metadata of one class."""
    others = tuple(item for item in hint.metadata if not isinstance(item, kind))
    bare = Annotated[(hint.type, *others)] if others else hint.type
    return join_union([bare, None]) if hint.nullable else bare


def is_unpacked(annotation: Any) -> bool:
    """Return whether an annotation is unpacked: ``*tuple[int, ...]``, or ``Unpack[…]`` of it."""
    return getattr(annotation, "__unpacked__", False) is True or get_origin(annotation) in _UNPACKS


def reject_unpacked(annotation: Any) -> None:
    """Raise for an unpacked annotation in place of a single type."""
    if is_unpacked(annotation):
        raise DeclarationError(
            f"{name_of(annotation)} is unpacked in place of a single type.",
            instead="Unpack a tuple inside another tuple: `tuple[int, *tuple[str, ...]]`.",
        )


def read_tuple_items(hint: Hint) -> tuple[tuple[Any, ...], Any]:
    """Return the types of a tuple's first items, and the type of all items after them, if any.

    :raises DeclarationError: for items after a part of any length: JSON Schema cannot express them.
    """
    places = tuple(_open_tuples(hint.args))
    count = len(places)
    if Ellipsis not in places:
        return places, ()
    if places.index(Ellipsis) != count - 1:
        raise DeclarationError(
            f"{hint} has items after a part of any length, so their places are unknown.",
            instead="Put the part of any length last: `tuple[int, *tuple[str, ...]]`.",
        )
    return places[:-2], places[-2:-1]


def _open_tuples(args: Iterable[Any]) -> Iterator[Any]:
    """Yield the arguments of a tuple, including the arguments of tuples unpacked in it."""
    for arg in args:
        if not is_unpacked(arg):
            yield from () if arg == () else (arg,)  # ``Tuple[()]`` has it on Python 3.10
            continue
        inner = arg if get_origin(arg) is tuple else get_args(arg)[0]
        if get_origin(inner) is not tuple:  # a TypeVarTuple
            reject_unpacked(arg)
        yield from _open_tuples(get_args(inner))


def open_alias(alias: Any) -> Any:
    """Return the annotation that an alias stands for.

    :raises DeclarationError: if a name cannot be found, or the alias contains itself: only types
        with named fields are components that a schema can refer to.
    """
    with evaluating(f"The alias {alias.__name__}"):  # Python 3.12's ``type`` statement is lazy
        value = alias.__value__
    if alias in find_aliases(value, ()):  # pragma: no cover: only lazy ones can
        raise DeclarationError(
            f"The alias {alias.__name__} contains itself.",
            instead="Use a dataclass that refers to itself, or Any for any JSON value.",
        )
    return value


def find_aliases(annotation: Any, known: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the known aliases, followed by all other aliases in an annotation, at any depth."""
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
    """Return whether an object is a ``Doc``: several packages have such a class."""
    named = type(item).__name__ == "Doc" and isinstance(getattr(item, "documentation", None), str)
    return named or isinstance(item, DocInfo)


def _without(annotation: Any, is_left_out: Callable[[Any], bool]) -> Any:
    return join_union([arg for arg in get_args(annotation) if not is_left_out(arg)])


def join_union(members: Sequence[Any]) -> Any:
    """Return the union of annotations; ``None`` if there are none."""
    if not members:
        return None
    return members[0] if len(members) == 1 else Union[tuple(members)]  # noqa: UP007  # `|` does not take everything that Union takes


def is_alias(annotation: Any) -> bool:
    """Return whether an annotation is an alias, perhaps with type arguments."""
    return isinstance(get_origin(annotation) or annotation, _ALIASES)


def union_members(annotation: Any) -> tuple[Any, ...]:
    """Return the members of a union, ``Annotated`` kept; for any other annotation, itself."""
    if isinstance(annotation, _ALIASES):
        return union_members(open_alias(annotation))
    return get_args(annotation) if get_origin(annotation) in _UNIONS else (annotation,)


def resolve_hints(
    owner: Any, *, name: str = "", namespaces: tuple[Any, Any] = (None, None)
) -> Mapping[str, Any]:
    """Return the evaluated annotations of a function or class, ``Annotated`` kept.

    :param name: its name in a message; by default its own.
    :param namespaces: the globals and locals for the evaluation; by default its own.
    :raises DeclarationError: if a name cannot be found.
    """
    with evaluating(f"An annotation of {name or name_of(owner)}"):
        return typing_extensions.get_type_hints(owner, *namespaces, include_extras=True)


def class_hints(annotation: Any) -> Mapping[str, Any]:
    """Return the evaluated annotations of a class, with its type variables replaced.

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


def find_lineage(annotation: Any, *, stands_in: bool = True) -> Mapping[type, Mapping[Any, Any]]:
    """Return a class and its bases, each with the types that replace its type variables.

    :param annotation: the class, or the class with type arguments: ``Page[Book]``.
    :param stands_in: whether a variable without a type argument is replaced too: by its default,
        its bound, or ``Any``.
    """
    origin = get_origin(annotation) or annotation
    if stands_in or get_args(annotation):
        known = type_arguments(annotation)
    else:
        known = {variable: variable for variable in getattr(origin, "__parameters__", ())}
    found = {origin: known}
    for base in origin.__dict__.get("__orig_bases__", getattr(origin, "__bases__", ())):
        base_origin = get_origin(base) or base
        if is_class(base_origin) and base_origin is not Generic:
            of_base = find_lineage(substitute(base, known), stands_in=stands_in)
            found = {**of_base, **found}
    return found


def resolve_own_hints(cls: type) -> Mapping[str, Any]:
    """Return the evaluated annotations of a class itself, not of its bases.

    :raises DeclarationError: names the field whose annotation cannot be evaluated.
    """
    variables = {v.__name__: v for v in getattr(cls, "__type_params__", ())}
    module = {"typing": typing, **vars(sys.modules.get(cls.__module__, types))}  # make_dataclass's
    namespaces = (module, {**vars(cls), **variables})
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
    """Return the annotations of a class itself, unevaluated.

    ``_: KW_ONLY`` is a mark for dataclasses, not a field; Python 3.10 cannot evaluate it.
    """
    try:
        with evaluating(f"An annotation of {name_of(cls)}"):
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
    """Return the evaluated annotations of a class.

    Python does not evaluate the inside of an ``InitVar``, and 3.10 no postponed one at all.
    """
    with evaluating(f"An annotation of {name_of(cls)}"):
        opened = {
            name: eval(annotation, *namespaces)  # noqa: S307  # the program's own code
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
    """Return the error of a field whose annotation cannot be evaluated; ``None`` if it can."""
    try:
        evaluate_fields(cls, {name: annotation}, namespaces)
    except DeclarationError as error:
        fault = error.within(f"field {name!r}")
        fault.__cause__ = error.__cause__
        return fault
    return None


def is_inherited_key(cls: type, name: str, annotation: Any) -> bool:
    """Return whether a TypedDict inherits a key: it repeats the keys of its bases."""
    bases = cls.__dict__.get("__orig_bases__", ()) if is_typeddict(cls) else ()
    origins = (get_origin(base) or base for base in bases)
    known = [read_annotations(base) for base in origins if may_have_annotations(base)]
    return any(of_base.get(name) == annotation for of_base in known)


def type_arguments(annotation: Any) -> Mapping[Any, Any]:
    """Return the types that replace the type variables of a generic class.

    Without an argument, a variable is replaced by its default, its bound, or ``Any``. A default may
    refer to earlier variables; Python puts such a default among the arguments unchanged.
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
    """Return whether a type argument is a default that refers to earlier type variables."""
    inner = (argument,) if is_type_variable(argument) else getattr(argument, "__parameters__", ())
    return not is_class(argument) and bool(inner) and all(variable in known for variable in inner)


def reject_several(annotation: Any, variables: Sequence[Any]) -> None:
    """Raise for a generic class with a ``TypeVarTuple``."""
    several = next((v for v in variables if type(v).__name__ == "TypeVarTuple"), None)
    if several is not None:
        raise DeclarationError(
            f"{name_of(annotation)} has the TypeVarTuple {several.__name__}, which stands for any"
            " number of types.",
            instead="Use a TypeVar for each type that differs.",
        )


def stand_in(variable: Any) -> Any:
    """Return the type that replaces a type variable without a type argument."""
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
    """Return whether an annotation is a type variable; typing_extensions has a class of its own."""
    return type(annotation).__name__ == "TypeVar"


def is_class(annotation: Any) -> bool:
    """Return whether an annotation is a class; on Python 3.10, ``list[int]`` is an instance too."""
    if type(annotation) is type:  # the most common case
        return True
    return isinstance(annotation, type) and get_origin(annotation) is None


def is_bare_class(annotation: Any) -> bool:
    """Return whether an annotation is a class other than that of ``None``."""
    return is_class(annotation) and annotation is not type(None)


def type_name(annotation: Any) -> str:
    """Return a name for a type in the document: ``PageBook`` for ``Page[Book]``."""
    return name_hint(read_hint(annotation))


def name_hint(hint: Hint) -> str:
    """Return a name for the type of a hint; an argument of a generic may be ``BookOrNone``.

    Two calls for each level of a type: Python 3.10 has a limit of 1000.
    """
    if hint.is_union:
        parts = map(name_hint, map(read_hint, hint.args))
        return "Or".join(part[:1].upper() + part[1:] for part in parts)
    plain: str = getattr(hint.origin, "__name__", None) or str(hint.origin)
    name: str = getattr(hint.origin, "__component_name__", "".join(filter(str.isalnum, plain)))
    if hasattr(hint.origin, "__component_name__"):
        reject_name("A component", name, "__component_name__", name_of(hint.origin))
    is_generic = hint.args and getattr(hint.origin, "__parameters__", ())
    args = type_arguments(hint.type).values() if is_generic else hint.args
    hints = [read_hint(arg) for arg in args if arg is not Ellipsis]
    inner = (name_hint(arg) + ("OrNone" if arg.nullable else "") for arg in hints)
    return name + "".join(part[:1].upper() + part[1:] for part in inner)


def name_of(named: Any) -> str:
    """Return the name of a type or function for messages: ``Book``, ``list[int]``."""
    if named is type(None):
        return "None"
    if get_origin(named) in _UNIONS:
        return " | ".join(map(name_of, get_args(named)))
    if isinstance(named, types.FunctionType) or is_class(named):
        name: str = named.__qualname__
        return name.replace("<locals>.", "")
    return str(named).replace("typing.", "").replace("<locals>.", "")
