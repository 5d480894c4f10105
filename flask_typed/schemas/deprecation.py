"""What is marked by ``@warnings.deprecated`` (PEP 702): the document says so, requests warn nobody.

Registration time. A client cannot act on a warning of the server, and a test that turns warnings
into errors would fail by every request.
"""

from __future__ import annotations

import functools
import inspect
import types
import warnings
from collections.abc import Callable
from typing import Any

#: The modules whose decorators warn: Python's, and the one of typing_extensions before 3.13.
WARNING = ("warnings", "_py_warnings", "typing_extensions")
#: The method that calls the others of a class-based view.
MAIN = "dispatch_request"
#: By what a class is known.
IDENTITY_ATTRIBUTES = ("__module__", "__qualname__", "__doc__", "__deprecated__")


def is_deprecated(cls: type) -> bool:
    """Say whether a class itself is marked, not one of its bases."""
    return "__deprecated__" in vars(cls)


def warns(function: Any) -> bool:
    """Say whether a function is what the decorator has made of another."""
    module = getattr(function, "__globals__", {}).get("__name__")
    return module in WARNING and hasattr(function, "__wrapped__")


def without_warning(function: Any) -> Any:
    """Return a callable that does the same and warns nobody: for a view, and for a provider."""
    if isinstance(function, type):
        return find_silent_constructor(function)
    if isinstance(function, functools.partial):
        inner = without_warning(function.func)
        return functools.partial(inner, *function.args, **function.keywords)
    if isinstance(function, types.MethodType):
        return types.MethodType(without_warning(function.__func__), function.__self__)
    if hasattr(function, "view_class"):
        function.view_class = without_warnings(function.view_class)
    return function.__wrapped__ if warns(function) else function


def without_warnings(cls: Any) -> Any:
    """Return the class of a class-based view, or one made from it whose methods warn nobody."""
    names = (*map(str.lower, cls.methods or ()), MAIN)
    methods: dict[str, Any] = {name: getattr(cls, name, None) for name in names}
    marked = {name: method.__wrapped__ for name, method in methods.items() if warns(method)}
    if not marked and not warns(cls.__new__):
        return cls
    known = {name: value for name, value in vars(cls).items() if name in IDENTITY_ATTRIBUTES}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # to make a class from one that is marked warns too
        return type(cls)(cls.__name__, (cls,), {**known, **marked})


def find_silent_constructor(cls: Any) -> Callable[..., Any]:
    """Return what makes an instance of a class, without the warning of one that is marked.

    Where the metaclass makes them, as that of msgspec's Structs, nobody is warned.
    """
    if not warns(getattr(cls, "__new__", None)) or type(cls).__call__ is not type.__call__:
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
