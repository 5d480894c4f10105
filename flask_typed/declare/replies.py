"""Replies: return values with headers and a status code of their own.

Declaration and request time: views return them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic

from typing_extensions import Self, TypeVar

from .checks import is_text
from .objects import is_lazy_text, reject_misfit, reject_status

T_co = TypeVar("T_co", covariant=True)

#: The type of ``headers=``: a mapping or pairs, as in Flask.
Headers = Mapping[str, str] | Iterable[tuple[str, str]]


class Reply(Generic[T_co]):
    """A body with headers, and a status code that the class sets.

    Write a subclass for any other status code::

        class Partial(Reply[T]):
            status = 206

    :param body: a value of the annotation's type argument: ``Created[Book]`` takes a book.
    :param headers: added to the response.
    """

    __slots__ = ("body", "headers")

    #: The status code of the class.
    status: ClassVar[int] = 200

    def __init__(self, body: T_co, *, headers: Headers | None = None) -> None:
        self.body = body
        self.headers = headers

    @classmethod
    def from_response(cls, body: Any, headers: Headers) -> Self:
        """Return the reply that a client has got."""
        made = cls.__new__(cls)
        Reply.__init__(made, body, headers=headers)
        return made


class Created(Reply[T_co]):
    """201: something was created."""

    __slots__ = ()
    status = 201


class Accepted(Reply[T_co]):
    """202: something will be done later."""

    __slots__ = ()
    status = 202


class NoContent(Reply[None]):
    """204 with headers; without headers, annotate ``-> None``."""

    __slots__ = ()
    status = 204

    def __init__(self, *, headers: Headers | None = None) -> None:
        super().__init__(None, headers=headers)


@dataclass(frozen=True, eq=False)
class Link:
    """A request that can follow a response: a Link Object.

    :param endpoint: the endpoint of the next request, with its blueprint, as in ``url_for``.
    :param method: the method of the next request, if the endpoint has several.
    :param parameters: runtime expressions for its parameters:
        ``{"book_id": "$response.body#/id"}``.
    :param request_body: a runtime expression for its body, or the body itself.
    :param description: CommonMark.
    """

    endpoint: str
    method: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    request_body: Any = None
    description: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Returns:
    """The documentation of one response, besides its body.

    ``-> Annotated[Created[Book], Returns(headers={"Location": str})]``. In tests and debug mode,
    responses are compared with it: a header that is missing or not of its type is reported.

    An annotation may have several, for instance one in an alias and one beside the alias. Together
    they describe the response; if two of them set the same, the outer one is used.

    :param status: the status code of a plain value or a ``flask.Response``; a reply has its own.
    :param description: CommonMark; HTTP's phrase for the status code by default.
    :param headers: the annotation of each header, by name; a header that may be ``None`` is
        optional.
    :param cookies: the annotation of each cookie that is set, by name; likewise.
    :param examples: example bodies by name, as the view would return them: serialized and checked
        like responses.
    :param links: by name.
    :param extra: further fields of the Response Object, which override the others.
    """

    status: int | None = None
    description: str | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    cookies: Mapping[str, Any] = field(default_factory=dict)
    examples: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the status code and the description.

        :raises DeclarationError: if one of them cannot be published.
        """
        if self.status is not None:
            reject_status(self.status, "Returns(…)")
        if self.description is not None and not is_lazy_text(self.description):
            reject_misfit("description=", self.description, is_text, "Write a text.", "Returns(…)")
