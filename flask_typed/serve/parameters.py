"""Values that have names of their own in a request: all except a JSON, text or bytes body.

Made at registration; request time. The accelerated path reads parameters of flask_typed's own
fields. The schema reads them if it rejects one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from flask import Request
from marshmallow import EXCLUDE

from ..codec.refused import Refused
from ..codec.texts import Parameter, load_parameters, make_parameters
from ..declare.markers import WEBARGS_LOCATIONS
from ..messages.catalogue import UNKNOWN
from ..plan.operation import QueryNames, Reader
from ..schemas.faults import write_pointer
from .collecting import Faults, loading_values
from .parser import RequestParser
from .places import REQUEST_LOCATIONS, ReadValues, ViewArgs

request_parser = RequestParser()


def make_parameter_read(reader: Reader, *, accelerated: bool) -> ReadValues:
    """Return the function that reads the values of one location."""
    read = partial(read_variables if reader.location == "path" else read_location, reader)
    if not accelerated or reader.shape != "fields" or REQUEST_LOCATIONS[reader.location].in_body:
        return read
    parameters = make_parameters(reader.schema)
    return read if parameters is None else make_quick_parameters(reader, parameters, read)


def make_quick_parameters(
    reader: Reader, parameters: tuple[Parameter, ...], read: ReadValues
) -> ReadValues:
    """Return the function that reads parameters without their schema if it can.

    :param read: reads them through the schema.
    """
    values = REQUEST_LOCATIONS[reader.location].values

    def read_quickly(
        request: Request, view_args: ViewArgs, body: bytes | None, faults: Faults
    ) -> Mapping[str, Any]:
        try:
            return load_parameters(parameters, values(request, view_args))
        except (Refused, UnicodeDecodeError):
            return read(request, view_args, body, faults)

    return read_quickly


def read_variables(
    reader: Reader, request: Request, view_args: ViewArgs, body: bytes | None, faults: Faults
) -> Mapping[str, Any]:
    """Return a reader's values from the variables of the URL rule.

    :raises marshmallow.ValidationError: with their faults.
    """
    with loading_values(faults):
        return cast("Mapping[str, Any]", reader.schema.load(view_args, unknown=EXCLUDE))


def read_location(
    reader: Reader, request: Request, view_args: ViewArgs, body: bytes | None, faults: Faults
) -> Mapping[str, Any]:
    """Return a reader's values from one location of the request.

    :raises marshmallow.ValidationError: with their faults.
    """
    is_model = reader.shape == "model"
    if is_model and reader.optional and not has_any_value(reader, request, view_args):
        return {}
    location = "deep" if reader.shape == "deep" else WEBARGS_LOCATIONS[reader.location]
    with loading_values(faults):
        loaded: Any = request_parser.parse(reader.schema, request, location=location)
    return {reader.argument: loaded} if is_model else loaded


def has_any_value(reader: Reader, request: Request, view_args: ViewArgs) -> bool:
    """Return whether a request has a value for any field of a model."""
    values = REQUEST_LOCATIONS[reader.location].values(request, view_args)
    return any(name in values for name in reader.fields)


def reject_unknown_parameters(request: Request, known: QueryNames, faults: Faults) -> None:
    """Add a fault for each name in the query that the view does not take."""
    for name in REQUEST_LOCATIONS["query"].values(request, {}):
        if name not in known:
            faults.add("query", write_pointer((name,)), UNKNOWN)
