"""Functions by their source, and what asgiref would run."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import inspect
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import gevent.monkey
import pytest
from flask import Flask, Response, current_app, stream_with_context
from flask.views import MethodView, View
from flask_typed import Typed
from flask_typed.doctor import functions, modules
from flask_typed.doctor.surroundings import Surroundings
from werkzeug.local import LocalProxy

from .planting import make_app, make_module, name_class


def run_elsewhere(*arguments: Any) -> None: ...


def digest(password: bytes) -> bytes:  # pragma: no cover: read, not run
    """Hash on the hub."""
    return hashlib.scrypt(password, salt=b"", n=2, r=8, p=1)


def hand_over(password: bytes) -> Any:  # pragma: no cover: read, not run
    """Hash elsewhere."""
    return run_elsewhere(hashlib.scrypt, password), run_elsewhere(lambda: hashlib.scrypt(password))


def hand_over_inside(password: bytes) -> Any:  # pragma: no cover: read, not run
    """Hash in a function that a native thread runs."""

    def derive() -> bytes:
        return hashlib.scrypt(password)

    return gevent.get_hub().threadpool.apply(derive)


class PasswordHasher:
    """As argon2's."""

    def hash(self) -> None: ...


hasher = PasswordHasher()


def use_hasher() -> None:
    """Hash by an object."""
    hasher.hash()


def import_hash() -> bytes:  # pragma: no cover: read, not run
    """Hash by what it imports itself."""
    import hashlib as other  # noqa: PLC0415
    import os.path  # noqa: PLC0415
    from hashlib import scrypt as derive  # noqa: PLC0415

    os.path.exists("")
    return derive(b"") + other.pbkdf2_hmac("", b"", b"", 1)


def test_hashing(module: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is called is told, what is handed over is not."""
    monkeypatch.setitem(sys.modules, "argon2", make_module("argon2", PasswordHasher=PasswordHasher))
    found = list(
        functions.check_hashing(
            make_app(digest, hand_over, hand_over_inside, use_hasher, import_hash)
        )
    )
    told = {one.place.partition(",")[0].rpartition(".")[2]: one.message for one in found}
    assert told["digest"].startswith("hashlib.scrypt computes")
    assert told["use_hasher"].startswith("PasswordHasher.hash computes")
    assert not told.keys() & {"hand_over", "hand_over_inside"}
    assert told["import_hash"].startswith("hashlib.scrypt, hashlib.pbkdf2_hmac computes")
    use_hasher()
    run_elsewhere()


async def wait_badly() -> None:  # pragma: no cover: read, not run
    """Wait without await."""
    sleep(1)


async def wait_well() -> None:  # pragma: no cover: read, not run
    """Hand over what waits; wait by something else of the same name."""
    await asyncio.sleep(1)

    def wait() -> None:
        sleep(1)

    find_function()(wait, sleep)


def find_function() -> Any:
    """Return a function that calls others."""
    return run_elsewhere


def sleep(seconds: float) -> None: ...


class Session:
    """As that of requests."""

    def get(self) -> None: ...


async def use_session() -> None:  # pragma: no cover: read, not run
    """Wait by an object that it makes."""
    with Session() as session:  # type: ignore[attr-defined]
        session.get()


async def use_session_at_once() -> None:  # pragma: no cover: read, not run
    """Likewise."""
    Session().get()


async def hand_session_over() -> None:  # pragma: no cover: read, not run
    """Let a thread wait by it."""
    session, other = Session(), ""
    client = Session()
    await asyncio.to_thread(client.get, session, other.get())  # type: ignore[attr-defined]


def test_coroutines_that_wait_by_an_object(monkeypatch: pytest.MonkeyPatch) -> None:
    """To make it is not to wait."""
    monkeypatch.setitem(sys.modules, "requests", make_module("requests", Session=Session))
    app = make_app(use_session, use_session_at_once, hand_session_over)
    found = list(functions.check_coroutines(app))
    told = {one.place.partition(",")[0].rpartition(".")[2]: one.message for one in found}
    assert told.keys() >= {"use_session", "use_session_at_once"}
    assert "hand_session_over" not in told
    assert told["use_session"].startswith("Session.get waits")
    Session().get()


def test_coroutines(monkeypatch: pytest.MonkeyPatch) -> None:
    """What they call themselves is told."""
    monkeypatch.setitem(functions.WAITS, __name__, ("sleep", "gone"))
    monkeypatch.setitem(sys.modules, __name__, make_module(__name__, sleep=sleep))
    found = list(functions.check_coroutines(make_app(wait_badly, wait_well, digest)))
    places = [one.place.partition(",")[0].rpartition(".")[2] for one in found]
    assert "wait_badly" in places
    assert "wait_well" not in places
    sleep(0)
    find_function()()


def test_the_bridge() -> None:
    """Async views run on it, or are told."""
    surroundings = make_app(wait_well, digest)
    assert [one.check for one in functions.check_bridge(surroundings)] == ["async-bridge"]
    Typed(surroundings.app)
    assert list(functions.check_bridge(surroundings)) == []


class Graph(View):
    """As Strawberry's: its view function is none of ``async def``."""

    async def dispatch_request(self) -> None: ...  # type: ignore[override]


class Shelf(MethodView):
    """A class of methods, one of them async; what is no method is not called."""

    methods = ("GET", "POST", "OPTIONS")

    async def get(self) -> None: ...

    def post(self) -> None: ...

    async def wait(self) -> None: ...


def by_flask(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run an async function as Flask's documentation advises."""

    @functools.wraps(function)
    def run(*args: Any) -> Any:
        return current_app.ensure_sync(function)(*args)

    return run


def by_itself(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run an async function in a loop of its own."""

    @functools.wraps(function)
    def run(*args: Any) -> Any:
        return asyncio.run(function(*args))

    return run


class Called:
    """An object that is called, and gives a coroutine."""

    async def __call__(self) -> None: ...


class Asgiref:
    """As asgiref's object that runs an async function."""

    def __call__(self) -> None: ...


name_class(Asgiref, "asgiref.sync")
PROXY = LocalProxy(ContextVar("nothing"))
VIEWS = {
    "wait_well": wait_well,
    "Graph.dispatch_request": Graph.as_view("graph"),
    "Shelf.get": Shelf.as_view("shelf"),
    "of_partial": functools.partial(wait_well),
    "of_flask": by_flask(wait_well),
    "of_asgiref": Asgiref(),
}


@pytest.mark.parametrize("name", VIEWS)
def test_what_asgiref_runs(name: str) -> None:
    """Whatever Flask asks it for: class-based views, partial functions, what decorators pass on."""
    app = Flask("planted")
    app.add_url_rule("/", "view", VIEWS[name])
    (found,) = functions.check_bridge(Surroundings(app, "gevent"))
    place = "Asgiref" if name == "of_asgiref" else name if "." in name else "wait_well"
    assert (
        found.place.partition(",")[0]
        == f"{'asgiref.sync' if place == 'Asgiref' else __name__}.{place}"
    )


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(by_itself(wait_well), id="a decorator that runs it in its own way"),
        pytest.param(by_flask(digest), id="a decorator of a sync view"),
        pytest.param(MethodView.as_view("empty"), id="a class without methods"),
        pytest.param(PROXY, id="a proxy of what is not there"),
        pytest.param(len, id="a builtin"),
        pytest.param(Called(), id="an object that Flask calls, and does not wait for"),
    ],
)
def test_what_asgiref_does_not_run(view: Any) -> None:
    """It is not told."""
    app = Flask("planted")
    app.view_functions["view"] = view
    assert list(functions.check_bridge(Surroundings(app, "gevent"))) == []


@pytest.mark.skipif(sys.version_info < (3, 12), reason="nothing can be marked")
def test_an_object_that_is_marked_as_async() -> None:
    """Flask asks asgiref for it."""
    called = Called()
    inspect.markcoroutinefunction(called)
    app = Flask("planted")
    app.add_url_rule("/", "view", called)
    (found,) = functions.check_bridge(Surroundings(app, "gevent"))
    assert found.place == f"{__name__}.Called"


def test_hooks_that_asgiref_runs() -> None:
    """Flask asks it for them as for views."""
    app = Flask("planted")

    async def hook(*args: Any) -> None: ...

    app.before_request(hook)
    app.after_request(hook)  # type: ignore[type-var]
    app.teardown_request(hook)
    app.teardown_appcontext(hook)
    app.errorhandler(404)(hook)
    app.context_processor(hook)  # type: ignore[type-var]
    assert len(list(functions.check_bridge(Surroundings(app, "gevent")))) == 6


def test_typed_views_without_the_bridge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flask runs them."""
    app = Flask("planted")
    app.config["TYPED_ASYNC_BRIDGE"] = False
    asgiref = make_module("asgiref.sync", async_to_sync=by_itself)
    monkeypatch.setitem(sys.modules, "asgiref.sync", asgiref)
    typed = Typed(app)

    @typed.get("/wait")
    async def wait() -> None: ...

    (found,) = functions.check_bridge(Surroundings(app, "gevent"))
    assert "wait, line" in found.place


def test_an_app_that_runs_them_in_its_own_way() -> None:
    """It is left alone, as the bridge leaves it."""

    class Own(Flask):
        def async_to_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
            return by_itself(func)

    app = Own("planted")
    app.add_url_rule("/", "view", wait_well)
    assert list(functions.check_bridge(Surroundings(app, "gevent"))) == []
    with app.app_context():
        app.ensure_sync(by_flask(digest))
        assert by_itself(wait_nothing)() is by_flask(wait_nothing)() is None


async def wait_nothing() -> None: ...


def stream() -> Iterator[str]:  # pragma: no cover: read, not run
    """Send line by line."""
    yield "line"


def stream_inside() -> Response:  # pragma: no cover: read, not run
    """Send line by line."""
    return Response(stream_with_context(stream()))


def collect() -> str:
    """Send all at once."""
    return "".join(letter for letter in "line")


def collect_inside() -> Any:  # pragma: no cover: read, not run
    """Send all at once what generators yield."""

    def write(line: str = "") -> Iterator[str]:
        yield line
        yield from write()

    @contextmanager
    def opened() -> Iterator[None]:
        yield

    with opened():
        for _ in write():
            pass
    return (
        "".join(map(str, write())),
        list(enumerate(write())),
        [*write()],
        {one.upper() for one in write()},
        all(one for one in write()),
    )


def pass_on() -> Any:  # pragma: no cover: read, not run
    """Send line by line, what it looked at before."""

    def write() -> Iterator[str]:
        yield "line"

    return Response(write()) if list(write()) else write


def pass_on_one_by_one() -> Any:  # pragma: no cover: read, not run
    """Send line by line, what another generator makes of them."""

    def write() -> Iterator[str]:
        yield "line"

    return Response(line.upper() for line in write())


@pytest.mark.parametrize(
    ("view", "streams"),
    [
        (stream, True),
        (stream_inside, True),
        (collect, False),
        (collect_inside, False),
        (pass_on, True),
        (pass_on_one_by_one, True),
    ],
)
def test_which_views_stream(view: types.FunctionType, streams: bool) -> None:
    """Those from which a generator goes out."""
    assert functions.streams(view) is streams


def execute(text: str, file: str) -> dict[str, Any]:
    """Return what a program defines, whose source is not there."""
    spaces: dict[str, Any] = {}
    exec(compile(text, file, "exec"), spaces)
    return spaces


@pytest.mark.parametrize("file", ["<string>", "/gone.py"])
def test_a_stream_without_a_source(file: str) -> None:
    """It is told where there are generators."""
    text = "def view():\n    def write(): yield\n    return list(write())"
    assert functions.streams(execute(text, file)["view"])


def test_streams() -> None:
    """A worker has room for as many as it has connections, threads or processes."""
    app = make_app(stream, stream_inside, collect).app
    kinds = [
        (Surroundings(app, "sync"), "warning"),
        (Surroundings(app, "gthread", threads=4), "notice"),
        (Surroundings(app, "gevent", connections=9), "notice"),
    ]
    for surroundings, severity in kinds:
        found = list(functions.check_streams(surroundings))
        assert [one.severity for one in found] == [severity] * 2
    assert collect() == "line"


def test_functions_are_found(module: types.ModuleType) -> None:
    """They may be methods of any kind, and views that are in no module."""

    class Own:
        @staticmethod
        def static() -> None: ...

        @classmethod
        def of_class(cls) -> None: ...

        @property
        def value(self) -> None: ...

    functions_of = (Own.static, Own.of_class.__func__, Own.value.fget)  # type: ignore[attr-defined]
    for thing in (Own, *functions_of):
        thing.__module__ = "planted_here"
    vars(module).update(Own=Own, other=digest, number=3)
    names = {one.__name__ for one in modules.find_functions(make_app(digest).app)}
    assert {"static", "of_class", "value", "digest"} <= names
    Own.static()
    Own.of_class()
    Own().value  # noqa: B018


def test_functions_that_are_in_themselves(module: types.ModuleType) -> None:
    """A class may be in itself, and a function may wrap itself."""
    own = type("Own", (), {"__module__": "planted_here"})
    own.again = own  # type: ignore[attr-defined]
    own.run = digest  # type: ignore[attr-defined]
    own.run.__wrapped__ = own.run  # type: ignore[attr-defined]
    vars(module).update(Own=own)
    try:
        assert digest in modules.find_functions(make_app(digest).app)
    finally:
        del digest.__wrapped__  # type: ignore[attr-defined]


@pytest.mark.parametrize("file", ["<string>", "/gone.py"])
def test_functions_without_a_source(file: str) -> None:
    """Nothing is said of them."""
    function = execute("import hashlib\ndef digest(): hashlib.scrypt(b'')", file)["digest"]
    assert functions.find_calls(function, functions.find_known_functions(functions.HASHES)) == []


def test_views_that_are_no_functions() -> None:
    """They are left out, and so are those of libraries."""
    app = Flask("planted")
    app.add_url_rule("/object", "object", len)
    assert list(modules.find_views(app)) == []
