"""The marker for an argument that a provider makes: ``Depends``.

Declaration time: the marker only stores the provider.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal

#: A callable that makes a value: a function, a class, a generator function, a callable object.
Provider = Callable[..., Any]
#: How long the value of a provider lives: for one request, or until the worker ends.
Scope = Literal["request", "app"]


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
    :param scope: ``"app"`` for a value that a worker process opens once, when it is first needed,
        and closes when it ends: a connection pool, a client, a model. Such a provider takes nothing
        of a request.
    :param max_concurrency: how many requests of one worker process may use the provider at once; a
        request beyond them is answered with 503. ``None`` for no limit.
    """

    provider: Provider | None = None
    _: KW_ONLY
    use_cache: bool = True
    scope: Scope = "request"
    max_concurrency: int | None = None
