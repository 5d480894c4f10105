"""The errors of a client, besides the problems of the server.

Where the client is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import Headers

from ..exceptions import FlaskTypedError


class ArgumentMismatch(FlaskTypedError, TypeError):
    """An argument of a call cannot be sent. Nothing was sent.

    :param view: function, file and line.
    :param argument: its name.
    :param cause: a phrase.
    """

    def __init__(self, view: str, argument: str, cause: str) -> None:
        self.view = view
        self.argument = argument
        self.cause = cause
        super().__init__(view, argument, cause)

    def __str__(self) -> str:
        return f"The argument {self.argument!r} of {self.view} cannot be sent: {self.cause}"


class UnexpectedResponse(FlaskTypedError):
    """A response is not one that the view declares: of a proxy, of a failure, of another version.

    :param view: function, file and line.
    :param status: the status code.
    :param headers: of the response.
    :param body: of the response; empty for a stream.
    :param cause: a phrase.
    :ivar document: the problem document, if the body is one; else ``None``.
    """

    def __init__(
        self,
        view: str,
        status: int,
        headers: Headers,
        body: bytes,
        cause: str,
        document: Mapping[str, Any] | None = None,
    ) -> None:
        self.view = view
        self.status = status
        self.headers = headers
        self.body = body
        self.cause = cause
        self.document = document
        super().__init__(view, status, headers, body, cause, document)

    def __str__(self) -> str:
        return f"{self.view} was answered with {self.status}: {self.cause}"
