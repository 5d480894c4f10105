"""Options that have no meaning where they stand: of markers, and of marshmallow's schemas.

Registration time. What could not be kept is refused here, so that nobody relies on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from ..declare.markers import Body, Location, Marker, Query
from ..exceptions import DeclarationError, declared_in
from ..schemas.families.containers import item_fields
from ..schemas.families.model_schemas import ModelSchema, ModelValue, all_fields
from ..schemas.families.models import ModelField
from ..schemas.families.unions import Tagged
from ..schemas.parameter_styles import FORM
from .arguments import Argument


def reject_spread(argument: Argument) -> None:
    """Raise for the name or words of an argument that is no parameter: its fields are."""
    marker = argument.marker
    if not isinstance(marker, Marker) or isinstance(marker, Body):
        return
    options = {"alias": marker.alias, **marker.documentation()}
    option = next((name for name, value in options.items() if value is not None), None)
    if option is not None:
        raise DeclarationError(
            f"{type(marker).__name__}({option}=…) is for one parameter, and {argument.hint} is"
            " spread over several.",
            instead="Put it on the fields: `Annotated` says it there too.",
        )


def reject_whole(argument: Argument, *, raw: bool) -> None:
    """Raise for an option of ``Body()`` that a whole body cannot have."""
    marker = argument.marker
    if not isinstance(marker, Body):
        return
    options = {"alias": marker.alias, "embed": raw and marker.embed, "form": raw and marker.form}
    option = next((name for name, value in options.items() if value), None)
    if option is not None:
        instead = "Leave it out." if raw else "Leave it out, or write `embed=True` beside it."
        raise DeclarationError(
            f"Body({option}=…) is for a key of an object, and {argument.name!r} is the whole body.",
            instead=instead,
        )


def reject_places(schema: Any, locations: tuple[Location, ...], *, hidden: bool = False) -> None:
    """Raise for fields of a model that are marked to come from elsewhere than the model.

    :param schema: of the model.
    :param locations: where the model comes from; fields may be marked with any of them.
    :param hidden: whether a field with a default may be hidden.
    """
    for field in schema.model_fields.values():
        if field.marker is not None:
            with declared_in(f"field {field.name!r}"):
                reject_place(field, field.marker, locations)
                is_told = field.marker.hidden and (field.required or not hidden)
                reject_hidden("The field", is_told=is_told)


def reject_place(field: ModelField, marker: Marker, locations: tuple[Location, ...]) -> None:
    """Raise for a field that is marked to come from elsewhere than its object.

    A style is for the query alone, wherever else the object may come from.
    """
    is_style = isinstance(marker, Query) and (marker.style, marker.exploded) != FORM
    if marker.location not in locations and not is_style:
        raise DeclarationError(
            f"The field is marked {type(marker).__name__}(), and its object comes from the"
            f" {locations[0]}.",
            instead="Mark it as its object is marked, or take it as an argument of its own.",
        )


def reject_hidden(what: str, *, is_told: bool) -> None:
    """Raise for a hidden value of which the document has to tell."""
    if is_told:
        raise DeclarationError(
            f"{what} is hidden, and a client has to know of it.",
            instead="Hide parameters of the query, headers and cookies that have a default.",
        )


def reject_places_inside(field: Any, locations: tuple[Location, ...], known: set[Any]) -> None:
    """Raise for fields of the models in a JSON body that are marked to come from elsewhere.

    :param known: the models that have been looked at.
    """
    if isinstance(field, ModelValue):
        schema: Any = field.schema
        if schema in known or not isinstance(schema, ModelSchema):
            return
        known.add(schema)
        with declared_in(field.expected):
            reject_places(schema, locations)
    for inner in find_inner(field):
        reject_places_inside(inner, locations, known)


def find_inner(field: Any) -> Iterator[Any]:
    """Yield the fields of what is inside a value."""
    if isinstance(field, ModelValue):
        yield from all_fields(field.schema)
    elif isinstance(field, Tagged):
        yield from field.members.values()
    else:
        several = item_fields(field) if isinstance(field, fields.Tuple) else ()
        yield from getattr(field, "members", several)
        one = getattr(field, "inner", getattr(field, "value_field", None))
        yield from () if one is None else (one,)


def reject_schema(argument: Argument, field: Any) -> None:
    """Raise for options of a marshmallow Schema that do not hold where it is spread.

    :param field: holds the schema.
    """
    schema = field.schema
    place = argument.location
    name = type(schema).__name__
    if field.many or schema.many:
        raise DeclarationError(
            f"{name}(many=True) is several objects, and the {place} holds one.",
            instead="Leave out `many`, or send them in the JSON body: `Body()`.",
        )
    if schema.partial:
        raise DeclarationError(
            f"{name}(partial=…) would be published as if it were whole.",
            instead="Leave out `required` in the fields that may be missing.",
        )
    unknown = find_unknown(argument, field)
    if unknown not in (None, EXCLUDE) and place != "form":
        raise DeclarationError(
            f"{name} says unknown={unknown!r}, and what nobody asked for in the {place} is"
            " ignored.",
            instead="Say `unknown=EXCLUDE`, or annotate the class of the schema.",
        )


def find_unknown(argument: Argument, field: Any) -> str | None:
    """Return what a Schema, or the field that holds it, says of unknown keys, if anything.

    A Schema that is made without options says RAISE by itself, and so it is taken to mean it.
    """
    schema, policy = field.schema, field.unknown
    if policy or schema.unknown != schema.opts.unknown or hasattr(schema.Meta, "unknown"):
        unknown: str = policy or schema.unknown
        return unknown
    made = [item for item in (argument.hint.type, *argument.hint.metadata) if is_whole(item)]
    return schema.unknown if made else None


def is_whole(item: Any) -> bool:
    """Say whether an object is a Schema that was made for no visible reason but ``unknown``."""
    return isinstance(item, Schema) and item.only is None and not item.exclude
