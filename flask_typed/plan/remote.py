"""Functions that are called in another process: which arguments are sent, and of which types.

Declaration time of a task.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..declare.dependencies import Depends
from ..declare.markers import Marker
from ..exceptions import DeclarationError, declared_in
from ..schemas.hints import read_hint
from .arguments import (
    NO_DEFAULT,
    VARIADIC,
    find_marker,
    is_injected,
    name_argument,
    reject_default_marker,
)
from .callees import Callee, is_generator, read_provider

#: The place of the return annotation among those of the arguments.
RETURN = "return"


@dataclass(frozen=True, slots=True)
class RemoteCall:
    """A function that is called in another process.

    :param name: function, file and line, for messages.
    :param kinds: the annotations of the arguments that are sent, by name. Providers make the
        others.
    :param required: the names of those without a default.
    :param returns: the annotation of the result.
    """

    name: str
    signature: inspect.Signature
    kinds: Mapping[str, Any]
    required: tuple[str, ...]
    returns: Any

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call by name.

        :raises TypeError: for arguments that the function does not have, or that are missing.
        """
        given = self.signature.bind_partial(*args, **kwargs).arguments
        missing = [name for name in self.required if name not in given]
        if missing:
            raise TypeError(f"{self.name} needs the arguments {', '.join(missing)}")
        return given


def plan_remote(function: Callable[..., Any]) -> RemoteCall:
    """Return the record of a function that is called in another process.

    :raises DeclarationError: for an argument that has no type, or that needs a request.
    """
    callee = read_provider(function)
    with declared_in(f"task {callee.name}"):
        sent = [parameter for parameter in find_parameters(callee) if is_sent(parameter, callee)]
        if RETURN not in callee.hints:
            raise DeclarationError(
                "The task has no return annotation.", instead="Annotate its result: `-> None`."
            )
    return RemoteCall(
        callee.name,
        inspect.Signature(sent),
        {parameter.name: callee.hints[parameter.name] for parameter in sent},
        tuple(parameter.name for parameter in sent if parameter.default is NO_DEFAULT),
        callee.hints[RETURN],
    )


def name_place(name: str) -> str:
    """Return the name of an argument, or of the return annotation, for the places of an error."""
    return "the return annotation" if name == RETURN else name_argument(name)


def find_parameters(callee: Callee) -> list[inspect.Parameter]:
    """Return the parameters of a task.

    :raises DeclarationError: for a generator, and for parameters that values cannot be sent to.
    """
    if is_generator(callee.function):
        raise DeclarationError(
            "The task has `yield`: its result is one value.", instead="Return a list."
        )
    parameters = list(callee.signature.parameters.values())
    for parameter in parameters:
        if parameter.kind in (*VARIADIC, inspect.Parameter.POSITIONAL_ONLY):
            raise DeclarationError(
                f"The argument {parameter.name!r} has no name of its own in a call.",
                instead="Name each argument: values are sent by name.",
            )
    return parameters


def is_sent(parameter: inspect.Parameter, callee: Callee) -> bool:
    """Return whether a parameter gets a value that is sent, and not one of a provider.

    :raises DeclarationError: if its value can come from nowhere.
    """
    with declared_in(name_argument(parameter.name)):
        reject_default_marker(parameter)
        if parameter.name not in callee.hints:
            raise DeclarationError(
                "The argument of a task has no annotation.", instead="Annotate it."
            )
        hint = read_hint(callee.hints[parameter.name])
        marker = find_marker(hint)
        if isinstance(marker, Marker) or (is_injected(hint) and marker is None):
            raise DeclarationError(
                f"{hint} is of a request, and a task has none.",
                instead="Pass the value that the task needs.",
            )
        return not isinstance(marker, Depends)
