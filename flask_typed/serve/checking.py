"""Statuses that leave typed routes without being in the document: reported in tests and debug.

Request time, after all that may change a response.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Literal

from flask import Flask, Response, request

from ..exceptions import UndeclaredStatus
from .dispatch import Dispatcher

#: What is done about a status that is not in the document.
OnUndeclared = Literal["warn", "error", "ignore"]


def make_check(app: Flask) -> Callable[[Response], Response]:
    """Return what checks the responses of an app, and changes none."""

    def check(response: Response) -> Response:
        if app.testing or app.debug:
            check_status(app, response.status_code)
        return response

    return check


def check_status(app: Flask, status: int) -> None:
    """Report a status if the document does not have it.

    A 500 is a mistake of the program, and is never in the document.

    :raises UndeclaredStatus: if the configuration says so.
    """
    said: OnUndeclared = app.config["TYPED_UNDECLARED_STATUS"]
    view = app.view_functions.get(request.endpoint or "")
    served = view.find() if isinstance(view, Dispatcher) else None
    if said == "ignore" or served is None or status == 500:
        return
    if not served.statuses.isdisjoint({None, status}):
        return
    report = UndeclaredStatus(
        f"{served.operation.name} answered {status}, which is not in the document:"
        " say it with @raises, or in the return annotation."
    )
    if said == "error":
        raise report
    warnings.warn(report, stacklevel=1)
