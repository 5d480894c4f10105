"""Where an argument of a view comes from: one function, a numbered list, the same as in the docs.

Registration time.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import Request
from werkzeug.datastructures import FileStorage
from werkzeug.routing import Rule

from ..declare.dependencies import Depends
from ..declare.markers import Location, Marker, MediaType
from ..exceptions import DeclarationError, declared_in
from ..schemas.factory import SchemaFactory
from ..schemas.hints import Hint, read_hint
from ..schemas.metadata import (
    ARGUMENT,
    Position,
    is_marker_or_scheme,
    reject_unread,
    write_marker,
    write_name,
)
from ..security.credentials import CREDENTIALS
from ..security.dependencies import SecurityScopes
from .callees import Callee

EMPTY = inspect.Parameter.empty
VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
#: Types that are injected as they are.
INJECTED = (Request, SecurityScopes)

#: Where an argument stands that is no value of a body: whatever is not read there is refused.
PARAMETER = Position("on an argument that is no body and no file", (Marker,))
FILE = Position(
    "on a file", (Marker, MediaType), "Check the file in the view; MediaType() says what it may be."
)
FILE_INSIDE = Position("on one of several files", (MediaType,), FILE.unchecked)
PROVIDED = Position(
    "on a value that a provider makes", (Depends,), "Check the value in the provider."
)
GIVEN = Position("on what is given as it is", (), "Check it in the view.")


@dataclass(frozen=True, slots=True)
class Site:
    """What arguments are read for: a URL rule and a method.

    :param rule: ``None`` outside of requests.
    """

    factory: SchemaFactory
    rule: Rule | None = None
    method: str = ""

    @property
    def variables(self) -> frozenset[str]:
        """The names that the URL rule gives."""
        return frozenset(self.rule.arguments if self.rule else ())


class Argument(NamedTuple):
    """An argument of a view or a provider that is ours to give.

    :param key: what its value is called among all values of a request; unlike the name, unique.
    :param location: the place of the request; ``None`` for what a provider makes, and for the
        types that are injected.
    :param where: the places that lead to it, innermost first, without the view.
    :param said: what the docstring of the view or provider says of it.
    """

    name: str
    annotation: Any
    hint: Hint
    marker: Marker | Depends | None
    location: Location | None
    default: Any
    key: str = ""
    where: tuple[str, ...] = ()
    said: str | None = None

    @property
    def required(self) -> bool:
        """An argument is required exactly when it has no default."""
        return self.default is EMPTY

    @property
    def is_request(self) -> bool:
        """Whether it is the request itself."""
        injected = self.location is None and not isinstance(self.marker, Depends)
        return injected and issubclass(self.hint.type, Request)

    @property
    def media_types(self) -> tuple[str, ...]:
        """What a body or a file may be, in the words of the annotation; none says nothing."""
        inner = self.hint.args[0] if is_file_list(self.hint) else None
        hints = (self.hint, read_hint(inner)) if inner else (self.hint,)
        return tuple(
            name.lower() for hint in hints for said in hint.find(MediaType) for name in said.names
        )

    @property
    def is_raw(self) -> bool:
        """Whether its value does not travel as JSON or as a parameter: a file, or a whole body."""
        if self.location == "body":
            return bool(self.media_types) and self.hint.type in (str, bytes)
        return self.location == "file"

    @property
    def wire_name(self) -> str:
        """The name in the request; ``_`` is ``-`` in header names."""
        if isinstance(self.marker, Marker) and self.marker.alias is not None:
            return self.marker.alias
        return self.name.replace("_", "-") if self.location == "header" else self.name


def read_arguments(callee: Callee, site: Site) -> Iterator[Argument]:
    """Yield the arguments that are ours, in order.

    :raises DeclarationError: for an argument that can come from nowhere.
    """
    hints = callee.hints
    reject_variadic(callee)
    for parameter in callee.parameters():
        with declared_in(name_argument(parameter.name)):
            argument = read_argument(parameter, hints, callee, site)
        if argument is not None:
            yield argument


def read_argument(
    parameter: inspect.Parameter, hints: Mapping[str, Any], callee: Callee, site: Site
) -> Argument | None:
    """Return what is known of an argument, or ``None`` if it is not ours."""
    if parameter.kind is parameter.POSITIONAL_ONLY:
        raise DeclarationError(
            "The argument is positional-only; values are passed by name.",
            instead="Remove the `/` from the signature.",
        )
    reject_default_marker(parameter)
    if parameter.name not in hints:
        reject_unannotated(parameter, callee, site)
        return None
    annotation = hints[parameter.name]
    hint = read_hint(annotation)
    marker = find_marker(hint)
    location = decide_location(parameter.name, annotation, hint, marker, site)
    is_upload = is_file(hint) or is_file_list(hint)
    if hint.metadata:
        position = FILE if is_upload and location else find_position(marker, location)
        reject_unread(hint, position, site.factory.registry)
    if is_upload:
        reject_lost_file(hint, location)
        for inner in map(read_hint, hint.args):
            reject_unread(inner, FILE_INSIDE, site.factory.registry)
    elif location == "file":
        raise DeclarationError(
            f"File() is for a FileStorage or a list of them, and {hint} is annotated.",
            instead="Annotate FileStorage, or mark it `Form()`.",
        )
    if location in ("body", "file") and marker is None and site.method in ("GET", "HEAD"):
        raise DeclarationError(
            f"{hint} would be in the body of a {site.method} request.",
            instead="Mark it `Annotated[…, Query()]`, or `Annotated[…, Body()]` if it is meant.",
        )
    said = callee.docstring.fields.get(parameter.name)
    return Argument(
        parameter.name, annotation, hint, marker, location, parameter.default, said=said
    )


def find_position(marker: Marker | Depends | None, location: Location | None) -> Position:
    """Return where an argument stands that is no file, as far as metadata is read there or not."""
    if location is None:
        return PROVIDED if isinstance(marker, Depends) else GIVEN
    return ARGUMENT if location == "body" else PARAMETER


def decide_location(
    name: str, annotation: Any, hint: Hint, marker: Marker | Depends | None, site: Site
) -> Location | None:
    """Return where an argument comes from; the first rule that matches wins.

    The numbers are those of the page "Where values come from".
    """
    # 1. A marker says it.
    if isinstance(marker, Marker):
        reject_false_path(name, marker, site)
        return marker.location
    # 2. A provider makes it, or it is the request object itself, or the scopes that are required.
    if marker is not None or (isinstance(hint.type, type) and issubclass(hint.type, INJECTED)):
        return None
    reject_credentials(hint)
    # 3. The name stands in the URL rule.
    if name in site.variables:
        return "path"
    # 4. Uploaded files.
    if is_file(hint) or is_file_list(hint):
        return "file"
    # 5. What can be written in a query string, and has no media type of its own.
    if not hint.find(MediaType) and site.factory.is_textual(annotation):
        return "query"
    # 6. Everything else.
    return "body"


def find_marker(hint: Hint) -> Marker | Depends | None:
    """Return the one marker of an annotation."""
    markers = hint.find((Marker, Depends))
    if len(markers) > 1:
        names = " and ".join(type(marker).__name__ for marker in markers)
        raise DeclarationError(
            f"The argument has several markers: {names}.",
            instead="A value comes from one place: keep one marker.",
        )
    return markers[0] if markers else None


def reject_default_marker(parameter: inspect.Parameter) -> None:
    """Raise for a marker or a scheme that stands where the default stands, called or not."""
    default = parameter.default
    if default is EMPTY or not is_marker_or_scheme(default):
        return
    raise DeclarationError(
        f"{write_name(default)} is the argument's default.",
        instead=f"Write it into the annotation: `Annotated[…, {write_marker(default)}]`.",
    )


def reject_lost_file(hint: Hint, location: Location | None) -> None:
    """Raise for an uploaded file that is marked to come from elsewhere."""
    if location not in ("file", None):
        raise DeclarationError(
            f"{hint} is an uploaded file, and is marked to come from the {location}.",
            instead="Leave out the marker, or write `File()`.",
        )


def reject_credentials(hint: Hint) -> None:
    """Raise for what a scheme makes, where no scheme is asked."""
    if hint.type in CREDENTIALS:
        raise DeclarationError(
            f"{hint} is made by a scheme, and the argument asks none.",
            instead=f"Write `Annotated[{hint}, Depends(…)]` with the scheme.",
        )


def reject_variadic(callee: Callee) -> None:
    """Raise for ``*args: int`` and ``**options: Unpack[…]``: nobody would give their values.

    ``Any`` and ``object`` ask for nothing; what they take is the URL's, or a decorator's.
    """
    for parameter in callee.signature.parameters.values():
        if parameter.kind in VARIADIC and parameter.name in callee.hints:
            annotation = read_hint(callee.hints[parameter.name]).type
            if annotation not in (Any, object):
                stars = "*" if parameter.kind is parameter.VAR_POSITIONAL else "**"
                raise DeclarationError(
                    f"{stars}{parameter.name} is annotated, and values are passed by name to"
                    " arguments that have one.",
                    instead=(
                        "Name each argument, or take one model: `Annotated[Model, Query()]`. A"
                        " decorator's own function is wrapped with `functools.wraps(view)`."
                    ),
                )


def reject_unannotated(parameter: inspect.Parameter, callee: Callee, site: Site) -> None:
    """Raise for an argument without annotation that nobody else can give."""
    if parameter.default is not EMPTY or callee.is_decorated:
        return
    if not callee.is_view:
        raise DeclarationError(
            "The argument has no annotation, and no decorator gives it.",
            instead="Annotate it: the annotation says where its value comes from.",
        )
    if parameter.name not in site.variables:
        raise DeclarationError(
            "The argument has no annotation, is not in the URL rule, and no decorator gives it.",
            instead="Annotate it, or put it into the URL rule.",
        )


def same_name(location: Location, name: str) -> DeclarationError:
    """Return the error for two values of one name in one place."""
    return DeclarationError(
        f"Several arguments are called {name!r} in the {location}.",
        instead="Give one of them an alias.",
    )


def name_argument(name: str) -> str:
    """Return how an argument is called in an error's places."""
    return f"argument {name!r}"


def reject_false_path(name: str, marker: Marker, site: Site) -> None:
    """Raise for a ``Path()`` that the URL rule does not have."""
    wanted = marker.alias or name
    if marker.location == "path" and site.rule and wanted not in site.variables:
        rule = site.rule.rule
        raise DeclarationError(
            f"The argument is marked Path(), but the URL rule {rule!r} has no <{wanted}>.",
            instead=f"Put <{wanted}> into the URL rule, or mark the argument Query().",
        )


def is_file(hint: Hint) -> bool:
    """Say whether a hint is an uploaded file."""
    return isinstance(hint.type, type) and issubclass(hint.type, FileStorage)


def is_file_list(hint: Hint) -> bool:
    """Say whether a hint is a list of uploaded files."""
    return hint.origin is list and bool(hint.args) and is_file(read_hint(hint.args[0]))
