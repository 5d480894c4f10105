"""From the arguments of a call to the values of a request, by their keys.

Where the client is used. An object that a provider makes is taken apart into the arguments of its
provider.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..declare.dependencies import PROVIDED
from ..declare.provided import SENT_ARGUMENTS, SENT_HEADERS
from ..plan.operation import REQUEST, Operation
from ..schemas.sentinels import is_sentinel
from .errors import ArgumentMismatch


@dataclass(slots=True)
class SentValues:
    """The values of a request.

    :param by_key: with the name of the argument that each comes from.
    :param headers: those that a provider reads from the request itself.
    """

    by_key: dict[str, tuple[str, Any]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def bind(view: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return the arguments of a call by name, without those that a provider makes.

    :raises TypeError: for arguments that the view does not have.
    """
    signature = inspect.signature(view)
    given: dict[str, Any] = {}
    for name, value in signature.bind_partial(*args, **kwargs).arguments.items():
        kind = signature.parameters[name].kind
        given.update(value if kind is inspect.Parameter.VAR_KEYWORD else {name: value})
    return {n: v for n, v in given.items() if v is not PROVIDED and not is_sentinel(v)}


def collect_values(
    operation: Operation, given: Mapping[str, Any], others: Mapping[str, Any]
) -> SentValues:
    """Return the values of a request.

    :param given: the arguments of the view, by name.
    :param others: the arguments of its providers, by name.
    :raises ArgumentMismatch: for an argument that no request can have.
    :raises TypeError: for a required argument that is missing.
    """
    keys = dict(operation.inputs.keys)
    values = SentValues()
    for name, value in given.items():
        if name not in keys:
            raise ArgumentMismatch(operation.name, name, "it is not a value of the request")
        place_value(operation, values, name, keys[name], value)
    names = dict(find_provider_names(operation))
    for name, value in others.items():
        if name not in names:
            raise ArgumentMismatch(operation.name, name, "no provider has it")
        place_value(operation, values, name, names[name], value)
    return values


def find_provider_names(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield the names of the arguments of providers, and of variables of the URL, with keys."""
    for name in sorted(operation.fixed):
        yield name, name
    for step in operation.steps:
        for name, key in step.inputs.keys:
            if not key.startswith("#"):
                yield name, key


def place_value(operation: Operation, values: SentValues, name: str, key: str, value: Any) -> None:
    """Add a value under its key, or the parts of an object that a provider makes."""
    if not key.startswith("#"):
        values.by_key[key] = name, value
        return
    step = next((step for step in operation.steps if step.key == key), None)
    inner = step.inputs.keys if step else ()
    if step is None or not inner:
        cause = "the server makes it from nothing that a request has; leave it out"
        raise ArgumentMismatch(operation.name, name, cause)
    if any(inner_key == REQUEST for _, inner_key in inner):
        values.headers.update(read_sent_headers(operation, name, value))
        return
    parts = take_apart(operation, name, tuple(one for one, _ in inner), value)
    for inner_name, inner_key in inner:
        place_value(operation, values, name, inner_key, parts[inner_name])


def read_sent_headers(operation: Operation, name: str, value: Any) -> Mapping[str, str]:
    """Return the headers from which a provider makes an object."""
    write: Callable[[], Mapping[str, str]] | None = getattr(value, SENT_HEADERS, None)
    if write is None:
        cause = "its provider reads the request itself; set its headers by with_headers()"
        raise ArgumentMismatch(operation.name, name, cause)
    return write()


def take_apart(
    operation: Operation, argument: str, names: tuple[str, ...], value: Any
) -> Mapping[str, Any]:
    """Return the arguments with which a provider makes an object."""
    write = getattr(value, SENT_ARGUMENTS, None)
    try:
        if write is not None:
            parts: Mapping[str, Any] = write(names)
            return parts
        return {name: getattr(value, name) for name in names}
    except AttributeError:
        wanted = ", ".join(names)
        cause = (
            f"its provider makes it of {wanted}, which are not its attributes; leave it out, and"
            f" pass them by with_arguments({names[0]}=…)"
        )
    except ValueError as error:
        cause = str(error)
    raise ArgumentMismatch(operation.name, argument, cause)
