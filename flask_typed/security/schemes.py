"""Security schemes: how a client authenticates, for requests and for the document.

Declaration time: a scheme is made once, as the provider of ``Depends`` or ``Security``. Request
time: it reads the credentials; a request without them is answered with 401 and a challenge.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar, Generic

from flask import Request
from typing_extensions import Self, TypeVar
from werkzeug.datastructures import WWWAuthenticate

from ..declare.checks import is_text
from ..declare.names import reject_name, to_ascii
from ..declare.objects import reject_misfit
from ..exceptions import UnknownOption
from .problems import NotAuthenticated

C = TypeVar("C")
D = TypeVar("D")

#: One alternative requirement of an operation: security schemes with the scopes they require.
Requirement = Mapping["NamedScheme[Any]", tuple[str, ...]]

#: The arguments of FastAPI's schemes, and their equivalents here.
SCHEME_OPTIONS_OF_OTHERS: Mapping[str, str] = {
    "auto_error": "`optional=True` for `auto_error=False`",
    "scheme_name": "name=…",
    "bearerFormat": "bearer_format=…",
    "tokenUrl": "`OAuth2(PasswordFlow(token_url=…))`",
    "openIdConnectUrl": "url=…",
}


class Scheme(ABC, Generic[C]):
    """A way to authenticate: a provider of the client's credentials.

    :param name: the name of the scheme in the document; the class's name by default.
    :param description: a sentence for the document.
    :param optional: whether the credentials are ``None``, instead of an error, if the request has
        none, or malformed ones that no scheme rejects: :class:`HTTPBasic` does.
    """

    name: str
    optional: bool

    def __call__(self, request: Request) -> C | None:
        """Return the credentials of a request.

        :raises NotAuthenticated: if they are missing or malformed.
        """
        credentials = self.read(request)
        if credentials is None and (not self.optional or self.is_malformed(request)):
            raise NotAuthenticated
        return credentials

    def is_malformed(self, request: Request) -> bool:
        """Return whether the request has credentials that an optional scheme must not ignore."""
        return False

    @abstractmethod
    def read(self, request: Request) -> C | None:
        """Return the credentials; ``None`` if they are missing or malformed."""

    @abstractmethod
    def alternatives(self, scopes: tuple[str, ...]) -> tuple[Requirement, ...]:
        """Return the alternative requirements: any of them is enough."""

    def __or__(self, other: Scheme[D]) -> Scheme[C | D]:
        return Either(self, other)

    def __and__(self, other: Scheme[D]) -> Scheme[tuple[C, D]]:
        return Both(self, other)


class Either(Scheme[C | D], Generic[C, D]):
    """One scheme or the other: ``bearer | api_key``. Provides the credentials that are present."""

    def __init__(self, one: Scheme[C], other: Scheme[D]) -> None:
        self._members: tuple[Scheme[Any], ...] = (one, other)
        self.optional = one.optional or other.optional

    def read(self, request: Request) -> C | D | None:
        """Return the first credentials that are present."""
        found = (member.read(request) for member in self._members)
        return next((credentials for credentials in found if credentials is not None), None)

    def is_malformed(self, request: Request) -> bool:
        """Return whether the credentials of one scheme are malformed."""
        return any(member.is_malformed(request) for member in self._members)

    def alternatives(self, scopes: tuple[str, ...]) -> tuple[Requirement, ...]:
        """Return the requirements of both schemes, with an empty requirement last."""
        ways = [way for member in self._members for way in member.alternatives(scopes)]
        return tuple(sorted(ways, key=lambda way: not way))


class Both(Scheme[tuple[C, D]], Generic[C, D]):
    """One scheme and the other: ``api_key & bearer``. Provides a tuple of both credentials."""

    def __init__(self, one: Scheme[C], other: Scheme[D]) -> None:
        self._one = one
        self._other = other
        self.optional = one.optional and other.optional

    def read(self, request: Request) -> tuple[C, D] | None:
        """Return both credentials, if both are present."""
        one, other = self._one.read(request), self._other.read(request)
        return None if one is None or other is None else (one, other)

    def is_malformed(self, request: Request) -> bool:
        """Return whether the credentials of one scheme are malformed."""
        return self._one.is_malformed(request) or self._other.is_malformed(request)

    def alternatives(self, scopes: tuple[str, ...]) -> tuple[Requirement, ...]:
        """Return each requirement of one scheme combined with each of the other."""
        ways = [
            join_requirements(one, other)
            for one in self._one.alternatives(scopes)
            for other in self._other.alternatives(scopes)
            if bool(one) == bool(other)
        ]
        return tuple(ways)


def join_requirements(one: Requirement, other: Requirement) -> Requirement:
    """Return the requirement that demands both of two."""
    joined = {scheme: tuple(scopes) for scheme, scopes in one.items()}
    for scheme, scopes in other.items():
        joined[scheme] = tuple(dict.fromkeys((*joined.get(scheme, ()), *scopes)))
    return joined


@dataclass(eq=False)
class NamedScheme(Scheme[C]):
    """A scheme that is a component of the document, with a name.

    :cvar rejects_malformed: whether malformed credentials are an error of an optional scheme, too.
    """

    rejects_malformed: ClassVar[bool] = False
    _: KW_ONLY
    name: str = ""
    description: str | None = None
    optional: bool = False

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Explain the arguments of FastAPI's schemes before Python raises its own ``TypeError``.

        :raises UnknownOption: for one of them.
        """
        for option, instead in SCHEME_OPTIONS_OF_OTHERS.items():
            if option in options:
                raise UnknownOption(
                    f"{cls.__name__}() has no {option}=.", instead=f"Write {instead}."
                )
        return super().__new__(cls)

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
            raise TypeError(
                f"{type(self).__name__}(optional={self.optional!r}): write True or False."
            )

    def describe(self) -> dict[str, Any]:
        """Return the Security Scheme Object."""
        keywords = self.keywords()
        return {**keywords, "description": self.description} if self.description else keywords

    @abstractmethod
    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return the challenges of a 401, for the ``WWW-Authenticate`` header."""

    @abstractmethod
    def keywords(self) -> dict[str, Any]:
        """Return the Security Scheme Object without its description."""

    def alternatives(self, scopes: tuple[str, ...]) -> tuple[Requirement, ...]:
        """Return the requirement of the scheme, and an empty one if the scheme is optional."""
        way: Requirement = {self: scopes}
        return (way, {}) if self.optional else (way,)
