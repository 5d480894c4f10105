"""Each check by itself, in a process that gevent has not patched."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import subprocess
import sys
import threading
import types
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gevent.monkey
import pytest
from flask import Flask, Response, stream_with_context
from flask_typed import Typed
from flask_typed.bridge import patching
from flask_typed.doctor import drivers, functions, modules, originals, parts, trial, trying
from flask_typed.doctor.examining import examine
from flask_typed.doctor.surroundings import Surroundings, find_gunicorn

NOWHERE = Surroundings(Flask("nowhere"))
GEVENT = Surroundings(Flask("gevent"), "gevent")


class Recorded(threading.Thread):
    """A class of another module's class, which is what gevent may replace."""


@pytest.fixture
def module() -> Iterator[types.ModuleType]:
    """Return an empty module of the app's own."""
    made = types.ModuleType("planted_here")
    made.__file__ = __file__
    sys.modules["planted_here"] = made
    yield made
    del sys.modules["planted_here"]


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


def test_no_patch() -> None:
    """All that is missing is said."""
    found = examine(GEVENT)[0]
    assert found.check == "not-patched"
    assert found.what.startswith("gevent has not patched os, queue, select, signal, socket, ssl, s")


def test_what_gevent_replaced(monkeypatch: pytest.MonkeyPatch, module: types.ModuleType) -> None:
    """A module is told that holds it, or a class made from it."""
    saved = {
        "threading": {
            "Lock": len,
            "local": Recorded,
            "get_ident": abs,
            "_hidden": min,
            "Thread": threading.Thread,
            "ready": 1,
        },
        "ssl": {"SSLContext": max},
    }
    monkeypatch.setattr(gevent.monkey, "saved", saved, raising=False)
    replaced = originals.find_replaced()
    assert replaced == {
        id(len): "threading.Lock",
        id(Recorded): "threading.local",
        id(max): "ssl.SSLContext",
    }
    vars(module).update(taken=len, other=3, base=threading.Thread, missing=None)
    (found,) = originals.find_stale(replaced, [module, types])
    assert (found.place, found.what) == (
        "planted_here",
        "it has threading.Lock from before gevent patched: who waits there, waits for all",
    )

    class Own(Recorded): ...

    class Other: ...

    vars(module).update(taken=Own, other=Other)
    (found,) = originals.find_stale(replaced, [module])
    assert "threading.local" in found.what
    assert "TLS" not in found.what
    vars(module).update(context=max)
    (found,) = originals.find_stale(replaced, [module])
    assert found.what.endswith("and contexts of TLS raise RecursionError")


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


def test_pools(module: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are what they were made from."""
    with ThreadPoolExecutor(1) as pool:
        vars(module).update(pool=pool, number=3)
        (found,) = originals.check_pools(GEVENT)
        assert (found.severity, found.place) == ("warning", "planted_here.pool")
        monkeypatch.setattr(originals, "is_native", lambda value: False)
        (found,) = originals.check_pools(GEVENT)
        assert found.severity == "notice"


def test_drivers(module: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that wait in C are told where they are used."""
    monkeypatch.setitem(sys.modules, "psycopg2.extensions", None)
    extensions = SimpleNamespace(get_wait_callback=lambda: None)
    monkeypatch.setitem(sys.modules, "psycopg2.extensions", extensions)  # type: ignore[arg-type]
    assert [found.check for found in drivers.check_psycopg2(GEVENT)] == ["psycopg2"]
    extensions.get_wait_callback = lambda: len
    assert list(drivers.check_psycopg2(GEVENT)) == []

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
    monkeypatch.setitem(sys.modules, "sqlalchemy.engine.base", SimpleNamespace(Engine=Engine))  # type: ignore[arg-type]
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


def run_elsewhere(*arguments: Any) -> None: ...


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
    monkeypatch.setitem(sys.modules, "argon2", SimpleNamespace(PasswordHasher=PasswordHasher))  # type: ignore[arg-type]
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


def test_coroutines(monkeypatch: pytest.MonkeyPatch) -> None:
    """What they call themselves is told."""
    monkeypatch.setitem(functions.WAITS, __name__, ("sleep", "gone"))
    monkeypatch.setitem(sys.modules, __name__, SimpleNamespace(sleep=sleep))  # type: ignore[arg-type]
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


def stream() -> Iterator[str]:  # pragma: no cover: read, not run
    """Send line by line."""
    yield "line"


def stream_inside() -> Response:  # pragma: no cover: read, not run
    """Send line by line."""
    return Response(stream_with_context(stream()))


def collect() -> str:
    """Send all at once."""
    return "".join(letter for letter in "line")


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


def test_functions_without_a_source() -> None:
    """Nothing is said of them."""
    spaces: dict[str, Any] = {}
    exec("import hashlib\ndef digest(): hashlib.scrypt(b'')", spaces)
    targets = functions.find_targets(functions.HASHES)
    assert functions.find_calls(spaces["digest"], targets) == []


def test_views_that_are_no_functions() -> None:
    """They are left out, and so are those of libraries."""
    app = Flask("planted")
    app.add_url_rule("/object", "object", len)
    assert list(modules.find_views(app)) == []


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


def test_what_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while."""
    monkeypatch.setattr(trying, "PATIENCE", 0.1)
    deaf = "import signal, time; signal.signal(signal.SIGQUIT, signal.SIG_IGN); print(); "
    command = [sys.executable, "-u", "-c", f"{deaf} time.sleep(60)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        trying.end(process)
        assert process.returncode == -signal.SIGKILL
