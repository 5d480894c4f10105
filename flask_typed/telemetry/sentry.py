"""Sentry's events of errors name the operation. The extra ``sentry`` installs its SDK.

Setup time makes the observer; request time sets the names.
"""

from __future__ import annotations

import sentry_sdk
from sentry_sdk.types import Event, Hint

from ..declare.observing import ObservedRequest, Observer, RequestWatch


class Sentry(Observer):
    """Names the events of a request after its route, and tags them with its operation.

    ::

        sentry_sdk.init(dsn="…", in_app_exclude=["flask_typed"])
        Typed(app, observers=[Sentry()])

    It adds to what Sentry's own integration of Flask does, which finds the errors.
    """

    def start(self, request: ObservedRequest) -> RequestWatch | None:
        """Name what is sent of this request."""

        def name_event(event: Event, hint: Hint) -> Event:
            if request.route is not None:  # the integration sets the name later than this
                event["transaction"] = f"{request.method} {request.route}"
                event["transaction_info"] = {"source": "route"}
            return event

        scope = sentry_sdk.get_isolation_scope()
        scope.add_event_processor(name_event)
        if request.operation_id is not None:
            scope.set_tag("operation_id", request.operation_id)
        return None
