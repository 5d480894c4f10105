"""pydantic's objects in ``Annotated``, outside of its models.

Registration time. Constraints become those of flask_typed's own fields; only what they cannot
express, such as a validator function, is left to pydantic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import ismethod
from typing import Any

import annotated_types as at
import pydantic
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ..exceptions import DeclarationError
from ..schemas.constraints import CONSTRAINT_CONVERSIONS
from ..schemas.metadata import is_from_pydantic
from ..schemas.msgspec_meta import make_search

#: The methods by which an object in ``Annotated`` changes what pydantic does.
PYDANTIC_METHODS = ("__get_pydantic_core_schema__", "__get_pydantic_json_schema__")
#: Objects that accept their own result again, so that values of responses can be validated.
PURE = (
    *(at.BaseMetadata, FieldInfo, pydantic.UrlConstraints, pydantic.Discriminator, pydantic.Tag),
    *(pydantic.PlainSerializer, pydantic.WrapSerializer, pydantic.WithJsonSchema),
    *(pydantic.types.UuidVersion,),
)
#: The options of pydantic's ``Field`` that document a value.
DOCUMENTING = ("title", "description", "examples", "deprecated")
#: The options that have no meaning outside of a model, with what to write instead.
UNREAD: Mapping[str, str] = {
    **dict.fromkeys(
        ("alias", "validation_alias", "serialization_alias"),
        "Write it in a marker of flask_typed: `Query(alias=…)`, or `Body(alias=…)`.",
    ),
    **dict.fromkeys(("default", "default_factory"), "Write the default after `=`."),
    "exclude": "Write `WriteOnly()` on a field of a dataclass; return another type.",
    **dict.fromkeys(("frozen", "init", "init_var", "kw_only", "validate_default"), "Leave it out."),
}


#: The constraints that fields of flask_typed check.
OWN = tuple(kind for kind, _ in CONSTRAINT_CONVERSIONS)
#: Constraints that JSON has anyway: it is read strictly, and has neither NaN nor infinity.
IMPLIED = (pydantic.Strict, pydantic.AllowInfNan)


@dataclass(frozen=True, slots=True)
class OpenedMetadata:
    """What pydantic's objects in an annotation declare.

    :param own: the constraints in them that fields of flask_typed check.
    :param all: all objects in the annotation that pydantic reads, in their order.
    :param is_own: whether pydantic is not needed.
    :param documentation: the description and so on, by keyword.
    """

    own: tuple[Any, ...]
    all: tuple[Any, ...]
    is_own: bool
    documentation: Mapping[str, Any]


def reads_item(item: Any) -> bool:
    """Return whether pydantic reads an object in ``Annotated``."""
    if isinstance(item, type):  # it may be written without parentheses
        return any(ismethod(getattr(item, name, None)) for name in PYDANTIC_METHODS)
    return is_from_pydantic(item) or any(hasattr(item, name) for name in PYDANTIC_METHODS)


def open_metadata(metadata: tuple[Any, ...]) -> OpenedMetadata:
    """Return what pydantic's objects declare.

    :raises DeclarationError: for an option that has no effect outside of a model.
    """
    documentation: dict[str, Any] = {}
    everything: list[Any] = []
    inside: list[Any] = []
    for item in metadata:
        if isinstance(item, FieldInfo):
            reject_unread_options(item)
            documentation.update(read_field_documentation(item))
            parts = list(open_field(item))
            inside += parts
            everything += parts
        elif reads_item(item):
            inside.append(item)
            everything.append(item)
        elif isinstance(item, at.BaseMetadata):
            everything.append(item)
    own = [to_own(part) for part in inside if not isinstance(part, IMPLIED)]
    is_own = None not in own
    return OpenedMetadata(tuple(filter(None, own)), tuple(everything), is_own, documentation)


def open_field(field: FieldInfo) -> Iterator[Any]:
    """Yield the parts of pydantic's ``Field`` that validate a value."""
    yield from field.metadata
    if field.discriminator is not None:
        yield pydantic.Field(discriminator=field.discriminator)


def to_own(part: Any) -> Any:
    """Return the constraint of flask_typed for an object; ``None`` if only pydantic has it."""
    if isinstance(part, OWN):
        return part
    options = vars(part) if type(part).__name__.endswith("GeneralMetadata") else {}
    pattern = options.get("pattern")
    return make_search(pattern) if isinstance(pattern, str) and len(options) == 1 else None


def read_field_documentation(field: FieldInfo) -> Mapping[str, Any]:
    """Return the documentation of pydantic's ``Field``, by keyword."""
    words = {name: getattr(field, name, None) for name in DOCUMENTING}
    if isinstance(field.json_schema_extra, Mapping):
        words.update(field.json_schema_extra)
    return {name: word for name, word in words.items() if word is not None}


def reject_unread_options(field: FieldInfo) -> None:
    """Raise for an option of ``Field`` that has no meaning outside of pydantic's models."""
    for option, instead in UNREAD.items():
        value = getattr(field, option, None)
        if value is not None and value is not PydanticUndefined:
            raise DeclarationError(
                f"pydantic's Field({option}=…) is only read in pydantic models.", instead=instead
            )
    if callable(field.json_schema_extra):
        raise DeclarationError(
            "pydantic's Field(json_schema_extra=…) is a function, which is not called here.",
            instead="Write a dict of keywords.",
        )
