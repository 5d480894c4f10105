"""What is marked by ``@warnings.deprecated`` (PEP 702): the document says so, requests warn nobody.

Registration time. A client cannot act on a warning of the server, and a test that turns warnings
into errors would fail by every request.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

#: The modules whose decorators warn: Python's, and the one of typing_extensions before 3.13.
WARNING = ("warnings", "_py_warnings", "typing_extensions")


def is_deprecated(cls: type) -> bool:
    """Say whether a class itself is marked, not one of its bases."""
    return "__deprecated__" in vars(cls)


def warns(function: Any) -> bool:
    """Say whether a function is what the decorator has made of another."""
    module = getattr(function, "__globals__", {}).get("__name__")
    return module in WARNING and hasattr(function, "__wrapped__")


def without_warning(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that is marked as it was before."""
    return function.__wrapped__ if warns(function) else function  # type: ignore[attr-defined]  # see there


def find_constructor(cls: Any) -> Callable[..., Any]:
    """Return what makes an instance of a class, without the warning of one that is marked."""
    if not warns(getattr(cls, "__new__", None)):
        return cls  # type: ignore[no-any-return]  # a class, which can be called
    make = cls.__new__.__wrapped__

    def construct(*args: Any, **named: Any) -> Any:
        if make is not object.__new__:
            return make(cls, *args, **named)
        made = make(cls)
        made.__init__(*args, **named)
        return made

    construct.__signature__ = read_signature(cls, make)  # type: ignore[attr-defined]  # inspect's
    return construct


def read_signature(cls: Any, make: Any) -> inspect.Signature:
    """Return the signature of a class, whose marker takes whatever it is given."""
    signature = inspect.signature(cls.__init__ if make is object.__new__ else make)
    _, *parameters = signature.parameters.values()
    return signature.replace(parameters=parameters)
