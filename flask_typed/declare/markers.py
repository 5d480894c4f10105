"""Markers that say where an argument of a view comes from.

Declaration time: ``Annotated[int, Query(description="…")]`` only stores words here. They are read
once, when the view is registered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from typing_extensions import Self

from .checks import is_text
from .names import reject_malformed_media_type
from .objects import reject_misfit

#: The places of a request that values come from, in the order in which they are read.
Location = Literal["path", "query", "header", "cookie", "form", "file", "body"]
#: webargs' name for each of them.
WEBARGS_LOCATIONS: Mapping[Location, str] = {
    "path": "path",
    "query": "query",
    "header": "headers",
    "cookie": "cookies",
    "form": "form",
    "file": "files",
    "body": "json",
}
#: How a collection or an object is written in the query string, in OpenAPI's words.
QueryStyle = Literal["form", "spaceDelimited", "pipeDelimited", "deepObject"]


@dataclass(frozen=True, kw_only=True)
class Marker:
    """Base of the markers.

    :param alias: the name on the wire; the argument's own name by default.
    :param description: a sentence for the document.
    :param example: one example, as it travels.
    :param examples: several, by name: OpenAPI example objects or plain values.
    :param deprecated: mark it in the document.
    :param hidden: leave a parameter, which then has a default, out of the document.
    """

    location: ClassVar[Location]

    alias: str | None = None
    description: str | None = None
    example: Any = None
    examples: Mapping[str, Any] | None = None
    deprecated: bool = False
    hidden: bool = False

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Name what is written elsewhere, before Python says that it is unexpected."""
        others = [option for option in options if option not in cls.__dataclass_fields__]
        if args or others:
            given = f"has no {others[0]}=" if others else "takes no positional argument"
            raise TypeError(
                f"{cls.__name__}() {given}. Constraints stand beside it, and a default after `=`:"
                f" `size: Annotated[int, {cls.__name__}(), Ge(1)] = 20`."
            )
        return super().__new__(cls)

    def __post_init__(self) -> None:
        """Make sure that the name on the wire is one.

        :raises DeclarationError: for what is not a text.
        """
        if self.alias is not None:
            reject_misfit("alias=", self.alias, is_text, "Write a text.", type(self).__name__)

    def __hash__(self) -> int:
        """Hash what is always hashable: examples may be anything. Python 3.10 asks for it."""
        return hash((type(self), self.alias))

    def words(self) -> dict[str, Any]:
        """Return what is said for the document, under OpenAPI's names."""
        said = {
            "description": self.description,
            "example": self.example,
            "examples": self.examples,
            "deprecated": self.deprecated or None,
            "hidden": self.hidden or None,
        }
        return {name: value for name, value in said.items() if value is not None}


class Path(Marker):
    """A variable of the URL rule."""

    location = "path"


@dataclass(frozen=True, kw_only=True)
class Query(Marker):
    """A parameter of the query string; a model spreads over several.

    :param style: how a collection is written: ``form``, ``spaceDelimited`` or ``pipeDelimited``;
        ``deepObject`` makes a model or a ``dict`` one parameter, ``name[key]=…``.
    :param explode: whether each item has a key of its own; OpenAPI's default for the style
        otherwise: true for ``form`` and ``deepObject``.
    """

    location = "query"

    style: QueryStyle = "form"
    explode: bool | None = None

    __hash__ = Marker.__hash__

    @property
    def exploded(self) -> bool:
        """Whether each item has a key of its own, OpenAPI's defaults counted."""
        return self.style in ("form", "deepObject") if self.explode is None else self.explode


class Header(Marker):
    """A request header; ``_`` in the argument's name is ``-`` in the header's."""

    location = "header"


class Cookie(Marker):
    """A cookie."""

    location = "cookie"


class Form(Marker):
    """A field of an HTML form (urlencoded or multipart); a model spreads over several."""

    location = "form"


class File(Marker):
    """An uploaded file (multipart)."""

    location = "file"


@dataclass(frozen=True, kw_only=True)
class Body(Marker):
    """The body, or one key of it: JSON, unless ``MediaType`` says otherwise.

    :param embed: make a single body argument a key of an object instead of the whole body.
    :param form: take it from a form too, if that is what the client sends. It holds for all that
        comes from the body.
    """

    location = "body"

    embed: bool = False
    form: bool = False

    __hash__ = Marker.__hash__


@dataclass(frozen=True)
class JsonNumber:
    """A ``Decimal`` that travels as a JSON number, to the last digit, instead of as text.

    ``Annotated[Decimal, JsonNumber()]``. Many clients read JSON's numbers as floats: text is safer.
    """


@dataclass(frozen=True)
class ReadOnly:
    """A field of an object that only leaves: an id, a time of creation.

    ``id: Annotated[int, ReadOnly()] = 0``. A request that sends it is refused, or the key is
    ignored where ``TYPED_READ_ONLY_KEYS`` says so; the constructor gets the default.
    """


@dataclass(frozen=True)
class WriteOnly:
    """A field of an object that only enters, such as a password; it never leaves."""


@dataclass(frozen=True, init=False)
class MediaType:
    """The media type of a ``str`` or of ``bytes`` that is not JSON, sent or received as it is.

    ``-> Annotated[str, MediaType("text/html")]`` sends a page, and ``data: Annotated[bytes,
    MediaType("application/pdf")]`` takes a body of that type. Of a returned ``flask.Response``, it
    says what may be in it.

    :param names: one or more; a range (``image/*``) where a body is taken, or for a
        ``flask.Response``.
    :raises DeclarationError: for a text that is not a media type.
    """

    names: tuple[str, ...]

    def __init__(self, name: str, /, *others: str) -> None:
        for one in (name, *others):
            reject_malformed_media_type(one)
        object.__setattr__(self, "names", (name, *others))

    @property
    def name(self) -> str:
        """The first, which a returned text or returned bytes are sent with."""
        return self.names[0]
