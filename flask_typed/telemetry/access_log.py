"""Access logs as JSON, a line for each request.

Setup time makes the observer; request time writes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from datetime import datetime, timezone
from typing import Any

from ..declare.observing import EndWatch, ObservedRequest, Observer, RequestWatch

ACCESS_LOGGER = logging.getLogger("flask_typed.access")


class AccessLog(Observer):
    """Writes a line of JSON for each request, with the level INFO.

    ::

        Typed(app, observers=[AccessLog()])

    It has no address, path or query: ``route`` is the URL rule. Handlers find the same values in
    the attribute ``access`` of the log record.

    :param logger: that writes the lines; by default ``flask_typed.access``.
    :param exclude: the URL rules of routes that are not logged, such as ``/health``.
    """

    def __init__(
        self, logger: logging.Logger = ACCESS_LOGGER, *, exclude: Collection[str] = ()
    ) -> None:
        self._logger = logger
        self._exclude = frozenset(exclude)

    def start(self, request: ObservedRequest) -> RequestWatch | None:
        """Begin to observe a request."""
        if request.route in self._exclude or not self._logger.isEnabledFor(logging.INFO):
            return None
        return EndWatch(request, self.write)

    def write(self, request: ObservedRequest) -> None:
        """Write the line of a request that has ended."""
        entry = make_entry(request)
        self._logger.info("%s", json.dumps(entry), extra={"access": entry})


def make_entry(request: ObservedRequest) -> dict[str, Any]:
    """Return the values of a line; those that are not known are left out."""
    began = datetime.fromtimestamp(request.began / 1e9, timezone.utc)
    error = request.error
    known = {
        "time": began.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "method": request.method,
        "route": request.route,
        "operation_id": request.operation_id,
        "status": request.status,
        "milliseconds": round(request.seconds * 1000, 3),
        "bytes": request.size,
        "problem": request.problem,
        "error": None if error is None else error.__qualname__,
    }
    return {name: value for name, value in known.items() if value is not None}
