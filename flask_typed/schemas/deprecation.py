"""Support for ``@warnings.deprecated`` (PEP 702): the document marks it, requests do not warn.

Registration time. A client cannot act on a warning of the server, and a test that turns warnings
into errors would fail with every request.
"""

from __future__ import annotations

import functools
import inspect
import types
import warnings
from collections.abc import Callable
from typing import Any

#: The modules of the decorator: Python's, and typing_extensions before Python 3.13.
WARNING = ("warnings", "_py_warnings", "typing_extensions")
#: The method of a class-based view that calls the other ones.
MAIN = "dispatch_request"
#: The attributes that identify a class.
IDENTITY_ATTRIBUTES = ("__module__", "__qualname__", "__doc__", "__deprecated__")


def is_deprecated(cls: type) -> bool:
    """Return whether the class itself is deprecated, not only one of its bases."""
    return "__deprecated__" in vars(cls)


def warns(function: Any) -> bool:
    """Return whether a function is a wrapper that the decorator made."""
    module = getattr(function, "__globals__", {}).get("__name__")
    return module in WARNING and hasattr(function, "__wrapped__")


def without_warning(function: Any) -> Any:
    """Return a callable that does the same without a warning: for a view or a provider."""
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
    """Return the class of a class-based view, or a subclass whose methods do not warn."""
    names = (*map(str.lower, cls.methods or ()), MAIN)
    methods: dict[str, Any] = {name: getattr(cls, name, None) for name in names}
    marked = {name: method.__wrapped__ for name, method in methods.items() if warns(method)}
    if not marked and not warns(cls.__new__):
        return cls
    known = {name: value for name, value in vars(cls).items() if name in IDENTITY_ATTRIBUTES}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # making a subclass of a deprecated class warns too
        return type(cls)(cls.__name__, (cls,), {**known, **marked})


def find_silent_constructor(cls: Any) -> Callable[..., Any]:
    """Return a callable that makes an instance of a class without a deprecation warning.

    A metaclass that makes the instances, such as that of msgspec's Structs, does not warn anyway.
    """
    if not warns(getattr(cls, "__new__", None)) or type(cls).__call__ is not type.__call__:
        return cls  # type: ignore[no-any-return]  # a class, which can be called
    make = cls.__new__.__wrapped__

    def construct(*args: Any, **named: Any) -> Any:  # as ``type.__call__`` does
        made = make(cls) if make is object.__new__ else make(cls, *args, **named)
        if isinstance(made, cls):
            made.__init__(*args, **named)
        return made

    construct.__signature__ = read_signature(cls, make)  # type: ignore[attr-defined]  # inspect's
    return construct


def read_signature(cls: Any, make: Any) -> inspect.Signature:
    """Return the signature of a deprecated class, whose wrapper accepts any arguments."""
    signature = inspect.signature(cls.__init__ if make is object.__new__ else make)
    _, *parameters = signature.parameters.values()
    return signature.replace(parameters=parameters)
