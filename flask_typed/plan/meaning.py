"""Options of markers and of marshmallow's schemas that have no effect where they are written.

Registration time. They are rejected here instead of being ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from ..declare.markers import Body, Location, Marker, Query
from ..exceptions import DeclarationError, declared_in
from ..schemas.families.containers import item_fields
from ..schemas.families.model_records import ModelField
from ..schemas.families.model_schemas import ModelSchema, ModelValue, all_fields
from ..schemas.families.unions import Tagged
from ..schemas.parameter_styles import FORM
from .arguments import Argument


def reject_spread(argument: Argument, field: Any) -> None:
    """Raise for an option or a check of an argument whose fields are the parameters.

    :param field: of the argument.
    """
    if field.validators or getattr(field, "checks", ()):
        raise DeclarationError(
            f"{argument.hint} is spread over several parameters, and not checked as a whole.",
            instead="Decorate the class: `@model(validators=[function])`; or check it in the view.",
        )
    marker = argument.marker
    if not isinstance(marker, Marker) or isinstance(marker, Body):
        return
    options = {"alias": marker.alias, **marker.documentation()}
    option = next((name for name, value in options.items() if value is not None), None)
    if option is not None:
        raise DeclarationError(
            f"{type(marker).__name__}({option}=…) is for one parameter, but {argument.hint} is"
            " spread over several.",
            instead="Put it on the fields, in `Annotated[…]`.",
        )


def reject_whole(argument: Argument, *, raw: bool) -> None:
    """Raise for an option of ``Body()`` that has no effect on a whole body."""
    marker = argument.marker
    if not isinstance(marker, Body):
        return
    options = {"alias": marker.alias, "embed": raw and marker.embed, "form": raw and marker.form}
    option = next((name for name, value in options.items() if value), None)
    if option is not None:
        instead = "Leave it out." if raw else "Leave it out, or write `embed=True` beside it."
        raise DeclarationError(
            f"Body({option}=…) is for a key of an object, but {argument.name!r} is the whole body.",
            instead=instead,
        )


def reject_places(schema: Any, locations: tuple[Location, ...], *, hidden: bool = False) -> None:
    """Raise for fields of a model whose markers name another location than the model's.

    :param schema: of the model.
    :param locations: of the model; the markers of its fields may name any of them.
    :param hidden: whether a field with a default may be hidden.
    """
    for field in schema.model_fields.values():
        if field.marker is not None:
            with declared_in(f"field {field.name!r}"):
                reject_place(field, field.marker, locations)
                if field.marker.hidden and (field.required or not hidden):
                    raise hidden_value("The field")


def reject_place(field: ModelField, marker: Marker, locations: tuple[Location, ...]) -> None:
    """Raise for a field whose marker names another location than its object's.

    A marker with a style is allowed everywhere: it applies where the object comes from the query.
    """
    is_style = isinstance(marker, Query) and (marker.style, marker.exploded) != FORM
    if marker.location not in locations and not is_style:
        raise DeclarationError(
            f"The field is marked {type(marker).__name__}(), but its object comes from the"
            f" {locations[0]}.",
            instead="Use the marker of the object, or take the field as an argument of its own.",
        )


def hidden_value(subject: str) -> DeclarationError:
    """Return the error for a hidden value that the document has to publish."""
    return DeclarationError(
        f"{subject} is hidden, but clients have to know it.",
        instead="Hide only query parameters, headers and cookies that have a default.",
    )


def reject_places_inside(field: Any, locations: tuple[Location, ...], known: set[Any]) -> None:
    """Raise for fields of the models in a JSON body whose markers name another location.

    :param known: the models that are checked already.
    """
    if isinstance(field, ModelValue):
        schema: Any = field.schema
        if schema in known or not isinstance(schema, ModelSchema):
            return
        known.add(schema)
        with declared_in(field.expected):
            reject_places(schema, locations)
    for inner in find_inner_fields(field):
        reject_places_inside(inner, locations, known)


def find_inner_fields(field: Any) -> Iterator[Any]:
    """Yield the fields of the values inside a value."""
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
    """Raise for options of a marshmallow Schema that have no effect where it is spread.

    :param field: contains the schema.
    """
    schema = field.schema
    location = argument.location
    name = type(schema).__name__
    if field.many or schema.many:
        raise DeclarationError(
            f"{name}(many=True) reads several objects, but the {location} holds one.",
            instead="Leave out `many`, or take them from the JSON body: `Body()`.",
        )
    if schema.partial:
        raise DeclarationError(
            f"{name}(partial=…) would be published as if all its fields were required.",
            instead="Leave out `required` in the fields that may be missing.",
        )
    unknown = find_unknown(argument, field)
    if unknown not in (None, EXCLUDE) and location != "form":
        raise DeclarationError(
            f"{name} has unknown={unknown!r}, but unknown names in the {location} are ignored.",
            instead="Write `unknown=EXCLUDE`, or annotate the class of the schema.",
        )


def find_unknown(argument: Argument, field: Any) -> str | None:
    """Return the ``unknown`` policy of a Schema, or of the field that contains it, if it has one.

    An instance that was made without options counts as RAISE, which is marshmallow's default.
    """
    schema, policy = field.schema, field.unknown
    if policy or schema.unknown != schema.opts.unknown or hasattr(schema.Meta, "unknown"):
        unknown: str = policy or schema.unknown
        return unknown
    made = [
        item for item in (argument.hint.type, *argument.hint.metadata) if is_plain_instance(item)
    ]
    return schema.unknown if made else None


def is_plain_instance(item: Any) -> bool:
    """Return whether an object is a Schema that was made without ``only`` and ``exclude``."""
    return isinstance(item, Schema) and item.only is None and not item.exclude
