"""Responses whose clients choose the fields: ``?fields=title,author``.

Registration time; the provider notes the choice in requests.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from annotated_types import MinLen
from flask import Request
from marshmallow import fields

from ..declare.dependencies import Depends
from ..declare.markers import Query
from ..declare.provided import make_provider
from ..exceptions import DeclarationError
from ..resources.pages import Paged
from ..schemas.factory import SchemaFactory
from ..schemas.families.containers import Array
from ..schemas.families.model_schemas import ModelValue, by_wire_name, wire_name
from ..schemas.hints import is_class
from ..schemas.selecting import make_chosen_factory
from .envelopes import Envelope
from .operation import CHOSEN, Outcome, Returned

#: The name of the query parameter.
FIELDS_PARAMETER = "fields"
WORDS = "The fields that the response has; all of them without the parameter."

#: Returns the responses, with the schemas of a factory.
ReadReturn = Callable[[SchemaFactory], Returned]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The objects of a response whose fields clients choose.

    :param item: their model.
    :param names: of their fields on the wire.
    :param around: the models around them, outermost first.
    :param path: the keys that lead to them in the body.
    """

    item: Any
    names: tuple[str, ...]
    around: tuple[Any, ...]
    path: tuple[str, ...]

    @property
    def dependency(self) -> Depends:
        """The dependency that reads and publishes the query parameter."""
        item: Any = Literal[self.names]
        marker = Query(alias=FIELDS_PARAMETER, explode=False, description=WORDS)
        parameters: Mapping[str, tuple[Any, Any]] = {
            "request": (Request, inspect.Parameter.empty),
            FIELDS_PARAMETER: (Annotated[tuple[item, ...] | None, marker, MinLen(1)], None),
        }
        return Depends(make_provider("choose_fields", note_choice, parameters))


def note_choice(request: Request, fields: tuple[str, ...] | None) -> None:
    """Note the fields that a client chooses, for its response."""
    if fields:
        request.environ[CHOSEN] = frozenset(fields)


def find_chosen(returned: Returned, envelope: Envelope) -> Chosen:
    """Return the objects whose fields clients choose: of the first successful response.

    :raises DeclarationError: if the view returns none.
    """
    for outcome in returned.outcomes:
        found = find_objects(outcome, envelope)
        if found is not None:
            return found
    raise DeclarationError(
        f"fields= lets clients choose the fields of one class, but {name_returned(returned)}.",
        instead=(
            "Annotate a dataclass or another class with named fields, a list of it, or a page of"
            " it: no pydantic model, no Schema, no union. Or leave fields= out."
        ),
    )


def name_returned(returned: Returned) -> str:
    """Return a phrase for what a view returns."""
    found = [outcome.field for outcome in returned.outcomes if not outcome.stream]
    names = [getattr(open_array(field), "expected", None) for field in found]
    return f"the view returns {next(filter(None, names), 'no object')}"


def find_objects(outcome: Outcome, envelope: Envelope) -> Chosen | None:
    """Return the objects in a body; ``None`` for a body of any other kind."""
    field: Any = None if outcome.stream else outcome.field
    is_enclosed = outcome.enclose is not None
    around: list[Any] = []
    path: list[str] = []
    while isinstance(field := open_array(field), ModelValue):
        if not (is_enclosed or is_page(field)):
            names = tuple(by_wire_name(field.schema.dump_fields))
            return Chosen(field.model.type, names, tuple(around), tuple(path))
        around.append(field.model.type)
        key, field = find_member_field(field, envelope.name if is_enclosed else "items")
        path.append(key)
        is_enclosed = False
    return None


def open_array(field: Any) -> Any:
    """Return the field of the items of an array, or a field of any other kind."""
    return field.inner if isinstance(field, Array) else field


def is_page(field: ModelValue) -> bool:
    """Return whether an object is a page."""
    return is_class(field.origin) and issubclass(field.origin, Paged)


def find_member_field(field: ModelValue, name: str) -> tuple[str, fields.Field[Any]]:
    """Return a field of a model by its attribute: its name on the wire, and itself."""
    schema: Any = field.schema
    return next(
        (wire_name(key, one), one)
        for key, one in schema.dump_fields.items()
        if schema.model_fields[key].name == name
    )


def choose_returned(
    read: ReadReturn, plain: SchemaFactory, chosen: Chosen, envelope: Envelope
) -> Returned:
    """Return the responses of a view, those with the objects marked: they may lack any field.

    :param read: returns the responses with the schemas of a factory.
    """
    returned = read(make_chosen_factory(plain, chosen.item, chosen.around))
    return replace(
        returned,
        outcomes=tuple(mark_chosen(outcome, chosen, envelope) for outcome in returned.outcomes),
    )


def mark_chosen(outcome: Outcome, chosen: Chosen, envelope: Envelope) -> Outcome:
    """Return a response with its objects marked, if they are those whose fields are chosen."""
    found = find_objects(outcome, envelope)
    is_chosen = found is not None and found.item == chosen.item
    return replace(outcome, chosen=found.path) if found and is_chosen else outcome
