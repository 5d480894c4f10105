"""Security schemes: how a client says who it is, for the request and for the document.

Declaration time: a scheme is made once and stands in ``Depends`` or ``Security``. Request time: it
reads the credentials, and refuses a request without them with the right challenge.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Generic

from flask import Request
from typing_extensions import TypeVar
from werkzeug.datastructures import WWWAuthenticate

from ..declare.checks import is_text
from ..declare.names import reject_name, to_ascii
from ..declare.objects import reject_misfit
from .problems import NotAuthenticated

C = TypeVar("C")
D = TypeVar("D")

#: One way to be let in: for each security scheme, the scopes that are required.
Requirement = Mapping["NamedScheme[Any]", tuple[str, ...]]


class Scheme(ABC, Generic[C]):
    """How a client says who it is: a provider of its credentials.

    :param name: of the scheme in the document; the class's name by default.
    :param description: a sentence for the document.
    :param optional: whether a request without credentials, or with malformed ones, goes on with
        ``None`` instead of being refused.
    """

    name: str
    optional: bool

    def __call__(self, request: Request) -> C | None:
        """Return the credentials that a request brings.

        :raises NotAuthenticated: if there are none, or they are malformed.
        """
        credentials = self.read(request)
        if credentials is None and not self.optional:
            raise NotAuthenticated
        return credentials

    @abstractmethod
    def read(self, request: Request) -> C | None:
        """Return the credentials; ``None`` if there are none, or they are malformed."""

    @abstractmethod
    def alternatives(self, scopes: tuple[str, ...]) -> tuple[Requirement, ...]:
        """Return the ways to be let in: any of them is enough."""

    def __or__(self, other: Scheme[D]) -> Scheme[C | D]:
        return Either(self, other)

    def __and__(self, other: Scheme[D]) -> Scheme[tuple[C, D]]:
        return Both(self, other)


class Either(Scheme[C | D], Generic[C, D]):
    """One scheme or the other: ``bearer | api_key``. Gives the credentials that are there."""

    def __init__(self, one: Scheme[C], other: Scheme[D]) -> None:
        self._members: tuple[Scheme[Any], ...] = (one, other)
        self.optional = one.optional or other.optional

    def read(self, request: Request) -> C | D | None:
        """Return the first credentials that are there."""
        found = (member.read(request) for member in self._members)
        return next((credentials for credentials in found if credentials is not None), None)

    def alternatives(self, scopes: tuple[str, ...]) -> tuple[Requirement, ...]:
        """Return those of both; what is optional comes last."""
        ways = [way for member in self._members for way in member.alternatives(scopes)]
        return tuple(sorted(ways, key=lambda way: not way))


class Both(Scheme[tuple[C, D]], Generic[C, D]):
    """One scheme and the other: ``api_key & bearer``. Gives a tuple of both credentials."""

    def __init__(self, one: Scheme[C], other: Scheme[D]) -> None:
        self._one = one
        self._other = other
        self.optional = one.optional and other.optional

    def read(self, request: Request) -> tuple[C, D] | None:
        """Return both credentials, if both are there."""
        one, other = self._one.read(request), self._other.read(request)
        return None if one is None or other is None else (one, other)

    def alternatives(self, scopes: tuple[str, ...]) -> tuple[Requirement, ...]:
        """Return each way of the one with each of the other."""
        ways = [
            join_requirements(one, other)
            for one in self._one.alternatives(scopes)
            for other in self._other.alternatives(scopes)
            if bool(one) == bool(other)
        ]
        return tuple(ways)


def join_requirements(one: Requirement, other: Requirement) -> Requirement:
    """Return what asks for both."""
    joined = {scheme: tuple(scopes) for scheme, scopes in one.items()}
    for scheme, scopes in other.items():
        joined[scheme] = tuple(dict.fromkeys((*joined.get(scheme, ()), *scopes)))
    return joined


@dataclass(eq=False)
class NamedScheme(Scheme[C]):
    """A scheme that stands in the document by its name."""

    _: KW_ONLY
    name: str = ""
    description: str | None = None
    optional: bool = False

    def __post_init__(self) -> None:
        """Complete the scheme.

        :raises DeclarationError: for a name or a description that OpenAPI does not allow.
        """
        if self.name:
            reject_name("A security scheme", self.name, type(self).__name__)
        self.name = self.name or to_ascii(type(self).__name__)
        if self.description is not None:
            reject_misfit("description=", self.description, is_text, "Write a text.", self.name)
        if not isinstance(self.optional, bool):  # "False" would let everybody in
            raise TypeError(f"{type(self).__name__}(optional={self.optional!r}): True or False.")

    def describe(self) -> dict[str, Any]:
        """Return the Security Scheme Object."""
        said = self.keywords()
        return {**said, "description": self.description} if self.description else said

    @abstractmethod
    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return what a refused client is told in ``WWW-Authenticate``."""

    @abstractmethod
    def keywords(self) -> dict[str, Any]:
        """Return the Security Scheme Object, without what all have."""

    def alternatives(self, scopes: tuple[str, ...]) -> tuple[Requirement, ...]:
        """Return the one way, and none at all where that is allowed."""
        way: Requirement = {self: scopes}
        return (way, {}) if self.optional else (way,)
