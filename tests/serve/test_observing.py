"""Observers of requests: what they are told, and when."""

import gc
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Annotated, Any, NoReturn

import pytest
from flask import Flask, send_file
from flask.testing import FlaskClient
from flask_typed import (
    Depends,
    FileResponse,
    Idempotency,
    KeyClaim,
    ObservedRequest,
    Observer,
    Paging,
    Patch,
    Problem,
    RequestWatch,
    SetupError,
    Slice,
    StoredResponse,
    Typed,
    UsedKey,
    raises,
)
from werkzeug.exceptions import ImATeapot


class Recorder(Observer):
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.ended: list[ObservedRequest] = []
        self.depth = 0

    def start(self, request: ObservedRequest) -> RequestWatch:
        return Recording(self, request)

    @property
    def parts(self) -> list[str]:
        """The parts that have begun."""
        return [note for note in self.notes if not note.startswith(("end", "enter", "leave"))]


class Recording(RequestWatch):
    """What a recorder writes down of one request."""

    def __init__(self, recorder: Recorder, request: ObservedRequest) -> None:
        self._recorder = recorder
        self._request = request

    @contextmanager
    def activate(self) -> Iterator[None]:
        self._recorder.notes.append("enter")
        self._recorder.depth += 1
        try:
            yield
        finally:
            self._recorder.depth -= 1
            self._recorder.notes.append("leave")

    @contextmanager
    def part(self, kind: str, name: str) -> Iterator[None]:
        assert self._recorder.depth == 1
        self._recorder.notes.append(f"{kind} {name}".strip())
        try:
            yield
        finally:
            self._recorder.notes.append(f"end {kind}")

    def end(self) -> None:
        assert self._recorder.depth == 0
        self._recorder.ended.append(self._request)


@dataclass
class Book:
    """A book."""

    id: int
    title: str = ""


class BookNotFound(Problem):
    """No book has this id."""

    status = 404


class Moved(Problem):
    """The book is elsewhere."""

    status = 410
    type = "https://example.com/problems/moved"


def get_settings() -> str:
    """Provide a value that nothing closes."""
    return "settings"


def open_store(settings: Annotated[str, Depends(get_settings)]) -> Iterator[str]:
    """Provide a value that is closed."""
    yield settings


Store = Annotated[str, Depends(open_store)]


class Keys:
    """A store of one response."""

    in_transaction = False

    def __init__(self) -> None:
        self.used: UsedKey | None = None

    def claim(self, claim: KeyClaim) -> UsedKey | None:
        """Return the response, if there is one."""
        return self.used

    def save(self, claim: KeyClaim, response: StoredResponse) -> None:
        """Save the response."""
        self.used = UsedKey(claim.fingerprint, response)

    def release(self, claim: KeyClaim) -> None:  # pragma: no cover: a store has it
        """Give up a key."""


@pytest.fixture
def recorder() -> Recorder:
    """Return an observer."""
    return Recorder()


@pytest.fixture
def typed(app: Flask, recorder: Recorder) -> Typed:
    """Put observed routes on the app."""
    keys = Keys()
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return Typed(app, observers=[recorder], idempotency=Idempotency(lambda: keys))


def list_known(request: ObservedRequest) -> tuple[object, ...]:
    """Return what is known of a request that has ended."""
    assert request.seconds > 0
    assert request.began > 1_700_000_000 * 10**9
    return (
        request.method,
        request.route,
        request.operation_id,
        request.view,
        request.status,
        request.problem,
        request.error,
    )


def test_parts_of_a_request(typed: Typed, client: FlaskClient, recorder: Recorder) -> None:
    """All parts are told in order, inside of the observer's context."""

    @typed.put("/books/<int:book_id>")
    def replace_book(book_id: int, book: Book, store: Store) -> Book:
        return book

    response = client.put("/books/1", json={"id": 1})
    assert response.json == {"id": 1, "title": ""}
    work = ["validation", "provider get_settings", "provider open_store"]
    view = "test_parts_of_a_request.replace_book"
    assert recorder.parts == [*work, f"view {view}", "writing", "closing"]
    (ended,) = recorder.ended
    route = "/books/<int:book_id>"
    assert list_known(ended) == ("PUT", route, "replace_book", view, 200, None, None)
    assert (ended.endpoint, ended.size) == ("replace_book", len(response.data))


def test_no_more_parts_than_work(typed: Typed, client: FlaskClient, recorder: Recorder) -> None:
    """Nothing is validated where nothing is sent, and nothing closed where nothing is open."""
    typed.get("/settings")(read_settings)
    client.get("/settings")
    assert recorder.parts == ["provider get_settings", "view read_settings", "writing"]


def read_settings(settings: Annotated[str, Depends(get_settings)]) -> str:
    """Read the settings."""
    return settings


def find_version(book_id: int) -> int:
    """Return the version of a book."""
    return book_id


def fail(book_id: int) -> NoReturn:
    """Fail in a way of one's own."""
    if book_id == 1:
        raise BookNotFound
    if book_id == 2:
        raise Moved
    if book_id == 3:
        raise ImATeapot
    raise LookupError(f"{book_id}")


@pytest.mark.parametrize(
    ("path", "status", "problem", "error"),
    [
        pytest.param("1", 404, "BookNotFound", None, id="problem without a type"),
        pytest.param("2", 410, Moved.type, None, id="problem with a type"),
        pytest.param("3", 418, "ImATeapot", None, id="HTTP exception"),
        pytest.param("4", 500, None, LookupError, id="error of the program"),
        pytest.param("1?limit=x", 422, "RequestInvalid", None, id="invalid request"),
    ],
)
def test_errors_are_told(
    typed: Typed,
    client: FlaskClient,
    recorder: Recorder,
    path: str,
    status: int,
    problem: str | None,
    error: type[Exception] | None,
) -> None:
    """The type of a problem, or the class of an error."""

    @typed.get("/books/<int:book_id>")
    @raises(BookNotFound, Moved)
    def read_book(book_id: int, limit: int = 1) -> Book:
        fail(book_id)

    assert client.get(f"/books/{path}").status_code == status
    (ended,) = recorder.ended
    assert (ended.status, ended.problem, ended.error) == (status, problem, error)


def test_other_requests_are_told(
    app: Flask, typed: Typed, client: FlaskClient, recorder: Recorder
) -> None:
    """Plain routes, hidden ones, unknown paths and methods."""
    app.get("/plain")(lambda: "plain")
    typed.get("/typed")(get_settings)
    typed.get("/hidden", endpoint="hidden", hidden=True)(get_settings)
    for path in ("/plain", "/hidden", "/none"):
        assert client.get(path).data
    assert client.open("/plain", method="BREW").data
    client.get("/typed")
    client.head("/typed")
    told = [(e.method, e.route, e.operation_id, e.status) for e in recorder.ended]
    assert [e.size for e in recorder.ended][-2:] == [10, 0]
    assert told == [
        ("GET", "/plain", None, 200),
        ("GET", "/hidden", None, 200),
        ("GET", None, None, 404),
        ("_OTHER", None, None, 405),
        ("GET", "/typed", "get_settings", 200),
        ("HEAD", "/typed", "get_settings", 200),
    ]


def test_streams_end_with_their_last_byte(
    typed: Typed, client: FlaskClient, recorder: Recorder
) -> None:
    """Each item is made inside of the context; the providers close before the end."""

    @typed.get("/books")
    def read_books(store: Store) -> Iterator[Book]:
        yield Book(1)
        assert recorder.depth == 1
        assert not recorder.ended
        yield Book(2)

    with client.get("/books") as response:
        assert len(response.data.splitlines()) == 2
    assert recorder.parts[-1] == "closing"
    (ended,) = recorder.ended
    assert ended.size == len(response.data)


def test_stream_that_fails(typed: Typed, client: FlaskClient, recorder: Recorder) -> None:
    """Its error is told."""

    @typed.get("/books")
    def read_books() -> Iterator[Book]:
        for _ in range(100):
            yield Book(1)
        raise LookupError

    with pytest.raises(ConnectionResetError):
        assert client.get("/books").data
    assert [(e.status, e.error) for e in recorder.ended] == [(200, LookupError)]


def test_stream_that_is_left(typed: Typed, client: FlaskClient, recorder: Recorder) -> None:
    """It ends when the server closes it."""

    @typed.get("/books")
    def read_books(store: Store) -> Iterator[Book]:
        yield from map(Book, range(10**6))

    response = client.get("/books")
    next(iter(response.response))
    assert not recorder.ended
    response.close()
    assert [e.error for e in recorder.ended] == [None]


class FileWrapper:
    """What a server offers for files."""

    def __init__(self, file: Any, size: int = 8192) -> None:
        self.file = file
        self.close: Callable[[], None] = file.close

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.file)


class BareWrapper(FileWrapper):
    """One without a method to close the file."""

    def __init__(self, file: Any, size: int = 8192) -> None:
        self.file = file


@pytest.mark.parametrize("wrapper", [FileWrapper, BareWrapper])
def test_files_stay_files(
    app: Flask, typed: Typed, recorder: Recorder, wrapper: type[FileWrapper]
) -> None:
    """The server gets its own wrapper, so it can send the file itself."""

    @typed.get("/file")
    def read_file() -> FileResponse:
        return send_file(BytesIO(b"Emma"), mimetype="text/plain")

    environ = app.test_request_context("/file").request.environ | {"wsgi.file_wrapper": wrapper}
    body = app.wsgi_app(environ, lambda *_: None)
    assert isinstance(body, wrapper)
    assert b"".join(body) == b"Emma"
    assert not recorder.ended
    body.close()
    assert [(e.size, e.status) for e in recorder.ended] == [(None, 200)]


def test_plain_bodies(app: Flask, typed: Typed, recorder: Recorder) -> None:
    """A list is complete when the app returns it; an iterator needs no ``close``."""
    recorded: list[object] = []

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        start_response("200 OK", [])
        return [b"Em", b"ma"] if environ["PATH_INFO"] == "/list" else iter([b"Emma"])

    inner = Flask("inner")
    inner.wsgi_app = answer  # type: ignore[assignment]
    Typed(inner, observers=[recorder])
    for path in ("/list", "/iterator"):
        with inner.test_client().get(path) as response:
            recorded.append(response.data)
    assert recorded == [b"Emma", b"Emma"]


def test_conditional_idempotent_and_paged_operations(
    typed: Typed, client: FlaskClient, recorder: Recorder
) -> None:
    """What other mixins of operations do is part of the same work."""

    @typed.patch("/books/<int:book_id>", etag=find_version)
    def patch_book(book_id: int, patch: Patch[Book], store: Store) -> Book:
        return patch.apply(Book(book_id))

    @typed.post("/books", idempotent=True, timeout=5)
    def add_book(book: Book, store: Store) -> Book:
        return book

    @typed.get("/books")
    def list_books(paging: Paging) -> Slice[Book]:
        return paging.slice([Book(1)])

    @typed.get("/async", cache="no-store")
    async def read_async() -> Book:
        return Book(recorder.depth)

    response = client.patch("/books/1", json={"title": "Emma"})
    assert response.json == {"id": 1, "title": "Emma"}
    first = client.post("/books", json={"id": 1}, headers={"Idempotency-Key": '"a"'})
    again = client.post("/books", json={"id": 1}, headers={"Idempotency-Key": '"a"'})
    assert first.data == again.data
    assert client.get("/books").json == {"items": [{"id": 1, "title": ""}], "has_next": False}
    assert client.get("/async").json == {"id": 1, "title": ""}
    views = [note for note in recorder.parts if note.startswith("view")]
    names = ["patch_book", "add_book", "list_books", "read_async"]
    place = "view test_conditional_idempotent_and_paged_operations."
    assert views == [place + name for name in names]
    assert recorder.parts.count("writing") == len(names)
    assert len(recorder.ended) == 5


class Broken(Observer):
    """Fails in everything."""

    def __init__(self, *, starts: bool) -> None:
        self.starts = starts

    def start(self, request: ObservedRequest) -> RequestWatch:
        if not self.starts:
            raise LookupError("start")
        return BrokenWatch()


class BrokenWatch(RequestWatch):
    """Fails in everything."""

    def activate(self) -> NoReturn:
        raise LookupError("activate")

    def part(self, kind: str, name: str) -> AbstractContextManager[None]:
        return BrokenContext(enters=kind == "view")

    def end(self) -> NoReturn:
        raise LookupError("end")


class BrokenContext(AbstractContextManager[None]):
    """Fails when it is entered, or when it is left."""

    def __init__(self, *, enters: bool) -> None:
        self.enters = enters

    def __enter__(self) -> None:
        if not self.enters:
            raise LookupError("enter")

    def __exit__(self, *error: object) -> NoReturn:
        raise LookupError("exit")


@pytest.mark.parametrize("starts", [False, True])
def test_errors_of_observers_are_logged(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, starts: bool
) -> None:
    """The request goes on, and the other observer sees it."""
    recorder = Recorder()
    typed = Typed(app, observers=[Broken(starts=starts), recorder, Silent(), NotThere()])
    typed.get("/settings")(read_settings)
    assert client.get("/settings").data == b'"settings"'
    assert "writing" in recorder.parts
    assert len(recorder.ended) == 1
    failed = [
        record.exc_info[1].args[0]
        for record in caplog.records
        if record.exc_info and record.exc_info[1]
    ]
    if starts:
        assert {"activate", "enter", "exit", "end"} == set(failed)
    else:
        assert failed == ["start"]


class Silent(Observer):
    """Does nothing in a request."""

    def start(self, request: ObservedRequest) -> RequestWatch:
        return RequestWatch()


class Passing(Observer, RequestWatch, AbstractContextManager[None]):
    """Raises the error of a part again."""

    def start(self, request: ObservedRequest) -> RequestWatch:
        return self

    def part(self, kind: str, name: str) -> AbstractContextManager[None]:
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if error is not None:
            raise error


class NotThere(Observer):
    """Observes nothing."""

    def start(self, request: ObservedRequest) -> None:
        return None


def test_an_error_of_the_view_passes_an_observer(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """It is neither suppressed nor logged as the observer's."""
    typed = Typed(app, observers=[Recorder(), Passing()])

    @typed.get("/books")
    def read_books(store: Store) -> Book:
        raise LookupError

    with pytest.raises(LookupError):
        client.get("/books")
    assert caplog.records == []


def test_an_error_that_reaches_the_server(app: Flask, client: FlaskClient) -> None:
    """It ends the request, whose status is not known."""
    recorder = Recorder()
    Typed(app, observers=[recorder])

    @app.teardown_request
    def tear_down(error: BaseException | None) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        client.get("/none")
    assert [(e.status, e.error) for e in recorder.ended] == [(404, LookupError)]


def test_work_outside_of_requests(typed: Typed, app: Flask, recorder: Recorder) -> None:
    """A view in a request context of a test, and a function that is called, are not observed."""
    typed.get("/books/<int:book_id>", returns=None)(fail)
    with app.test_request_context("/books/1"):
        assert app.full_dispatch_request().status_code == 404
        assert app.handle_exception(LookupError()).status_code == 500
    with app.app_context():
        assert typed.call(read_settings) == "settings"
    assert recorder.notes == []


def test_an_app_is_freed(recorder: Recorder) -> None:
    """Observers do not keep it alive."""
    app = Flask("freed")
    Typed(app, observers=[recorder])
    app.test_client().get("/none")
    found = weakref.ref(app)
    gc.collect()
    gc.disable()
    try:
        del app
        assert found() is None
    finally:
        gc.enable()


def test_what_is_no_observer_is_refused(app: Flask) -> None:
    """The message shows it."""
    with pytest.raises(SetupError, match=r"observers= has 'log': write objects of classes"):
        Typed(app, observers=["log"])  # type: ignore[list-item]  # on purpose


def test_the_base_classes() -> None:
    """A watch does nothing, and an observer has to start."""
    watch = RequestWatch()
    assert watch.part("view", "read_book") is watch.activate()
    with pytest.raises(NotImplementedError):
        Observer().start(ObservedRequest({}, "GET", 0))
