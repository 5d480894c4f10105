"""Answers to clients that ask by ``OPTIONS`` which bodies a URL accepts.

Registration time installs it; request time, for the responses that Flask makes itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from ..plan.accepting import ACCEPT_HEADERS, find_accepting
from ..serve.weakly import hold_weakly
from .endpoints import Endpoints


def install_asking(app: Flask, endpoints: Endpoints) -> None:
    """Add ``Accept-Patch`` and ``Accept-Query`` to the responses to ``OPTIONS``.

    This overrides a method that Flask leaves to apps.
    """
    make = hold_weakly(app.make_default_options_response, app)
    bind = hold_weakly(app.create_url_adapter, app)

    def make_default_options_response() -> Response:
        response: Response = make()
        methods = [method for method in ACCEPT_HEADERS if method in response.allow]
        if methods:
            response.headers.extend(find_accepted(bind(request), methods, endpoints))
        return response

    app.make_default_options_response = make_default_options_response  # type: ignore[method-assign]  # see above


def find_accepted(
    adapter: MapAdapter, methods: list[str], endpoints: Endpoints
) -> Iterator[tuple[str, str]]:
    """Yield the headers for the typed routes of a URL.

    :param methods: that the URL allows.
    """
    for method in methods:
        try:
            rule, _ = adapter.match(method=method, return_rule=True)
        except HTTPException:  # a redirect
            continue
        served = endpoints.find_served(rule, method)
        header = find_accepting(method, served.operation.payload) if served else None
        if header is not None:
            yield header
