"""From msgspec's values to instances of the declared types: functions generated at registration.

Requests call them. They call the same constructors as the schemas, with the same arguments. If a
constructor rejects them, the value is rejected here, and the schema makes the message.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Protocol

import msgspec
from marshmallow import ValidationError, missing

from ..schemas.families.model_records import Model, ModelField
from ..schemas.refusals import run_validator
from .refused import Refused

POSITIONAL = inspect.Parameter.POSITIONAL_OR_KEYWORD


class ReadTypeLike(Protocol):
    """The members of :class:`.entering.ReadType` that are used here."""

    @property
    def type(self) -> Any:
        """The type for msgspec."""
        ...

    @property
    def build(self) -> Callable[[Any], Any] | None:
        """Makes the value from msgspec's value."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether values may be nested deeper than the type."""
        ...


@dataclass(frozen=True, slots=True)
class StructField:
    """One field of an object that msgspec reads.

    :param key: its name in the schema.
    :param wire: its name in JSON.
    :param default: marshmallow's ``load_default``, or ``missing``.
    """

    key: str
    wire: str
    read_type: ReadTypeLike
    required: bool
    default: Any = missing


class Source:
    """The source of a generated function, and the values of its names."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"UNSET": msgspec.UNSET}

    def name(self, value: Any) -> str:
        """Return a new name for a value that the function uses."""
        name = f"n{len(self.names)}"
        self.names[name] = value
        return name

    def value(self, index: int, member: StructField) -> str:
        """Return the expression for the value of a field that is present."""
        read = f"read.f{index}"
        return f"{self.name(member.read_type.build)}({read})" if member.read_type.build else read

    def make(self) -> Callable[[Any], Any]:
        """Return the function."""
        text = "\n  ".join(["def build(read):", *self.lines])
        exec(text, self.names)  # noqa: S102  # all names in it are generated here
        build: Callable[[Any], Any] = self.names["build"]
        return build


def make_dict_builder(members: Sequence[StructField]) -> Callable[[Any], Any]:
    """Return a function that makes a mapping of the fields that are present, by their keys."""
    source = Source()
    write_dict(source, [(member.key, index, member) for index, member in enumerate(members)])
    source.lines.append("return made")
    return source.make()


def write_dict(source: Source, named: Sequence[tuple[str, int, StructField]]) -> None:
    """Write a mapping of fields by name, in order, without the absent ones."""
    first = list(takewhile(lambda item: item[2].required, named))
    present = [f"{name!r}: {source.value(index, member)}" for name, index, member in first]
    source.lines.append(f"made = {{{', '.join(present)}}}")
    for name, index, member in named[len(first) :]:
        assignment = f"made[{name!r}] = "
        if member.required:
            source.lines.append(assignment + source.value(index, member))
            continue
        source.lines.append(f"if read.f{index} is not UNSET:")
        source.lines.append(f"  {assignment}{source.value(index, member)}")
        if member.default is not missing:
            call = "()" if callable(member.default) else ""
            source.lines.append(f"else: {assignment}{source.name(member.default)}{call}")


def make_model_builder(
    model: Model, described: Mapping[str, ModelField], members: Sequence[StructField]
) -> Callable[[Any], Any]:
    """Return a function that calls the constructor of a type with named fields.

    It raises :exc:`Refused` if the constructor rejects the arguments.
    """
    given = [
        (described[member.key].name, index, member)
        for index, member in enumerate(members)
        if described[member.key].constant is missing
    ]
    source = Source()
    if model.construct is dict:
        write_dict(source, given)
    else:
        write_call(source, model, given)
    write_validators(source, model)
    source.lines.append("return made")
    return source.make()


def write_call(source: Source, model: Model, given: Sequence[tuple[str, int, StructField]]) -> None:
    """Write the call of a constructor."""
    defaults = find_defaults(model)
    left_out = [item for item in given if not item[2].required and item[0] not in defaults]
    written = {
        name: write_argument(source, index, member, defaults.get(name))
        for name, index, member in given
        if member.required or name in defaults
    }
    arguments = [*order_arguments(model, written)]
    if left_out:
        write_dict(source, left_out)
        arguments.append("**made")
    call = f"{source.name(model.construct)}({', '.join(arguments)})"
    refusals = source.name((ValidationError, *model.refusals))
    refused = source.name(Refused)
    source.lines += [
        "try:",
        f"  made = {call}",
        f"except {refusals} as error:",
        f"  raise {refused} from error",
    ]


def write_validators(source: Source, model: Model) -> None:
    """Write the calls of a type's validators. The schema meets any error of theirs too."""
    refused = source.name(Refused)
    run = source.name(run_validator)
    for validate in model.validators:
        source.lines += [
            "try:",
            f"  made = {run}({source.name(validate)}, made)",
            "except Exception as error:",
            f"  raise {refused} from error",
        ]


def write_argument(source: Source, index: int, member: StructField, default: Any) -> str:
    """Write the value of an argument, or the constructor's default if the field may be absent."""
    value = source.value(index, member)
    if member.required:
        return value
    return f"({source.name(default)} if read.f{index} is UNSET else {value})"


def find_defaults(model: Model) -> Mapping[str, Any]:
    """Return the defaults of the constructor, which may be passed instead of leaving them out.

    A Struct has none here: its constructor, which is written in C, copies the defaults.
    """
    if hasattr(model.origin, "__struct_fields__"):
        return {}
    parameters = read_constructor_parameters(model)
    return {
        name: parameter.default
        for name, parameter in parameters.items()
        if parameter.default is not parameter.empty
    }


def read_constructor_parameters(model: Model) -> Mapping[str, inspect.Parameter]:
    """Return the parameters of a constructor; none if its signature is unknown."""
    try:
        return inspect.signature(model.construct).parameters
    except (TypeError, ValueError):
        return {}


def order_arguments(model: Model, written: Mapping[str, str]) -> Iterator[str]:
    """Yield arguments: by position as long as they follow the order of the signature."""
    left = dict(written)
    for name, parameter in read_constructor_parameters(model).items():
        if parameter.kind is not POSITIONAL or name not in left:
            break
        yield left.pop(name)
    yield from (f"{name}={text}" for name, text in left.items())
