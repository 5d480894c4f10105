"""The objects allowed in ``Annotated``, by position: unknown objects are rejected, never ignored.

Registration time. An ignored constraint or security scheme would silently leave a route open.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any
from uuid import UUID

import annotated_types as at
from marshmallow import Schema, fields, validate
from typing_extensions import Doc
from werkzeug.exceptions import HTTPException

from ..declare.dependencies import Depends
from ..declare.filtering import Where
from ..declare.markers import (
    AssumeUTC,
    Body,
    Cookie,
    Form,
    Header,
    JsonNumber,
    JsonText,
    Marker,
    MediaType,
    Query,
    ReadOnly,
    WriteOnly,
)
from ..declare.models import Extra
from ..declare.patches import JsonPatch
from ..declare.replies import Returns
from ..exceptions import DeclarationError
from ..security.dependencies import SecurityScopes
from ..security.schemes import Scheme
from .constraints import CONSTRAINT_CONVERSIONS
from .frameworks import is_of_framework
from .functions import is_check, is_function, write_function
from .hints import GROUPED, Hint, is_class, name_of
from .msgspec_meta import Documentation, is_meta_class
from .registry import TypeRegistry

#: The classes of objects that validate a value.
CONSTRAINTS: tuple[type, ...] = (
    *(kind for kind, _ in CONSTRAINT_CONVERSIONS),
    fields.Field,
    Schema,
)
#: The classes of objects that only document a value.
DOCUMENTING_ITEMS: tuple[type, ...] = (Doc, Documentation)
#: The markers of the package.
MARKERS = (
    *(Marker, Depends, JsonNumber, JsonText, AssumeUTC),
    *(ReadOnly, WriteOnly, MediaType, Returns, Extra),
)
#: The classes whose instances belong in annotations, where the parentheses are easily forgotten.
CALLED = (*MARKERS, JsonPatch, at.BaseMetadata, validate.Validator, fields.Field, Doc)
#: The classes among them that need no arguments.
WITHOUT_ARGUMENTS = (
    *(Marker, JsonNumber, JsonText, AssumeUTC),
    *(ReadOnly, WriteOnly, Extra, JsonPatch, fields.Field),
)
#: The markers of one type, and the type.
TYPE_MARKERS: Mapping[type, type] = {JsonNumber: Decimal, AssumeUTC: dt.datetime}
#: Plain data, which cannot restrict anything.
PLAIN_DATA = (
    *(str, bytes, bool, int, float, complex, type(None), type(Ellipsis), range),
    *(Decimal, UUID, Enum, dt.date, dt.time, dt.timedelta, at.Unit),
)
#: The names of markers that other packages have too.
SHARED_NAMES = frozenset(
    {"Body", "Cookie", "Depends", "File", "Form", "Header", "Path", "Query", "Security"}
)


@dataclass(frozen=True)
class Position:
    """The position of an annotation.

    :param name: the end of a sentence that names the position in messages.
    :param markers: the classes of markers that are read there.
    :param unchecked: advice for positions where constraints are not checked; else empty.
    """

    name: str
    markers: tuple[type, ...] = ()
    unchecked: str = ""

    @cached_property
    def understood(self) -> tuple[type, ...]:
        """The classes of all objects that are read there."""
        checked = () if self.unchecked else (*CONSTRAINTS, JsonText)
        return (*DOCUMENTING_ITEMS, *self.markers, *checked)


#: An item, a key, a member of a union: a part of another value.
PART = Position("inside another value")
ARGUMENT = Position("on an argument", (Marker, MediaType))
FIELD = Position("on a field", (ReadOnly, WriteOnly, Query, Header, Cookie, Form, Body, Where))
RETURNED = Position("on a body that is returned", (MediaType,))


def reject_unread(hint: Hint, position: Position, registry: TypeRegistry) -> None:
    """Raise for metadata that is not read in its position.

    :raises DeclarationError: for the first such object.
    """
    understood = position.understood
    for item in hint.metadata:
        is_known = isinstance(item, understood) or is_plain(item) or is_schema_class(item)
        if not (is_known or (is_check(item, hint) and not position.unchecked)):
            reject_item(item, hint, position, registry)


def is_schema_class(item: Any) -> bool:
    """Return whether an object is a marshmallow schema class, which needs no parentheses."""
    return isinstance(item, type) and issubclass(item, Schema)


def is_plain(item: Any) -> bool:
    """Return whether an object is plain data, or a collection of it."""
    if isinstance(item, PLAIN_DATA):
        return True
    if isinstance(item, dict):
        return all(map(is_plain, (*item, *item.values())))
    return isinstance(item, (list, tuple, set, frozenset)) and all(map(is_plain, item))


def reject_item(item: Any, hint: Hint, position: Position, registry: TypeRegistry) -> None:
    """Raise for an object that is not read, unless the app has declared that something reads it."""
    if type(item) in TYPE_MARKERS and reads_type_marker(hint, position, registry, item):
        return
    for is_meant, explain in OWN_REFUSALS:
        if is_meant(item):
            raise explain(item, hint, position)
    if class_of(item).__name__ in SHARED_NAMES:
        raise explain_namesake(item)
    if not registry.reads(item, hint) or (is_from_pydantic(item) and is_lost(hint, position)):
        raise next(explain for is_meant, explain in FOREIGN_REFUSALS if is_meant(item))(
            item, hint, position
        )


def is_lost(hint: Hint, position: Position) -> bool:
    """Return whether nothing would read pydantic's objects: another field makes the values."""
    return bool(position.unchecked or hint.find((fields.Field, Schema)))


def reads_type_marker(hint: Hint, position: Position, registry: TypeRegistry, item: Any) -> bool:
    """Return whether a marker of one type is read: by that type, or by one of the user's own."""
    decides = hint.find((fields.Field, Schema)) or any(map(is_schema_class, hint.metadata))
    if decides or position.unchecked:
        return False
    return hint.type is TYPE_MARKERS[type(item)] or registry.reads(item, hint)


def write_name(item: Any) -> str:
    """Return the name of an object of metadata for messages: ``Query()``, ``HTTPBearer``."""
    if isinstance(item, type) or hasattr(item, "__qualname__"):
        return name_of(item)
    return f"{type(item).__name__}()"


def is_marker_or_scheme(item: Any, kinds: tuple[type, ...] = (*MARKERS, Scheme)) -> bool:
    """Return whether an object is a marker or a scheme, or the class of one."""
    return isinstance(item, kinds) or (is_class(item) and issubclass(item, kinds))


def is_framework_marker(item: Any) -> bool:
    """Return whether an object is FastAPI's marker: ``fastapi.Query()``, as a default."""
    kind = type(item)
    return kind.__name__ in SHARED_NAMES and is_of_framework(kind)


def reject_marker_type(annotation: Any) -> None:
    """Raise for a marker or a scheme, or its class, in place of a value's type."""
    if annotation is SecurityScopes:
        raise DeclarationError(
            "SecurityScopes holds the scopes that a route requires; no client sends it.",
            instead="Annotate an argument of a provider with SecurityScopes alone.",
        )
    if is_marker_or_scheme(annotation):
        name = write_name(annotation)
        raise DeclarationError(
            f"{name} is annotated in place of the type of a value.",
            instead=f"Write it beside the type: `Annotated[…, {write_marker(annotation)}]`.",
        )


def write_marker(item: Any) -> str:
    """Return the code for a marker or a scheme, or its class, in an annotation."""
    called = f"{write_name(item).removesuffix('()')}(…)"
    return called if is_marker_or_scheme(item, MARKERS) else f"Depends({called})"


def is_class_of(*kinds: type) -> Callable[[Any], bool]:
    """Return a predicate: whether an object is a subclass of some classes."""
    return lambda item: isinstance(item, type) and issubclass(item, kinds)


def is_called(item: Any) -> bool:
    """Return whether an object is a class whose instances belong in annotations."""
    return isinstance(item, type) and (
        issubclass(item, CALLED) or hasattr(item, GROUPED) or is_meta_class(item)
    )


def explain_scheme(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a scheme without ``Depends()``."""
    return DeclarationError(
        f"{write_name(item)} in Annotated without Depends() would not check anything.",
        instead=f"Write `Annotated[…, {write_marker(item)}]`, or Security() instead of Depends().",
    )


def explain_class(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a class in place of an instance."""
    arguments = "" if issubclass(item, WITHOUT_ARGUMENTS) else "…"
    return DeclarationError(
        f"{name_of(item)} is written without parentheses.",
        instead=f"Write {name_of(item)}({arguments}).",
    )


def explain_problem(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for an exception in an annotation."""
    name = name_of(class_of(item))
    return DeclarationError(
        f"{name} is an exception and has no meaning in Annotated.",
        instead=f"Write `@raises({name})` on the view or the provider that raises it.",
    )


def explain_direction(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for ``ReadOnly()`` or ``WriteOnly()`` outside of an object's field."""
    return DeclarationError(
        f"{hint} is marked read-only or write-only, but it is not a field of an object.",
        instead="Mark fields of a dataclass, a TypedDict or another type with named fields.",
    )


def explain_type_marker(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a marker of one type on another type."""
    kind = TYPE_MARKERS[type(item)].__name__
    return DeclarationError(
        f"{write_name(item)} is for a {kind} that no marshmallow field reads, but it is on {hint}.",
        instead=f"Annotate a {kind}, or leave it out.",
    )


#: Advice on the right position of each marker.
MARKER_ADVICE: Mapping[type, str] = {
    Marker: "Mark the argument of the view, or a field of the object that it takes.",
    JsonPatch: "Write it on a patch: `Annotated[Patch[Book], JsonPatch()]`.",
    JsonText: "Write it on a parameter, a field of a form, or a text in JSON.",
    Depends: "Give it to an argument of a view or of a provider, or to `dependencies=[…]`.",
    MediaType: "Put it on a body, on a file, or on what a view returns.",
    Extra: "Put it on a field of a dataclass, of an attrs class or of another class with fields.",
    Returns: "Put it on what a view returns: on the whole reply, not on its body.",
}


def explain_marker(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a marker that has no meaning in its position."""
    instead = next(advice for kind, advice in MARKER_ADVICE.items() if isinstance(item, kind))
    return DeclarationError(f"{write_name(item)} has no meaning {position.name}.", instead=instead)


def explain_constraint(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a constraint in a position where values are not checked."""
    return DeclarationError(
        f"{write_name(item)} is not checked {position.name}.", instead=position.unchecked
    )


def explain_pattern(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a compiled pattern."""
    return DeclarationError(
        "A compiled pattern in Annotated would not be matched.",
        instead="Write marshmallow's `validate.Regexp(…)`.",
    )


def explain_pydantic(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for an object that only pydantic reads."""
    if isinstance(item, type):
        return explain_class(item, hint, position)
    return DeclarationError(
        f"pydantic's {write_name(item)} is not read {position.name}.",
        instead=(
            "Write `Typed(app, types=PYDANTIC)`, with `from flask_typed.pydantic import PYDANTIC`;"
            " or a constraint of annotated_types such as `Gt(0)`, or a marshmallow validator."
        ),
    )


def explain_function(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a function, which may be meant as a provider or as a condition."""
    name = write_function(item) if is_function(item) else write_name(item).replace("()", "(…)")
    return DeclarationError(
        f"{name} in Annotated would not be called: it does not take one value of this type.",
        instead=f"Write `Depends({name})` for a provider, `Predicate({name})` for a condition.",
    )


def class_of(item: Any) -> type:
    """Return the class of an object, or the object itself if it is a class."""
    return item if isinstance(item, type) else type(item)


def explain_namesake(item: Any) -> DeclarationError:
    """Return the error for another package's marker with the name of a flask_typed marker."""
    cls = class_of(item)
    return DeclarationError(
        f"{cls.__module__}.{cls.__name__} is a marker of another package, and would be ignored.",
        instead=f"Write `from flask_typed import {cls.__name__}`.",
    )


def explain_other(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for an unknown object."""
    name = name_of(class_of(item))
    return DeclarationError(
        f"{write_name(item)} in Annotated is not understood, and would be ignored.",
        instead=(
            "Write a constraint of annotated_types, a marshmallow validator, or"
            " `Depends(provider)` for a value that a function makes; if another library reads it,"
            f" list its class: `Typed(app, metadata=[{name}])`."
        ),
    )


def is_from_pydantic(item: Any) -> bool:
    """Return whether an object or class is from pydantic."""
    return class_of(item).__module__.partition(".")[0] in ("pydantic", "pydantic_core")


def is_pydantic(hint: Hint) -> bool:
    """Return whether a type is a pydantic model, or another type that only pydantic knows."""
    names = ("__pydantic_core_schema__", "__get_pydantic_core_schema__")
    known = is_class(hint.origin) and is_from_pydantic(hint.origin)
    return known or any(hasattr(hint.origin, name) for name in names)


Explain = Callable[[Any, Hint, Position], DeclarationError]

#: Objects that are always rejected, with their errors; the first match applies.
OWN_REFUSALS: tuple[tuple[Callable[[Any], bool], Explain], ...] = (
    (lambda item: isinstance(item, Scheme), explain_scheme),
    (is_class_of(Scheme), explain_scheme),
    (lambda item: isinstance(item, HTTPException), explain_problem),
    (is_class_of(HTTPException), explain_problem),
    (is_called, explain_class),
    (lambda item: isinstance(item, (ReadOnly, WriteOnly)), explain_direction),
    (lambda item: type(item) in TYPE_MARKERS, explain_type_marker),
    (lambda item: isinstance(item, MARKERS), explain_marker),
    (lambda item: isinstance(item, CONSTRAINTS), explain_constraint),
)
#: Objects that another library may read, with their errors if none does; the first match applies.
FOREIGN_REFUSALS: tuple[tuple[Callable[[Any], bool], Explain], ...] = (
    (lambda item: isinstance(item, re.Pattern), explain_pattern),
    (is_from_pydantic, explain_pydantic),
    (lambda item: callable(item) and not isinstance(item, type), explain_function),
    (lambda item: True, explain_other),
)
