"""Where an argument of a view comes from: one function, with the numbered rules of the docs.

Registration time.
"""

from __future__ import annotations

import inspect
from collections import abc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from typing import IO, Any, BinaryIO, NamedTuple

from flask import Request
from werkzeug.datastructures import FileStorage
from werkzeug.routing import Rule

from ..declare.background import BackgroundTasks
from ..declare.dependencies import Depends
from ..declare.markers import Location, Marker, MediaType
from ..declare.settings import Settings, read_settings
from ..exceptions import DeclarationError, UnknownClass, UnsupportedType, declared_in
from ..schemas.constraints import LENGTH_CONSTRAINTS
from ..schemas.factory import SchemaFactory
from ..schemas.hints import Hint, name_of, read_hint
from ..schemas.metadata import (
    ARGUMENT,
    Position,
    is_framework_marker,
    is_marker_or_scheme,
    reject_unread,
    write_marker,
    write_name,
)
from ..schemas.parameter_styles import takes_several
from ..security.credentials import CREDENTIALS
from ..security.dependencies import SecurityScopes
from .callees import Callee, is_async
from .provided import (
    brings_provider,
    find_claimed,
    find_provided_position,
    make_own_marker,
    reject_location,
)

NO_DEFAULT = inspect.Parameter.empty
VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
#: Collections of anything, which a query string cannot hold; with a type of items, it can.
BARE_COLLECTIONS = (list, set, frozenset, tuple)
#: The locations whose names the app's configuration renames.
RENAMED: tuple[Location, ...] = ("query", "form", "file", "body")
#: The methods whose requests usually have a body.
BODY_METHODS = ("POST", "PUT", "PATCH", "QUERY")
#: The types of a body that the view reads itself, and ``IO[bytes]``.
STREAM_TYPES = (BinaryIO, BufferedReader)
#: Types that are injected as they are.
INJECTED = (Request, SecurityScopes, BackgroundTasks)

#: Positions of arguments that are not in a body. Metadata that is not read there is rejected.
PARAMETER = Position("on an argument that is neither a body nor a file", (Marker,))
FILE = Position(
    "on a file",
    (Marker, MediaType, *LENGTH_CONSTRAINTS),
    "Write MinLen() or MaxLen() for its size in bytes, or MediaType(); check anything else in the"
    " view, or annotate bytes.",
)
STREAM = Position(
    "on an unread body",
    (Marker, MediaType),
    "Check the bytes in the view; constraints of the items of an iterator belong to their type.",
)
FILE_INSIDE = Position("on one of several files", (MediaType, *LENGTH_CONSTRAINTS), FILE.unchecked)
FILE_CONTENT = Position("on the content of one of several files", (MediaType,))
BY_PROVIDER = Position(
    "on a value that a provider makes", (Depends,), "Check the value in the provider."
)
GIVEN = Position("on an object that is injected as it is", (), "Check it in the view.")
#: The settings of an app that configures nothing.
NOT_CONFIGURED = read_settings({})


@dataclass(frozen=True, slots=True)
class Site:
    """The URL rule and the HTTP method for which arguments are read.

    :param rule: ``None`` for a function that is called without a request.
    :param settings: of the app.
    """

    factory: SchemaFactory
    rule: Rule | None = None
    method: str = ""
    settings: Settings = NOT_CONFIGURED

    @property
    def variables(self) -> frozenset[str]:
        """The names of the URL rule's variables."""
        return frozenset(self.rule.arguments if self.rule else ())


class Argument(NamedTuple):
    """An argument of a view or a provider whose value flask_typed passes.

    :param key: the key of its value among all values of a request. Unlike the name, it is unique.
    :param location: ``None`` if a provider makes the value, or if the type is injected.
    :param where: the places that lead to it, innermost first, without the view.
    :param description: from the docstring of the view or provider.
    :param renamed: the name by the app's configuration.
    """

    name: str
    annotation: Any
    hint: Hint
    marker: Marker | Depends | None
    location: Location | None
    default: Any
    key: str = ""
    where: tuple[str, ...] = ()
    description: str | None = None
    renamed: str = ""

    @property
    def required(self) -> bool:
        """Whether it has no default."""
        return self.default is NO_DEFAULT

    @property
    def is_request(self) -> bool:
        """Whether it is the request itself."""
        return self._is_injected(Request)

    @property
    def is_tasks(self) -> bool:
        """Whether it collects the background tasks of the request."""
        return self._is_injected(BackgroundTasks)

    def _is_injected(self, kind: type) -> bool:
        """Return whether it is injected as it is, and of a type."""
        injected = self.location is None and not isinstance(self.marker, Depends)
        return injected and issubclass(self.hint.type, kind)

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types that the annotation declares for a body or a file; empty if none."""
        is_list = is_file_list(self.hint) or is_content_list(self.hint)
        inner = self.hint.args[0] if is_list else None
        hints = (self.hint, read_hint(inner)) if inner else (self.hint,)
        return tuple(
            name.lower()
            for hint in hints
            for media_type in hint.find(MediaType)
            for name in media_type.names
        )

    @property
    def is_raw(self) -> bool:
        """Whether its value is raw text or bytes: a file, or a whole body that is not JSON."""
        if self.location == "body":
            unchanged = bool(self.media_types) and self.hint.type in (str, bytes)
            return unchanged or is_unread(self.hint)
        return self.location == "file"

    @property
    def wire_name(self) -> str:
        """The name in the request. In header names, ``_`` becomes ``-``.

        The app's configuration renames neither headers and cookies nor variables of the URL rule.
        """
        if isinstance(self.marker, Marker) and self.marker.alias is not None:
            return self.marker.alias
        if self.location in RENAMED:
            return self.renamed or self.name
        return with_dashes(self.name) if self.location == "header" else self.name


def read_arguments(callee: Callee, site: Site) -> Iterator[Argument]:
    """Yield the arguments whose values flask_typed passes, in order.

    :raises DeclarationError: for an argument whose value cannot come from anywhere.
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
    """Return the record of an argument, or ``None`` if others pass its value."""
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
    marker = find_marker(hint) or find_own_marker(parameter, hint, site)
    location = decide_location(parameter.name, annotation, hint, marker, site)
    is_upload = is_file(hint) or is_file_list(hint)
    if location == "body" and is_item_stream(hint):
        reject_other_iterator(hint, callee)
    if hint.metadata:
        position = FILE if is_upload and location else find_position(marker, location)
        position = STREAM if is_unread(hint) and location == "body" else position
        position = find_provided_position(hint) if brings_provider(hint) else position
        reject_unread(hint, position, site.factory.registry)
    if is_upload:
        reject_lost_file(hint, location)
        for inner in map(read_hint, hint.args):
            reject_unread(inner, FILE_INSIDE, site.factory.registry)
    elif location == "file" and not (is_content(hint) or is_content_list(hint)):
        raise DeclarationError(
            f"File() is for a FileStorage, bytes or a list of them, but the annotation is {hint}.",
            instead="Annotate FileStorage or bytes, or mark it `Form()`.",
        )
    if location in ("body", "file") and marker is None and site.method in ("GET", "HEAD"):
        raise DeclarationError(
            f"{hint} would be in the body of a {site.method} request.",
            instead=advise_location(hint),
        )
    return Argument(
        parameter.name,
        annotation,
        hint,
        marker,
        location,
        parameter.default,
        description=callee.docstring.fields.get(parameter.name),
        renamed=site.factory.rename(parameter.name),
    )


def find_unprovided(callee: Callee) -> frozenset[str]:
    """Return the names of the arguments that take their defaults if there is no request.

    Only providers and types that are injected replace a default.
    """
    optional = [p for p in callee.parameters() if p.default is not NO_DEFAULT]
    return frozenset(p.name for p in optional if not is_provided(callee.hints.get(p.name)))


def is_provided(annotation: Any) -> bool:
    """Return whether an argument gets a value without a request's values."""
    hint = read_hint(annotation)
    return is_injected(hint) or brings_provider(hint) or bool(hint.find(Depends))


def find_position(marker: Marker | Depends | None, location: Location | None) -> Position:
    """Return the position of an argument other than a file: it decides which metadata is read."""
    if location is None:
        return BY_PROVIDER if isinstance(marker, Depends) else GIVEN
    return ARGUMENT if location in ("body", "file") else PARAMETER


def decide_location(
    name: str, annotation: Any, hint: Hint, marker: Marker | Depends | None, site: Site
) -> Location | None:
    """Return where an argument comes from; the first rule that matches wins.

    The numbers are those of the section "Where an argument comes from" of the docs.
    """
    # 1. A marker names the location.
    if isinstance(marker, Marker):
        if brings_provider(hint):
            reject_location(hint, marker)
        reject_false_path(name, marker, site)
        return marker.location
    # 2. A provider makes it, perhaps that of its class, or the type is injected: the request, the
    # required scopes, the tasks.
    if marker is not None or is_injected(hint):
        return None
    reject_credentials(hint)
    # 3. The name is a variable of the URL rule.
    if name in site.variables:
        return "path"
    # 4. Uploaded files.
    if is_file(hint) or is_file_list(hint):
        return "file"
    # 5. The type fits in a query string, and no media type is declared.
    if not (is_unread(hint) or hint.find(MediaType)) and fits_in_text(annotation, hint, site):
        reject_ambiguous_collection(annotation, hint, site)
        return "query"
    # 6. Everything else.
    reject_object_type(hint)
    return "body"


def fits_in_text(annotation: Any, hint: Hint, site: Site) -> bool:
    """Return whether the values of an annotation fit in a query string.

    :raises UnknownClass: for a class without a schema; the message mentions providers too.
    """
    try:
        return site.factory.is_textual(annotation)
    except UnknownClass as error:
        if error.where:
            raise
        provider = f"If a provider makes it, write `Annotated[{hint}, Depends(…)]`."
        raise UnknownClass(error.what, instead=f"{provider} Otherwise: {error.instead}") from error


def reject_object_type(hint: Hint) -> None:
    """Raise for ``object`` without a marker, which names neither a type nor a location."""
    if hint.type is object:
        raise UnsupportedType(
            "The argument is annotated with object, which does not tell where its value is.",
            instead="Write its type, or `Annotated[object, Body()]` for a body of any JSON value.",
        )


def reject_ambiguous_collection(annotation: Any, hint: Hint, site: Site) -> None:
    """Raise for several scalars in a request with a body: both places are usual for them.

    FastAPI takes them from the body, and this package from the query.
    """
    if site.method not in BODY_METHODS:
        return
    if takes_several(site.factory.shared(annotation, ARGUMENT)):
        raise DeclarationError(
            f"{hint} in a {site.method} request may be meant for the query or for the body.",
            instead="Mark it `Annotated[…, Query()]` or `Annotated[…, Body()]`.",
        )


def advise_location(hint: Hint) -> str:
    """Return what to write for an argument that the body of a request without one would have."""
    if hint.type in BARE_COLLECTIONS:
        name = name_of(hint.type)
        return f"Write the type of its items: `{name}[int]` and `{name}[str]` are query parameters."
    return "Mark it `Annotated[…, Query()]`, or `Annotated[…, Body()]` to take a body."


def with_dashes(name: str) -> str:
    """Return the name of a header for the name of an argument, or of a field."""
    return name.replace("_", "-")


def find_marker(hint: Hint) -> Marker | Depends | None:
    """Return the one marker of an annotation."""
    claimed = find_claimed(hint)
    markers = [one for one in hint.find((Marker, Depends)) if not isinstance(one, claimed)]
    if len(markers) > 1:
        names = " and ".join(type(marker).__name__ for marker in markers)
        raise DeclarationError(
            f"The argument has several markers: {names}.",
            instead="A value comes from one place: keep one marker.",
        )
    return markers[0] if markers else None


def find_own_marker(parameter: inspect.Parameter, hint: Hint, site: Site) -> Depends | None:
    """Return the marker with the provider that the class of an argument brings, if it does."""
    if not brings_provider(hint):
        return None
    return make_own_marker(parameter, hint, site.factory, site.settings)


def reject_default_marker(parameter: inspect.Parameter) -> None:
    """Raise for a marker or a scheme that is given as the default, as a class or an instance."""
    default = parameter.default
    if is_framework_marker(default):
        raise DeclarationError(
            f"{write_name(default)}, a marker of another package, is the argument's default.",
            instead=(
                f"Write the marker of flask_typed into the annotation, constraints beside it, and a"
                f" default after `=`: `Annotated[…, {type(default).__name__}(…)]`."
            ),
        )
    if default is NO_DEFAULT or not is_marker_or_scheme(default):
        return
    raise DeclarationError(
        f"{write_name(default)} is the argument's default.",
        instead=f"Write it into the annotation: `Annotated[…, {write_marker(default)}]`.",
    )


def reject_other_iterator(hint: Hint, callee: Callee) -> None:
    """Raise for a sync iterator in an async function, whose loop it would block, or vice versa."""
    if callee.is_decorated:
        return
    kind, wanted = "a sync", "Iterator"
    if is_async(callee.function):
        kind, wanted = "an async", "AsyncIterator"
    if hint.origin.__name__ != wanted:
        raise DeclarationError(
            f"{hint} is an unread body, which {kind} function takes as {wanted}.",
            instead=f"Write `{wanted}[…]`.",
        )


def reject_lost_file(hint: Hint, location: Location | None) -> None:
    """Raise for an uploaded file whose marker names another location."""
    if location not in ("file", None):
        raise DeclarationError(
            f"{hint} is an uploaded file, but its marker names the location {location}.",
            instead="Leave out the marker, or write `File()`.",
        )


def reject_credentials(hint: Hint) -> None:
    """Raise for a scheme's credentials where no scheme provides them."""
    if hint.type in CREDENTIALS:
        raise DeclarationError(
            f"{hint} is made by a security scheme, but the argument depends on none.",
            instead=f"Write `Annotated[{hint}, Depends(…)]` with the scheme.",
        )


def reject_variadic(callee: Callee) -> None:
    """Raise for ``*args: int`` and ``**options: Unpack[…]``: no location has their values.

    ``Any`` and ``object`` are allowed: the URL rule or a decorator passes those values.
    """
    for parameter in callee.signature.parameters.values():
        if parameter.kind in VARIADIC and parameter.name in callee.hints:
            annotation = read_hint(callee.hints[parameter.name]).type
            if annotation not in (Any, object):
                stars = "*" if parameter.kind is parameter.VAR_POSITIONAL else "**"
                raise DeclarationError(
                    f"{stars}{parameter.name} is annotated, but values are passed to named"
                    " arguments only.",
                    instead=(
                        "Name each argument, or take one model: `Annotated[Model, Query()]`. If a"
                        " decorator made this function, wrap it with `functools.wraps(view)`."
                    ),
                )


def reject_unannotated(parameter: inspect.Parameter, callee: Callee, site: Site) -> None:
    """Raise for an argument without annotation that neither URL rule nor decorator passes."""
    if parameter.default is not NO_DEFAULT or callee.is_decorated:
        return
    if not callee.is_view:
        raise DeclarationError(
            "The argument has no annotation, and no decorator passes it.",
            instead="Annotate it: the annotation declares where its value comes from.",
        )
    if parameter.name not in site.variables:
        raise DeclarationError(
            "The argument has no annotation, is not in the URL rule, and no decorator passes it.",
            instead="Annotate it, or put it into the URL rule.",
        )


def same_name(location: Location, name: str) -> DeclarationError:
    """Return the error for two values that have the same name in one location."""
    return DeclarationError(
        f"Several arguments have the name {name!r} in the {location}.",
        instead="Give one of them an alias.",
    )


def name_argument(name: str) -> str:
    """Return the name of an argument for the places of an error."""
    return f"argument {name!r}"


def reject_false_path(name: str, marker: Marker, site: Site) -> None:
    """Raise for a ``Path()`` argument that is not a variable of the URL rule."""
    variable = marker.alias or name
    if marker.location == "path" and site.rule and variable not in site.variables:
        rule = site.rule.rule
        raise DeclarationError(
            f"The argument is marked Path(), but the URL rule {rule!r} has no <{variable}>.",
            instead=f"Put <{variable}> into the URL rule, or mark the argument Query().",
        )


def is_injected(hint: Hint) -> bool:
    """Return whether a hint is a type that is injected as it is."""
    return isinstance(hint.type, type) and issubclass(hint.type, INJECTED)


def is_file(hint: Hint) -> bool:
    """Return whether a hint is an uploaded file."""
    return isinstance(hint.type, type) and issubclass(hint.type, FileStorage)


def is_file_list(hint: Hint) -> bool:
    """Return whether a hint is a list of uploaded files."""
    return hint.origin is list and bool(hint.args) and is_file(read_hint(hint.args[0]))


def is_content(hint: Hint) -> bool:
    """Return whether a hint is the content of an uploaded file, if it is marked ``File()``."""
    return hint.type is bytes


def is_content_list(hint: Hint) -> bool:
    """Return whether a hint is a list of the contents of uploaded files."""
    return hint.origin is list and bool(hint.args) and is_content(read_hint(hint.args[0]))


def is_stream(hint: Hint) -> bool:
    """Return whether a hint is the unread body, as a binary file."""
    return hint.type in STREAM_TYPES or (hint.origin is IO and hint.args == (bytes,))


def is_item_stream(hint: Hint) -> bool:
    """Return whether a hint is an iterator of the chunks or of the lines of an unread body."""
    return hint.origin in (abc.Iterator, abc.AsyncIterator) and bool(hint.args)


def is_unread(hint: Hint) -> bool:
    """Return whether a hint is an unread body, in any form."""
    return is_stream(hint) or is_item_stream(hint)
