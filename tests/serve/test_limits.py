"""The limits of a route: the size of a body, of a file, and the requests at once."""

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Annotated, Any, BinaryIO

import pytest
from annotated_types import Ge, Len, MaxLen, MinLen
from flask import Flask, Request, request
from flask.testing import FlaskClient
from flask.views import MethodView
from flask_typed import (
    Body,
    DeclarationError,
    Depends,
    File,
    Form,
    MediaType,
    Overloaded,
    Typed,
    TypedBlueprint,
    raises,
)
from marshmallow import fields, validate
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from ..patience import PATIENCE

TOO_LARGE = {
    "type": "about:blank",
    "title": "Request Entity Too Large",
    "status": 413,
    "detail": "The data value transmitted exceeds the capacity limit.",
}
OVERLOADED = {
    "type": "urn:flask-typed:overloaded",
    "title": "Too many requests are in progress; try again later.",
    "status": 503,
}
Depending = Annotated[str, Depends(lambda: "one", max_concurrency=1)]


def take_json(text: Annotated[str, Body()]) -> int:
    """Take a body of two bytes more."""
    return len(text) + 2


def take_form(text: Annotated[str, Form()]) -> int:
    """Take a body of five bytes more."""
    return len(text) + 5


def take_bytes(data: Annotated[bytes, MediaType("text/plain")]) -> int:
    """Take a body."""
    return len(data)


def take_stream(data: BinaryIO) -> int:
    """Read the body in the view."""
    return len(data.read())


def take_chunks(data: Annotated[Iterator[bytes], Body()]) -> int:
    """Read the body in the view, in pieces."""
    return sum(map(len, data))


#: Makes a body of a length; its content type; the view.
BODIES = [
    pytest.param(lambda n: b'"%s"' % (b"a" * (n - 2)), "application/json", take_json, id="json"),
    pytest.param(
        lambda n: b"text=%s" % (b"a" * (n - 5)),
        "application/x-www-form-urlencoded",
        take_form,
        id="form",
    ),
    pytest.param(lambda n: b"a" * n, "text/plain", take_bytes, id="bytes"),
    pytest.param(lambda n: b"a" * n, "application/octet-stream", take_stream, id="stream"),
    pytest.param(lambda n: b"a" * n, "application/octet-stream", take_chunks, id="chunks"),
]


def send(client: FlaskClient, path: str, body: bytes, content_type: str, chunked: bool) -> Any:
    """Return the response to a body with or without a Content-Length."""
    options: dict[str, Any] = {"data": body}
    if chunked:
        options = {
            "input_stream": BytesIO(body),
            "headers": {"Transfer-Encoding": "chunked"},
            "environ_overrides": {"wsgi.input_terminated": True},
        }
    return client.post(path, content_type=content_type, **options)


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize(("make", "content_type", "view"), BODIES)
@pytest.mark.configured(MAX_CONTENT_LENGTH=10)
def test_the_size_of_a_body(
    typed: Typed,
    client: FlaskClient,
    make: Callable[[int], bytes],
    content_type: str,
    view: Callable[..., int],
    chunked: bool,
) -> None:
    """It may be as long as the route allows, whatever the app does."""
    typed.post("/", max_body=20)(view)
    for length in (9, 10, 20):
        assert send(client, "/", make(length), content_type, chunked).get_json() == length
    for length in (21, 22, 200):
        assert send(client, "/", make(length), content_type, chunked).get_json() == TOO_LARGE


def test_the_size_of_a_form_with_files(typed: Typed, client: FlaskClient) -> None:
    """All its parts count."""

    @typed.post("/", max_body=400)
    def view(file: FileStorage) -> int:
        return len(file.read())

    def post(count: int) -> Any:
        return client.post("/", data={"file": (BytesIO(b"a" * count), "name")}).get_json()

    assert post(10) == 10
    assert post(400) == TOO_LARGE


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_a_body_that_a_hook_has_read(
    app: Flask, typed: Typed, client: FlaskClient, chunked: bool
) -> None:
    """It was read with the limit of the app; the view does not get it."""
    app.before_request(lambda: request.get_data() and None)
    typed.post("/", max_body=5)(take_json)
    assert send(client, "/", b'"abc"', "application/json", chunked).get_json() == 5
    assert send(client, "/", b'"abcd"', "application/json", chunked).get_json() == TOO_LARGE


def test_blueprints(app: Flask, typed: Typed, client: FlaskClient, document: Any) -> None:
    """The innermost limit counts; routes without a body are left alone."""
    outer = TypedBlueprint("outer", __name__, url_prefix="/outer", max_body=10)
    inner = TypedBlueprint("inner", __name__, url_prefix="/inner", max_body=20)
    plain = TypedBlueprint("plain", __name__, url_prefix="/plain")
    for blueprint in (outer, inner, plain):
        blueprint.post("/")(take_json)
        blueprint.post("/own", endpoint="own", max_body=30)(take_json)
        blueprint.get("/")(lambda: "nothing")
    outer.register_blueprint(inner)
    outer.register_blueprint(plain)
    app.register_blueprint(outer)
    paths = document()["paths"]
    limits = {"/outer/": 10, "/outer/inner/": 20, "/outer/plain/": 10}
    for path, limit in {**limits, **{f"{path}own": 30 for path in limits}}.items():
        assert client.post(path, data=b'"%s"' % (b"a" * (limit - 2)), content_type="text/json")
        assert client.post(path, json="a" * (limit - 1)).get_json() == TOO_LARGE
        described = paths[path]["post"]["responses"]["413"]["description"]
        assert described == f"Request Entity Too Large. The limit is {limit} bytes."
    assert "413" not in paths["/outer/"]["get"]["responses"]


def test_one_view_of_several_methods(typed: Typed, client: FlaskClient) -> None:
    """The limit is for those that take a body."""

    class Notes(MethodView):
        def get(self) -> str:
            return "notes"

        def post(self, text: Annotated[str, Body()]) -> str:
            return text

    typed.add_url_rule("/", view_func=Notes.as_view("notes"), max_body=5)
    assert client.get("/").get_json() == "notes"
    assert client.post("/", json="abc").get_json() == "abc"
    assert client.post("/", json="abcd").status_code == 413


@pytest.fixture
def uploads(typed: Typed, client: FlaskClient) -> Callable[..., Any]:
    """Return what uploads files to a view with limits, and returns the answer."""

    @typed.post("/")
    def view(
        one: Annotated[FileStorage, MinLen(2), MaxLen(3), File(description="The one.")],
        many: Annotated[list[Annotated[FileStorage, validate.Length(equal=2)]], Len(0, 2)] = [],
        content: Annotated[bytes, File(), MaxLen(2)] = b"",
    ) -> list[str]:
        return [file.read().decode() for file in (one, *many)]

    def upload(**files: Any) -> Any:
        parts = {
            name: [(BytesIO(data), "name") for data in several] for name, several in files.items()
        }
        return client.post("/", data=parts, content_type="multipart/form-data").get_json()

    return upload


def test_the_size_of_a_file(uploads: Callable[..., Any]) -> None:
    """The view reads it from its beginning; each fault has its file."""
    assert uploads(one=[b"ab"], many=[b"cd", b"ef"], content=[b"g"]) == ["ab", "cd", "ef"]
    assert uploads(one=[b"abc"]) == ["abc"]
    assert uploads(one=[b"a"], many=[b"cd", b"e"], content=[b"abc"])["errors"] == [
        {
            "in": "file",
            "pointer": "/one",
            "code": "wrong_length",
            "detail": "Shorter than minimum length 2.",
        },
        {
            "in": "file",
            "pointer": "/many/1",
            "code": "wrong_length",
            "detail": "Length must be 2.",
        },
        {
            "in": "file",
            "pointer": "/content",
            "code": "wrong_length",
            "detail": "Longer than maximum length 2.",
        },
    ]
    assert uploads(one=[b"abcd"], many=[b"ab"] * 3)["errors"] == [
        {
            "in": "file",
            "pointer": "/one",
            "code": "wrong_length",
            "detail": "Longer than maximum length 3.",
        },
        {
            "in": "file",
            "pointer": "/many",
            "code": "wrong_length",
            "detail": "Longer than maximum length 2.",
        },
    ]


@pytest.mark.usefixtures("uploads")
def test_the_document_has_the_size_of_a_file(document: Any) -> None:
    """In its keywords, and in words: some consumers count characters."""
    operation = document()["paths"]["/"]["post"]
    schema = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    binary = {"type": "string", "format": "binary"}
    description = "The one. At least 2 bytes. At most 3 bytes."
    assert schema["properties"]["one"] == {
        **binary,
        "minLength": 2,
        "maxLength": 3,
        "description": description,
    }
    assert schema["properties"]["many"]["items"] == {
        **binary,
        "minLength": 2,
        "maxLength": 2,
        "description": "Exactly 2 bytes.",
    }


class Held:
    """A view that is answered when it may."""

    def __init__(self) -> None:
        self.has_begun = threading.Event()
        self.may_end = threading.Event()

    def wait(self) -> str:
        """Wait."""
        self.has_begun.set()
        assert self.may_end.wait(PATIENCE)
        return "done"


@pytest.fixture
def held() -> Iterator[Held]:
    """Return a view that is held until the end of the test at most."""
    one = Held()
    yield one
    one.may_end.set()


def ask_meanwhile(app: Flask, held: Held, *paths: str) -> list[Any]:
    """Return the answers to requests while another one waits, and that one's answer."""
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: app.test_client().get("/held").get_json())
        try:
            assert held.has_begun.wait(PATIENCE)
            answers = [app.test_client().get(path).get_json() for path in paths]
        finally:
            held.may_end.set()
        return [*answers, first.result()]


def test_requests_at_once(app: Flask, typed: Typed, client: FlaskClient, held: Held) -> None:
    """One beyond the limit does not wait; other routes do not count."""
    typed.get("/held", max_concurrency=1)(held.wait)

    @typed.get("/other", max_concurrency=1)
    def other() -> str:
        return "other"

    answers = ask_meanwhile(app, held, "/held", "/other", "/other")
    assert answers == [OVERLOADED, "other", "other", "done"]
    assert client.get("/held").get_json() == "done"


def test_requests_that_use_a_provider(
    app: Flask, typed: Typed, client: FlaskClient, held: Held
) -> None:
    """All routes count together; the place is taken once in a request."""

    def lend() -> Iterator[str]:
        yield held.wait()

    Lent = Annotated[str, Depends(lend, max_concurrency=1)]  # noqa: N806  # a type

    def twice(lent: Lent) -> str:
        return lent

    @typed.get("/held")
    def view(lent: Lent, again: Annotated[str, Depends(twice)]) -> str:
        return f"{lent} {again}"

    @typed.get("/other")
    def other(lent: Annotated[str, Depends(lend, max_concurrency=1)]) -> str:
        return lent

    assert ask_meanwhile(app, held, "/other") == [OVERLOADED, "done done"]
    assert client.get("/other").get_json() == "done"
    with typed.override(lend, lambda: "replaced"):
        assert client.get("/other").get_json() == "replaced"
    with app.app_context():
        assert typed.call(twice) == "done"


def test_a_stream_holds_its_place(typed: Typed, client: FlaskClient) -> None:
    """Until it ends, or until its client goes away."""

    @typed.get("/", max_concurrency=1)
    def view() -> Iterator[int]:
        yield from range(3)

    for _ in range(2):
        first = client.get("/")
        refused = client.get("/")
        assert refused.get_json() == OVERLOADED
        assert refused.headers["Retry-After"] == "1"
        first.close()
    assert client.get("/").text == "0\n1\n2\n"
    assert client.get("/").text == "0\n1\n2\n"


def test_an_error_gives_the_place_back(typed: Typed, client: FlaskClient) -> None:
    """Whoever raises it."""

    @typed.post("/", max_concurrency=1)
    @raises(Overloaded)
    def view(number: Annotated[int, Body(), Ge(1)], lent: Depending) -> int:
        return 1 // (number - 1)

    for _ in range(2):
        assert client.post("/", json=0).status_code == 422
        with pytest.raises(ZeroDivisionError):
            client.post("/", json=1)
        assert client.post("/", json=2).get_json() == 1


def test_the_document_has_the_503(typed: Typed, document: Any) -> None:
    """Of a route with a limit, and of one whose dependency has one."""
    typed.get("/route", max_concurrency=2, endpoint="route")(lambda: "route")

    @typed.get("/provider")
    def provider(lent: Depending) -> str: ...

    @typed.get("/wide", dependencies=[Depends(lambda: 1, max_concurrency=1)])
    def wide() -> str: ...

    typed.get("/plain", endpoint="plain")(lambda: "plain")
    paths = document()["paths"]
    for path in ("/route", "/provider", "/wide"):
        response = paths[path]["get"]["responses"]["503"]
        assert response["description"] == OVERLOADED["title"]
        assert response["headers"]["Retry-After"]["required"]
    assert "503" not in paths["/plain"]["get"]["responses"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"max_body": 0}, "max_body= is 0.", id="zero"),
        pytest.param({"max_body": "1"}, "max_body= is '1'.", id="text"),
        pytest.param({"max_concurrency": 1.5}, "max_concurrency= is 1.5.", id="fraction"),
        pytest.param({"max_concurrency": True}, "max_concurrency= is True.", id="truth"),
        pytest.param({"max_body": 5}, "max_body= limits a body, but the view takes none.", id="-"),
    ],
)
def test_options(typed: Typed, options: Any, message: str) -> None:
    """A limit is a whole number above 0, and limits something."""
    with pytest.raises(DeclarationError, match=f"^{re.escape(message)}\n  in .*view "):
        typed.post("/", **options)(lambda: "done")


def test_options_of_a_blueprint() -> None:
    """It has a limit for the bodies of its routes, and none for requests at once."""
    with pytest.raises(DeclarationError, match=r"max_body= is -1\.\n  in TypedBlueprint"):
        TypedBlueprint("books", __name__, max_body=-1)
    with pytest.raises(TypeError, match="max_concurrency"):
        TypedBlueprint("books", __name__, max_concurrency=1)


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        pytest.param(
            Annotated[str, Depends(str.title, max_concurrency=0)],
            "max_concurrency= is 0.",
            id="zero",
        ),
        pytest.param(
            Annotated[str, Depends(lambda: "", max_concurrency=1, scope="app")],
            "max_concurrency= limits the requests that use a provider at once, but a value of"
            " scope app is never closed between them.",
            id="app",
        ),
        pytest.param(
            Annotated[bytes, Ge(1), File()],
            "The constraint <Range(min=1, max=None, min_inclusive=True, max_inclusive=True,"
            " error=None)> cannot be applied to bytes:",
            id="content",
        ),
        pytest.param(
            Annotated[list[bytes], Ge(1), File()],
            "The constraint <Range(min=1, max=None, min_inclusive=True, max_inclusive=True,"
            " error=None)> cannot be applied to list[bytes]:",
            id="contents",
        ),
        pytest.param(
            Annotated[list[Annotated[bytes, fields.Integer()]], File()],
            "Integer() makes a value, but the bytes are passed on unchanged.",
            id="field",
        ),
        pytest.param(
            Annotated[bytes, fields.Integer(), MediaType("image/png")],
            "Integer() makes a value, but the bytes are passed on unchanged.",
            id="field of a body",
        ),
        pytest.param(
            Annotated[Iterator[Annotated[bytes, Ge(1)]], Body()],
            "Ge() is not checked on a chunk of a stream.",
            id="chunks",
        ),
    ],
)
def test_refused(typed: Typed, annotation: Any, message: str) -> None:
    """A limit that cannot work, and a constraint that nothing can check."""

    def view(value: Any) -> None: ...

    view.__annotations__["value"] = annotation
    with pytest.raises(DeclarationError, match=f"^{re.escape(message)}"):
        typed.post("/")(view)


def test_one_provider_has_one_limit(typed: Typed) -> None:
    """Two would hold each other's places."""

    def lend() -> int: ...

    def view(
        one: Annotated[int, Depends(lend, max_concurrency=1)],
        other: Annotated[int, Depends(lend)],
    ) -> None: ...

    message = "is used with different limits: max_concurrency=1 and None."
    with pytest.raises(DeclarationError, match=re.escape(message)):
        typed.post("/")(view)


def test_a_view_that_reads_the_request(typed: Typed, client: FlaskClient) -> None:
    """It sets Flask's limit itself."""

    @typed.post("/")
    @raises(RequestEntityTooLarge)
    def view(current: Request) -> int:
        current.max_content_length = 5
        return len(current.get_data())

    assert client.post("/", data=b"12345").get_json() == 5
    assert client.post("/", data=b"123456").status_code == 413
