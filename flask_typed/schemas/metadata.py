"""What may stand in ``Annotated``, and where: what is not read there is refused, never ignored.

Registration time. A constraint that nobody checks, or a scheme that nobody asks, would leave a
route open without a word.
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
from ..declare.markers import (
    Body,
    Cookie,
    Form,
    Header,
    JsonNumber,
    Marker,
    MediaType,
    Query,
    ReadOnly,
    WriteOnly,
)
from ..declare.replies import Returns
from ..exceptions import DeclarationError
from ..security.dependencies import SecurityScopes
from ..security.schemes import Scheme
from .constraints import CONSTRAINT_CONVERSIONS
from .hints import GROUPED, Hint, is_class, name_of
from .msgspec_meta import Documentation, is_meta_class
from .registry import TypeRegistry

#: What is checked of a value.
CONSTRAINTS: tuple[type, ...] = (
    *(kind for kind, _ in CONSTRAINT_CONVERSIONS),
    fields.Field,
    Schema,
)
#: What only the document shows.
DOCUMENTING_ITEMS: tuple[type, ...] = (Doc, Documentation)
#: The markers of the package.
MARKERS = (Marker, Depends, JsonNumber, ReadOnly, WriteOnly, MediaType, Returns)
#: What is written with parentheses, and easily without them.
CALLED = (*MARKERS, at.BaseMetadata, validate.Validator, fields.Field, Doc)
#: Those of them that are complete without arguments.
WITHOUT_ARGUMENTS = (Marker, JsonNumber, ReadOnly, WriteOnly, fields.Field)
#: Plain data restricts nothing, whoever it is for.
PLAIN_DATA = (
    *(str, bytes, bool, int, float, complex, type(None), type(Ellipsis), range),
    *(Decimal, UUID, Enum, dt.date, dt.time, dt.timedelta, at.Unit),
)
#: Names of markers that other packages have too.
SHARED_NAMES = frozenset(
    {"Body", "Cookie", "Depends", "File", "Form", "Header", "Path", "Query", "Security"}
)


@dataclass(frozen=True)
class Position:
    """Where an annotation stands.

    :param name: the place, as messages call it.
    :param markers: the classes of markers that are read there.
    :param unchecked: what to do instead of a constraint, where constraints are not checked.
    """

    name: str
    markers: tuple[type, ...] = ()
    unchecked: str = ""

    @cached_property
    def understood(self) -> tuple[type, ...]:
        """The classes of all that is read there."""
        return (*DOCUMENTING_ITEMS, *self.markers, *(() if self.unchecked else CONSTRAINTS))


#: An item, a key, a member of a union: a part of another value.
PART = Position("inside another value")
ARGUMENT = Position("on an argument", (Marker, MediaType))
FIELD = Position("on a field", (ReadOnly, WriteOnly, Query, Header, Cookie, Form, Body))
RETURNED = Position("on a body that is returned", (MediaType,))


def reject_unread(hint: Hint, position: Position, registry: TypeRegistry) -> None:
    """Raise for metadata that nobody reads where it stands.

    :raises DeclarationError: for the first such object.
    """
    understood = position.understood
    for item in hint.metadata:
        if not (isinstance(item, understood) or is_plain(item) or is_schema_class(item)):
            reject_item(item, hint, position, registry)


def is_schema_class(item: Any) -> bool:
    """Say whether an object is a class of marshmallow's schemas, which stand for themselves."""
    return isinstance(item, type) and issubclass(item, Schema)


def is_plain(item: Any) -> bool:
    """Say whether an object is plain data, or a collection of it."""
    if isinstance(item, PLAIN_DATA):
        return True
    if isinstance(item, dict):
        return all(map(is_plain, (*item, *item.values())))
    return isinstance(item, (list, tuple, set, frozenset)) and all(map(is_plain, item))


def reject_item(item: Any, hint: Hint, position: Position, registry: TypeRegistry) -> None:
    """Raise for an object of metadata, unless it is a Decimal's or the app says who reads it."""
    if isinstance(item, JsonNumber) and reads_json_number(hint, position, registry, item):
        return
    for is_meant, explain in OWN_REFUSALS:
        if is_meant(item):
            raise explain(item, hint, position)
    if class_of(item).__name__ in SHARED_NAMES:
        raise explain_namesake(item)
    if not registry.reads(item, hint):
        raise next(explain for is_meant, explain in FOREIGN_REFUSALS if is_meant(item))(
            item, hint, position
        )


def reads_json_number(
    hint: Hint, position: Position, registry: TypeRegistry, item: JsonNumber
) -> bool:
    """Say whether ``JsonNumber()`` is read: by a Decimal, or by a type of the user's own."""
    decides = hint.find((fields.Field, Schema)) or any(map(is_schema_class, hint.metadata))
    if decides or position.unchecked:
        return False
    return hint.type is Decimal or registry.reads(item, hint)


def write_name(item: Any) -> str:
    """Return how an object of metadata is called in a message: ``Query()``, ``HTTPBearer``."""
    if isinstance(item, type) or hasattr(item, "__qualname__"):
        return name_of(item)
    return f"{type(item).__name__}()"


def is_marker_or_scheme(item: Any, kinds: tuple[type, ...] = (*MARKERS, Scheme)) -> bool:
    """Say whether an object is a marker or a scheme, or the class of one."""
    return isinstance(item, kinds) or (is_class(item) and issubclass(item, kinds))


def reject_marker_type(annotation: Any) -> None:
    """Raise for a marker or a scheme, or its class, where the type of a value is meant."""
    if annotation is SecurityScopes:
        raise DeclarationError(
            "SecurityScopes are what routes require, and no client sends them.",
            instead="Annotate an argument of a provider with SecurityScopes alone.",
        )
    if is_marker_or_scheme(annotation):
        name = write_name(annotation)
        raise DeclarationError(
            f"{name} is annotated as if it were the type of a value.",
            instead=f"Write it beside the type: `Annotated[…, {write_marker(annotation)}]`.",
        )


def write_marker(item: Any) -> str:
    """Return how a marker or a scheme, or its class, is written in an annotation."""
    called = f"{write_name(item).removesuffix('()')}(…)"
    return called if is_marker_or_scheme(item, MARKERS) else f"Depends({called})"


def is_class_of(*kinds: type) -> Callable[[Any], bool]:
    """Return what says whether an object is a class of some kinds."""
    return lambda item: isinstance(item, type) and issubclass(item, kinds)


def is_called(item: Any) -> bool:
    """Say whether an object is a class whose instances stand in annotations."""
    return isinstance(item, type) and (
        issubclass(item, CALLED) or hasattr(item, GROUPED) or is_meta_class(item)
    )


def explain_scheme(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a scheme that nobody asks."""
    return DeclarationError(
        f"{write_name(item)} stands in Annotated without Depends(): nobody would ask for it.",
        instead=f"Write `Annotated[…, {write_marker(item)}]`, or Security() instead of Depends().",
    )


def explain_class(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a class where an instance is meant."""
    arguments = "" if issubclass(item, WITHOUT_ARGUMENTS) else "…"
    return DeclarationError(
        f"{name_of(item)} stands without parentheses.",
        instead=f"Write {name_of(item)}({arguments}).",
    )


def explain_problem(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for an error that stands in an annotation."""
    name = name_of(class_of(item))
    return DeclarationError(
        f"{name} is an error, and stands in Annotated.",
        instead=f"Write `@raises({name})` on the view or the provider that raises it.",
    )


def explain_direction(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a value that would only enter or only leave."""
    return DeclarationError(
        f"{hint} is read-only or write-only, and is no field of an object.",
        instead="Mark fields of a dataclass, a TypedDict or another type with named fields.",
    )


def explain_number(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for ``JsonNumber()`` on anything but a Decimal."""
    return DeclarationError(
        f"JsonNumber() is for a Decimal that no marshmallow field reads, and stands on {hint}.",
        instead="Annotate a Decimal, or leave it out.",
    )


#: Where a marker belongs.
MARKER_ADVICE: Mapping[type, str] = {
    Marker: "Mark the argument of the view, or a field of the object that it takes.",
    Depends: "Give it to an argument of a view or of a provider, or to `dependencies=[…]`.",
    MediaType: "Put it on a body, on a file, or on what a view returns.",
    Returns: "Put it on what a view returns: on the whole reply, not on its body.",
}


def explain_marker(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a marker that means nothing where it stands."""
    instead = next(words for kind, words in MARKER_ADVICE.items() if isinstance(item, kind))
    return DeclarationError(f"{write_name(item)} means nothing {position.name}.", instead=instead)


def explain_constraint(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a constraint where values are not checked."""
    return DeclarationError(
        f"{write_name(item)} is not checked {position.name}.", instead=position.unchecked
    )


def explain_pattern(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a pattern that nobody matches."""
    return DeclarationError(
        "A compiled pattern stands in Annotated, and nobody would match it.",
        instead="Write marshmallow's `validate.Regexp(…)`.",
    )


def explain_pydantic(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for what pydantic alone reads."""
    return DeclarationError(
        f"pydantic's {write_name(item)} is read in pydantic's own models alone.",
        instead=(
            "Write a constraint of annotated_types such as `Gt(0)`, or a validator of"
            " marshmallow; or use a model of pydantic, with `Typed(app, types=PYDANTIC)`."
        ),
    )


def explain_function(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for a function, which may be a provider or a condition."""
    name = write_name(item).replace("()", "(…)")
    return DeclarationError(
        f"{name} stands in Annotated, and nobody would call it.",
        instead=f"Write `Depends({name})` for a provider, `Predicate({name})` for a condition.",
    )


def class_of(item: Any) -> type:
    """Return the class of an object, or the class that it is."""
    return item if isinstance(item, type) else type(item)


def explain_namesake(item: Any) -> DeclarationError:
    """Return the error for a marker of another package that has one of our names."""
    cls = class_of(item)
    return DeclarationError(
        f"{cls.__module__}.{cls.__name__} is a marker of another package, and would be ignored.",
        instead=f"Write `from flask_typed import {cls.__name__}`.",
    )


def explain_other(item: Any, hint: Hint, position: Position) -> DeclarationError:
    """Return the error for what is not known."""
    name = name_of(class_of(item))
    return DeclarationError(
        f"{write_name(item)} in Annotated is not understood, and would be ignored.",
        instead=(
            "Write a constraint of annotated_types or a validator of marshmallow; if others read"
            f" it, say so: `Typed(app, metadata=[{name}])`."
        ),
    )


def is_from_pydantic(item: Any) -> bool:
    """Say whether an object, or a class, is pydantic's."""
    return class_of(item).__module__.partition(".")[0] in ("pydantic", "pydantic_core")


Explain = Callable[[Any, Hint, Position], DeclarationError]

#: What is refused whoever reads it, and how; the first that matches explains.
OWN_REFUSALS: tuple[tuple[Callable[[Any], bool], Explain], ...] = (
    (lambda item: isinstance(item, Scheme), explain_scheme),
    (is_class_of(Scheme), explain_scheme),
    (lambda item: isinstance(item, HTTPException), explain_problem),
    (is_class_of(HTTPException), explain_problem),
    (is_called, explain_class),
    (lambda item: isinstance(item, (ReadOnly, WriteOnly)), explain_direction),
    (lambda item: isinstance(item, JsonNumber), explain_number),
    (lambda item: isinstance(item, MARKERS), explain_marker),
    (lambda item: isinstance(item, CONSTRAINTS), explain_constraint),
)
#: What somebody else may read, and how it is refused where nobody does.
FOREIGN_REFUSALS: tuple[tuple[Callable[[Any], bool], Explain], ...] = (
    (lambda item: isinstance(item, re.Pattern), explain_pattern),
    (is_from_pydantic, explain_pydantic),
    (lambda item: callable(item) and not isinstance(item, type), explain_function),
    (lambda item: True, explain_other),
)
