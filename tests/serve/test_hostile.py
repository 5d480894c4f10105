"""Inputs that nobody sends by accident: none is a 500, none is echoed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Annotated, Any, cast

import pytest
from flask import Flask, Request, request
from flask.testing import FlaskClient
from flask_typed import Body, Cookie, Form, Header, Query, Typed
from flask_typed.libraries.flask import find_body_limit
from flask_typed.messages.recognizing import find_code
from marshmallow import Schema, fields, validate
from werkzeug.datastructures import FileStorage

#: Stands in every value that is refused: no answer may hold it.
CANARY = "c4n4ry"
JSON = "application/json"
MULTIPART = "multipart/form-data; boundary=B"
URLENCODED = "application/x-www-form-urlencoded"


@dataclass
class Note:
    """A body with a field of each kind."""

    number: int
    text: str = ""
    anything: Any = None
    ratio: float = 0.0


@dataclass
class Tree:
    """A recursive type."""

    children: list[Tree]


def add_note(note: Note) -> Note:
    """Send a note back."""
    return note


def add_anything(value: Annotated[Any, Body()]) -> Any:
    """Send anything back."""
    return value


def add_tree(tree: Tree) -> int:
    """Take a tree."""
    return len(tree.children)


def add_form(number: Annotated[int, Form()], text: Annotated[str, Form()] = "") -> dict[str, Any]:
    """Send a form back."""
    return {"number": number, "text": text}


def add_file(upload: FileStorage, text: Annotated[str, Form()] = "") -> dict[str, Any]:
    """Tell what was uploaded."""
    return {"name": upload.filename, "text": text, "size": len(upload.read())}


def read_values(
    part: str,
    number: int = 0,
    text: str = "",
    flag: bool = False,
    numbers: list[int] = [],
    *,
    x_text: Annotated[str, Header()] = "",
    x_numbers: Annotated[list[int], Header()] = [],
    crumb: Annotated[str, Cookie()] = "",
) -> dict[str, Any]:
    """Send values back."""
    return {
        key: value for key, value in locals().items() if value not in ("", 0, False) and value != []
    }


def ping() -> str:
    """Take no body."""
    return "pong"


@pytest.fixture
def app(app: Flask) -> Flask:
    """Return an app as in production: errors of the program are 500, not exceptions."""
    app.testing = False
    app.config["MAX_CONTENT_LENGTH"] = 600_000
    typed = Typed(app)
    typed.post("/note")(add_note)
    typed.post("/anything")(add_anything)
    typed.post("/tree")(add_tree)
    typed.post("/form")(add_form)
    typed.post("/file")(add_file)
    typed.get("/values/<path:part>")(read_values)
    typed.get("/ping")(ping)
    return app


NOT_JSON = "The body is not JSON: {} at line 1, column {}."

BODIES = [
    pytest.param(b'{"number": 1,}', 400, None, id="malformed"),
    pytest.param(b'{"number": 1', 400, NOT_JSON.format("Expecting ',' delimiter", 13), id="cut"),
    pytest.param(b"  ", 400, NOT_JSON.format("Expecting value", 3), id="white space"),
    pytest.param('{"text": "é"}'.encode("latin-1"), 400, "The body is not UTF-8.", id="latin-1"),
    pytest.param('{"number": 1}'.encode("utf-16"), 400, "The body is not UTF-8.", id="utf-16"),
    pytest.param(b'\xef\xbb\xbf{"number": 1}', 400, None, id="byte order mark"),
    pytest.param(b"[" * 100_000, 400, "The body is nested too deeply.", id="open brackets"),
    pytest.param(
        b"[" * 100_000 + b"]" * 100_000, 400, "The body is nested too deeply.", id="brackets"
    ),
    pytest.param(b'{"a":' * 100_000, 400, "The body is nested too deeply.", id="open braces"),
    pytest.param(
        b'{"anything": %s%s}' % (b"[" * 200, b"]" * 200),
        400,
        "The body is nested too deeply.",
        id="one level too deep",
    ),
    pytest.param(
        b'{"number": %s}' % (b"9" * 10_000),
        400,
        "The body holds a number with too many digits.",
        id="10,000 digits",
    ),
    pytest.param(
        b'{"ratio": NaN}', 400, "The body is not JSON: NaN is not a JSON number.", id="NaN"
    ),
    pytest.param(
        b'{"ratio": -Infinity}',
        400,
        "The body is not JSON: -Infinity is not a JSON number.",
        id="infinity",
    ),
    pytest.param(
        b'{"ratio": 1e400}', 400, "The body holds a number that is too large.", id="1e400"
    ),
    pytest.param(
        b'{"text": "\\ud800"}',
        400,
        "The body is not JSON: it holds half of a surrogate pair.",
        id="lone surrogate",
    ),
    pytest.param(
        b'{"\\uDC00": 1}',
        400,
        "The body is not JSON: it holds half of a surrogate pair.",
        id="lone surrogate as key",
    ),
    pytest.param(b'{"text": "\x00"}', 400, None, id="raw NUL"),
    pytest.param(b'{"text": "%s"}' % (b"x" * 700_000), 413, None, id="oversized"),
]


@pytest.mark.parametrize(("data", "status", "detail"), BODIES)
@pytest.mark.parametrize("path", ["/note", "/anything"])
def test_unreadable_bodies(
    client: FlaskClient, path: str, data: bytes, status: int, detail: str | None
) -> None:
    """A body that cannot be read is a 400 or 413 problem that says why."""
    response = client.post(path, data=data, content_type=JSON)
    assert response.mimetype == "application/problem+json"
    assert (response.status_code, response.json["status"]) == (status, status)
    assert detail is None or response.json["detail"] == detail


ENDLESS = [
    pytest.param("/note", JSON, b'{"text": "' + b"x" * 700_000, id="json"),
    pytest.param("/form", URLENCODED, b"number=1&text=" + b"x" * 700_000, id="urlencoded"),
    pytest.param("/form", MULTIPART, b"x" * 700_000, id="multipart"),
]


@pytest.mark.parametrize(("path", "content_type", "data"), ENDLESS)
def test_oversized_body_without_content_length(
    client: FlaskClient, path: str, content_type: str, data: bytes
) -> None:
    """A stream without Content-Length is refused where it grows too large."""
    response = client.post(
        path,
        input_stream=io.BytesIO(data),
        content_type=content_type,
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert (response.status_code, response.mimetype) == (413, "application/problem+json")


FAULTS = [
    pytest.param(b"", "", "Missing data for required field.", id="empty"),
    pytest.param(b"null", "", "Field may not be null.", id="null"),
    pytest.param(b"[]", "", "Invalid input type.", id="array"),
    pytest.param(b'"c4n4ry"', "", "Invalid input type.", id="text"),
    pytest.param(b'{"number": "c4n4ry"}', "/number", "Not a valid integer.", id="wrong type"),
    pytest.param(b'{"number": 1e999}', None, None, id="huge exponent"),
    pytest.param(b'{"number": 1.5}', "/number", "Not a valid integer.", id="fraction"),
    pytest.param(b'{"number": true}', "/number", "Not a valid integer.", id="boolean"),
    pytest.param(b'{"number": 1, "ratio": "c4n4ry"}', "/ratio", "Not a valid number.", id="ratio"),
    pytest.param(
        b'{"number": 1, "ratio": %s}' % (b"9" * 400), "/ratio", "Number too large.", id="large"
    ),
    pytest.param(b'{"number": 1, "a/b~": 1}', "/a~1b~0", "Unknown field.", id="unknown key"),
]


@pytest.mark.parametrize(("own", "size", "status"), [(10, 20, 413), (900_000, 700_000, 200)])
def test_a_request_has_a_limit_of_its_own(app: Flask, own: int, size: int, status: int) -> None:
    """A hook that knows better than the configuration is heard."""

    @app.before_request
    def limit() -> None:
        request.max_content_length = own

    body = json.dumps({"number": 1, "text": "x" * size}).encode()
    response = app.test_client().post("/note", data=body, content_type="application/json")
    assert response.status_code == status


def test_a_limit_that_flask_keeps_elsewhere_is_flask_s_to_say() -> None:
    """Its private attribute is a short cut, and not needed."""
    other = SimpleNamespace(max_content_length=7)
    assert find_body_limit(cast("Request", other), {"MAX_CONTENT_LENGTH": 8}) == 7


@pytest.mark.parametrize(("data", "pointer", "detail"), FAULTS)
def test_faulty_bodies(
    client: FlaskClient, data: bytes, pointer: str | None, detail: str | None
) -> None:
    """A JSON body that does not fit is a 422 that says where and why, without the value."""
    response = client.post("/note", data=data, content_type=JSON)
    assert response.mimetype == "application/problem+json"
    assert CANARY not in response.text
    if pointer is None:
        assert response.status_code == 400
    else:
        assert response.status_code == 422
        assert response.json["errors"] == [
            {"in": "body", "pointer": pointer, "code": find_code(detail), "detail": detail}
        ]


GOOD = [
    pytest.param(b'{"number": 1, "number": 2}', "number", 2, id="duplicate keys: the last"),
    pytest.param(b'{"number": 3.0}', "number", 3, id="integral fraction"),
    pytest.param(b'{"number": %d}' % 10**400, "number", 10**400, id="big integer"),
    pytest.param(b'{"number": 1, "text": "\\u0000"}', "text", "\0", id="escaped NUL"),
    pytest.param(b'{"number": 1, "text": "\\ud83d\\ude00"}', "text", "😀", id="pair"),
    pytest.param('{"number": 1, "text": "é"}'.encode(), "text", "é", id="non-ASCII"),
]


@pytest.mark.parametrize(("data", "key", "value"), GOOD)
def test_odd_but_good_bodies(client: FlaskClient, data: bytes, key: str, value: Any) -> None:
    """What JSON allows is taken, however odd."""
    response = client.post("/note", data=data, content_type=JSON)
    assert (response.status_code, response.json[key]) == (200, value)


def test_deep_but_allowed_nesting(client: FlaskClient) -> None:
    """Two hundred levels are read and written."""
    data = b"[" * 200 + b"]" * 200
    response = client.post("/anything", data=data, content_type=JSON)
    assert (response.status_code, response.data) == (200, data)


def test_wide_but_shallow_nesting(client: FlaskClient) -> None:
    """Many brackets side by side are no nesting."""
    data = b"[" + b"[]," * 5000 + b"{}]"
    response = client.post("/anything", data=data, content_type=JSON)
    assert (response.status_code, response.data) == (200, data)


@pytest.mark.parametrize("depth", [60, 99, 150, 1000])
def test_deep_models(client: FlaskClient, depth: int) -> None:
    """A recursive model is read as deep as the stack goes, and refused beyond that."""
    data = b'{"children":[' * depth + b"]}" * depth
    response = client.post("/tree", data=data, content_type=JSON)
    assert response.status_code in (200, 400)
    assert (
        response.status_code == 200 or response.json["detail"] == "The body is nested too deeply."
    )


SHORT = [
    pytest.param("/note", JSON, b'{"number": 1}', id="json"),
    pytest.param("/note", JSON, b"", id="nothing"),
    pytest.param("/form", URLENCODED, b"number=1", id="urlencoded"),
    pytest.param("/form", MULTIPART, b'--B\r\nContent-Disposition: form-data; name="number"\r\n'
                 b"\r\n1\r\n--B--\r\n", id="multipart"),
]  # fmt: skip


def test_forms_whose_client_has_gone(client: FlaskClient) -> None:
    """werkzeug's own error for a connection that ends within a body is kept."""
    response = client.post(
        "/form",
        input_stream=io.BytesIO(b"number=1"),
        content_type=URLENCODED,
        environ_overrides={"CONTENT_LENGTH": "1000"},
    )
    assert (response.status_code, response.json["title"]) == (400, "Bad Request")
    assert response.json["detail"].startswith("The browser (or proxy) sent a request")


@pytest.mark.parametrize(("path", "content_type", "data"), SHORT)
def test_bodies_that_end_too_early(
    client: FlaskClient, path: str, content_type: str, data: bytes
) -> None:
    """A body that is shorter than its Content-Length is not taken for a whole one."""
    response = client.post(
        path,
        input_stream=io.BytesIO(data),
        content_type=content_type,
        environ_overrides={"CONTENT_LENGTH": "1000", "wsgi.input_terminated": True},
    )
    assert (response.status_code, response.json) == (
        400,
        {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": "The body is shorter than its Content-Length.",
        },
    )


class Broken:
    """A stream whose server finds that the client sends nonsense."""

    def read(self, *size: Any) -> bytes:
        """Fail as gunicorn does on a broken chunk: by an exception of its own."""
        raise RuntimeError("invalid chunk size")


@pytest.mark.parametrize(("path", "content_type"), [("/note", JSON), ("/form", URLENCODED)])
def test_bodies_that_the_server_cannot_read(
    client: FlaskClient, path: str, content_type: str
) -> None:
    """What a server raises while it reads is the client's mistake."""
    environ = {
        "wsgi.input": Broken(),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    response = client.post(path, content_type=content_type, environ_overrides=environ)
    assert (response.status_code, response.json["detail"]) == (400, "The body cannot be read.")


def test_a_disk_that_is_full(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Errors of the server's own are errors of the program, which the log explains."""

    def fail(*args: Any, **options: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Request, "_get_file_stream", fail)
    response = client.post("/file", data={"upload": (io.BytesIO(b"data"), "name.txt")})
    assert response.status_code == 500
    assert "No space left on device" in caplog.text


READ_BEFORE: list[Callable[[Any], object]] = [
    lambda request: request.get_data(),
    lambda request: request.form,
    lambda request: request.stream,
]


@pytest.mark.parametrize("look", READ_BEFORE, ids=["data", "form", "stream"])
@pytest.mark.parametrize("content_type", [URLENCODED, "multipart/form-data", JSON])
def test_bodies_that_a_hook_has_looked_at(
    app: Flask, client: FlaskClient, look: Callable[[Any], object], content_type: str
) -> None:
    """An HMAC, a log: what a hook has read is read again."""

    @app.before_request
    def before() -> None:
        look(request)

    if content_type == JSON:
        response = client.post("/anything", json=3)
    else:
        response = client.post("/form", data={"number": 3}, content_type=content_type)
    assert response.status_code == 200, response.json


CONTENT_TYPES = [
    pytest.param("application/json", 200, id="json"),
    pytest.param("application/json; charset=utf-8", 200, id="charset"),
    pytest.param('application/json; charset="UTF-8"', 200, id="quoted charset"),
    pytest.param("application/vnd.shop.note+json", 200, id="+json"),
    pytest.param("application/json; charset=latin-1", 415, id="other charset"),
    pytest.param("application/jsonx", 415, id="nearly json"),
    pytest.param("text/plain", 415, id="text"),
    pytest.param("garbage", 415, id="garbage"),
    pytest.param(URLENCODED, 415, id="form"),
    pytest.param(None, 415, id="none"),
]


@pytest.mark.parametrize(("content_type", "status"), CONTENT_TYPES)
def test_content_types(client: FlaskClient, content_type: str | None, status: int) -> None:
    """A JSON body has to be called JSON, in UTF-8."""
    response = client.post("/note", data=b'{"number": 1}', content_type=content_type)
    assert response.status_code == status
    assert status == 200 or response.json == {
        "type": "about:blank",
        "title": "Unsupported Media Type",
        "status": 415,
        "detail": "The body must be application/json.",
    }


def test_a_body_where_none_is_declared_is_ignored(client: FlaskClient) -> None:
    """A view without a body does not look at one."""
    response = client.get("/ping", data=b"{", content_type=JSON)
    assert (response.status_code, response.json) == (200, "pong")


QUERIES = [
    pytest.param("number=1&number=c4n4ry", {"number": 1}, id="repeated scalar: the first"),
    pytest.param("numbers=1&numbers=2", {"numbers": [1, 2]}, id="repeated collection"),
    pytest.param("other=c4n4ry", {}, id="unknown"),
    pytest.param("text=", {}, id="empty text"),
    pytest.param("text=%C3%A9%00", {"text": "é\0"}, id="percent-encoded"),
    pytest.param("text=é", {"text": "é"}, id="non-ASCII"),
    pytest.param("text=%ff", {"text": "%FF"}, id="not UTF-8"),
    pytest.param("text=%ED%A0%80", {"text": "%ED%A0%80"}, id="encoded surrogate"),
    pytest.param("number=-0", {}, id="minus zero"),
    pytest.param("number=1e2", {"number": 100}, id="exponent"),
    pytest.param("flag=yes", {"flag": True}, id="boolean word"),
    pytest.param("&&=;%", {}, id="garbage"),
]


def test_query_that_is_no_utf8(client: FlaskClient) -> None:
    """Raw bytes in the query, which some servers let through, are a fault of the query."""
    response = client.get("/values/x", environ_overrides={"QUERY_STRING": "text=\xe9"})
    assert (response.status_code, response.json["errors"]) == (
        422,
        [{"in": "query", "pointer": "", "code": "invalid_encoding", "detail": "Not UTF-8."}],
    )


@pytest.mark.parametrize(("query", "expected"), QUERIES)
def test_odd_but_good_queries(client: FlaskClient, query: str, expected: dict[str, Any]) -> None:
    """What can be read of a query string is read."""
    response = client.get(f"/values/x?{query}")
    assert (response.status_code, response.json) == (200, {"part": "x", **expected})


BAD_TEXTS = [
    pytest.param("number=c4n4ry", "query", "/number", "Not a valid integer.", id="word"),
    pytest.param("number=", "query", "/number", "Not a valid integer.", id="empty"),
    pytest.param("number", "query", "/number", "Not a valid integer.", id="no value"),
    pytest.param("number=0x1", "query", "/number", "Not a valid integer.", id="hexadecimal"),
    pytest.param("number=1_0", "query", "/number", "Not a valid integer.", id="underscore"),
    pytest.param("number=%2B1", "query", "/number", "Not a valid integer.", id="plus"),
    pytest.param("number=%201", "query", "/number", "Not a valid integer.", id="space"),
    pytest.param("number=%D9%A1", "query", "/number", "Not a valid integer.", id="other digits"),
    pytest.param("number=1e400", "query", "/number", "Not a valid integer.", id="overflow"),
    pytest.param(f"number={'9' * 5000}", "query", "/number", "Not a valid integer.", id="long"),
    pytest.param("number=%00", "query", "/number", "Not a valid integer.", id="NUL"),
    pytest.param("flag=2", "query", "/flag", "Not a valid boolean.", id="no boolean"),
    pytest.param("numbers=1&numbers=", "query", "/numbers/1", "Not a valid integer.", id="item"),
]


@pytest.mark.parametrize(("query", "location", "pointer", "detail"), BAD_TEXTS)
def test_bad_queries(
    client: FlaskClient, query: str, location: str, pointer: str, detail: str
) -> None:
    """Text that stands for no value is a 422 that says where, without the text."""
    response = client.get(f"/values/x?{query}")
    assert (response.status_code, response.json["errors"]) == (
        422,
        [{"in": location, "pointer": pointer, "code": find_code(detail), "detail": detail}],
    )
    assert CANARY not in response.text


@pytest.mark.parametrize(
    ("path", "part"), [("%00", "\0"), ("%ff", "\ufffd"), ("%C3%A9/é", "é/é"), ("a%2Fb", "a/b")]
)
def test_odd_paths(client: FlaskClient, path: str, part: str) -> None:
    """Any text in the path is text."""
    assert client.get(f"/values/{path}").json == {"part": part}


ENVIRONS: list[Any] = [
    pytest.param({"HTTP_X_TEXT": "\xff\x00"}, {"x_text": "\xff\0"}, id="header bytes"),
    pytest.param({"HTTP_X_NUMBERS": "1, 2 ,3"}, {"x_numbers": [1, 2, 3]}, id="header list"),
    pytest.param({"HTTP_X_NUMBERS": ""}, {}, id="empty header list"),
    pytest.param({"HTTP_COOKIE": "crumb=\xff\xfe"}, {"crumb": "\xff\xfe"}, id="cookie bytes"),
    pytest.param({"HTTP_COOKIE": "crumb=a; crumb=b"}, {"crumb": "a"}, id="repeated cookie"),
    pytest.param({"HTTP_COOKIE": "=;;;crumb"}, {}, id="cookie garbage"),
]


@pytest.mark.parametrize(("environ", "expected"), ENVIRONS)
def test_odd_headers_and_cookies(
    app: Flask, environ: dict[str, str], expected: dict[str, Any]
) -> None:
    """Any bytes in headers and cookies are text."""
    client = app.test_client(use_cookies=False)  # its cookies would take the header's place
    response = client.get("/values/x", environ_overrides=environ)
    assert (response.status_code, response.json) == (200, {"part": "x", **expected})


def part(name: bytes, value: bytes, more: bytes = b"") -> bytes:
    """Return one part of a multipart body."""
    return b'--B\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (name, more, value)


END = b"--B--\r\n"
UNPARSABLE = {
    "type": "about:blank",
    "title": "Bad Request",
    "status": 400,
    "detail": "The form cannot be parsed.",
}

FORMS = [
    pytest.param(MULTIPART, part(b"number", b"1")[:-2], id="cut off"),
    pytest.param(MULTIPART, part(b"number", b"1"), id="no end"),
    pytest.param(MULTIPART, b"garbage", id="garbage"),
    pytest.param(MULTIPART, b"--B\r\nX: y\r\n\r\n1\r\n" + END, id="no disposition"),
    pytest.param(MULTIPART, part(b"\xff", b"1") + END, id="name not UTF-8"),
    pytest.param("multipart/form-data", part(b"number", b"1") + END, id="no boundary"),
    pytest.param("multipart/form-data; boundary=é", b"x", id="odd boundary"),
    pytest.param(URLENCODED, b"number=1&text=\xff", id="raw bytes"),
]


@pytest.mark.parametrize(("content_type", "data"), FORMS)
def test_broken_forms(client: FlaskClient, content_type: str, data: bytes) -> None:
    """A form that cannot be parsed is a 400, not an empty form."""
    response = client.post("/form", data=data, content_type=content_type)
    assert (response.status_code, response.json) == (400, UNPARSABLE)


TOO_LARGE = [
    pytest.param(part(b"number", b"1") * 1500 + END, id="too many parts"),
    pytest.param(part(b"text", b"x" * 550_000) + END, id="a field too large for memory"),
]


@pytest.mark.parametrize("data", TOO_LARGE)
def test_too_large_forms(client: FlaskClient, data: bytes) -> None:
    """A form beyond werkzeug's limits is a 413."""
    response = client.post("/form", data=data, content_type=MULTIPART)
    assert (response.status_code, response.mimetype) == (413, "application/problem+json")


FORM_FAULTS = [
    pytest.param(b"number=c4n4ry", [("form", "/number", "Not a valid integer.")], id="wrong type"),
    pytest.param(b"", [("form", "/number", "Missing data for required field.")], id="empty"),
    pytest.param(
        b"number=1&other=c4n4ry&text=a", [("form", "/other", "Unknown field.")], id="unknown"
    ),
]


@pytest.mark.parametrize(("data", "faults"), FORM_FAULTS)
def test_faulty_forms(client: FlaskClient, data: bytes, faults: list[tuple[str, str, str]]) -> None:
    """A form field that does not fit, or that nobody asked for, is a 422."""
    response = client.post("/form", data=data, content_type=URLENCODED)
    found = [(f["in"], f["pointer"], f["detail"]) for f in response.json["errors"]]
    assert (response.status_code, found) == (422, faults)
    assert CANARY not in response.text


def test_odd_but_good_forms(client: FlaskClient) -> None:
    """The first of repeated fields counts; percent-encoding is decoded."""
    response = client.post(
        "/form", data=b"number=1&number=2&text=%C3%A9%00", content_type=URLENCODED
    )
    assert response.json == {"number": 1, "text": "é\0"}


def test_wrong_content_type_for_a_form(client: FlaskClient) -> None:
    """JSON is no form."""
    response = client.post("/form", json={"number": 1})
    assert (response.status_code, response.json["detail"]) == (
        415,
        "The body must be application/x-www-form-urlencoded.",
    )


def test_an_empty_file_input_is_no_file(client: FlaskClient) -> None:
    """What a browser sends for a file input that was left empty is a missing file."""
    data = part(b"upload", b"", b'; filename=""') + END
    response = client.post("/file", data=data, content_type=MULTIPART)
    assert (response.status_code, response.json["errors"]) == (
        422,
        [
            {
                "in": "file",
                "pointer": "/upload",
                "code": "required",
                "detail": "Missing data for required field.",
            }
        ],
    )


def test_a_field_in_place_of_a_file_is_no_file(client: FlaskClient) -> None:
    """Plain text under a file's name is a missing file and an unknown field."""
    response = client.post("/file", data=part(b"upload", b"x") + END, content_type=MULTIPART)
    assert (response.status_code, response.json["errors"]) == (
        422,
        [
            {
                "in": "file",
                "pointer": "/upload",
                "code": "required",
                "detail": "Missing data for required field.",
            },
            {
                "in": "form",
                "pointer": "/upload",
                "code": "unknown",
                "detail": "Unknown field.",
            },
        ],
    )


def test_unknown_files(client: FlaskClient) -> None:
    """A file that nobody asked for is refused."""
    data = part(b"upload", b"x", b'; filename="a"') + part(b"more", b"x", b'; filename="b"') + END
    response = client.post("/file", data=data, content_type=MULTIPART)
    assert (response.status_code, response.json["errors"]) == (
        422,
        [{"in": "file", "pointer": "/more", "code": "unknown", "detail": "Unknown field."}],
    )


@pytest.mark.parametrize("name", ["é.txt", "../../etc/passwd", 'a"b', "\0"])
def test_odd_file_names(client: FlaskClient, name: str) -> None:
    """A file's name is the client's: it arrives, whatever it is."""
    data = {"upload": (io.BytesIO(b"abc"), name), "text": "é"}
    response = client.post("/file", data=data)
    assert response.status_code == 200
    assert (response.json["text"], response.json["size"]) == ("é", 3)


@pytest.mark.parametrize("length", ["-5", "abc", ""])
def test_odd_content_lengths(client: FlaskClient, length: str) -> None:
    """A Content-Length that is no length announces no body."""
    environ = {"CONTENT_LENGTH": length}
    response = client.post("/note", content_type=JSON, environ_overrides=environ)
    assert (response.status_code, response.json["errors"]) == (
        422,
        [
            {
                "in": "body",
                "pointer": "",
                "code": "required",
                "detail": "Missing data for required field.",
            }
        ],
    )


DIGITS = "1" * 400


class WaitSchema(Schema):
    """Fields of marshmallow's that fail on numbers which they do not expect."""

    wait = fields.TimeDelta()
    at = fields.DateTime(format="timestamp")
    price = fields.Decimal(allow_nan=True, validate=validate.Range(min=1))


def take_fields(
    wait: Annotated[Any, fields.TimeDelta(), Query()] = None,
    at: Annotated[Any, fields.DateTime(format="timestamp"), Query()] = None,
    price: Annotated[
        Any, fields.Decimal(allow_nan=True, validate=validate.Range(min=1)), Query()
    ] = None,
) -> None:
    """Take single parameters."""


def take_schema(form: Annotated[dict[str, Any], WaitSchema, Query()]) -> None:
    """Take them as a schema."""


@pytest.mark.parametrize("query", [f"wait={DIGITS}", f"at={DIGITS}", "price=NaN"])
@pytest.mark.parametrize(("view", "pointer"), [(take_fields, True), (take_schema, False)])
def test_numbers_that_a_field_does_not_expect(query: str, view: Any, pointer: bool) -> None:
    """Digits without end, and what is no number, are faults of the request."""
    app = Flask("numbers")
    Typed(app).get("/")(view)
    response = app.test_client().get(f"/?{query}")
    (fault,) = response.json["errors"]
    name = query.partition("=")[0]
    assert response.status_code == 422
    assert fault["pointer"] == f"/{name}" or not pointer


@pytest.mark.parametrize("member", [f'"wait": {DIGITS}', f'"at": {DIGITS}', '"price": "NaN"'])
def test_numbers_that_a_schema_does_not_expect(member: str) -> None:
    """So in a body."""
    app = Flask("numbers")

    def view(form: Annotated[dict[str, Any], WaitSchema()]) -> None: ...

    Typed(app).post("/")(view)
    response = app.test_client().post("/", data=f"{{{member}}}", content_type="application/json")
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json["errors"]] == [
        f"/{member.split(chr(34))[1]}"
    ]
