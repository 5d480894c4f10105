"""Errors of typed routes are problem documents, and stay HTTP exceptions for everybody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import flask
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    DeclarationError,
    Depends,
    Header,
    HTTPBasic,
    HTTPBearer,
    InsufficientScope,
    MediaType,
    NotAuthenticated,
    OAuth2,
    Problem,
    RequestInvalid,
    ResponseMismatch,
    Security,
    SetupError,
    Typed,
    TypedBlueprint,
    raises,
)
from werkzeug.exceptions import (
    HTTPException,
    ImATeapot,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    TooManyRequests,
    Unauthorized,
    UnprocessableEntity,
)
from werkzeug.routing import BaseConverter

PROBLEM_JSON = "application/problem+json"


class SoldOut(Problem):
    """Not enough copies are left.

    More words that are no title.
    """

    status = 409
    type = "https://shop.example/problems/sold-out"

    left: int
    until: date | None = None


class Late(Problem):
    """A docstring."""

    status = 409
    title = "Too late."


def fail_with(typed: Typed, client: FlaskClient, error: Exception) -> Any:
    """Return the response of a view that raises an error."""

    @typed.get("/")
    def view() -> int:
        raise error

    return client.get("/")


PROBLEMS = [
    pytest.param(
        SoldOut(left=2, until=date(2030, 1, 1)),
        {
            "type": "https://shop.example/problems/sold-out",
            "title": "Not enough copies are left.",
            "status": 409,
            "left": 2,
            "until": "2030-01-01",
        },
        id="members",
    ),
    pytest.param(
        SoldOut(left=0, detail="Sold out since May."),
        {
            "type": "https://shop.example/problems/sold-out",
            "title": "Not enough copies are left.",
            "status": 409,
            "detail": "Sold out since May.",
            "left": 0,
            "until": None,
        },
        id="detail",
    ),
    pytest.param(
        Late(), {"type": "about:blank", "title": "Too late.", "status": 409}, id="own title"
    ),
    pytest.param(
        NotFound("No such thing."),
        {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "No such thing.",
        },
        id="werkzeug's",
    ),
]


@pytest.mark.parametrize(("error", "document"), PROBLEMS)
def test_problem_documents(
    typed: Typed, client: FlaskClient, error: Exception, document: dict[str, Any]
) -> None:
    """A raised problem, or an HTTP exception of werkzeug's, is a problem document."""
    response = fail_with(typed, client, error)
    assert (response.mimetype, response.json) == (PROBLEM_JSON, document)
    assert response.status_code == document["status"]


@pytest.mark.parametrize(
    ("error", "header", "value"),
    [
        (MethodNotAllowed(["GET", "PUT"]), "Allow", "GET, PUT"),
        (TooManyRequests(retry_after=30), "Retry-After", "30"),
        (Unauthorized(www_authenticate=flask.Response().www_authenticate), "X", None),
    ],
)
def test_headers_of_exceptions(
    typed: Typed, client: FlaskClient, error: HTTPException, header: str, value: str | None
) -> None:
    """The headers of werkzeug's exceptions are kept."""
    response = fail_with(typed, client, error)
    assert (response.mimetype, response.headers.get(header)) == (PROBLEM_JSON, value)


def test_abort_with_a_response(typed: Typed, client: FlaskClient) -> None:
    """``abort(response)`` answers with that response."""

    @typed.get("/")
    def view() -> int:
        flask.abort(flask.Response("own", 418))

    response = client.get("/")
    assert (response.status_code, response.text) == (418, "own")


def test_redirects_stay_redirects(typed: Typed, client: FlaskClient) -> None:
    """An exception below 400 is no error."""

    @typed.get("/")
    def view() -> int:
        error = HTTPException()
        error.code = 302
        raise error

    assert (client.get("/").status_code, client.get("/").mimetype) == (302, "text/html")


class ShopProblem(Problem):
    """A base of the app's problems, without a status of its own."""


class Closed(ShopProblem):
    """The shop is closed."""

    status = 503


HANDLED = [
    pytest.param(ShopProblem, Closed(), id="by a base of the app"),
    pytest.param(503, Closed(), id="by status below a base"),
    pytest.param(409, SoldOut(left=1), id="by status"),
    pytest.param(SoldOut, SoldOut(left=1), id="by class"),
    pytest.param(Problem, SoldOut(left=1), id="by base"),
    pytest.param(HTTPException, SoldOut(left=1), id="by HTTPException"),
    pytest.param(404, NotFound(), id="werkzeug's"),
]


@pytest.mark.parametrize(("handled", "error"), HANDLED)
def test_error_handlers_see_them(
    app: Flask, typed: Typed, client: FlaskClient, handled: Any, error: HTTPException
) -> None:
    """An app's error handler answers instead, by status and by class."""

    @app.errorhandler(handled)
    def handle(caught: HTTPException) -> str:
        assert caught is error
        return "handled"

    assert fail_with(typed, client, error).text == "handled"


def test_error_handlers_see_refused_requests(app: Flask, typed: Typed) -> None:
    """A 422 is werkzeug's UnprocessableEntity and carries its faults."""

    @app.errorhandler(UnprocessableEntity)
    def handle(error: RequestInvalid) -> list[Any]:
        return list(error.errors)

    @typed.get("/")
    def view(number: int) -> None: ...

    assert app.test_client().get("/").json == [
        {
            "in": "query",
            "pointer": "/number",
            "code": "required",
            "detail": "Missing data for required field.",
        }
    ]


def test_a_handler_may_return_the_error(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """A handler that returns the error itself sends its document."""

    @app.errorhandler(HTTPException)
    def handle(error: HTTPException) -> HTTPException:
        return error

    assert fail_with(typed, client, SoldOut(left=1)).json["left"] == 1


def test_blueprint_error_handlers(app: Flask, typed: Typed) -> None:
    """A blueprint's own error handlers see the errors of its routes."""
    pages = TypedBlueprint("pages", __name__)

    @pages.errorhandler(409)
    def handle(error: Exception) -> str:
        return "blueprint's"

    @pages.get("/")
    def view() -> int:
        raise SoldOut(left=1)

    app.register_blueprint(pages)
    assert app.test_client().get("/").text == "blueprint's"


def test_problems_of_plain_routes(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """A problem raised by a plain view, or before a view, is a problem document too."""

    @app.get("/plain")
    def plain() -> str:
        raise SoldOut(left=3)

    response = client.get("/plain")
    assert (response.mimetype, response.json["left"]) == (PROBLEM_JSON, 3)


def test_problems_without_typed(app: Flask, client: FlaskClient) -> None:
    """A problem on an app without Typed is werkzeug's page."""

    @app.get("/plain")
    def plain() -> str:
        raise SoldOut(left=3)

    response = client.get("/plain")
    assert (response.status_code, response.mimetype) == (409, "text/html")


def test_problems_while_typed_is_missing(app: Flask, client: FlaskClient) -> None:
    """A problem on an app with typed routes and no Typed says what is missing."""
    app.register_blueprint(TypedBlueprint("unused", __name__))
    pages = TypedBlueprint("pages", __name__)
    pages.get("/", endpoint="x")(lambda: 1)
    app.register_blueprint(pages)

    @app.get("/plain")
    def plain() -> str:
        raise SoldOut(left=3)

    with pytest.raises(SetupError, match=r"The app has typed routes, but no Typed: call `Typed"):
        client.get("/plain")


def test_plain_errors_of_plain_routes_stay_flasks(
    app: Flask, typed: Typed, client: FlaskClient
) -> None:
    """werkzeug's exceptions of plain views stay what they were."""

    @app.get("/plain")
    def plain() -> str:
        flask.abort(404)

    assert client.get("/plain").data == Flask("other").test_client().get("/none").data
    assert client.get("/nowhere").mimetype == "text/html"


def test_errors_of_the_program_are_told_to_nobody(
    app: Flask, typed: Typed, client: FlaskClient
) -> None:
    """Any other exception is a 500, whose document says nothing of it."""
    app.testing = False
    response = fail_with(typed, client, KeyError("s3cret"))
    assert (response.status_code, response.mimetype) == (500, PROBLEM_JSON)
    assert response.json["title"] == "Internal Server Error"
    assert "s3cret" not in response.text


def test_errors_of_the_program_have_the_apps_shape(app: Flask, client: FlaskClient) -> None:
    """Or the answer of an error handler."""
    app.testing = False
    typed = Typed(app, problem_shape=make_oops)
    assert fail_with(typed, client, KeyError("s3cret")).json == {
        "code": 500,
        "message": "Internal Server Error",
        "places": [],
    }


def test_an_error_handler_for_500(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """A handler of the app's own answers instead."""
    app.testing = False

    @app.errorhandler(500)
    def handle(error: InternalServerError) -> tuple[str, int]:
        return f"sorry, {type(error.original_exception).__name__}", 500

    assert fail_with(typed, client, KeyError("s3cret")).text == "sorry, KeyError"


def test_a_shape_that_fails(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Flask's page is sent then; the log has both errors."""

    def shape(error: HTTPException) -> Oops:
        raise LookupError("no shape")

    app.testing = False
    response = fail_with(Typed(app, problem_shape=shape), client, KeyError("first"))
    assert (response.status_code, response.mimetype) == (500, "text/html")
    app.testing = True
    app._got_first_request = False
    app.before_request(lambda: flask.abort(403))
    with pytest.raises(LookupError, match="no shape"):
        app.test_client().get("/")
    assert "KeyError: 'first'" in caplog.text
    assert "LookupError: no shape" in caplog.text


def test_a_hook_that_aborts(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """Before a typed view it is answered as the view would have been; elsewhere by Flask."""

    @app.before_request
    def refuse() -> None:
        flask.abort(403, "Not today.")

    typed.get("/typed", endpoint="typed")(lambda: None)
    app.get("/plain", endpoint="plain")(lambda: "")
    assert client.get("/typed").json == {
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
        "detail": "Not today.",
    }
    assert client.get("/plain").mimetype == "text/html"
    with app.app_context():  # and outside of requests, as ever
        assert app.make_response("text").status_code == 200


def test_a_problem_that_does_not_fit(typed: Typed, client: FlaskClient) -> None:
    """A member of the wrong type is an error of the program."""
    with pytest.raises(ResponseMismatch, match=r"at \$\.left expected an int, found a value of"):
        fail_with(typed, client, SoldOut(left="many"))  # type: ignore[arg-type]  # the mistake


@dataclass
class Oops:
    """A shape of the app's own."""

    code: int
    message: str
    places: list[str]


def make_oops(error: HTTPException) -> Oops:
    """Shape an error."""
    faults = error.errors if isinstance(error, RequestInvalid) else []
    return Oops(error.code or 0, error.name, [fault["pointer"] for fault in faults])


def make_text(error: HTTPException) -> Annotated[str, MediaType("text/plain")]:
    """Shape an error as text."""
    return f"error {error.code}"


@pytest.fixture(autouse=True)
def _undeclared(app: Flask) -> None:
    """Let views answer what they do not declare: how it looks is what is asked here."""
    app.config["TYPED_CHECK_RESPONSES"] = "ignore"


def add_views(typed: Typed) -> None:
    """Add a view that can fail in each way."""

    @typed.get("/<int:number>")
    @raises(SoldOut)
    def view(number: int, size: int = 0) -> int:
        raise SoldOut(left=number) if number else NotFound()


def test_the_shape_can_be_replaced(app: Flask) -> None:
    """One function shapes every error: refusals, problems and werkzeug's."""
    add_views(Typed(app, problem_shape=make_oops))
    client = app.test_client()
    answers = [client.get(path) for path in ("/1", "/0", "/0?size=x")]
    assert [answer.json for answer in answers] == [
        {"code": 409, "message": "Conflict", "places": []},
        {"code": 404, "message": "Not Found", "places": []},
        {"code": 422, "message": "Unprocessable Entity", "places": ["/size"]},
    ]
    assert {answer.mimetype for answer in answers} == {"application/json"}
    assert [answer.status_code for answer in answers] == [409, 404, 422]


def test_the_shape_may_be_text(app: Flask) -> None:
    """A shape may have another media type."""
    add_views(Typed(app, problem_shape=make_text))
    response = app.test_client().get("/1")
    assert (response.mimetype, response.text) == ("text/plain", "error 409")


def test_a_shape_needs_an_annotation(app: Flask) -> None:
    """A shape that does not say its type is refused."""
    with pytest.raises(DeclarationError, match=r"The problem shape has no return annotation\."):
        Typed(app, problem_shape=lambda error: {})


def test_a_shape_needs_a_type_that_is_known(app: Flask) -> None:
    """A shape of an unknown type is refused, with its name."""

    def shape(error: HTTPException) -> complex: ...

    with pytest.raises(DeclarationError, match=r"(?s)type complex.*in problem shape .*shape \("):
        Typed(app, problem_shape=shape)


def test_an_error_handler_sees_each_error_once(
    app: Flask, typed: Typed, client: FlaskClient
) -> None:
    """It gets the error itself, and its answer is the answer."""
    seen = []

    @app.errorhandler(SoldOut)
    def handle(error: SoldOut) -> tuple[str, int]:
        seen.append(error)
        return "gone", 410

    response = fail_with(typed, client, error := SoldOut(left=0))
    assert (response.status_code, response.text) == (410, "gone")
    assert seen == [error]


def test_errors_that_are_trapped(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """Where the app wants to see HTTP exceptions, it sees them."""
    app.config["TRAP_HTTP_EXCEPTIONS"] = True
    with pytest.raises(SoldOut):
        fail_with(typed, client, SoldOut(left=0))


class Denied(Problem, Unauthorized):
    """A problem of the app's own that is a 401."""

    status = 401


@dataclass
class Line:
    """A line of an order."""

    count: int


SHOP = OAuth2(realm="shop")
SHARED = [
    pytest.param(NotFound, id="werkzeug's"),
    pytest.param(lambda: TooManyRequests(retry_after=3), id="with a header"),
    pytest.param(lambda: SoldOut(left=1), id="problem"),
    pytest.param(lambda: RequestInvalid(errors=[]), id="RequestInvalid"),
    pytest.param(Unauthorized, id="401"),
    pytest.param(Denied, id="problem that is a 401"),
    pytest.param(NotAuthenticated, id="NotAuthenticated"),
    pytest.param(InsufficientScope, id="InsufficientScope"),
]


@pytest.mark.parametrize("make", SHARED)
@pytest.mark.parametrize("handled", [False, True], ids=["unhandled", "handled"])
def test_an_error_belongs_to_no_request(
    app: Flask, make: Callable[[], HTTPException], handled: bool
) -> None:
    """One object that is raised in every request carries nothing from one client to the next."""
    app.secret_key = "secret"
    error = make()
    typed = Typed(app)

    @typed.get("/<name>")
    def view(name: str, token: Annotated[str, Security(SHOP, scopes=["buy"])]) -> int:
        flask.session["name"] = name
        raise error

    if handled:

        @app.errorhandler(HTTPException)
        def handle(caught: HTTPException) -> HTTPException:
            assert caught is error
            return caught

    before = dict(vars(error))
    answers = [
        app.test_client().get(f"/{name}", headers={"Authorization": "Bearer x"})
        for name in ("ann", "bob")
    ]
    assert vars(error) == before
    cookies = [answer.headers.getlist("Set-Cookie") for answer in answers]
    assert list(map(len, cookies)) == [1, 1]
    assert cookies[0] != cookies[1]
    challenges = [answer.headers.getlist("WWW-Authenticate") for answer in answers]
    assert challenges[0] == challenges[1]
    assert bool(challenges[0]) == (error.code in (401, 403))
    assert answers[0].data == answers[1].data
    assert answers[0].mimetype == PROBLEM_JSON


def test_an_error_of_a_converter_belongs_to_no_request(app: Flask, typed: Typed) -> None:
    """So with errors that converters raise while a URL is matched."""
    gone = NotFound("No such word.")

    class Word(BaseConverter):
        def to_python(self, value: str) -> str:
            raise gone

    app.url_map.converters["word"] = Word
    app.secret_key = "secret"

    @app.before_request
    def note() -> None:
        flask.session["path"] = flask.request.path

    @typed.get("/<word:word>")
    def view(word: str) -> str: ...

    answers = [app.test_client().get(url) for url in ("/a", "/b")]
    assert [answer.json["detail"] for answer in answers] == ["No such word."] * 2
    assert [len(answer.headers.getlist("Set-Cookie")) for answer in answers] == [1, 1]
    assert gone.response is None


def test_handlers_answer_with_challenges(app: Flask, typed: Typed) -> None:
    """A 401 or 403 of a handler's own tells what to bring; its other answers do not."""

    @typed.get("/")
    def view(token: Annotated[str, Depends(HTTPBearer())], how: str = "") -> str: ...

    @app.errorhandler(401)
    def handle(error: Unauthorized) -> Any:
        if "login" in flask.request.args:
            return flask.redirect("/login", 302)
        headers = {"WWW-Authenticate": "Own"} if "own" in flask.request.args else {}
        return {"no": "entry"}, 401, headers

    client = app.test_client()
    answers = [client.get(url) for url in ("/", "/?own=1", "/?login=1")]
    assert [answer.headers.get("WWW-Authenticate") for answer in answers] == [
        'Bearer realm="api"',
        "Own",
        None,
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 302]


def test_what_a_handler_for_webargs_looks_at(app: Flask, typed: Typed) -> None:
    """The handler of webargs' documentation finds messages by location."""

    @app.errorhandler(422)
    @app.errorhandler(400)
    def handle(error: Any) -> Any:
        headers = error.data.get("headers", None)
        messages = error.data.get("messages", ["Invalid request."])
        assert headers is None
        return {"errors": messages}, error.code

    @typed.post("/<int:number>")
    def view(number: int, lines: list[Line], size: int, x_key: Annotated[str, Header()]) -> int: ...

    client = app.test_client()
    missing = ["Missing data for required field."]
    assert client.post("/1?size=x", json=[{"count": 1}, {"count": "a", "a/b": 1}]).json == {
        "errors": {
            "query": {"size": ["Not a valid integer."]},
            "headers": {"x-key": missing},
            "json": {"1": {"count": ["Not a valid integer."], "a/b": ["Unknown field."]}},
        }
    }
    assert client.post("/1?size=1", headers={"X-Key": "k"}).json == {"errors": {"json": missing}}
    options: Any = {"headers": {"X-Key": "k"}, "content_type": "application/json"}
    assert client.post("/1?size=1", data="{", **options).json == {
        "errors": {
            "json": [
                "The body is not JSON: Expecting property name enclosed in double quotes at line 1,"
                " column 2."
            ]
        }
    }


class Gone(Problem):
    """The book was here."""

    status = 410


def abort_with(code: int) -> Any:
    """Return a view that aborts."""

    @raises(Gone, SoldOut, NotFound)
    def view(token: Annotated[str, Security(SHOP, scopes=["buy"])], number: int = 0) -> int:
        flask.abort(code, "So it is.")

    return view


@pytest.mark.parametrize(
    ("code", "title", "members"),
    [
        pytest.param(422, "The request is not valid.", {"errors": []}, id="422"),
        pytest.param(401, NotAuthenticated.title, {}, id="401"),
        pytest.param(403, InsufficientScope.title, {}, id="403"),
        pytest.param(410, "The book was here.", {}, id="problem without members"),
        pytest.param(404, "Not Found", {}, id="werkzeug's"),
        pytest.param(409, "Conflict", {}, id="members that nobody knows"),
        pytest.param(418, ImATeapot().name, {}, id="not published"),
    ],
)
def test_what_is_aborted_with_has_the_published_shape(
    typed: Typed, client: FlaskClient, document: Any, code: int, title: str, members: Any
) -> None:
    """As far as the program says enough for it."""
    typed.get("/")(abort_with(code))
    answer = client.get("/", headers={"Authorization": "Bearer x"})
    expected = {"type": "about:blank", "title": title, "status": code, "detail": "So it is."}
    assert answer.json == {**expected, **members}


def test_a_handlers_constant_response_stays_as_it_is(app: Flask, typed: Typed) -> None:
    """A challenge of one route does not go to the next with it."""
    constant = flask.Response("no", 401)

    @app.errorhandler(401)
    def handle(error: Unauthorized) -> flask.Response:
        return constant

    @typed.get("/bearer")
    def bearer(token: Annotated[str, Depends(HTTPBearer())]) -> str: ...

    @typed.get("/basic")
    def basic(who: Annotated[Any, Depends(HTTPBasic())]) -> str: ...

    client = app.test_client()
    for _ in range(2):
        assert client.get("/bearer").headers["WWW-Authenticate"] == 'Bearer realm="api"'
        assert client.get("/basic").headers["WWW-Authenticate"].startswith("Basic ")
    assert "WWW-Authenticate" not in constant.headers


def test_a_view_that_is_called_and_redirects(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """The view that calls it gets a response, whatever ended the other."""

    @typed.get("/inner")
    def inner() -> str:
        flask.abort(flask.redirect("/elsewhere"))

    @typed.get("/outer")
    def outer() -> str:
        response: Any = app.view_functions["inner"]()
        return str(response.location)

    assert client.get("/outer").json == "/elsewhere"
