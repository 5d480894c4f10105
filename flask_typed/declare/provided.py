"""Classes that bring their provider: an argument needs no ``Depends`` beside such a class.

Declaration time: ``paging: Paging``. The class makes the provider when the view is registered.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .dependencies import Provider
from .settings import Settings

#: The class method that makes the provider of an argument.
PROVIDER = "__typed_provider__"
#: The method of an instance that returns the values from which its provider makes it again, by the
#: names of the provider's arguments. It gets these names. Without it, they are attributes.
SENT_ARGUMENTS = "__typed_arguments__"
#: Likewise, the headers, of an instance whose provider reads the request itself.
SENT_HEADERS = "__typed_headers__"
#: The attribute with the classes of metadata that the class reads; none by default.
METADATA = "__typed_metadata__"


@dataclass(frozen=True, slots=True)
class ProvidedArgument:
    """An argument that is annotated with a class that brings its provider.

    :param arguments: of a generic class: ``(Book,)`` for ``Filters[Book]``.
    :param metadata: the objects in ``Annotated`` that the class reads.
    :param default: of the argument; ``None`` if it has none.
    :param rename: returns the name of a query parameter in the request.
    :param settings: the configuration of the app.
    """

    name: str
    arguments: tuple[Any, ...]
    metadata: tuple[Any, ...]
    default: Any
    rename: Callable[[str], str]
    settings: Settings


def make_provider(
    name: str, make: Callable[..., Any], parameters: Mapping[str, tuple[Any, Any]]
) -> Provider:
    """Return a provider with arguments that are known only when a view is registered.

    :param name: of the provider, in messages.
    :param make: called with the values, by name.
    :param parameters: the annotation and the default of each argument; ``inspect.Parameter.empty``
        for a required one.
    """
    missing, kind = inspect.Parameter.empty, inspect.Parameter.KEYWORD_ONLY
    defaults = {key: value for key, (_, value) in parameters.items() if value is not missing}

    def provide(**values: Any) -> Any:
        return make(**{**defaults, **values})

    signature = inspect.Signature(
        [
            inspect.Parameter(parameter, kind, default=default, annotation=annotation)
            for parameter, (annotation, default) in parameters.items()
        ]
    )
    provide.__signature__ = signature  # type: ignore[attr-defined]  # inspect reads it
    provide.__annotations__ = {key: annotation for key, (annotation, _) in parameters.items()}
    provide.__name__ = provide.__qualname__ = name
    return provide
