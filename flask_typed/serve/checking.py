"""Statuses that leave typed routes without being in the document: reported in tests and debug.

Request time, after all that may change a response.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Literal

from flask import Flask, Request, Response, request

from ..exceptions import UndeclaredStatus
from .dispatch import Served

#: What is done about a status that is not in the document.
OnUndeclared = Literal["warn", "error", "ignore"]


def make_check(
    app: Flask, find: Callable[[Request], Served | None]
) -> Callable[[Response], Response]:
    """Return what checks the responses of an app, and changes none.

    :param find: returns what answers a request.
    """
    config = app.config

    def check(response: Response) -> Response:
        if config["TESTING"] or config["DEBUG"]:
            served = find(request)
            if served is not None:
                check_status(served, response.status_code, config["TYPED_UNDECLARED_STATUS"])
        return response

    return check


def check_status(served: Served, status: int, said: OnUndeclared) -> None:
    """Report a status if the document does not have it.

    A 500 is a mistake of the program, and is never in the document.

    :raises UndeclaredStatus: if the configuration says so.
    """
    if said == "ignore" or status == 500:
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
