"""Markers for the location of an argument: ``Query()``, ``Body()`` and so on.

Declaration time: ``Annotated[int, Query(description="…")]`` only stores its options. They are read
once, when the view is registered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from typing_extensions import Self

from ..exceptions import UnknownOption
from .checks import is_text
from .names import reject_malformed_media_type
from .objects import reject_misfit

T = TypeVar("T")
#: The locations of values in a request, in the order in which they are read.
Location = Literal["path", "query", "header", "cookie", "form", "file", "body"]
#: webargs' name for each location.
WEBARGS_LOCATIONS: Mapping[Location, str] = {
    "path": "path",
    "query": "query",
    "header": "headers",
    "cookie": "cookies",
    "form": "form",
    "file": "files",
    "body": "json",
}
#: OpenAPI's styles of a collection or an object in the query string.
QueryStyle = Literal["form", "spaceDelimited", "pipeDelimited", "deepObject"]


CONSTRAINT_ADVICE = "Write the constraint beside it: `Annotated[{type}, {{marker}}(), {written}]`."
DEFAULT_ADVICE = (
    "Write the default after `=`: `size: Annotated[int, {marker}()] = 20`. An argument without a"
    " default is required."
)
GENERAL_ADVICE = (
    "Write constraints beside it and the default after `=`:"
    " `size: Annotated[int, {marker}(), Ge(1)] = 20`."
)
#: What to write in place of an option of another package's markers.
OPTION_ADVICE: Mapping[str, str] = {
    **{
        option: CONSTRAINT_ADVICE.format(type=kind, written=written)
        for option, kind, written in (
            ("ge", "int", "Ge(1)"),
            ("gt", "int", "Gt(0)"),
            ("le", "int", "Le(100)"),
            ("lt", "int", "Lt(100)"),
            ("multiple_of", "int", "MultipleOf(5)"),
            ("min_length", "str", "MinLen(1)"),
            ("max_length", "str", "MaxLen(80)"),
            ("max_digits", "Decimal", "validate.Range(…)"),
            ("decimal_places", "Decimal", "MultipleOf(Decimal('0.01'))"),
            ("pattern", "str", "validate.Regexp(…)"),
            ("regex", "str", "validate.Regexp(…)"),
            ("media_type", "bytes", "MediaType(…)"),
        )
    },
    **dict.fromkeys(("default", "default_factory", "required"), DEFAULT_ADVICE),
    "title": "Write `description=…`.",
    "include_in_schema": "Write `hidden=True`.",
    "openapi_examples": "Write `examples={{name: value}}`.",
    "convert_underscores": "Write the name of the header: `alias=…`.",
    "validation_alias": "Write `alias=…`.",
    "serialization_alias": "Write `alias=…`.",
    "strict": "Leave it out: values are always parsed strictly.",
    "json_schema_extra": "Write `description=…`, `example=…` or `examples=…`.",
    "name": "Write `alias=…`.",
}


@dataclass(frozen=True, kw_only=True)
class Marker:
    """Base of the markers.

    :param alias: the name in the request; the argument's own name by default.
    :param description: a sentence for the document.
    :param example: one example, as a JSON value.
    :param examples: several examples by name: OpenAPI Example Objects or plain values.
    :param deprecated: whether the document marks it as deprecated.
    :param hidden: whether the document omits the parameter, which must have a default.
    """

    location: ClassVar[Location]

    alias: str | None = None
    description: str | None = None
    example: Any = None
    examples: Mapping[str, Any] | None = None
    deprecated: bool = False
    hidden: bool = False

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Explain unknown arguments before Python raises its own ``TypeError``.

        :raises UnknownOption: for an argument that the marker does not have.
        """
        others = [option for option in options if option not in cls.__dataclass_fields__]
        if args or others:
            given = f"has no {others[0]}=" if others else "takes no positional argument"
            advice = OPTION_ADVICE.get(others[0] if others else "default", GENERAL_ADVICE)
            raise UnknownOption(
                f"{cls.__name__}() {given}.", instead=advice.format(marker=cls.__name__)
            )
        return super().__new__(cls)

    def __post_init__(self) -> None:
        """Check the alias.

        :raises DeclarationError: if it is not a text.
        """
        if self.alias is not None:
            reject_misfit("alias=", self.alias, is_text, "Write a text.", type(self).__name__)

    def __hash__(self) -> int:
        """Return a hash without the examples, which may be unhashable. Python 3.10 needs it."""
        return hash((type(self), self.alias))

    def documentation(self) -> dict[str, Any]:
        """Return the options for the document, under OpenAPI's names."""
        options = {
            "description": self.description,
            "example": self.example,
            "examples": self.examples,
            "deprecated": self.deprecated or None,
            "hidden": self.hidden or None,
        }
        return {name: value for name, value in options.items() if value is not None}


class Path(Marker):
    """A variable of the URL rule."""

    location = "path"


@dataclass(frozen=True, kw_only=True)
class Query(Marker):
    """A query parameter; a model becomes several parameters.

    :param style: the style of a collection: ``form``, ``spaceDelimited`` or ``pipeDelimited``;
        ``deepObject`` makes a model or a ``dict`` one parameter, ``name[key]=…``.
    :param explode: whether each item has a key of its own; by default OpenAPI's default for the
        style: true for ``form`` and ``deepObject``.
    """

    location = "query"

    style: QueryStyle = "form"
    explode: bool | None = None

    __hash__ = Marker.__hash__

    @property
    def exploded(self) -> bool:
        """Whether each item has a key of its own, with OpenAPI's default for the style."""
        return self.style in ("form", "deepObject") if self.explode is None else self.explode


class Header(Marker):
    """A request header; ``_`` in the argument's name becomes ``-`` in the header name."""

    location = "header"


class Cookie(Marker):
    """A cookie."""

    location = "cookie"


class Form(Marker):
    """A field of an HTML form (urlencoded or multipart); a model becomes several fields."""

    location = "form"


class File(Marker):
    """An uploaded file (multipart)."""

    location = "file"


@dataclass(frozen=True, kw_only=True)
class Body(Marker):
    """The body, or one key of it: JSON, unless ``MediaType`` declares another format.

    :param embed: whether a single body argument is a key of an object instead of the whole body.
    :param form: whether an HTML form with the same fields is accepted too. It applies to the whole
        body of the view.
    """

    location = "body"

    embed: bool = False
    form: bool = False

    __hash__ = Marker.__hash__


@dataclass(frozen=True)
class JsonNumber:
    """A ``Decimal`` that is a JSON number with all its digits, instead of text.

    ``Annotated[Decimal, JsonNumber()]``. Many clients read JSON numbers as floats: text is safer.
    """


@dataclass(frozen=True)
class AssumeUTC:
    """A ``datetime`` in UTC, of which a response may have values without a time zone.

    ``created: Annotated[datetime, AssumeUTC()]``, for a database that stores no time zones. Such a
    value is written with ``Z``; without the marker it is an error. For all fields of an app, set
    ``TYPED_NAIVE_DATETIMES`` to ``"utc"``. Requests have to send an offset in any case.
    """


@dataclass(frozen=True)
class JsonText:
    """A text that holds JSON: the marker in :data:`Json`."""


#: ``Json[T]`` is a value that is written as JSON in one text: a parameter, or a field of a form.
Json = Annotated[T, JsonText()]


@dataclass(frozen=True)
class ReadOnly:
    """A field that only responses have: an id, a time of creation.

    ``id: Annotated[int, ReadOnly()] = 0``. A request with the field is rejected, or the field is
    ignored if ``TYPED_READ_ONLY_KEYS`` is ``"exclude"``; the constructor gets the default.
    """


@dataclass(frozen=True)
class WriteOnly:
    """A field that only requests have, such as a password; responses never contain it."""


@dataclass(frozen=True, init=False)
class MediaType:
    """The media types of a body.

    Those of a type that has a schema are formats of its values, among which the client chooses:
    ``-> Annotated[list[Book], MediaType("application/json", "application/msgpack", "text/csv")]``.
    A ``str`` or ``bytes`` is sent or received unchanged, not as JSON.

    ``-> Annotated[str, MediaType("text/html")]`` sends a page, and ``data: Annotated[bytes,
    MediaType("application/pdf")]`` accepts a body of that type. On a returned ``flask.Response``,
    it declares the media types that the response may have.

    :param names: one or more; request bodies and ``flask.Response`` may have a range (``image/*``).
    :raises DeclarationError: if a name is not a media type.
    """

    names: tuple[str, ...]

    def __init__(self, name: str, /, *others: str) -> None:
        for one in (name, *others):
            reject_malformed_media_type(one)
        object.__setattr__(self, "names", (name, *others))

    @property
    def name(self) -> str:
        """The first name: the media type of returned text or bytes."""
        return self.names[0]
