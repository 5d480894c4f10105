"""Security dependencies: ``Security``, schemes, and the scopes that they require.

Declaration and registration time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass

from ..declare.dependencies import (
    Depends,
    Provider,
    Scope,  # noqa: F401  # the inherited annotations of Security.__init__ are evaluated here
)
from .schemes import Scheme


@dataclass(frozen=True, eq=False)
class Security(Depends):
    """A dependency that checks whether a request is allowed: it runs before everything else.

    The provider, and the providers that it depends on, may read the path, the query string,
    headers and cookies, but not the body.

    :param scopes: the scopes that the client needs; every provider below with an argument of the
        type :class:`SecurityScopes` gets them.
    """

    _: KW_ONLY
    scopes: Sequence[str] = ()

    def __post_init__(self) -> None:
        if isinstance(self.scopes, str):
            raise TypeError(f"scopes= takes a list: write scopes=[{self.scopes!r}].")


@dataclass(frozen=True)
class SecurityScopes:
    """The scopes that an operation requires; a provider gets them in an argument of this type.

    :param scopes: in the order of their declarations, outermost first.
    """

    scopes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        return iter(self.scopes)

    def __str__(self) -> str:
        return " ".join(self.scopes)


def is_security(marker: Depends, provider: Provider) -> bool:
    """Return whether a dependency is a security dependency."""
    return isinstance(marker, Security) or isinstance(provider, Scheme)


def without_security(dependencies: Iterable[Depends]) -> tuple[Depends, ...]:
    """Return the dependencies that are not security dependencies."""
    return tuple(d for d in dependencies if not (d.provider and is_security(d, d.provider)))
