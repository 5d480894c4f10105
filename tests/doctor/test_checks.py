"""Each check by itself, in a process that gevent has not patched."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import inspect
import queue
import signal
import subprocess
import sys
import threading
import types
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import gevent.monkey
import pytest
from flask import Flask, Response, current_app, stream_with_context
from flask.views import MethodView, View
from flask_typed import Typed
from flask_typed.bridge import patching
from flask_typed.doctor import drivers, functions, modules, originals, parts, trial, trying
from flask_typed.doctor.asked import Asked
from flask_typed.doctor.examining import examine
from flask_typed.doctor.surroundings import Surroundings, find_gunicorn
from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPoolExecutor as NativePool
from werkzeug.local import LocalProxy

NOWHERE = Surroundings(Flask("nowhere"))
GEVENT = Surroundings(Flask("gevent"), "gevent")


class Recorded(threading.Thread):
    """A class of another module's class, which is what gevent may replace."""


@pytest.fixture(autouse=True)
def _app(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be of the app but what a test plants: not all the tests that are imported."""
    monkeypatch.setattr(modules, "is_own_file", lambda path: path == __file__)


@pytest.fixture
def module() -> Iterator[types.ModuleType]:
    """Return an empty module of the app's own."""
    made = types.ModuleType("planted_here")
    made.__file__ = __file__
    sys.modules["planted_here"] = made
    yield made
    del sys.modules["planted_here"]


def make_module(name: str, **members: Any) -> types.ModuleType:
    """Return a module that stands for one of a library."""
    made = types.ModuleType(name)
    vars(made).update(members)
    return made


@pytest.fixture
def patched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let gevent say that it has patched everything."""
    monkeypatch.setattr(gevent.monkey, "is_module_patched", lambda name: True)


def test_where_an_app_runs(patched: None) -> None:
    """gunicorn's word decides, or else what is patched."""
    assert GEVENT.is_gevent
    assert Surroundings(Flask("x"), "gunicorn.workers.ggevent.GeventWorker").is_gevent
    assert not Surroundings(Flask("x"), "gthread").is_gevent
    assert Surroundings(Flask("x"), "sync").is_sync
    assert NOWHERE.is_gevent
    assert not NOWHERE.is_sync


def test_without_gevent(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing that it could block."""
    monkeypatch.delitem(sys.modules, "gevent.pywsgi", raising=False)
    assert not NOWHERE.is_gevent
    assert examine(NOWHERE) == []
    monkeypatch.delitem(sys.modules, "gunicorn.app.base", raising=False)
    assert find_gunicorn() is None


def test_the_patch(patched: None) -> None:
    """It is made before the app."""
    assert list(originals.check_patch(GEVENT)) == []
    (found,) = originals.check_patch(Surroundings(Flask("x"), "gevent", patched_before=False))
    assert (found.check, found.place) == ("preload", "gevent.monkey")


def test_a_patch_without_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """It blocks nothing."""
    monkeypatch.setattr(gevent.monkey, "is_module_patched", lambda name: name != "signal")
    assert list(originals.check_patch(GEVENT)) == []


def test_no_patch() -> None:
    """All that is missing is said."""
    found = examine(GEVENT)[0]
    assert found.check == "not-patched"
    assert found.what.startswith("gevent has not patched os, queue, select, signal, socket, ssl, s")


def test_what_gevent_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is public, there is something else now, and it keeps greenlets from going on."""
    saved = {
        "threading": {
            "Lock": len,
            "Event": max,
            "get_ident": abs,
            "_hidden": min,
            "local": threading.local,
            "ready": 1,
        },
        "ssl": {"SSLContext": Recorded},
        "gone": {"name": len},
    }
    monkeypatch.setattr(gevent.monkey, "saved", saved, raising=False)
    assert originals.find_replaced() == {
        "threading.Lock": len,
        "ssl.SSLContext": Recorded,
        "gone.name": len,
    }


def find_stale(replaced: dict[str, Any], **members: Any) -> list[str]:
    """Return what is said of a module that has something."""
    modules = {"planted_here": members}
    return [found.what for found in originals.find_stale(replaced, modules)]


def test_a_module_that_holds_what_was_replaced() -> None:
    """It is told, with all that it holds."""
    replaced = {"threading.Lock": len, "time.sleep": abs}
    assert find_stale(replaced, other=3, missing=None) == []
    assert find_stale(replaced, taken=len, sleep=abs) == [
        "it has threading.Lock, time.sleep from before gevent patched: who waits there, waits for"
        " all"
    ]
    (what,) = find_stale({"ssl.SSLContext": max}, context=max)
    assert what.endswith("and contexts of TLS raise RecursionError")


class Recorder(Recorded):
    """A class of the app, made before the patch."""


def name_class(kind: type, module: str) -> type:
    """Let a class be of another module."""
    kind.__module__ = module
    return kind


class Replacement(Recorded):
    """What stands in the place of the original."""


name_class(Replacement, "gevent.planted")


def test_a_class_made_from_what_was_replaced() -> None:
    """The module of the class is told, and no other that has it too."""
    replaced = {"threading.Thread": Recorded}
    (what,) = find_stale(replaced, Recorder=Recorder)
    assert "threading.Thread" in what
    home = {__name__: {"Recorder": Recorder}, "planted_here": {"Own": Recorder}}
    assert [one.place for one in originals.find_stale(replaced, home)] == [__name__]


@pytest.mark.parametrize(
    "bases",
    [
        pytest.param((Replacement,), id="by gevent's class alone"),
        pytest.param((Replacement, Recorded), id="by both"),
        pytest.param((Recorder, Replacement), id="by one from before as well"),
    ],
)
def test_a_class_made_from_gevent_s_is_not_told(bases: tuple[type, ...]) -> None:
    """gevent's own classes are made from the originals; so is what is made from them."""
    made = type("Made", bases, {"__module__": "planted_here"})
    assert find_stale({"threading.Thread": Recorded}, Made=made, Base=Replacement) == []


def test_gevent_s_class_covers_its_own_original_alone() -> None:
    """Another one beside it is told."""
    other = type("Socket", (), {"__module__": "socket"})
    made = type("Made", (Replacement, other), {"__module__": "planted_here"})
    replaced = {"threading.Thread": Recorded, "socket.socket": other}
    (what,) = find_stale(replaced, Made=made)
    assert what.startswith("it has socket.socket from")


ASKING = """
from gevent import monkey
from {other} import renamed as sleep, missing
from . import gone
try:
    wait, other = monkey.get_original("time", "sleep"), 1
except ImportError:
    wait = None
def native(name):
    return monkey.get_original("threading", name)
lock: object = native("Lock")()
class Thread(monkey.get_original("threading", "Thread")):
    def __init__(self):
        self.lock = lock
once: int
loop = again
again = loop
taken = other_taken
made = sleep
[item] = [0]
items[0] = sleep
"""


@pytest.mark.parametrize(
    ("name", "is_asked"),
    [
        *((name, True) for name in ("wait", "sleep", "lock", "Thread", "made", "native")),
        *((name, False) for name in ("taken", "loop", "missing", "gone", "once", "item", "any")),
    ],
)
def test_what_was_asked_for(tmp_path: Path, name: str, is_asked: bool) -> None:
    """Who asks gevent for an original means it, and so does who takes it from there."""
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text(ASKING.format(other="two"))
    two.write_text("import gevent.monkey as m\nrenamed = m.get_original('time', 'sleep')")
    modules = {
        "one": {"__file__": str(one), "__package__": "package"},
        "two": {"__file__": str(two), "__package__": ""},
        "compiled": {"__file__": str(tmp_path / "compiled.so")},
        "nowhere": {},
    }
    asked = Asked(modules)
    assert asked.has("one", name) is is_asked
    assert asked.is_asking("two")
    assert not asked.has("compiled", name)
    assert not asked.has("nowhere", name)


def test_an_original_that_was_asked_for_is_not_told(tmp_path: Path) -> None:
    """As in profilers, whose threads are native."""
    file = tmp_path / "planted_here.py"
    file.write_text("from gevent.monkey import get_original\nsleep = get_original('time', 'sleep')")
    assert find_stale({"time.sleep": abs}, sleep=abs, __file__=str(file)) == []


def test_locks(module: types.ModuleType) -> None:
    """Wherever they are kept: in modules, classes and objects of the app's own."""

    class Own:
        lock = threading.RLock()

        def __init__(self) -> None:
            self.ready = threading.Condition()

    class Slots:
        __slots__ = ("name",)

    for kind in (Own, Slots):
        kind.__module__ = "planted_here"
    vars(module).update(lock=threading.Lock(), own=Own(), slots=Slots(), number=3)
    places = {found.place for found in originals.check_locks(GEVENT)}
    name = Own.__qualname__
    assert {
        "planted_here.lock",
        f"planted_here.{name}.lock",
        f"planted_here.{name}().ready",
    } <= places
    assert not any("number" in place for place in places)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        pytest.param(threading.Lock(), originals.BLOCKS, id="Lock"),
        pytest.param(queue.SimpleQueue(), originals.BLOCKS, id="SimpleQueue"),
        pytest.param(threading.Condition(threading.Lock()), originals.BLOCKS, id="of a Lock"),
        pytest.param(threading.RLock(), originals.ADMITS, id="RLock"),
        pytest.param(threading.Condition(), originals.ADMITS, id="Condition"),
        pytest.param(threading.Event(), originals.INSIDE, id="Event"),
        pytest.param(threading.BoundedSemaphore(), originals.INSIDE, id="BoundedSemaphore"),
        pytest.param(threading.Barrier(2), originals.INSIDE, id="Barrier"),
        pytest.param(queue.PriorityQueue(), originals.INSIDE, id="PriorityQueue"),
        pytest.param(threading.Condition(BoundedSemaphore()), None, id="of gevent's lock"),
        pytest.param(BoundedSemaphore(), None, id="gevent's lock"),
    ],
)
def test_what_comes_of_a_lock(value: Any, what: str | None) -> None:
    """Some keep the hub, some let everybody in, some only have such a lock inside."""
    assert originals.find_harm(value) == what


def test_a_notice_of_a_lock(module: types.ModuleType) -> None:
    """What greenlets wait for as they should is a notice."""
    vars(module).update(ready=threading.Event())
    found = [one for one in originals.check_locks(GEVENT) if one.place == "planted_here.ready"]
    assert [one.severity for one in found] == ["notice"]


def test_a_lock_that_was_asked_for(module: types.ModuleType, tmp_path: Path) -> None:
    """It is native because it is meant to be."""
    file = tmp_path / "planted_here.py"
    file.write_text(
        "from gevent.monkey import get_original as g\nfrom gevent import monkey\n"
        "lock = monkey.get_original('threading', 'Lock')()"
    )
    vars(module).update(lock=threading.Lock(), __file__=str(file))
    assert not [one for one in originals.check_locks(GEVENT) if "planted_here" in one.place]


def test_threads() -> None:
    """Those are told whose code is nobody's that knows."""
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        found = list(originals.check_threads(GEVENT))
    finally:
        over.set()
        thread.join()
    assert [one.check for one in found] == ["native-thread"] * len(found)
    assert any(one.place.startswith("threading.") for one in found)


def test_a_thread_that_is_meant_to_be_native(module: types.ModuleType, tmp_path: Path) -> None:
    """Its module asked gevent for it."""
    file = tmp_path / "planted_here.py"
    file.write_text("def run(over): over.wait()  # started by monkey.get_original")
    vars(module).update(__file__=str(file))
    exec("def run(over):\n    over.wait()", vars(module))
    over = threading.Event()
    thread = threading.Thread(target=vars(module)["run"], args=(over,))
    thread.start()
    try:
        found = [one.place for one in originals.check_threads(GEVENT)]
        file.write_text("monkey.get_original")
        known = [one.place for one in originals.check_threads(GEVENT)]
    finally:
        over.set()
        thread.join()
    assert [place for place in found if place not in known] == ["planted_here.run, line 2"]


def test_pools(module: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are what they were made from."""
    with ThreadPoolExecutor(1) as pool:
        vars(module).update(pool=pool, number=3)
        (found,) = originals.check_pools(GEVENT)
        assert (found.severity, found.place) == ("warning", "planted_here.pool")
        monkeypatch.setattr(originals, "find_harm", lambda value: None)
        (found,) = originals.check_pools(GEVENT)
        assert found.severity == "notice"


def test_pools_of_gevent_s_are_native(module: types.ModuleType) -> None:
    """They are what is recommended for what blocks, though their class is made from the other."""
    with NativePool(1) as pool:
        vars(module).update(pool=pool)
        assert list(originals.check_pools(GEVENT)) == []


@pytest.fixture
def psycopg2(module: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Let a psycopg2 be imported that has no wait callback, as a library imports it."""
    monkeypatch.setattr(drivers, "find_own", lambda: {"planted_here": vars(module)})
    monkeypatch.setattr(drivers, "find_functions", modules.find_views)
    extensions = make_module(
        "psycopg2.extensions", get_wait_callback=lambda: None, connection=Recorded
    )
    monkeypatch.setitem(sys.modules, "psycopg2.extensions", extensions)
    monkeypatch.delitem(sys.modules, "sqlalchemy.engine.base", raising=False)
    return extensions


def find_severities() -> list[str]:
    """Return how bad psycopg2 is."""
    return [found.severity for found in drivers.check_psycopg2(GEVENT)]


def test_psycopg2_of_a_library(psycopg2: types.ModuleType) -> None:
    """It is a notice: peewee imports it wherever it is installed."""
    (found,) = drivers.check_psycopg2(GEVENT)
    assert found.severity == "notice"
    assert found.what.endswith("; only libraries have imported it, and may not use it")


def test_psycopg2_with_a_wait_callback(psycopg2: types.ModuleType) -> None:
    """There is nothing to say."""
    vars(psycopg2).update(get_wait_callback=lambda: len)
    assert find_severities() == []


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(make_module("psycopg2"), id="module"),
        pytest.param(type("Cursor", (), {"__module__": "psycopg2.extras"}), id="class"),
        pytest.param(
            types.FunctionType((lambda: None).__code__, {"__name__": "psycopg2"}), id="function"
        ),
    ],
)
def test_psycopg2_of_the_app(
    psycopg2: types.ModuleType, module: types.ModuleType, value: Any
) -> None:
    """It is a warning."""
    vars(module).update(other=3)
    assert find_severities() == ["notice"]
    vars(module).update(value=value)
    assert find_severities() == ["warning"]


def import_psycopg2() -> None:  # pragma: no cover: read, not run
    """Import it where it is needed."""
    import psycopg2  # noqa: PLC0415

    psycopg2.connect("")


def test_psycopg2_of_a_function(psycopg2: types.ModuleType) -> None:
    """It is a warning as well."""
    app = make_app(import_psycopg2)
    assert [found.severity for found in drivers.check_psycopg2(app)] == ["warning"]


def test_psycopg2_that_is_connected(psycopg2: types.ModuleType) -> None:
    """Whoever made the connection."""
    connection = Recorded()
    assert find_severities() == ["warning"]
    del connection


def test_psycopg2_of_an_engine(psycopg2: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is by another driver does not count."""
    kind = make_engine_class(monkeypatch)
    other = kind("psycopg")
    assert find_severities() == ["notice"]
    own = kind("psycopg2")
    assert find_severities() == ["warning"]
    del other, own


def make_engine_class(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the class of SQLAlchemy's engines."""

    class Engine:
        def __init__(self, driver: str, creator: Any = None) -> None:
            self.name = "mysql"
            self.dialect = SimpleNamespace(driver=driver)
            self.pool = SimpleNamespace(_creator=creator)

    monkeypatch.setitem(sys.modules, "sqlalchemy.engine.base", make_module("base", Engine=Engine))
    return Engine


def close_over(value: Any) -> Callable[[], Any]:
    """Return a function that connects in the app's own way."""
    return lambda: value


def run_elsewhere(*arguments: Any) -> None: ...


def make_creator(**cparams: Any) -> Callable[[], Any]:
    """Return what connects, as SQLAlchemy makes it."""
    return lambda: cparams


@pytest.mark.parametrize(
    ("creator", "in_c", "is_told"),
    [
        pytest.param(make_creator(use_pure=True), True, False, id="pure"),
        pytest.param(make_creator(), True, True, id="in C"),
        pytest.param(make_creator(), False, False, id="without its part in C"),
        pytest.param(len, True, True, id="by the app's own function"),
        pytest.param(run_elsewhere, True, True, id="by the app's own function of Python"),
        pytest.param(close_over(1), True, True, id="by the app's own closure"),
    ],
)
def test_mysql_s_connector(
    monkeypatch: pytest.MonkeyPatch, creator: Any, in_c: bool, is_told: bool
) -> None:
    """It is told unless it takes its part that is written in Python."""
    if in_c:
        monkeypatch.setitem(sys.modules, "_mysql_connector", make_module("_mysql_connector"))
    engine = make_engine_class(monkeypatch)("mysqlconnector", creator)
    assert ("mysqlconnector" in drivers.find_drivers()) is is_told
    del engine
    make_creator()()
    close_over(1)()


def test_pymssql_with_a_wait_callback(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits as greenlets do."""
    engine = make_engine_class(monkeypatch)("pymssql")
    assert "pymssql" in drivers.find_drivers()
    part = make_module("pymssql._mssql", wait_callback=len)
    monkeypatch.setitem(sys.modules, "pymssql._mssql", part)
    assert "pymssql" not in drivers.find_drivers()
    del engine


def test_drivers(module: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that wait in C are told where they are used."""

    def wait_c() -> None: ...

    monkeypatch.setitem(sys.modules, "psycopg.waiting", SimpleNamespace(wait=wait_c))  # type: ignore[arg-type]
    assert [found.check for found in drivers.check_psycopg(GEVENT)] == ["psycopg"]
    monkeypatch.delitem(sys.modules, "psycopg.waiting")
    assert list(drivers.check_psycopg(GEVENT)) == []

    monkeypatch.setitem(sys.modules, "MySQLdb", types.ModuleType("MySQLdb"))
    vars(module)["MySQLdb"] = sys.modules["MySQLdb"]
    found = [one for one in drivers.check_drivers(GEVENT) if "MySQLdb" in one.what]
    assert [(one.severity, one.place) for one in found] == [("warning", "planted_here")]


def test_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of SQLAlchemy say what they use."""

    class Engine:
        name = "mysql"
        dialect = SimpleNamespace(driver="mysqldb")

    class Known(Engine):
        name = "postgresql"
        dialect = SimpleNamespace(driver="psycopg")

    kept = [Engine(), Known()]
    monkeypatch.setitem(sys.modules, "sqlalchemy.engine.base", make_module("base", Engine=Engine))
    assert drivers.find_drivers()["mysqldb"] == "SQLAlchemy's engine for mysql"
    monkeypatch.delitem(sys.modules, "sqlalchemy.engine.base")
    assert list(drivers.find_engines()) == []
    del kept


def make_app(*views: Callable[..., Any]) -> Surroundings:
    """Return an app that has views, under gevent."""
    app = Flask("planted")
    for view in views:
        app.add_url_rule(f"/{view.__name__}", view_func=view)
    return Surroundings(app, "gevent")


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
    told = {one.place.partition(",")[0].rpartition(".")[2]: one.what for one in found}
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
    told = {one.place.partition(",")[0].rpartition(".")[2]: one.what for one in found}
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
    assert functions.find_calls(function, functions.find_targets(functions.HASHES)) == []


def test_views_that_are_no_functions() -> None:
    """They are left out, and so are those of libraries."""
    app = Flask("planted")
    app.add_url_rule("/object", "object", len)
    assert list(modules.find_views(app)) == []


def test_parts_of_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are gunicorn's alone."""
    monkeypatch.setattr(parts, "requires", lambda name: ["surely-missing; extra == 'gevent'"])
    assert [one.place for one in parts.check_parts(GEVENT)] == ["surely-missing"]
    assert list(parts.check_parts(NOWHERE)) == []


def test_parts_without_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are there if they can be imported."""
    monkeypatch.setattr(parts, "requires", lambda name: [])

    def version(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(parts, "version", version)
    assert list(parts.check_parts()) == []


def test_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are those that gunicorn's metadata asks for."""
    assert list(parts.check_parts()) == []
    installed = {"packaging": "24", "gevent": "20.1"}

    def version(name: str) -> str:
        if name not in installed:
            raise PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(parts, "version", version)
    wanted = ["gevent>=24.10.1; extra == 'gevent'", "packaging; extra == 'gevent'", "tornado"]
    monkeypatch.setattr(parts, "requires", lambda name: wanted)
    (found,) = parts.check_parts()
    assert (found.place, found.what) == (
        "gevent",
        "gunicorn's gevent worker needs >=24.10.1, and 20.1 is installed",
    )
    del installed["packaging"]
    monkeypatch.setattr(parts, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)
    (first, *_) = parts.check_parts()
    assert (first.place, first.what) == (
        "packaging",
        "gunicorn's gevent worker needs it, and it is not installed",
    )

    def no_gunicorn(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(parts, "requires", no_gunicorn)
    assert [one.place for one in parts.check_parts()] == ["packaging", "gunicorn"]


def test_gevent_s_word_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not imported, nothing is patched."""
    monkeypatch.delitem(sys.modules, "gevent.monkey")
    assert not patching.is_patched("socket")
    assert originals.find_replaced() == {}


def test_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It loads the app as gunicorn does, and writes down what is found in the worker."""
    (tmp_path / "planted_shop.py").write_text("from flask import Flask\napp = Flask('planted')\n")
    report = tmp_path / "report"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLASK_TYPED_DOCTOR_APP", "planted_shop")
    monkeypatch.setenv("FLASK_TYPED_DOCTOR_BIND", "unix:socket")
    monkeypatch.setenv("FLASK_TYPED_DOCTOR_REPORT", str(report))
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(
        sys, "argv", ["gunicorn", "--check-config", "-w", "7", "--chdir", str(tmp_path)]
    )
    monkeypatch.setitem(trial.FIXED, "of_another_version", 1)
    server = trial.Trial("", prog="gunicorn")
    assert (server.cfg.workers, server.cfg.bind) == (1, ["unix:socket"])
    with pytest.raises(SystemExit) as ended:
        server.run()
    assert ended.value.code == 0
    server.cfg.post_worker_init(SimpleNamespace(cfg=server.cfg))
    assert report.read_text() == "[]"
    del sys.modules["planted_shop"]

    with pytest.raises(SystemExit) as ended:
        trial.main()
    assert ended.value.code == 0
    del sys.modules["planted_shop"]


def test_which_app_it_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The argument's, that of ``flask``, that of the configuration, or what ``flask`` finds."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLASK_TYPED_DOCTOR_BIND", "unix:socket")
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "named.py").write_text("wsgi_app = 'configured:app'")
    configured = ("-c", str(tmp_path / "named.py"))

    def find(of_flask: str, *arguments: str) -> str:
        monkeypatch.setenv("FLASK_TYPED_DOCTOR_APP", of_flask)
        monkeypatch.setattr(sys, "argv", ["gunicorn", *arguments])
        return str(trial.Trial("", prog="gunicorn").app_uri)

    assert find("shop", *configured, "named:app") == "named:app"
    assert find("shop", *configured) == trial.FLASKS
    assert find("", *configured) == "configured:app"
    assert find("") == trial.FLASKS


def test_an_app_inside_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is found; what has none is an error."""
    app = Flask("inside")
    assert trying.find_app(app) is app
    assert isinstance(trying.find_app(lambda: app), Flask)
    monkeypatch.setattr(trying.gc, "get_objects", list)
    with pytest.raises(TypeError, match="no Flask app"):
        trying.find_app(len)


def test_what_is_not_ready_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while."""
    monkeypatch.setattr(trying, "PATIENCE", 0.1)
    process = cast("subprocess.Popen[bytes]", SimpleNamespace(poll=lambda: None))
    trying.wait_for(tmp_path / "report", process)


def test_what_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while."""
    monkeypatch.setattr(trying, "PATIENCE", 0.1)
    deaf = "import signal, time; signal.signal(signal.SIGQUIT, signal.SIG_IGN); print(); "
    command = [sys.executable, "-u", "-c", f"{deaf} time.sleep(1_000_000)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        trying.end(process)
        assert process.returncode == -signal.SIGKILL
