"""Definitions of Strawberry's types, without a change to any class of the program.

Registration time.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from strawberry.schema_directives import OneOf as OneOfDirective
from strawberry.types.base import StrawberryObjectDefinition

from ..schemas.docstrings import read_docstring


class GivenInput:
    """The base of generated input types: Strawberry makes the values that were given of them."""

    def __new__(cls, /, **given: Any) -> Any:
        """Return the values by GraphQL's names."""
        return given


def define_type(
    name: str,
    cls: type,
    description: str | None = None,
    *,
    is_input: bool = False,
    is_one_of: bool = False,
) -> Any:
    """Return the definition of a type without fields.

    Types may refer to themselves, so the fields are added once the type is known.

    :param name: which may change, if another type has it.
    :param cls: that the type is made of.
    """
    definition = StrawberryObjectDefinition(
        name=name,
        is_input=is_input,
        is_interface=False,
        origin=object,
        description=description,
        interfaces=[],
        extend=False,
        directives=(OneOfDirective(),) if is_one_of else (),
        is_type_of=None,
        resolve_type=None,
        fields=[],
    )
    base = GivenInput if is_input else object
    # Strawberry takes two classes of one module and name for the same type.
    body = {"__strawberry_definition__": definition, "__module__": cls.__module__}
    definition.origin = type(name, (base,), body)
    return definition


def add_fields(definition: Any, fields: Iterable[Any]) -> None:
    """Add fields to a definition."""
    definition.fields.extend(fields)


def describe_class(cls: type) -> str | None:
    """Return the description of a class: its docstring, unless a decorator has made it."""
    written = vars(cls).get("__doc__")
    if not isinstance(written, str) or written.startswith(f"{cls.__name__}("):
        return None
    docstring = read_docstring(inspect.cleandoc(written))
    return "\n\n".join(filter(None, (docstring.summary, docstring.rest))) or None
