"""The locations of a request: where the values of each are. Stated only here in this folder.

Request time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request

from ..declare.markers import Location
from .collecting import Faults

#: The variables of the URL rule, as Flask passes them to the view. Hooks may change them, and so
#: may a view that calls another.
ViewArgs = Mapping[str, Any]

#: Returns the values of one reader by their keys. Gets the request, the variables of its URL rule,
#: the bytes of its body unless it is a form, and the faults that were found before.
ReadValues = Callable[[Request, ViewArgs, "bytes | None", Faults], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class RequestLocation:
    """Where the values of a location are in a request.

    :param values: returns the values by name.
    :param in_body: whether the values are in the body.
    """

    values: Callable[[Request, ViewArgs], Any]
    in_body: bool = False


#: All locations except ``body``, which is one value: :mod:`.body` reads its bytes.
REQUEST_LOCATIONS: Mapping[Location, RequestLocation] = {
    "path": RequestLocation(lambda request, view_args: view_args),
    "query": RequestLocation(lambda request, view_args: request.args),
    "header": RequestLocation(lambda request, view_args: request.headers),
    "cookie": RequestLocation(lambda request, view_args: request.cookies),
    "form": RequestLocation(lambda request, view_args: request.form, in_body=True),
    "file": RequestLocation(lambda request, view_args: request.files, in_body=True),
}
