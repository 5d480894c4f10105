"""The mock: valid requests get examples, others the documented refusals."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from flask_typed.mocking.app import MockApp
from werkzeug.test import Client, TestResponse

from ..outside.documents import OK, make_document

PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("in", "pointer", "detail")},
                "required": ["in", "pointer", "detail"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["type", "title", "status"],
    "additionalProperties": False,
}
REFUSED = {
    "description": "Not valid.",
    "content": {"application/problem+json": {"schema": PROBLEM}},
}


def make_client(paths: Any, version: str = "3.1.0", **components: Any) -> Client:
    """Return a client of a mock."""
    return Client(MockApp(make_document(paths, version, **components)))


def respond(content: Any, status: str = "200", **keys: Any) -> Any:
    """Return the paths of an operation with one response."""
    response = {"description": "", "content": content, **keys}
    return {"/": {"get": {"responses": {status: response}}}}


def get(paths: Any, **options: Any) -> TestResponse:
    """Return the answer to a GET."""
    return make_client(paths).get("/", **options)


@pytest.mark.parametrize(
    ("media_type", "content", "text"),
    [
        pytest.param("application/json", {"example": {"a": 1}}, '{"a": 1}', id="example"),
        pytest.param(
            "application/json",
            {"examples": {"one": {"value": "ä"}, "two": {"value": 2}}},
            '"ä"',
            id="examples",
        ),
        pytest.param(
            "application/json", {"schema": {"type": "integer", "minimum": 40}}, "100", id="schema"
        ),
        pytest.param(
            "application/json",
            {"schema": {"type": "integer"}, "example": "x"},
            "1",
            id="example that is not valid",
        ),
        pytest.param("application/json", {"schema": False}, "", id="nothing"),
        pytest.param(
            "application/json", {"schema": False, "example": 1}, "1", id="only an example"
        ),
        pytest.param("application/jsonl", {"itemSchema": {"const": 1}}, "1\n", id="lines"),
        pytest.param("text/event-stream", {"schema": {"const": 1}}, "data: 1\n\n", id="events"),
        pytest.param("text/plain", {"schema": {"type": "string"}}, "string", id="text"),
        pytest.param("application/xml", {"example": "<a/>"}, "<a/>", id="other"),
    ],
)
def test_body(media_type: str, content: Any, text: str) -> None:
    """A body is an example of the document, or a value that is made from its schema."""
    response = get(respond({media_type: content}))
    assert (response.status_code, response.mimetype, response.text) == (200, media_type, text)


def test_bytes() -> None:
    """Bytes are a picture."""
    response = get(respond({"image/png": {"schema": {}}}))
    assert response.data.startswith(b"\x89PNG")


@pytest.mark.parametrize(("named", "sent"), [("*/*", "application/json"), ("text/*", "text/plain")])
def test_range(named: str, sent: str) -> None:
    """A range of media types is answered with one of them."""
    assert get(respond({named: {"example": "a"}})).headers["Content-Type"] == sent


def test_accept() -> None:
    """The client chooses among the media types."""
    paths = respond({"application/json": {"example": 1}, "text/plain": {"example": "a"}})
    assert get(paths, headers={"Accept": "text/plain"}).text == "a"
    assert get(paths, headers={"Accept": "image/png"}).text == "1"


@pytest.mark.parametrize(
    ("keys", "status"),
    [
        (("404", "201", "200"), 201),
        (("404", "default"), 200),
        (("404",), 404),
        (("2XX",), 200),
        (("301",), 301),
        (("x-extension", "1XX"), 200),
        ((), 200),
    ],
)
def test_status(keys: tuple[str, ...], status: int) -> None:
    """The first response of success is sent."""
    responses = {key: {"description": ""} for key in keys}
    assert get({"/": {"get": {"responses": responses}}}).status_code == status


def test_no_body() -> None:
    """A response without content has no media type either."""
    response = get(respond({"application/json": {"example": 1}}, "204"))
    assert (response.data, response.headers.get("Content-Type")) == (b"", None)


def test_headers() -> None:
    """Required headers have valid values; the others are left out."""
    headers = {
        "ETag": {"required": True, "schema": {"type": "string"}},
        "X-Count": {"required": True, "schema": {"type": "integer"}, "example": 7},
        "X-List": {"required": True, "schema": {"type": "array", "items": {"const": 1}}},
        "X-Never": {"required": True, "schema": False},
        "X-Other": {"schema": {"type": "string"}},
        "Content-Type": {"required": True, "schema": {"type": "string"}},
    }
    found = get(respond({}, headers=headers)).headers
    assert [found.get(name) for name in headers] == ['"1"', "7", "1", "", None, None]


def test_cookies() -> None:
    """Required cookies, which flask_typed describes beside the header, are set."""
    cookies = {"a": {"required": True, "schema": {"const": "x"}}, "b": {"schema": {}}}
    headers = {"Set-Cookie": {"schema": {"type": "string"}, "x-cookies": cookies}}
    found = get(respond({}, headers=headers)).headers.getlist("Set-Cookie")
    assert found == ["a=x; Path=/"]


def test_preferred_code() -> None:
    """``Prefer: code=…`` asks for another response, whatever the request is."""
    paths = {"/": {"get": {"responses": {**OK, "404": REFUSED, "5XX": REFUSED}}}}
    response = get(paths, headers={"Prefer": "code=404"})
    assert (response.status_code, response.get_json()) == (
        404,
        {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "string",
            "errors": [{"in": "string", "pointer": "string", "detail": "string"}],
        },
    )
    found = get(paths, headers={"Prefer": "code=599"}).get_json()
    assert (found["status"], found["title"]) == (599, "Unknown Error")


@pytest.mark.parametrize("code", ["418", "x", "99", "١٢٣"])
def test_unknown_code(code: str) -> None:
    """A response that the document does not have is refused with a sentence."""
    response = get(respond({}), headers={"Prefer": f"code={code}"})
    assert (response.status_code, response.get_json()) == (
        400,
        {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": f"The document has no response {code!r} here.",
        },
    )


def test_preferred_example() -> None:
    """``Prefer: example=…`` asks for an example by its name."""
    examples = {"one": {"value": 1}, "two": {"$ref": "#/components/examples/Two"}}
    paths = respond({"application/json": {"examples": examples}})
    client = make_client(paths, examples={"Two": {"value": 2}})
    assert client.get("/", headers={"Prefer": "example=two"}).get_json() == 2
    response = client.get("/", headers={"Prefer": "example=three"})
    assert (response.status_code, response.get_json()) == (
        400,
        {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": "There is no example 'three'.",
        },
    )


def test_no_path() -> None:
    """A path that the document does not have is a 404."""
    response = make_client({}).get("/nowhere")
    assert (response.status_code, response.get_json()) == (
        404,
        {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "The document has no such path.",
        },
    )


def test_no_method() -> None:
    """A method that a path does not have is a 405."""
    response = make_client({"/": {"get": {"responses": OK}, "put": {"responses": OK}}}).post("/")
    assert (response.status_code, response.headers["Allow"], response.get_json()) == (
        405,
        "GET, PUT",
        {
            "type": "about:blank",
            "title": "Method Not Allowed",
            "status": 405,
            "detail": "The document has GET, PUT here.",
        },
    )


def test_head() -> None:
    """GET answers HEAD."""
    response = make_client(respond({"application/json": {"example": 1}})).head("/")
    assert (response.status_code, response.data) == (200, b"")


def test_head_without_get() -> None:
    """Without GET, there is no HEAD."""
    assert make_client({"/": {"put": {"responses": OK}}}).head("/").status_code == 405


def test_browsers() -> None:
    """Pages of other origins may use the mock."""
    client = make_client({"/": {"put": {"responses": OK}}})
    response = client.options("/", headers={"Access-Control-Request-Headers": "x-a"})
    assert response.status_code == 204
    allowed = ("Origin", "Methods", "Headers")
    found = [response.headers[f"Access-Control-Allow-{name}"] for name in allowed]
    assert found == ["*", "PUT", "x-a"]


def test_document() -> None:
    """The document is served, unless the API has an operation at its path."""
    client = make_client({"/ä": {}})
    assert client.get("/openapi.json").get_json() == make_document({"/ä": {}})
    item = {"get": respond({"application/json": {"example": 1}})["/"]["get"]}
    assert make_client({"/openapi.json": item}).get("/openapi.json").get_json() == 1


def test_credentials() -> None:
    """Where credentials are required, any are enough."""
    schemes: dict[str, Any] = {
        "token": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "query", "name": "key"},
        "session": {"type": "apiKey", "in": "cookie", "name": "session"},
        "certificate": {"type": "mutualTLS"},
    }
    responses = {**OK, "401": {"description": "Who?"}}
    paths = {
        f"/{name}": {"get": {"security": [{name: []}], "responses": responses}} for name in schemes
    }
    client = make_client(paths, securitySchemes=schemes)
    statuses = [client.get(f"/{name}").status_code for name in schemes]
    assert statuses == [401, 401, 401, 200]
    client.set_cookie("session", "x")
    found = (
        client.get("/token", headers={"Authorization": "Bearer x"}),
        client.get("/key?key=x"),
        client.get("/session"),
    )
    assert [response.status_code for response in found] == [200, 200, 200]


def refuse(method: str = "get", path: str = "/", statuses: Any = None, **keys: Any) -> Client:
    """Return a client of an operation with a documented refusal."""
    responses = {**OK, **(statuses or {"422": REFUSED})}
    return make_client({path: {method: {"responses": responses, **keys}}})


def test_parameters() -> None:
    """Each parameter that is not valid is named, in the documented form."""
    client = refuse(
        path="/{a}",
        parameters=[
            {"in": "path", "name": "a", "schema": {"type": "integer"}},
            {"in": "query", "name": "b", "schema": {"type": "array", "maxItems": 1}},
            {"in": "query", "name": "c", "required": True, "schema": {}},
            {"in": "query", "name": "d", "style": "deepObject", "schema": {"type": "object"}},
            {"in": "header", "name": "e/f", "schema": {"enum": ["1, 2"]}},
            {"in": "cookie", "name": "g", "schema": {"enum": ["1"]}},
            {"in": "cookie", "name": "h", "style": "other", "schema": {"enum": ["1"]}},
            {"in": "path", "name": "elsewhere", "schema": {}},
        ],
    )
    client.set_cookie("g", "2")
    client.set_cookie("h", "1")
    headers = [("e/f", "1"), ("e/f", "3")]
    response = client.get("/x?b=1&b=2&d[x]=1", headers=headers)
    assert (response.status_code, response.mimetype, response.get_json()) == (
        422,
        "application/problem+json",
        {
            "type": "about:blank",
            "title": "Unprocessable Entity",
            "status": 422,
            "detail": "The request is not valid.",
            "errors": [
                {"in": "path", "pointer": "/a", "detail": "Expected: type integer."},
                {"in": "query", "pointer": "/b", "detail": "Expected: maxItems 1."},
                {"in": "query", "pointer": "/c", "detail": "Expected: a value."},
                {"in": "header", "pointer": "/e~1f", "detail": 'Expected: enum ["1, 2"].'},
                {"in": "cookie", "pointer": "/g", "detail": 'Expected: enum ["1"].'},
                {"in": "path", "pointer": "/elsewhere", "detail": "Expected: a value."},
            ],
        },
    )


@pytest.mark.parametrize(
    ("statuses", "status"), [({"404": REFUSED}, 404), ({"400": REFUSED}, 400), ({"4XX": {}}, 422)]
)
def test_path_that_is_not_valid(statuses: Any, status: int) -> None:
    """A path that is not valid gets the documented status."""
    parameter = {"in": "path", "name": "a", "schema": {"type": "integer"}}
    client = refuse(path="/{a}", statuses=statuses, parameters=[parameter])
    assert client.get("/x").status_code == status


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        pytest.param({"type": "object", "example": {"message": "x"}}, {"status": 400}, id="open"),
        pytest.param({"type": "array", "items": {}, "example": []}, [], id="list"),
        pytest.param(
            {
                "type": "object",
                "properties": {"message": {"type": "string"}},
                "additionalProperties": False,
            },
            {"message": "The request is not valid."},
            id="message",
        ),
    ],
)
def test_other_error_bodies(schema: Any, body: Any) -> None:
    """An error body of another form has what it has a place for."""
    statuses = {"400": {"content": {"application/json": {"schema": schema}}}}
    parameter = {"in": "query", "name": "a", "required": True, "schema": {}}
    found = refuse(statuses=statuses, parameters=[parameter]).get("/").get_json()
    assert {**found, **body} == found if isinstance(body, dict) else found == body


def test_undocumented_refusal() -> None:
    """Without a documented refusal, it is a problem document."""
    parameter = {"in": "query", "name": "a", "required": True, "schema": {}}
    response = refuse(statuses={"409": REFUSED}, parameters=[parameter]).get("/")
    assert (response.status_code, response.get_json()) == (
        422,
        {
            "type": "about:blank",
            "title": "Unprocessable Entity",
            "status": 422,
            "detail": "The request is not valid.",
            "errors": [{"in": "query", "pointer": "/a", "detail": "Expected: a value."}],
        },
    )


JSON_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": {"type": "integer"}},
        "application/jsonl": {"schema": {"type": "integer"}},
        "text/plain": {"schema": {"type": "string", "maxLength": 2}},
        "image/*": {},
        "text/csv": {},
    },
}


@pytest.mark.parametrize(
    ("data", "content_type", "status", "detail"),
    [
        pytest.param("1", "application/json", 200, None, id="valid"),
        pytest.param('"x"', "application/json; charset=utf-8", 422, "type integer", id="invalid"),
        pytest.param("{", "application/json", 400, None, id="no JSON"),
        pytest.param("", "application/json", 422, "a body", id="missing"),
        pytest.param("1", "text/html", 415, None, id="media type"),
        pytest.param("1", None, 415, None, id="no media type"),
        pytest.param("1\n\n2\n", "application/jsonl", 200, None, id="lines"),
        pytest.param("1\n'x'\n", "application/jsonl", 400, None, id="no lines"),
        pytest.param("ab", "text/plain", 200, None, id="text"),
        pytest.param("abc", "text/plain", 422, "maxLength 2", id="long text"),
        pytest.param("abc", "image/png", 200, None, id="bytes"),
        pytest.param("a,b", "text/csv", 200, None, id="other"),
    ],
)
def test_body_of_a_request(
    data: str, content_type: str | None, status: int, detail: str | None
) -> None:
    """A body is compared with its schema."""
    statuses = dict.fromkeys(("400", "415", "422"), REFUSED)
    client = refuse("post", statuses=statuses, requestBody=JSON_BODY)
    response = client.post("/", data=data.encode(), content_type=content_type)
    assert response.status_code == status
    expected = f'"Expected: {detail}."' if detail else ""
    assert expected in json.dumps(response.get_json(silent=True))


def test_optional_body() -> None:
    """A body that is optional may be missing."""
    body = {"content": {"application/json": {"schema": {}}}}
    assert refuse("post", requestBody=body).post("/").status_code == 200


FORM = {
    "type": "object",
    "properties": {
        "a": {"type": "integer"},
        "cover": {"type": "string", "format": "binary"},
        "back": {"type": "string", "format": "binary"},
    },
    "required": ["a", "cover"],
}


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        pytest.param({"a": "1", "cover": "file"}, [], id="valid"),
        pytest.param({"cover": "file"}, [("form", "/a", "a value")], id="field"),
        pytest.param({"a": "1"}, [("file", "/cover", "a file")], id="file"),
        pytest.param(
            {"a": "1", "cover": "file", "z": "1"},
            [("form", "/z", "only fields of the document")],
            id="unknown",
        ),
    ],
)
def test_form(fields: dict[str, str], errors: list[tuple[str, str, str]]) -> None:
    """A form is compared field by field."""
    schema = {**FORM, "additionalProperties": False}
    body = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    data = {
        name: (BytesIO(b"x"), "a.png") if text == "file" else text for name, text in fields.items()
    }
    client = refuse("post", requestBody=body)
    response = client.post("/", data=data, content_type="multipart/form-data")
    found = response.get_json()["errors"] if response.status_code == 422 else []
    assert [(one["in"], one["pointer"], one["detail"]) for one in found] == [
        (location, pointer, f"Expected: {expected}.") for location, pointer, expected in errors
    ]


def test_open_form() -> None:
    """An open form takes any field."""
    body = {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}}
    assert refuse("post", requestBody=body).post("/", data={"z": "1"}).status_code == 200
