"""Models of pydantic that spread over several parameters or form fields.

Registration time. Each field of the model becomes a parameter, by pydantic's name for it and its
schema; :mod:`.members` reads them in requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pydantic
from marshmallow import fields

from ..declare.markers import Location, Marker
from ..exceptions import DeclarationError, UnsupportedType, declared_in
from ..schemas.families.model_schemas import Spreading, SpreadSchema
from ..schemas.fields import Described
from ..schemas.hints import Hint, name_of
from ..schemas.metadata import is_marker_or_scheme, write_name
from ..schemas.parameter_styles import find_separator, reject_style
from ..schemas.registry import EMPTY_IS_NULL
from .members import MemberText, MemberTexts, PydanticSpread
from .models import find_pydantic_fields, reject_ignored, reject_ignored_item
from .texts import Collection, read_form
from .values import Kind, PydanticModel


class SpreadingModel(PydanticModel, Spreading):
    """A model in a location that has only text."""

    def spread(self, location: Location, rename: Any) -> SpreadSchema:
        """Return the schema of its parameters."""
        extra = read_config(self.model).get("extra")
        if not self.kind.entering.schema.get("properties"):
            raise UnsupportedType(
                f"{name_of(self.model)} has no named fields to spread over {location} parameters.",
                instead="Use a model with fields, or take it from the JSON body: `Body()`.",
            )
        members = dict(spread_members(self.kind, location, rename))
        schema = PydanticSpread(self.kind, members, extra)
        schema.folds_case = location == "header"
        return schema


def read_config(model: Any) -> Mapping[str, Any]:
    """Return the configuration of a model or a dataclass."""
    config: Mapping[str, Any] = getattr(model, "model_config", None) or getattr(
        model, "__pydantic_config__", {}
    )
    return config


@dataclass(frozen=True, slots=True)
class Member:
    """A field of a model that becomes a parameter.

    :param key: pydantic's name of the field in JSON.
    :param wire: the name in the request.
    """

    name: str
    key: str
    wire: str
    marker: Marker | None
    hint: Hint
    location: Location


def spread_members(
    kind: Kind, location: Location, rename: Any
) -> Iterator[tuple[str, fields.Field[Any]]]:
    """Yield the fields of a model by pydantic's names."""
    described = kind.entering
    for name, field in find_pydantic_fields(kind.annotation).items():
        with declared_in(f"field {name!r}", name_of(kind.annotation)):
            reject_ignored(field.annotation, set())
            marker = read_member_marker(field.metadata, location)
            key = find_key(name, field, described.schema["properties"])
            wire = key if field.validation_alias else rename(name)
            wire = marker.alias if marker and marker.alias else wire
            hint = Hint(field.annotation, tuple(field.metadata))
            yield key, make_part(Member(name, key, wire, marker, hint, location), described)


def find_key(name: str, field: Any, properties: Mapping[str, Any]) -> str:
    """Return pydantic's name of a field in JSON: its alias, the first of several, or its own.

    :raises DeclarationError: if it is a path into other values.
    """
    alias = field.validation_alias
    choices = alias.choices if isinstance(alias, pydantic.AliasChoices) else [alias]
    texts = [choice for choice in choices if isinstance(choice, str)]
    key = next((text for text in (*texts, name) if text in properties), None)
    if key is None or (alias and not texts):
        raise DeclarationError(
            "The alias of the field is a path, but a parameter has one name.",
            instead="Write `Field(alias=…)` with a text.",
        )
    found: str = key
    return found


def read_member_marker(metadata: Sequence[Any], location: Location) -> Marker | None:
    """Return the marker of a field, which names the location of its model.

    :raises DeclarationError: for any other marker or scheme.
    """
    found = [item for item in metadata if is_marker_or_scheme(item)]
    for item in metadata:
        if not isinstance(item, Marker) or len(found) > 1:
            reject_ignored_item(item)
    for item in found:
        if item.location != location:
            raise DeclarationError(
                f"The field is marked {write_name(item)}, but its object comes from the"
                f" {location}.",
                instead="Use the marker of the object, or make the field an argument of its own.",
            )
    return next(iter(found), None)


def make_part(member: Member, described: Described) -> fields.Field[Any]:
    """Return the field of a parameter."""
    separated = make_separated(member)
    declared = described.schema["properties"][member.key]
    schema = exclude_separator(simplify(declared), separated["separator"])
    whole = {str(described.component): described.schema}
    part = Described(schema, None, {**described.definitions, **whole})
    form = read_form(part, member.hint.type)
    if form is None:
        raise UnsupportedType(
            f"The field {member.name!r} cannot be written in a {member.location} parameter.",
            instead="Use scalars and lists of them, or send it in the JSON body: `Body()`.",
        )
    required = member.key in described.schema.get("required", ())
    nullable = {"type": "null"} in declared.get("anyOf", ()) and not isinstance(form, Collection)
    documentation = member.marker.documentation() if member.marker else {}
    options: dict[str, Any] = {
        "required": required,
        "data_key": member.wire,
        "metadata": {**documentation, EMPTY_IS_NULL: nullable},
    }
    if isinstance(form, Collection):
        made: MemberText = MemberTexts(described=part, form=form, **separated, **options)
    else:
        made = MemberText(part, form, **options)
    if member.location == "query":
        reject_style(member.hint, made)
    return made


def simplify(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema without null, which text cannot express."""
    members = [member for member in schema.get("anyOf", ()) if member != {"type": "null"}]
    rest = {
        word: value
        for word, value in schema.items()
        if word != "anyOf" and not (word == "default" and value is None)
    }
    if not members:
        return rest
    return {**rest, **(members[0] if len(members) == 1 else {"anyOf": members})}


def exclude_separator(schema: Mapping[str, Any], separator: str | None) -> Mapping[str, Any]:
    """Return the schema of texts with a separator between them, which none of them has."""
    items = schema.get("items", {})
    if not separator or items.keys() - {"title"} != {"type"} or items["type"] != "string":
        return schema
    return {**schema, "items": {**items, "pattern": f"^[^{separator}]*$"}}


def make_separated(member: Member) -> Mapping[str, Any]:
    """Return the options of a collection in a location."""
    if member.location == "header":
        return {"separator": ",", "padded": True}
    return {"separator": find_separator(member.hint) if member.location == "query" else None}
