"""The mock: a WSGI app that knows nothing but a document.

Development time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from werkzeug.http import parse_dict_header
from werkzeug.wrappers import Request, Response

from ..outside.operations import OutsideApi
from ..review.references import JSONObject
from .answering import Answerer, NotDocumented, make_problem_response
from .matching import MockPath, PathMatcher
from .refusing import Refusal, RequestReader

#: Where the document is, unless the API has an operation there.
DOCUMENT_PATH = "/openapi.json"
#: Browsers may use a mock from pages of any origin.
OPEN_HEADERS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "*"}


class MockApp:
    """Answers the requests of an API by its document.

    A request gets the first documented response of success, with the document's example or a made
    value. One that is not valid gets the documented refusal. ``Prefer: code=404`` asks for another
    response, and ``Prefer: example=NAME`` for an example.

    :param document: as :func:`~..outside.reading.parse_api` returns it.
    """

    def __init__(self, document: JSONObject) -> None:
        self._api = OutsideApi(document)
        self._paths = PathMatcher(self._api.operations)
        self._reader = RequestReader(self._api.incoming)
        self._answerer = Answerer(self._api.outgoing)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request, as WSGI has it."""
        with Request(environ) as request:  # closes uploaded files
            response = self.respond(request)
        response.headers.update(OPEN_HEADERS)
        return response(environ, start_response)

    def respond(self, request: Request) -> Response:
        """Return the response to a request."""
        found = self._paths.find(request.path)
        if found is None and request.path == DOCUMENT_PATH:
            text = json.dumps(self._api.document, ensure_ascii=False)
            return Response(text, content_type="application/json")
        if found is None:
            return make_problem_response(404, Refusal((404,), "The document has no such path."))
        path, variables = found
        method = find_mock_method(path, request.method)
        if method is None:
            return refuse_method(path, request)
        return self._respond(path, method, request, variables)

    def _respond(
        self, path: MockPath, method: str, request: Request, variables: Mapping[str, str]
    ) -> Response:
        """Return the response of an operation."""
        operation = path.operations[method]
        accept = request.accept_mimetypes
        preferred = parse_dict_header(request.headers.get("Prefer", ""))
        code, example = preferred.get("code") or "", preferred.get("example") or ""
        refusal = None
        if not code:
            refusal = self._reader.find_refusal(operation, request, variables)
        if refusal is not None:
            return self._answerer.refuse(operation, accept, refusal)
        try:
            return self._answerer.answer(operation, accept, code, example)
        except NotDocumented as error:
            return make_problem_response(400, Refusal((400,), str(error)))


def find_mock_method(path: MockPath, method: str) -> str | None:
    """Return the method of the operation that answers a request; GET answers HEAD."""
    if method in path.operations:
        return method
    return "GET" if method == "HEAD" and "GET" in path.operations else None


def refuse_method(path: MockPath, request: Request) -> Response:
    """Return the response to a method that a path does not have; a browser may ask before."""
    allowed = ", ".join(path.operations)
    if request.method == "OPTIONS":
        headers = {
            "Allow": allowed,
            "Access-Control-Allow-Methods": allowed,
            "Access-Control-Allow-Headers": request.headers.get(
                "Access-Control-Request-Headers", "*"
            ),
        }
        return Response(status=204, headers=headers)
    detail = f"The document has {allowed} here."
    response = make_problem_response(405, Refusal((405,), detail))
    response.headers["Allow"] = allowed
    return response
