"""Guards of the document: decorators of views, and dependencies.

Declaration time.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from typing_extensions import Format, get_annotations

from ..declare.dependencies import Depends
from .schemes import Scheme

#: Restricts access to a document: a decorator of views, or a dependency.
Guard = Callable[[Callable[..., Any]], Callable[..., Any]] | Depends


def is_guard(guard: Any) -> bool:
    """Return whether an object can guard a document: a decorator of views, or a dependency."""
    if guard is None or isinstance(guard, Depends):
        return True
    is_class = isinstance(guard, type) and issubclass(guard, (Depends, Scheme))
    return callable(guard) and not (is_class or isinstance(guard, Scheme) or is_provider(guard))


def is_provider(guard: Any) -> bool:
    """Return whether a function is a provider, not a decorator: it yields or is ``async``.

    A function with ``Annotated`` arguments is a provider too.
    """
    if inspect.isgeneratorfunction(guard) or inspect.isasyncgenfunction(guard):
        return True
    sources = get_annotations(guard, format=Format.STRING).values()
    return inspect.iscoroutinefunction(guard) or any("Annotated[" in text for text in sources)
