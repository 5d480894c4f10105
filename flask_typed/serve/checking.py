"""Statuses that leave typed routes without being in the document: reported in tests and debug.

Request time, after all that may change a response.
"""

from __future__ import annotations

import warnings
from typing import Literal

from flask import Response, current_app, request

from ..exceptions import UndeclaredStatus
from .dispatch import Dispatcher

#: What is done about a status that is not in the document.
OnUndeclared = Literal["warn", "error", "ignore"]


def check_status(response: Response) -> Response:
    """Report the status of a response if the document does not have it.

    A 500 is a mistake of the program, and is never in the document.

    :raises UndeclaredStatus: if the configuration says so.
    """
    said: OnUndeclared = current_app.config["TYPED_UNDECLARED_STATUS"]
    if said == "ignore" or not (current_app.testing or current_app.debug):
        return response
    view = current_app.view_functions.get(request.endpoint or "")
    served = view.find() if isinstance(view, Dispatcher) else None
    if served is None or not served.statuses.isdisjoint({None, response.status_code}):
        return response
    if response.status_code == 500:
        return response
    report = UndeclaredStatus(
        f"{served.operation.name} answered {response.status_code}, which is not in the document:"
        " say it with @raises, or in the return annotation."
    )
    if said == "error":
        raise report
    warnings.warn(report, stacklevel=1)
    return response
