"""Dependencies that decide who may come in: ``Security``, schemes, and the scopes they require.

Declaration and registration time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass

from ..declare.dependencies import Depends, Provider
from .schemes import Scheme


@dataclass(frozen=True, eq=False)
class Security(Depends):
    """A dependency that decides who may come in: it runs before anything else is looked at.

    The provider and all that it depends on may read the path, the query, headers and cookies.

    :param scopes: what the client needs to be allowed; handed to every provider below that has an
        argument of the type :class:`SecurityScopes`.
    """

    _: KW_ONLY
    scopes: Sequence[str] = ()

    def __post_init__(self) -> None:
        if isinstance(self.scopes, str):
            raise TypeError(f"scopes are several: write scopes=[{self.scopes!r}].")


@dataclass(frozen=True)
class SecurityScopes:
    """The scopes that an operation requires; a provider asks for them by an argument of this type.

    :param scopes: in the order in which they were said, outermost first.
    """

    scopes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        return iter(self.scopes)

    def __str__(self) -> str:
        return " ".join(self.scopes)


def is_security(marker: Depends, provider: Provider) -> bool:
    """Say whether a dependency decides who may come in."""
    return isinstance(marker, Security) or isinstance(provider, Scheme)


def without_security(dependencies: Iterable[Depends]) -> tuple[Depends, ...]:
    """Return the dependencies that decide nothing about who may come in."""
    return tuple(d for d in dependencies if not (d.provider and is_security(d, d.provider)))
