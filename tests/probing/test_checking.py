"""A server is asked what its document promises: each broken promise is found, no other."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask_typed.outside.operations import OutsideApi
from flask_typed.probing.checking import CheckOptions, check_api, find_unknown_operations
from flask_typed.probing.findings import CheckReport
from flask_typed.probing.sending import InProcessSender, NoAnswer, Received, WireRequest
from flask_typed.probing.wiring import read_header_lines
from werkzeug.wrappers import Request, Response

from ..outside.documents import OK, make_document
from .servers import check, summarize

#: The Responses Object of an operation that may refuse.
STRICT = {
    "200": {"description": "OK", "content": {"application/json": {"schema": {"type": "integer"}}}},
    "422": {"description": "Not valid."},
}
LIMIT = {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 9}}


def answer_json(value: Any, status: int = 200) -> Response:
    """Return a response in JSON."""
    return Response(json.dumps(value), status, mimetype="application/json")


def read_limit(request: Request) -> int | None:
    """Return the limit of a request; ``None`` for one that is not valid."""
    text = request.args.get("limit", "0")
    is_valid = text.isdigit() and int(text) <= 9
    return int(text) if is_valid else None


def serve_well(request: Request) -> Response:
    """Keep every promise."""
    limit = read_limit(request)
    return Response(status=422) if limit is None else answer_json(limit)


PATHS = {"/a": {"get": {"operationId": "a", "parameters": [LIMIT], "responses": STRICT}}}


def test_promises_are_kept() -> None:
    """A server that does what its document says has no findings."""
    report = check(PATHS, serve_well)
    assert report.findings == []
    assert report.reached == {"GET /a": ["200", "422"]}
    assert report.unreached == {"GET /a": []}


def test_server_error() -> None:
    """A 5xx is always a finding, a documented one too."""

    def respond(request: Request) -> Response:
        return Response(status=503) if read_limit(request) is None else serve_well(request)

    responses = {**STRICT, "503": {"description": "Too busy."}}
    paths = {"/a": {"get": {"parameters": [LIMIT], "responses": responses}}}
    assert summarize(check(paths, respond))[0] == (
        "server-error",
        'query limit is not of type integer: "text"',
        "status 503",
        "no server error",
    )


def test_invalid_is_accepted() -> None:
    """A request just over a bound must be refused."""

    def respond(request: Request) -> Response:
        return answer_json(1) if request.args.get("limit") == "10" else serve_well(request)

    (finding,) = check(PATHS, respond).findings
    assert (finding.kind, finding.operation, finding.operation_id) == ("accepted", "GET /a", "a")
    assert finding.case == "query limit is just over its maximum: 10"
    assert finding.expected == "the request is refused: 422"
    assert finding.curl == "curl -i 'http://localhost/a?limit=10'"


def test_valid_is_refused() -> None:
    """A request at a bound must be accepted."""

    def respond(request: Request) -> Response:
        return Response(status=422) if request.args.get("limit") == "9" else serve_well(request)

    assert summarize(check(PATHS, respond)) == [
        (
            "refused",
            "query limit is at its maximum: 9",
            "status 422",
            "a valid request is accepted: 200",
        )
    ]


@pytest.mark.parametrize(
    ("response", "kind", "came", "expected"),
    [
        pytest.param(
            Response(status=404), "undocumented", "status 404", "status 200 or 422", id="status"
        ),
        pytest.param(
            answer_json("x"), "response", "status 200 with another body", "type integer", id="body"
        ),
        pytest.param(
            Response("x", mimetype="text/html"),
            "response",
            "status 200 with another media type",
            "application/json",
            id="media type",
        ),
        pytest.param(
            Response("{", mimetype="application/json"),
            "response",
            "status 200 with another body",
            "JSON",
            id="no JSON",
        ),
    ],
)
def test_another_response(response: Response, kind: str, came: str, expected: str) -> None:
    """An answer that the document does not describe is a finding."""
    paths = {"/a": {"get": {"responses": STRICT}}}
    assert summarize(check(paths, lambda request: response)) == [(kind, "is valid", came, expected)]


def test_no_success() -> None:
    """A check without any success says where the server of the document is."""
    document = make_document({"/a": {"get": {"responses": {"404": {"description": ""}}}}})
    document["servers"] = [{"url": "https://shop.example/v1"}, {"url": "/v2"}]
    sender = InProcessSender(Response(status=404))
    report = check_api(OutsideApi(document), sender, CheckOptions())
    assert report.notes == [
        "No request was successful. Check the URL and the credentials."
        " The servers of the document are https://shop.example/v1, /v2."
    ]


def test_no_promise() -> None:
    """An operation without responses promises nothing about them."""
    report = check({"/a": {"get": {"responses": {}}}}, lambda request: Response(status=404))
    assert report.findings == []


def test_body_without_description() -> None:
    """A response whose body is not described may have any."""
    responses = {"200": {"description": ""}}
    report = check({"/a": {"get": {"responses": responses}}}, lambda request: Response("x"))
    assert report.findings == []


def test_missing_header() -> None:
    """A required header has to be there."""
    headers = {"ETag": {"required": True, "schema": {"type": "string"}}}
    responses = {"200": {"description": "", "headers": headers}}
    report = check({"/a": {"get": {"responses": responses}}}, lambda request: Response())
    assert [finding.came for finding in report.findings] == ["status 200 with another header ETag"]


def test_body_that_is_not_whole() -> None:
    """Of a body that was not read, the media type is compared."""
    content = {"text/event-stream": {"schema": {"type": "object"}}}
    responses = {"200": {"description": "", "content": content}}
    report = check(
        {"/a": {"get": {"responses": responses}}},
        lambda request: Response(iter("ab"), mimetype="text/event-stream"),
    )
    assert report.findings == []


def test_path_that_is_not_routed() -> None:
    """A 404 for a path that is not valid need not be documented: the router answers."""
    parameter = {"in": "path", "name": "id", "schema": {"type": "integer"}}
    paths = {"/a/{id}": {"get": {"parameters": [parameter], "responses": STRICT}}}

    def respond(request: Request) -> Response:
        is_routed = request.path.removeprefix("/a/").isdigit()
        return answer_json(1) if is_routed else Response(status=404)

    report = check(paths, respond)
    assert report.findings == []
    assert report.used == {"GET /a/{id}": {"id": "1 (the document)"}}


BODY = {"required": True, "content": {"application/json": {"schema": {"type": "integer"}}}}


def test_wrong_media_type() -> None:
    """A 415 need not be documented."""

    def respond(request: Request) -> Response:
        if request.mimetype != "application/json":
            return Response(status=415 if request.data else 422)
        is_valid = re.fullmatch(rb"[0-9]+", request.data)
        return answer_json(1) if is_valid else Response(status=422)

    paths = {"/a": {"post": {"requestBody": BODY, "responses": STRICT}}}
    assert check(paths, respond).findings == []


def test_bytes_that_are_refused() -> None:
    """A file may be refused although the document says that bytes are valid."""
    image = {"required": True, "content": {"image/png": {"schema": {}}}}
    form = {
        "multipart/form-data": {
            "schema": {
                "properties": {"f": {"type": "string", "format": "binary"}},
                "required": ["f"],
            }
        }
    }
    paths = {
        "/a": {"put": {"requestBody": image, "responses": STRICT}},
        "/b": {"put": {"requestBody": {"content": form, "required": True}, "responses": STRICT}},
    }
    report = check(paths, lambda request: Response(status=422))
    assert report.findings == []


SECURED = {"security": [{"token": []}], "responses": {**STRICT, "401": {"description": "Who?"}}}
TOKEN = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}


def test_anonymous_is_accepted() -> None:
    """A request without credentials must be refused where they are required."""
    own = read_header_lines(["Authorization: Bearer x"])
    report = check({"/a": {"get": SECURED}}, serve_well, TOKEN, own=own)
    assert summarize(report) == [
        (
            "anonymous",
            "has no credentials",
            "status 200",
            "status 401 or 403: credentials are required",
        )
    ]


def test_without_credentials() -> None:
    """Without credentials, only their absence is checked."""
    report = check({"/a": {"get": SECURED}}, lambda request: Response(status=401), TOKEN)
    assert (report.findings, report.sent) == ([], 1)
    assert report.notes == [
        "GET /a is checked without credentials only: add a --header.",
        "No request was successful. Check the URL and the credentials.",
    ]


def test_unsafe_methods_are_not_sent() -> None:
    """By default, nothing that may change something is sent."""
    methods: set[str] = set()

    def respond(request: Request) -> Response:
        methods.add(request.method)
        return answer_json(1)

    item = {method: {"responses": STRICT} for method in ("get", "post", "put", "delete")}
    report = check({"/a": item}, respond, all_methods=False)
    assert methods == {"GET"}
    assert report.notes == [
        "3 of 4 operations may change something and are not checked without --all-methods."
    ]


def test_one_operation() -> None:
    """Operations are selected by their ids, or by method and path."""
    paths = {
        path: {"get": {"operationId": path[1:], "responses": STRICT}} for path in ("/a", "/b", "/c")
    }
    report = check(paths, serve_well, only=("a", "GET /c"))
    assert list(report.reached) == ["GET /a", "GET /c"]


def test_unknown_operations() -> None:
    """A name that no operation has is known before the check."""
    api = OutsideApi(make_document(PATHS))
    assert find_unknown_operations(api, ["a", "GET /a", "b"]) == ["b"]


def test_order() -> None:
    """What is made is read, changed, and deleted, in this order."""
    heard: list[str] = []

    def respond(request: Request) -> Response:
        heard.append(f"{request.method} {request.path}")
        return answer_json({"id": 7})

    parameter = {"in": "path", "name": "id", "schema": {"type": "integer"}, "example": 1}
    one = {
        method: {"parameters": [parameter], "responses": OK} for method in ("delete", "put", "get")
    }
    act = {"post": {"parameters": [parameter], "responses": OK}}
    make = {method: {"responses": OK} for method in ("post", "get")}
    check({"/a/{id}": one, "/a/{id}/act": act, "/a": make}, respond, max_cases=1)
    assert heard == [
        "GET /a",
        "POST /a",
        "GET /a/7",
        "PUT /a/7",
        "POST /a/7/act",
        "DELETE /a/7",
    ]


def test_too_many_cases() -> None:
    """Of too many cases, the seed selects some, the same ones each time."""
    heard: list[list[str]] = [[], []]

    def run(seed: int, number: int) -> CheckReport:
        def respond(request: Request) -> Response:
            heard[number].append(request.url)
            return serve_well(request)

        return check(PATHS, respond, max_cases=4, seed=seed)

    report = run(1, 0)
    run(1, 1)
    assert report.notes == ["GET /a: 2 cases are left out (--max-cases)."]
    assert (report.sent, heard[0]) == (4, heard[1])


def test_no_valid_request() -> None:
    """An operation without a valid request is named."""
    parameter = {"in": "query", "name": "a", "required": True, "schema": False}
    paths = {"/a": {"get": {"parameters": [parameter], "responses": OK}}}
    assert check(paths, serve_well).notes == [
        "GET /a is not checked: no valid request is known. Write an example."
    ]


@pytest.mark.parametrize("name", ["accepted", "accepted:a", "accepted:GET /a"])
def test_ignored(name: str) -> None:
    """A kind of findings can be ignored, of all operations or of one."""
    report = check(PATHS, lambda request: answer_json(1), ignored=frozenset({name}))
    assert report.findings == []


def test_not_ignored() -> None:
    """What is ignored of one operation is found in others."""
    ignored = frozenset({"accepted:b", "refused"})
    assert check(PATHS, lambda request: answer_json(1), ignored=ignored).findings


@pytest.mark.parametrize("schema", [{"type": "string"}, {"type": "string", "format": "uuid"}])
def test_idempotency_keys(schema: Any) -> None:
    """Each request has an idempotency key of its own."""
    heard: list[str] = []

    def respond(request: Request) -> Response:
        heard.append(request.headers.get("Idempotency-Key", ""))
        return answer_json(1)

    key = {"in": "header", "name": "Idempotency-Key", "required": True, "schema": schema}
    paths = {"/a": {"get": {"parameters": [LIMIT, key], "responses": STRICT}}}
    check(paths, respond)
    sent = [text for text in heard if text and "!" not in text and text != "12345"]
    assert len(set(sent)) == len(sent) > 3


def test_idempotency_key_of_another_form() -> None:
    """A key that may not be a UUID is sent as the document has it."""
    key = {"in": "header", "name": "Idempotency-Key", "required": True, "schema": {"const": "k"}}
    report = check({"/a": {"get": {"parameters": [key], "responses": STRICT}}}, serve_well)
    assert [finding.kind for finding in report.findings] == ["accepted"] * len(report.findings)


def test_versions() -> None:
    """A change is sent for any version."""
    heard: list[str | None] = []

    def respond(request: Request) -> Response:
        heard.append(request.headers.get("If-Match"))
        return answer_json(1)

    version = {"in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"}}
    check({"/a": {"put": {"parameters": [version], "responses": STRICT}}}, respond)
    assert heard == ["*", None]


class Silent:
    """A server that answers only the first requests."""

    url = "http://a"

    def __init__(self, answers: int = 0) -> None:
        self.left = answers

    def send(self, request: WireRequest) -> Received:
        """Return an answer, or none."""
        self.left -= 1
        if self.left < 0:
            raise NoAnswer("the connection was closed")
        return Received(200, answer_json(1).headers, b"1")


def test_no_answer() -> None:
    """A server that does not answer is a finding, and the check ends early."""
    paths = dict.fromkeys(("/a", "/b"), PATHS["/a"])
    report = check_api(OutsideApi(make_document(paths)), Silent(), CheckOptions())
    assert summarize(report)[0] == (
        "no-answer",
        "is valid",
        "the connection was closed",
        "an answer",
    )
    assert (len(report.findings), list(report.reached)) == (5, ["GET /a"])
    assert report.notes == ["The check has ended early: 5 requests in a row had no answer."]


def test_silence_of_the_last_operation() -> None:
    """A check that is over has not ended early."""
    report = check_api(OutsideApi(make_document(PATHS)), Silent(1), CheckOptions())
    assert (report.sent, report.notes) == (6, [])
