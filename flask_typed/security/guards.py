"""Guards of documents: decorators of views, and dependencies.

Declaration time.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from typing_extensions import Format, get_annotations

from ..declare.dependencies import Depends
from .schemes import Scheme

#: What decides who may read a document: a decorator of views, or a dependency.
Guard = Callable[[Callable[..., Any]], Callable[..., Any]] | Depends


def is_guard(guard: Any) -> bool:
    """Say whether something guards a document: a decorator of views, or a dependency."""
    if guard is None or isinstance(guard, Depends):
        return True
    is_class = isinstance(guard, type) and issubclass(guard, (Depends, Scheme))
    return callable(guard) and not (is_class or isinstance(guard, Scheme) or is_provider(guard))


def is_provider(guard: Any) -> bool:
    """Return whether a function cannot be a decorator: it yields, or asks for annotated values."""
    if inspect.isgeneratorfunction(guard) or inspect.isasyncgenfunction(guard):
        return True
    sources = get_annotations(guard, format=Format.STRING).values()
    return inspect.iscoroutinefunction(guard) or any("Annotated[" in text for text in sources)
