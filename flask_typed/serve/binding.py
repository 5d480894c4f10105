"""From a request to plain values: one response lists the faults of all locations.

Made at registration; request time. A request goes down once::

    dispatch.Served
      └─ Binder.bind                 for security, then for the rest of the work
           ├─ body.receive           the bytes of a body of an accepted kind           400 413 415
           ├─ parameters             path, query, header, cookie, form, file
           │    ├─ codec.texts       fields of flask_typed, without a schema
           │    └─ parser            webargs, through the schema
           ├─ body                   a body that is not a form
           │    ├─ codec.loading     JSON; a rejected body is judged part by part
           │    └─ parser            webargs, through the schema
           └─ collecting.Faults      the faults of all of them                         422

:mod:`.places` defines where the values of each location are in a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Request
from marshmallow import ValidationError

from ..codec.codecs import Codecs
from ..plan.operation import Payload, QueryNames, Reader
from ..schemas.searching import Enough
from . import body, parameters
from .collecting import Faults, add_faults
from .places import ReadValues, ViewArgs


class Binder:
    """Reads the values of one phase of an operation.

    :param payload: the kind of body that is read; ``None`` if no body is read.
    :param query_names: the only names that the query may have; ``None`` if it may have any.
    :param codecs: of the accelerated path; without them, schemas read everything.
    :param config: of the app.
    :param max_faults: the number of faults that a response lists.
    """

    def __init__(
        self,
        readers: Iterable[Reader],
        payload: Payload | None,
        query_names: QueryNames | None,
        codecs: Codecs | None,
        config: Mapping[str, Any],
        max_faults: int,
    ) -> None:
        self._payload = payload
        is_limited = payload is not None and payload.max_length is not None
        self._receive = body.receive_limited if is_limited else body.receive
        self._query_names = query_names
        self._config = config
        self._max_faults = max_faults
        pairs = [(reader, make_read(reader, codecs, max_faults)) for reader in readers]
        #: The readers for a body that is not a form, and those for a form.
        self._pairs = choose(pairs, payload, "form"), choose(pairs, payload, "body")

    def bind(self, request: Request, view_args: ViewArgs) -> dict[str, Any]:
        """Return values of a request by their keys.

        :param view_args: the variables of the URL rule, as Flask passes them to the view.
        :raises RequestInvalid: with the faults of all locations.
        :raises werkzeug.exceptions.HTTPException: 400, 413 or 415 for a body that cannot be read.
        """
        values: dict[str, Any] = {}
        faults = Faults(self._max_faults)
        payload, as_form, data = self._payload, False, None
        if payload is not None:
            as_form = body.is_form(request, payload)
            data = self._receive(request, payload, self._config, as_form)
        try:
            if self._query_names is not None:
                parameters.reject_unknown_parameters(request, self._query_names, faults)
            for reader, read in self._pairs[as_form]:
                try:
                    values.update(read(request, view_args, data, faults))
                except ValidationError as error:
                    add_faults(reader, error.with_traceback(None), faults)
            if payload is not None and as_form:
                body.reject_unknown_fields(request, payload, faults)
        except Enough:
            pass
        if faults.found:
            raise faults.make_error()
        return values


#: A reader, and the function that reads its values.
Pair = tuple[Reader, ReadValues]


def make_read(reader: Reader, codecs: Codecs | None, max_faults: int) -> ReadValues:
    """Return the function that reads the values of a reader."""
    if reader.location == "body":
        return body.make_body_read(reader, codecs, max_faults)
    return parameters.make_parameter_read(reader, accelerated=codecs is not None)


def choose(pairs: Sequence[Pair], payload: Payload | None, skipped: str) -> Sequence[Pair]:
    """Return the readers for one kind of body, if the body may be JSON or a form.

    :param skipped: the location of the other kind.
    """
    if payload is None or payload.kind != "either":
        return pairs
    return [pair for pair in pairs if pair[0].location != skipped]
