"""Statuses that leave typed routes without being in the document: reported in tests and debug.

Request time, after all that may change a response.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Request, Response, request
from marshmallow import ValidationError, fields
from werkzeug.http import parse_cookie

from ..declare.settings import OnUndeclared
from ..exceptions import HeaderMismatch, UndeclaredStatus
from .dispatch import Served


def make_check(
    app: Flask, find: Callable[[Request], Served | None], said: OnUndeclared
) -> Callable[[Response], Response]:
    """Return what checks the responses of an app, and changes none.

    :param find: returns what answers a request.
    :param said: what is done about a response that differs from the document.
    """
    config = app.config

    def check(response: Response) -> Response:
        if config["TESTING"] or config["DEBUG"]:
            served = find(request)
            if served is not None:
                check_status(served, response.status_code, said)
                check_headers(served, response, said)
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
    tell(report, said)


def check_headers(served: Served, response: Response, said: OnUndeclared) -> None:
    """Report a header, or a cookie, that is not what ``Returns`` says of it.

    :raises HeaderMismatch: if the configuration says so.
    """
    outcomes = (o for o in served.operation.outcomes if o.status == response.status_code)
    outcome = next(outcomes, None)
    if said == "ignore" or outcome is None:
        return
    cookies = read_cookies(response)
    for what, declared, sent in (
        ("header", outcome.headers, response.headers),
        ("cookie", outcome.cookies, cookies),
    ):
        for name, field in declared.items():
            fault = find_fault(field, sent.get(name))
            if fault is not None:
                words = f"{served.operation.name} answered with the {what} {name!r}: {fault}"
                tell(HeaderMismatch(words), said)


def find_fault(field: fields.Field[Any], text: str | None) -> str | None:
    """Return what is wrong with the text of a header or a cookie."""
    if text is None:
        return "it is missing." if field.required else None
    try:
        field.deserialize(text)
    except ValidationError as error:
        return str(error)
    return None


def read_cookies(response: Response) -> Mapping[str, str]:
    """Return the cookies that a response sets."""
    found: dict[str, str] = {}
    for header in response.headers.getlist("Set-Cookie"):
        found.update(parse_cookie(header.partition(";")[0]))
    return found


def tell(report: UndeclaredStatus | HeaderMismatch, said: OnUndeclared) -> None:
    """Warn, or raise."""
    if said == "error":
        raise report
    warnings.warn(report, stacklevel=1)
