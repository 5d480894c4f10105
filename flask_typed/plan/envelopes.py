"""Envelopes: a generic class around the bodies of responses, such as ``{"data": …, "message": …}``.

Registration time; requests enclose the values.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import TypeVar, is_typeddict

from ..declare.markers import MediaType
from ..exceptions import DeclarationError, declared_in
from ..schemas.hints import Hint, name_of, resolve_hints, without_metadata
from ..wire.jsonvalues import show

#: The advice for every class that cannot be an envelope.
WRITE_ENVELOPE = (
    "Write a generic class with one field of its type parameter, and defaults for all others:"
    ' `class Envelope(Generic[T]): data: T; message: str = ""`.'
)
#: Kinds of parameters that need no argument.
OPEN_ENDED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A class around the bodies of responses.

    :param kind: the generic class; ``None`` for bodies without an envelope.
    :param name: of the field that holds the body.
    """

    kind: Any
    name: str = ""

    def encloses(self, hint: Hint) -> bool:
        """Return whether a body gets the envelope: one that is annotated with it has it already."""
        return self.kind is not None and hint.origin is not self.kind

    def annotate(self, annotation: Any, hint: Hint) -> Any:
        """Return the annotation of the envelope with a body. The media types are those of both."""
        is_named = bool(hint.find(MediaType))
        return self.kind[without_metadata(hint, MediaType) if is_named else annotation]

    def enclose(self, body: Any) -> Any:
        """Return the envelope with a body."""
        return self.kind(**{self.name: body})

    def open(self, enclosed: Any) -> Any:
        """Return the body in an envelope."""
        if isinstance(enclosed, Mapping):
            return enclosed[self.name]
        return getattr(enclosed, self.name)


#: Leaves bodies without an envelope.
NO_ENVELOPE = Envelope(None)


def read_envelope(options: dict[str, Any], *places: str) -> Envelope | None:
    """Take the envelope out of the options of a route or a blueprint.

    :returns: ``None`` if they have none; it is then that of what is around.
    :raises DeclarationError: for a class that cannot be an envelope.
    """
    if "envelope" not in options:
        return None
    with declared_in(*places):
        return make_envelope(options.pop("envelope"))


def make_envelope(kind: Any) -> Envelope:
    """Return the envelope of a class.

    :raises DeclarationError: for a class that cannot be one.
    """
    if kind is None:
        return NO_ENVELOPE
    parameters = find_type_parameters(kind)
    if len(parameters) != 1:
        raise DeclarationError(f"envelope= is {show(kind)}.", instead=WRITE_ENVELOPE)
    names = [name for name, hint in resolve_hints(kind).items() if hint is parameters[0]]
    if len(names) != 1 or any(find_needed(kind, names[0])):
        raise DeclarationError(f"{name_of(kind)} cannot be an envelope.", instead=WRITE_ENVELOPE)
    return Envelope(kind, names[0])


def find_type_parameters(kind: Any) -> tuple[Any, ...]:
    """Return the type parameters of a class."""
    if not isinstance(kind, type):
        return ()
    found = getattr(kind, "__parameters__", ())
    return tuple(one for one in found if isinstance(one, TypeVar))


def find_needed(kind: Any, own: str) -> Iterator[str]:
    """Yield the other arguments without which a class cannot be called."""
    if is_typeddict(kind):
        yield from kind.__required_keys__ - {own}
        return
    signature: Mapping[str, inspect.Parameter] = inspect.signature(kind).parameters
    for name, parameter in signature.items():
        is_needed = parameter.default is parameter.empty and parameter.kind not in OPEN_ENDED
        if is_needed and name != own:
            yield name
