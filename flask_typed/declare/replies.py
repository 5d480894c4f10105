"""Answers that are more than a body: a status of their own, headers.

Declaration and request time: views return these. Imports nothing of the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Generic

from typing_extensions import TypeVar

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
