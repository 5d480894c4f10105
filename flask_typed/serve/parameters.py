"""Values that have a name of their own in a request: all but those of a JSON, text or bytes body.

Made at registration; request time. Parameters of our own fields are read without their schema,
unless it has to decide.
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
from ..plan.operation import Reader
from .collecting import Faults, loading_values
from .parser import RequestParser
from .places import REQUEST_LOCATIONS, ReadValues, ViewArgs

request_parser = RequestParser()


def make_parameter_read(reader: Reader, *, accelerated: bool) -> ReadValues:
    """Return what reads the values of one place."""
    read = partial(read_variables if reader.location == "path" else read_place, reader)
    if not accelerated or reader.shape != "fields" or REQUEST_LOCATIONS[reader.location].in_body:
        return read
    parameters = make_parameters(reader.schema)
    return read if parameters is None else make_quick_parameters(reader, parameters, read)


def make_quick_parameters(
    reader: Reader, parameters: tuple[Parameter, ...], read: ReadValues
) -> ReadValues:
    """Return what reads parameters without their schema, as far as it can.

    :param read: what reads them through it.
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
    """Return the variables of the URL rule that a reader reads.

    :raises marshmallow.ValidationError: with their faults.
    """
    with loading_values(faults):
        return cast("Mapping[str, Any]", reader.schema.load(view_args, unknown=EXCLUDE))


def read_place(
    reader: Reader, request: Request, view_args: ViewArgs, body: bytes | None, faults: Faults
) -> Mapping[str, Any]:
    """Return the values that a reader reads from one place.

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
    """Say whether a request has any of the values that a model spreads over."""
    values = REQUEST_LOCATIONS[reader.location].values(request, view_args)
    return any(name in values for name in reader.fields)
