"""The marker that says what makes an argument: ``Depends``.

Declaration time: it only names a provider here.
"""

from __future__ import annotations

from collections.abc import Callable
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
