"""Models that become several parameters, and decide about names that they do not have.

Registration time makes the schemas, requests use them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields, missing
from typing_extensions import Never

from ..declare.markers import Location
from ..exceptions import DeclarationError, UnsupportedType
from ..schemas.families.containers import is_textual
from ..schemas.families.model_records import Model
from ..schemas.families.model_schemas import ModelSchema, SpreadSchema
from ..schemas.families.scalars import Anything, String
from ..schemas.hints import name_of
from ..schemas.parameter_styles import takes_several


class SpreadModelSchema(SpreadSchema, ModelSchema):
    """Reads a model from several parameters, with its own policy for other names."""

    def load(
        self, data: Any, *, many: bool | None = None, partial: Any = None, unknown: Any = None
    ) -> Any:
        """Return the model for the values of a location, whatever the policy of the location."""
        named = {name: data.get(name, missing) for name in self.wire_fields}
        values = {name: value for name, value in named.items() if value is not missing}
        if self.extra != "ignore":
            values.update(self._read_others(data))
        return super().load(values)

    def _read_others(self, data: Any) -> Iterator[tuple[str, Any]]:
        """Yield other names with one value or several, by the type of extra keys."""
        for name, found in self.find_others(data):
            several = any(takes_all(rest, found) for rest in self.rest)
            yield name, found if several else found[0]


def takes_all(rest: fields.Field[Any], found: list[str]) -> bool:
    """Return whether an extra key has all values of a name, or only the first."""
    return len(found) > 1 if isinstance(rest, Anything) else takes_several(rest)


def make_model_spread(made: type[ModelSchema], location: Location) -> Schema:
    """Return the schema of a model that becomes several parameters.

    :param made: the schema class of the model.
    """
    extra = find_extra(made.model)
    if extra is None:
        return made()
    for rest in made.rest:
        reject_rest(rest, made.model, location)
    schema: SpreadSchema = type(made.__name__, (SpreadModelSchema, made), {})()
    schema.extra = extra
    schema.folds_case = location == "header"
    return schema


def find_extra(model: Model) -> str | None:
    """Return the policy of a model for extra keys; ``None`` if it has none."""
    if model.has_rest:
        return "allow"
    if model.rest is Never:
        return "forbid"
    return "ignore" if model.ignores_unknown else None


def reject_closed_headers(schema: Schema, model: Any) -> None:
    """Raise for a model that forbids other headers.

    :param schema: of the model, which becomes headers.
    """
    if isinstance(schema, SpreadSchema) and schema.extra == "forbid":
        raise DeclarationError(
            f"{name_of(model)} forbids other headers, but every client sends its own.",
            instead='Leave out `extra="forbid"` in the model of headers.',
        )


def reject_rest(rest: fields.Field[Any], model: Model, location: Location) -> None:
    """Raise for extra keys whose values cannot be written, or not be published."""
    if isinstance(rest, Anything) or (location == "form" and is_textual(rest)):
        return
    if not isinstance(rest, String) or rest.validators:  # OpenAPI cannot publish their schema
        raise UnsupportedType(
            f"The extra keys of {name_of(model.type)} are not plain text, but come from the"
            f" {location}.",
            instead="Use `dict[str, str]` or `dict[str, Any]`.",
        )
