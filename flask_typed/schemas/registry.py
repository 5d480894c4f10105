"""The registry of types: an ordered list of entries; the first match wins, users' entries first.

Registration time. Every app has its own copy, so that apps do not share their types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from marshmallow import Schema, fields

from ..exceptions import DeclarationError
from .families.model_records import Model
from .fields import TypedField
from .hints import Hint

#: Keyword arguments for a marshmallow field: ``required``, ``allow_none``, ``validate``,
#: ``data_key``, ``metadata``.
Options = Mapping[str, Any]
#: Whether values come as JSON (empty) or as text; ``"header"`` and ``"query"`` have their own forms
#: of collections, and in a form an empty text may be null.
Text = Literal["", "text", "header", "query", "form"]
#: The key in the metadata of a form's field whose empty input is null. Null has no other text.
EMPTY_IS_NULL = "empty_is_null"


class Maker(Protocol):
    """Makes the fields inside a builder's field: ``make(annotation)``."""

    @property
    def text(self) -> Text:
        """Whether values come as JSON or as text."""
        ...

    @property
    def separated(self) -> Mapping[str, Any]:
        """Options of collections: whether keys are repeated or a separator is between the items."""
        ...

    def __call__(
        self, annotation: Any, *, place: str | None = None, **options: Any
    ) -> fields.Field[Any]:
        """Return the field of an annotation.

        :param place: the place of the annotation, for the message if it cannot be used.
        :param options: options of the field: ``required``, ``data_key``, ``metadata`` and so on.
        :raises DeclarationError: if its values cannot be validated or published.
        """
        ...

    @property
    def naive_is_utc(self) -> bool:
        """Whether naive datetimes of responses are in UTC."""
        ...

    def write_freely(self, value: Any) -> Any:
        """Return the JSON value of a value in a response, by the type of the value.

        :raises ResponseMismatch: for a value without a JSON form.
        """
        ...

    def as_text(self) -> Maker:
        """Return a maker of fields with text values, such as the keys of JSON objects."""
        ...

    def reject_object(self, item: fields.Field[Any]) -> None:
        """Raise if an item of a collection must be text, but has no text form.

        :raises UnsupportedType: for objects and collections in a query string, header or form.
        """
        ...

    def build(self, hint: Hint, options: Options) -> fields.Field[Any]:
        """Return the field of a hint whose metadata has been checked.

        A builder that has read a part of the metadata makes the field of the rest with it.
        """
        ...

    def describe(self, model_type: Any) -> Model:
        """Return the description of a type with named fields, by the app's names on the wire."""
        ...

    def model_schema(self, model_type: Any) -> type[Schema]:
        """Return the schema class of a type with named fields; it is made only once."""
        ...


#: Makes the field for a hint.
FieldBuilder = Callable[[Hint, Maker, Options], fields.Field[Any]]
#: Returns whether an entry is for a hint.
HintMatcher = Callable[[Hint], bool]


def reads_nothing(item: Any) -> bool:
    """Return false: a builder reads only constraints and markers."""
    return False


def reads_everything(item: Any) -> bool:
    """Return true: a user's function for a type may read all objects in ``Annotated``."""
    return True


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of hint, and the builder of its field.

    :param reads: returns whether the builder may read an object in ``Annotated``.
    """

    matches: HintMatcher
    build: FieldBuilder
    reads: Callable[[Any], bool] = reads_nothing


#: Stands for a hint that was not looked up yet.
UNSEEN: Any = object()


class TypeRegistry:
    """The types of an app.

    :param metadata: classes of objects in ``Annotated`` that other libraries read.
    """

    def __init__(self, entries: Iterable[Entry] = (), metadata: Iterable[type] = ()) -> None:
        self._entries = list(entries)
        self._metadata = tuple(metadata)
        reject_instances(self._metadata)
        self._found: dict[Hint, FieldBuilder | None] = {}

    def copy(self) -> TypeRegistry:
        """Return an independent registry with the same entries."""
        return TypeRegistry(self._entries, self._metadata)

    def register(
        self, match: type | HintMatcher, build: FieldBuilder | type[fields.Field[Any]]
    ) -> None:
        """Add a type before all other entries.

        :param match: the type, or a predicate of hints.
        :param build: a marshmallow field class, or a function that makes the field. A function may
            read all objects in ``Annotated``, unless its ``reads_metadata`` is false, or a function
            that returns whether it reads an object.
        """
        gets_hint = not (isinstance(match, type) and isinstance(build, type))
        reads = choose_reads(gets_hint and getattr(build, "reads_metadata", True))
        self._entries.insert(0, Entry(match_type(match), build_field(build), reads))
        self._found.clear()

    def reads(self, item: Any, hint: Hint) -> bool:
        """Return whether something reads an object in ``Annotated``: a builder or another library.

        A user's function for a type gets the whole hint.
        """
        if isinstance(item, self._metadata) or any(item is kind for kind in self._metadata):
            return True
        return next((entry.reads(item) for entry in self._entries if entry.matches(hint)), False)

    def find(self, hint: Hint) -> FieldBuilder | None:
        """Return the builder of the field for a hint, or ``None`` for an unknown type."""
        try:
            known: FieldBuilder | None = self._found.get(hint, UNSEEN)
        except TypeError:  # the hint is not hashable
            return self._look_for(hint)
        if known is UNSEEN:
            known = self._found[hint] = self._look_for(hint)
        return known

    def _look_for(self, hint: Hint) -> FieldBuilder | None:
        return next((entry.build for entry in self._entries if entry.matches(hint)), None)


def choose_reads(reads: bool | Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return the function that decides which objects in ``Annotated`` a builder may read."""
    if callable(reads):
        return reads
    return reads_everything if reads else reads_nothing


def reject_instances(metadata: Iterable[Any]) -> None:
    """Raise for metadata that is not a class."""
    for kind in metadata:
        if not isinstance(kind, type):
            raise DeclarationError(
                f"metadata= has {kind!r}, which is not a class.",
                instead="List classes: `Typed(app, metadata=[MappedColumn])`.",
            )


def match_type(match: Any) -> HintMatcher:
    """Return a matcher of exactly one type, or the given function."""
    if isinstance(match, type):
        return lambda hint: hint.origin is match
    function: HintMatcher = match
    return function


def build_field(build: Any) -> FieldBuilder:
    """Return a builder that calls a field class, or the given function."""
    if not isinstance(build, type):
        function: FieldBuilder = build
        return function

    def build_class(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
        form = {"text": bool(make.text)} if issubclass(build, TypedField) else {}
        field: fields.Field[Any] = build(**form, **options)
        return field

    return build_class
