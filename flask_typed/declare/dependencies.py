"""The marker for an argument that a provider makes: ``Depends``.

Declaration time: the marker only stores the provider.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any

#: A callable that makes a value: a function, a class, a generator function, a callable object.
Provider = Callable[..., Any]


class Provided:
    """The class of :data:`PROVIDED`."""

    def __repr__(self) -> str:
        return "PROVIDED"


#: A default for an argument with ``Depends``, which the provider replaces. Type checkers then allow
#: calls that leave the argument out, such as ``task.delay(order.id)``.
PROVIDED: Any = Provided()


@dataclass(frozen=True, eq=False)
class Depends:
    """A value that a provider makes: ``Annotated[Store, Depends(get_store)]``.

    The arguments of a provider are declared like those of a view. The code after the ``yield`` of a
    generator function runs after the response is made.

    :param provider: a function, class, generator function or other callable; the annotated class by
        default.
    :param use_cache: whether all arguments of one request that depend on the provider share one
        value.
    """

    provider: Provider | None = None
    _: KW_ONLY
    use_cache: bool = True
