"""The places of a request: what each location is, stated here and nowhere else in this folder.

Request time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request

from ..declare.markers import Location
from .collecting import Faults

#: The variables of the URL rule, as the view is called with them. Hooks may change them, and so may
#: another view that calls this one.
ViewArgs = Mapping[str, Any]

#: Reads what one reader reads, by the keys of its values. Gets the request, the variables of its
#: URL rule, its body if it has one that is no form, and the faults that were found before.
ReadValues = Callable[[Request, ViewArgs, "bytes | None", Faults], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class RequestLocation:
    """What a location is in a request.

    :param values: returns the values by name.
    :param in_body: whether they come in the body.
    """

    values: Callable[[Request, ViewArgs], Any]
    in_body: bool = False


#: All but ``body``, which is one value: the bytes that :mod:`.body` receives.
REQUEST_LOCATIONS: Mapping[Location, RequestLocation] = {
    "path": RequestLocation(lambda request, view_args: view_args),
    "query": RequestLocation(lambda request, view_args: request.args),
    "header": RequestLocation(lambda request, view_args: request.headers),
    "cookie": RequestLocation(lambda request, view_args: request.cookies),
    "form": RequestLocation(lambda request, view_args: request.form, in_body=True),
    "file": RequestLocation(lambda request, view_args: request.files, in_body=True),
}
