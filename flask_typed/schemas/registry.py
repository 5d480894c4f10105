"""Which types there are: an ordered list of entries, first match wins, users' entries first.

Registration time. Every app has its own copy, so that one app's types are not another's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from marshmallow import Schema, fields

from ..exceptions import DeclarationError
from .fields import TypedField
from .hints import Hint

#: Keyword arguments for a marshmallow field: ``required``, ``allow_none``, ``validate``,
#: ``data_key``, ``metadata``.
Options = Mapping[str, Any]
#: How values come: as JSON (empty), or as text; ``"header"`` and ``"query"`` have their own forms
#: for collections.
Text = Literal["", "text", "header", "query"]


class Maker(Protocol):
    """What a builder is given to make the fields inside its own: ``make(annotation)``."""

    @property
    def text(self) -> Text:
        """How values come."""
        ...

    @property
    def separated(self) -> Mapping[str, Any]:
        """Options of collections: repeated keys hold the items, or a separator is between them."""
        ...

    def __call__(
        self, annotation: Any, *, place: str | None = None, **options: Any
    ) -> fields.Field[Any]:
        """Return the field of an annotation.

        :param place: where the annotation stands, for the message if it cannot be used.
        :param options: ``required``, ``data_key``, ``metadata`` and others of the field.
        :raises DeclarationError: for what cannot be validated or published.
        """
        ...

    def as_text(self) -> Maker:
        """Return a maker of fields whose values come as text, such as keys of JSON objects."""
        ...

    def reject_object(self, item: fields.Field[Any]) -> None:
        """Raise if an item of a collection cannot be written in text, where it has to be.

        :raises UnsupportedType: for objects and collections in a query string, header or form.
        """
        ...

    def model_schema(self, model_type: Any) -> type[Schema]:
        """Return the schema class of a type with named fields; made once, then remembered."""
        ...


#: Makes the field for a hint.
FieldBuilder = Callable[[Hint, Maker, Options], fields.Field[Any]]
#: Says which hints an entry is for.
HintMatcher = Callable[[Hint], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """Which hints, and how their field is made.

    :param reads: whether it may look at all that stands in ``Annotated``.
    """

    matches: HintMatcher
    build: FieldBuilder
    reads: bool = False


#: Stands for what was not looked for yet.
UNSEEN: Any = object()


class TypeRegistry:
    """The types that an app knows.

    :param metadata: classes of objects in ``Annotated`` that are somebody else's business.
    """

    def __init__(self, entries: Iterable[Entry] = (), metadata: Iterable[type] = ()) -> None:
        self._entries = list(entries)
        self._metadata = tuple(metadata)
        reject_no_classes(self._metadata)
        self._found: dict[Hint, FieldBuilder | None] = {}

    def copy(self) -> TypeRegistry:
        """Return a registry of its own with the same entries."""
        return TypeRegistry(self._entries, self._metadata)

    def register(
        self, match: type | HintMatcher, build: FieldBuilder | type[fields.Field[Any]]
    ) -> None:
        """Add a type in front of all that are known.

        :param match: the type, or a function that says whether a hint is meant.
        :param build: a marshmallow field class, or a function that makes the field. A function may
            read all that stands in ``Annotated``, unless its ``reads_metadata`` is false.
        """
        is_shown = not (isinstance(match, type) and isinstance(build, type))
        reads = is_shown and getattr(build, "reads_metadata", True)
        self._entries.insert(0, Entry(match_type(match), build_field(build), reads))
        self._found.clear()

    def reads(self, item: Any, hint: Hint) -> bool:
        """Say whether an object in ``Annotated`` is read by somebody, or is not for the package.

        A function that the user gives for a type is shown the whole hint.
        """
        if isinstance(item, self._metadata) or any(item is kind for kind in self._metadata):
            return True
        return next((entry.reads for entry in self._entries if entry.matches(hint)), False)

    def find(self, hint: Hint) -> FieldBuilder | None:
        """Return what makes the field for a hint, or ``None`` for a type that is not known."""
        try:
            known: FieldBuilder | None = self._found.get(hint, UNSEEN)
        except TypeError:  # something in it has no hash
            return self._look_for(hint)
        if known is UNSEEN:
            known = self._found[hint] = self._look_for(hint)
        return known

    def _look_for(self, hint: Hint) -> FieldBuilder | None:
        return next((entry.build for entry in self._entries if entry.matches(hint)), None)


def reject_no_classes(metadata: Iterable[Any]) -> None:
    """Raise for metadata that is not named by its class."""
    for kind in metadata:
        if not isinstance(kind, type):
            raise DeclarationError(
                f"metadata= holds {kind!r}, which is no class.",
                instead="Name classes: `Typed(app, metadata=[MappedColumn])`.",
            )


def match_type(match: Any) -> HintMatcher:
    """Return a matcher: of exactly one type, or the function itself."""
    if isinstance(match, type):
        return lambda hint: hint.origin is match
    function: HintMatcher = match
    return function


def build_field(build: Any) -> FieldBuilder:
    """Return a builder: a call of the field class, or the function itself."""
    if not isinstance(build, type):
        function: FieldBuilder = build
        return function

    def build_class(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
        form = {"text": bool(make.text)} if issubclass(build, TypedField) else {}
        field: fields.Field[Any] = build(**form, **options)
        return field

    return build_class
