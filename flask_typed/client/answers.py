"""The answer to a call: what the view has returned, or the problem that it has raised.

Where the client is used.
"""

from __future__ import annotations

from functools import cached_property
from typing import Generic, TypeVar, cast

from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from .errors import UnexpectedResponse
from .operations import Mirrored, Mirrors
from .problems import find_problem, read_problem_document
from .responses import ResponseReader, Unreadable

R_co = TypeVar("R_co", covariant=True)

#: What is kept of the body of an unexpected response.
MAX_KEPT = 65536


class Answer(Generic[R_co]):
    """The response to a call.

    :ivar response: werkzeug's own object, for all that is not here.
    """

    def __init__(self, mirrors: Mirrors, mirrored: Mirrored, response: Response) -> None:
        self.response = response
        self._mirrors = mirrors
        self._mirrored = mirrored
        self._reader = ResponseReader(mirrors, mirrored, self._explain)
        if not self._reader.is_stream(response):
            response.get_data()  # others may use its connection then

    def __repr__(self) -> str:
        return f"<Answer {self.status}>"

    @property
    def status(self) -> int:
        """The status code."""
        return self.response.status_code

    @property
    def headers(self) -> Headers:
        """The headers."""
        return self.response.headers

    @cached_property
    def value(self) -> R_co:
        """What the view has returned.

        :raises werkzeug.exceptions.HTTPException: the problem that the view has raised, as its
            class.
        :raises UnexpectedResponse: for a response that the view does not declare.
        """
        problem = self.problem
        if problem is not None:
            raise problem
        try:
            return cast("R_co", self._reader.read(self.response))
        except Unreadable as error:
            raise self._explain(str(error)) from error

    @cached_property
    def problem(self) -> HTTPException | None:
        """The problem that the view has raised; ``None`` for a successful response.

        :raises UnexpectedResponse: for an error that the view does not declare.
        """
        if self.status < 400 or self._reader.find(self.response) is not None:
            return None
        if self._mirrors.has_own_shape:
            raise self._explain("errors have the problem_shape of the app, which has no classes")
        document = read_problem_document(self.response)
        if document is None:
            raise self._explain("the body is not a problem document")
        shapes = self._mirrors.shapes
        found = find_problem(self._mirrored.served, shapes, document, self.response)
        if found is None:
            title = document.get("title", "")
            raise self._explain(f"the view does not declare the problem {title!r}")
        return found

    def _explain(self, cause: str) -> UnexpectedResponse:
        """Return the error for a response that is not declared."""
        is_stream = self._reader.is_stream(self.response)
        body = b"" if is_stream else self.response.get_data()[:MAX_KEPT]
        document = None if is_stream else read_problem_document(self.response)
        return UnexpectedResponse(
            self._mirrored.served.name, self.status, self.headers, body, cause, document
        )
