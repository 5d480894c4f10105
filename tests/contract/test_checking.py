"""When responses are checked, and who is told of a difference."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from threading import RLock
from typing import Any

import flask
import pytest
from flask import Blueprint, Flask, Response, abort
from flask.testing import FlaskClient
from flask_typed import SetupError, Typed, TypedBlueprint, UndocumentedResponse, raises
from flask_typed.contract import checking, documented, schemas
from flask_typed.contract.checking import Throttle
from flask_typed.contract.documented import Documented
from flask_typed.declare.settings import read_settings
from flask_typed.publish.content import DocumentSource
from werkzeug.exceptions import NotFound

ERROR = pytest.mark.configured(TYPED_CHECK_RESPONSES="error")
SAMPLE = pytest.mark.configured(TYPED_CHECK_SAMPLE=1)


@pytest.fixture
def views(app: Flask, typed: Typed) -> None:
    """Add views that answer with the status that they are asked for."""

    @typed.get("/<int:status>")
    def view(status: int) -> int:
        return abort(status)

    @typed.get("/declared")
    @raises(NotFound)
    def declared() -> int:
        raise NotFound

    @typed.get("/any")
    def whatever() -> Response:
        return Response("tea", 418)

    @app.get("/plain")
    def plain() -> Response:
        return Response("tea", 418)


@pytest.fixture
def production(app: Flask) -> None:
    """Let the app be in production."""
    app.testing = False


def read_log(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the lines of the app's log."""
    return [record.message for record in caplog.records if record.name == "shop"]


@pytest.mark.parametrize("sample", [0, 0.5])
def test_imports_before_the_first_request(app: Flask, sample: float) -> None:
    """A server whose requests share a thread imports what a sampled response needs."""
    settings = read_settings({"TYPED_CHECK_SAMPLE": sample})
    check = checking.ResponseCheck(
        app, lambda request: None, DocumentSource(dict, (), RLock()), settings
    )
    check.prepare()
    assert ("documented" in vars(check)) == bool(sample)


@pytest.mark.usefixtures("views")
def test_a_warning(app: Flask, client: FlaskClient) -> None:
    """In tests, and in debug mode."""
    message = (
        r"^views\.view \(.*test_checking\.py:\d+\) answered 403 to GET /<int:status>, but its"
        r" document describes another response\n  status: expected 200 or 404\n"
        r"  Declare the status with @raises, or in the return annotation\.$"
    )
    with pytest.warns(UndocumentedResponse, match=message):
        assert client.get("/403").status_code == 403
    app.testing, app.debug = False, True
    with pytest.warns(UndocumentedResponse, match="answered 409"):
        assert client.get("/409").status_code == 409


@ERROR
@pytest.mark.usefixtures("views")
def test_an_error(client: FlaskClient) -> None:
    """It reaches the test, and has the parts of the report."""
    with pytest.raises(UndocumentedResponse, match="answered 409 to GET /<int:status>") as raised:
        client.get("/409")
    report = raised.value
    assert report.operation.startswith("views.view (")
    assert (report.method, report.path, report.status) == ("GET", "/<int:status>", 409)
    assert list(map(str, report.differences)) == ["status: expected 200 or 404"]


@pytest.mark.configured(TYPED_CHECK_RESPONSES="ignore")
@pytest.mark.usefixtures("views")
def test_nothing_when_asked(client: FlaskClient) -> None:
    """In tests, too."""
    assert client.get("/409").status_code == 409


@ERROR
@pytest.mark.usefixtures("views", "production")
def test_nothing_in_production(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """Unless a sample is asked for."""
    assert client.get("/409").status_code == 409
    assert read_log(caplog) == []


@pytest.mark.usefixtures("views")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/declared", 404, id="declared"),
        pytest.param("/any", 418, id="any"),
        pytest.param("/plain", 418, id="plain"),
        pytest.param("/nowhere", 404, id="no-route"),
        pytest.param("/500", 500, id="500"),
        pytest.param("/openapi.json", 200, id="document"),
    ],
)
def test_what_is_no_surprise(client: FlaskClient, path: str, status: int) -> None:
    """It is declared, or it is not ours; a 500 is a mistake and stands in no document."""
    assert client.get(path).status_code == status


@pytest.mark.usefixtures("views")
def test_options_are_flasks(client: FlaskClient) -> None:
    """No operation answers them."""
    assert client.options("/declared").status_code == 200


def nothing() -> None: ...


def test_what_others_answer_is_seen_too(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """A before_request that refuses, for instance, whatever the document has for its linters."""
    typed.get("/")(lambda: None)
    typed.get("/typed")(nothing)

    @app.before_request
    def refuse() -> tuple[str, int]:
        return "no", 403

    assert client.get("/").status_code == 403  # without an annotation, any status may come
    with pytest.warns(UndocumentedResponse, match="answered 403"):
        client.get("/typed")


def tea(response: Response) -> Response:
    """Change every response."""
    return Response("tea", 418)


def add_to_app_before(app: Flask, books: Blueprint) -> None:
    """Register a hook before ``Typed``."""
    app.after_request(tea)
    Typed(app)


def add_to_app_after(app: Flask, books: Blueprint) -> None:
    """Register a hook after it."""
    Typed(app)
    app.after_request(tea)


def add_to_blueprint(app: Flask, books: Blueprint) -> None:
    """Register a hook of the blueprint."""
    Typed(app)
    books.after_request(tea)


def add_to_request(app: Flask, books: Blueprint) -> None:
    """Register a hook in the request."""
    Typed(app)

    @app.before_request
    def before() -> None:
        flask.after_this_request(tea)


@pytest.mark.parametrize(
    "add", [add_to_app_before, add_to_app_after, add_to_blueprint, add_to_request]
)
def test_hooks_that_change_the_response(
    app: Flask, client: FlaskClient, add: Callable[[Flask, Blueprint], None]
) -> None:
    """What leaves is compared, whoever has made it."""
    books = TypedBlueprint("books", __name__)
    books.get("/")(nothing)
    add(app, books)
    app.register_blueprint(books)
    with pytest.warns(UndocumentedResponse, match="answered 418"):
        assert client.get("/").text == "tea"


@SAMPLE
@pytest.mark.usefixtures("views", "production")
def test_a_sample_in_production(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """A difference is one line in the log, and the response is what it was."""
    assert client.get("/409").status_code == 409
    assert client.get("/declared").status_code == 404
    (line,) = read_log(caplog)
    assert "\n" not in line
    assert line.endswith(
        " answered 409 to GET /<int:status>, but its document describes another response;"
        " status: expected 200 or 404;"
        " Declare the status with @raises, or in the return annotation."
    )


@pytest.mark.configured(TYPED_CHECK_SAMPLE=0.25)
@pytest.mark.usefixtures("views", "production")
@pytest.mark.parametrize(("drawn", "lines"), [(0.2, 1), (0.25, 0), (0.9, 0)])
def test_the_size_of_the_sample(
    client: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    drawn: float,
    lines: int,
) -> None:
    """So many responses are compared, as chance has it."""
    monkeypatch.setattr(checking.random, "random", lambda: drawn)
    assert client.get("/409").status_code == 409
    assert len(read_log(caplog)) == lines


@SAMPLE
@pytest.mark.usefixtures("views", "production")
def test_lines_are_bounded(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One for an operation in ten seconds, with a count of the rest."""
    now = [0.0]
    monkeypatch.setattr(checking.time, "monotonic", lambda: now[0])
    for moment in (0, 1, 9.9, 10):
        now[0] = moment
        client.get("/409")
    first, second = read_log(caplog)
    assert first.endswith("annotation.")
    assert second.endswith("annotation. (2 more since the last line)")


def test_each_key_has_its_own_limit() -> None:
    """One operation does not hide another."""
    throttle = Throttle()
    assert [throttle.admit("a"), throttle.admit("a"), throttle.admit("b")] == [0, None, 0]


@SAMPLE
@pytest.mark.usefixtures("views", "production")
def test_a_mistake_in_the_check_changes_nothing(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged."""

    def fail(*args: Any) -> Iterator[Any]:
        raise LookupError("oh")

    monkeypatch.setattr(documented, "compare", fail)
    assert [client.get(path).status_code for path in ("/409", "/declared")] == [409, 404]
    assert read_log(caplog) == ["A response cannot be compared: LookupError('oh')"]


@SAMPLE
@pytest.mark.parametrize(("size", "lines"), [(99_998, 1), (99_999, 0)])
@pytest.mark.usefixtures("production")
def test_large_bodies_are_not_read_in_production(
    typed: Typed,
    client: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    size: int,
    lines: int,
) -> None:
    """To compare them takes longer than to write them."""

    @typed.get("/")
    def view() -> int:
        return Response(f'"{"x" * size}"', content_type="application/json")  # type: ignore[return-value]

    assert len(client.get("/").data) == size + 2
    assert len(read_log(caplog)) == lines


@ERROR
def test_threads_make_the_document_once(
    app: Flask, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first requests may come at the same time."""
    made = []
    make_document: Any = Documented.make

    def make(self: Any, *args: Any) -> Any:
        made.append(args)
        return make_document(self, *args)

    monkeypatch.setattr(Documented, "make", make)
    typed.get("/")(nothing)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: app.test_client().get("/").status_code, range(16)))
    assert (statuses, len(made)) == ([204] * 16, 1)


@pytest.fixture
def _missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library be absent."""
    monkeypatch.setattr(checking, "is_jsonschema_installed", lambda: False)
    monkeypatch.setattr(schemas, "is_jsonschema_installed", lambda: False)


@pytest.mark.usefixtures("_missing")
def test_without_the_library(
    typed: Typed, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Statuses and media types are compared, and one line says that bodies are not."""

    @typed.get("/<int:number>")
    def view(number: int) -> int:
        if number == 2:
            return Response("x")  # type: ignore[return-value]
        return Response('"x"', content_type="application/json")  # type: ignore[return-value]

    assert [client.get("/1").status_code, client.get("/1").status_code] == [200, 200]
    with pytest.warns(UndocumentedResponse, match="media type: expected application/json"):
        client.get("/2")
    line = (
        "Bodies of responses are not compared without jsonschema:"
        " pip install 'flask-typed-api[checks]'"
    )
    assert read_log(caplog) == [line]


@pytest.mark.usefixtures("_missing")
@pytest.mark.parametrize(
    ("config", "keys"),
    [
        ({"TYPED_CHECK_RESPONSES": "error"}, "TYPED_CHECK_RESPONSES"),
        ({"TYPED_CHECK_SAMPLE": 0.1}, "TYPED_CHECK_SAMPLE"),
    ],
)
def test_a_check_that_needs_the_library(app: Flask, config: dict[str, Any], keys: str) -> None:
    """It is an error at setup that names what to install."""
    app.config.update(config)
    message = rf"^{keys} needs the package jsonschema: pip install 'flask-typed-api\[checks\]'$"
    with pytest.raises(SetupError, match=message):
        Typed(app)


def test_the_library_is_imported_late() -> None:
    """An app in production does without."""
    program = "import sys, flask, flask_typed; flask_typed.Typed(flask.Flask('shop'))"
    shown = f"{program}; print('jsonschema' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_an_apps_own_method() -> None:
    """An app may have a method of its own in the place of Flask's."""

    class Shop(Flask):
        @wraps(Flask.process_response)
        def process_response(self, *args: Any) -> Response:
            return tea(super().process_response(*args))

    shop = Shop("shop")
    shop.testing = True
    Typed(shop).get("/")(nothing)
    with pytest.warns(UndocumentedResponse, match="answered 418"):
        shop.test_client().get("/")


def test_the_log_of_the_app(production: None, app: Flask) -> None:
    """Setup does not make the logger, which apps configure later."""
    app.config["TYPED_CHECK_SAMPLE"] = 1
    Typed(app)
    assert "logger" not in vars(app)
    assert app.logger.level == logging.NOTSET
