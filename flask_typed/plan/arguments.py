"""Where an argument of a view comes from: one function, a numbered list, the same as in the docs.

Registration time.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request
from werkzeug.datastructures import FileStorage
from werkzeug.routing import Rule

from ..declare.markers import Location, Marker
from ..exceptions import DeclarationError
from ..schemas.containers import is_textual
from ..schemas.factory import SchemaFactory
from ..schemas.hints import Hint, read_hint, resolve_hints

EMPTY = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a view that comes from the request.

    :param location: the place of the request; ``None`` for the request object itself.
    """

    name: str
    annotation: Any
    hint: Hint
    marker: Marker | None
    location: Location | None
    default: Any

    @property
    def required(self) -> bool:
        """An argument is required exactly when it has no default."""
        return self.default is EMPTY

    @property
    def wire_name(self) -> str:
        """The name in the request; ``_`` is ``-`` in header names."""
        if self.marker is not None and self.marker.alias is not None:
            return self.marker.alias
        return self.name.replace("_", "-") if self.location == "header" else self.name


def read_arguments(
    view: Callable[..., Any], rule: Rule, method: str, factory: SchemaFactory, *, bound: bool
) -> Iterator[Argument]:
    """Yield the arguments of a view that are ours, in order.

    :param bound: whether the first parameter is ``self``.
    :raises DeclarationError: for an argument that can come from nowhere.
    """
    parameters = list(inspect.signature(view).parameters.values())[bound:]
    hints = resolve_hints(view)
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        try:
            argument = read_argument(parameter, hints, view, rule, method, factory)
        except DeclarationError as error:
            raise error.within(f"argument {parameter.name!r}") from error.__cause__
        if argument is not None:
            yield argument


def read_argument(
    parameter: inspect.Parameter,
    hints: Mapping[str, Any],
    view: Callable[..., Any],
    rule: Rule,
    method: str,
    factory: SchemaFactory,
) -> Argument | None:
    """Return what is known of an argument, or ``None`` if it is not ours."""
    if parameter.kind is parameter.POSITIONAL_ONLY:
        raise DeclarationError(
            "The argument is positional-only; values are passed by name.",
            instead="Remove the `/` from the signature.",
        )
    if parameter.name not in hints:
        reject_unannotated(parameter, view, rule)
        return None
    annotation = hints[parameter.name]
    hint = read_hint(annotation)
    marker = find_marker(hint)
    location = decide_location(parameter.name, annotation, hint, marker, rule, factory)
    if location in ("body", "file") and marker is None and method in ("GET", "HEAD"):
        raise DeclarationError(
            f"{hint} would be in the body of a {method} request.",
            instead="Mark it `Annotated[…, Query()]`, or `Annotated[…, Body()]` if it is meant.",
        )
    return Argument(parameter.name, annotation, hint, marker, location, parameter.default)


def decide_location(
    name: str,
    annotation: Any,
    hint: Hint,
    marker: Marker | None,
    rule: Rule,
    factory: SchemaFactory,
) -> Location | None:
    """Return where an argument comes from; the first rule that matches wins.

    The numbers are those of the page "Where values come from".
    """
    # 1. A marker says it.
    if marker is not None:
        reject_false_path(name, marker, rule)
        return marker.location
    # 2. The request object itself.
    if isinstance(hint.type, type) and issubclass(hint.type, Request):
        return None
    # 3. The name stands in the URL rule.
    if name in rule.arguments:
        return "path"
    # 4. Uploaded files.
    if is_file(hint) or is_file_list(hint):
        return "file"
    # 5. What can be written in a query string.
    if is_textual(factory.json(annotation)):
        return "query"
    # 6. Everything else.
    return "body"


def find_marker(hint: Hint) -> Marker | None:
    """Return the one marker of an annotation."""
    markers = hint.find(Marker)
    if len(markers) > 1:
        names = " and ".join(type(marker).__name__ for marker in markers)
        raise DeclarationError(
            f"The argument has several markers: {names}.",
            instead="A value comes from one place: keep one marker.",
        )
    return markers[0] if markers else None


def reject_unannotated(parameter: inspect.Parameter, view: Callable[..., Any], rule: Rule) -> None:
    """Raise for an argument without annotation that nobody else can give."""
    given = parameter.name in rule.arguments or parameter.default is not EMPTY
    if not given and not hasattr(view, "__wrapped__"):
        raise DeclarationError(
            "The argument has no annotation, is not in the URL rule, and no decorator gives it.",
            instead="Annotate it, or put it into the URL rule.",
        )


def reject_false_path(name: str, marker: Marker, rule: Rule) -> None:
    """Raise for a ``Path()`` that the URL rule does not have."""
    wanted = marker.alias or name
    if marker.location == "path" and wanted not in rule.arguments:
        raise DeclarationError(
            f"The argument is marked Path(), but the URL rule {rule.rule!r} has no <{wanted}>.",
            instead=f"Put <{wanted}> into the URL rule, or mark the argument Query().",
        )


def is_file(hint: Hint) -> bool:
    """Say whether a hint is an uploaded file."""
    return isinstance(hint.type, type) and issubclass(hint.type, FileStorage)


def is_file_list(hint: Hint) -> bool:
    """Say whether a hint is a list of uploaded files."""
    return hint.origin is list and bool(hint.args) and is_file(read_hint(hint.args[0]))
