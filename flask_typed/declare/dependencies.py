"""Markers that say what makes an argument: ``Depends`` and ``Security``.

Declaration time: they only name a provider here. Imports nothing of the package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

#: Anything that makes a value: a function, a class, a generator function, an object that is called.
Provider = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Depends:
    """A value that a provider makes: ``Annotated[Store, Depends(get_store)]``.

    The provider's own arguments are declared as a view's are. What stands after the ``yield`` of a
    generator function is done once the answer is made.

    :param provider: a function, class, generator function or other callable; the annotated class by
        default.
    :param use_cache: whether one value serves the whole request, wherever it is asked for.
    """

    provider: Provider | None = None
    _: KW_ONLY
    use_cache: bool = True


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
