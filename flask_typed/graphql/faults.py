"""The faults of arguments: all of them in one error, as in REST's 422.

Request time.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

from marshmallow import ValidationError, fields
from typing_extensions import TypedDict

from ..schemas.faults import flatten, write_pointer
from ..schemas.searching import Enough
from ..serve.collecting import Faults, loading_values


class InputFault(TypedDict):
    """One fault of an argument.

    ``pointer`` is a JSON Pointer from the arguments to the value, by GraphQL's names.
    """

    pointer: str
    code: str
    detail: str


class InputInvalid(Exception):
    """Arguments that their annotations do not allow.

    :param faults: all of them, up to a limit.
    :param detail: the sentence that tells their number.
    """

    def __init__(self, faults: list[InputFault], detail: str) -> None:
        self.faults = faults
        self.detail = detail
        super().__init__(detail)


class Loadable(Protocol):
    """An argument that loads its values."""

    @property
    def field(self) -> fields.Field[Any] | None:
        """The field of the values; ``None`` if they stay as they are."""
        ...

    @property
    def pointer(self) -> str:
        """The JSON Pointer to the values."""
        ...


def load_all(inputs: Mapping[str, Loadable], values: Mapping[str, Any], most: int) -> Any:
    """Return the values of arguments for a resolver, by name.

    :param values: those that a client has given, as GraphQL has parsed them. Others are absent.
    :param most: the number of faults that an error lists.
    :raises InputInvalid: with the faults of all arguments.
    """
    faults = Faults(most)
    loaded = {}
    with suppress(Enough):
        for name, value in values.items():
            loaded[name] = load_into(faults, inputs[name], value)
    if faults.found:
        raise make_error(faults)
    return loaded


def load_into(faults: Faults, argument: Loadable, value: Any) -> Any:
    """Return the value of an argument, or add its faults.

    :raises Enough: if no more faults are searched for.
    """
    field = argument.field
    if field is None:
        return value
    try:
        with loading_values(faults):
            return field.deserialize(value)
    except ValidationError as error:
        for path, message in flatten(error.messages, field):
            faults.add("body", argument.pointer + write_pointer(path), message)
    return None


def make_error(faults: Faults) -> InputInvalid:
    """Return the error for faults, in the language of the request."""
    made = faults.make_error()
    listed: list[InputFault] = [
        {"pointer": fault["pointer"], "code": fault["code"], "detail": fault["detail"]}
        for fault in made.errors
    ]
    return InputInvalid(listed, made.description or "")
