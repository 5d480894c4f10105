"""Answers that are more than a body: a status of their own, headers.

Declaration and request time: views return these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic

from typing_extensions import TypeVar

from .checks import is_text
from .objects import is_lazy_text, reject_misfit, reject_status

T = TypeVar("T")

#: What ``headers=`` takes: a mapping or pairs, as Flask does.
Headers = Mapping[str, str] | Iterable[tuple[str, str]]


class Reply(Generic[T]):
    """A body with headers, and a status that the class fixes.

    Write a subclass for a status that is not here::

        class Partial(Reply[T]):
            status = 206

    :param body: what the annotation's argument says: ``Created[Book]`` takes a book.
    :param headers: added to the response.
    """

    __slots__ = ("body", "headers")

    #: The status that the class stands for.
    status: ClassVar[int] = 200

    def __init__(self, body: T, *, headers: Headers | None = None) -> None:
        self.body = body
        self.headers = headers


class Created(Reply[T]):
    """201: something was made."""

    __slots__ = ()
    status = 201


class Accepted(Reply[T]):
    """202: something will be done later."""

    __slots__ = ()
    status = 202


class NoContent(Reply[None]):
    """204: done, and nothing to say; for when it needs headers. Else annotate ``-> None``."""

    __slots__ = ()
    status = 204

    def __init__(self, *, headers: Headers | None = None) -> None:
        super().__init__(None, headers=headers)


@dataclass(frozen=True, eq=False)
class Link:
    """What a client can do next with an answer: a Link Object.

    :param endpoint: of the route that is asked next, as in ``url_for``, with its blueprint.
    :param method: of the route, where the endpoint has several.
    :param parameters: where its parameters are found: ``{"book_id": "$response.body#/id"}``.
    :param request_body: where its body is found, or the body.
    :param description: CommonMark.
    """

    endpoint: str
    method: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    request_body: Any = None
    description: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Returns:
    """What the document says of one answer, besides its body.

    ``-> Annotated[Created[Book], Returns(headers={"Location": str})]``. In tests and debug mode,
    answers are held against it: a header that is not there, or not of its type, is reported.

    :param status: of a plain value or of a ``flask.Response``; a reply has its own.
    :param description: CommonMark; the standard's words for the status by default.
    :param headers: the annotation of each header, by name; one that may be ``None`` may be missing.
    :param cookies: the annotation of each cookie that is set, by name; likewise.
    :param examples: by name, each a body as the view returns it: written, and checked, as answers
        are.
    :param links: by name.
    :param extra: what else the Response Object says: it comes last, and wins.
    """

    status: int | None = None
    description: str | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    cookies: Mapping[str, Any] = field(default_factory=dict)
    examples: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make sure that status and description are such.

        :raises DeclarationError: for what is not.
        """
        if self.status is not None:
            reject_status(self.status, "Returns(…)")
        if self.description is not None and not is_lazy_text(self.description):
            reject_misfit("description=", self.description, is_text, "Write a text.", "Returns(…)")
