"""Each defect, planted in an app that gunicorn starts, is found and named, with its remedy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from flask_typed.cli import typed
from flask_typed.doctor import trying
from flask_typed.doctor.findings import Finding
from flask_typed.doctor.trying import TrialError, try_worker

from ..patience import PATIENCE, wait_until

EXAMPLES = Path(__file__).parents[2] / "examples"

CLEAN = """
from flask import Flask
from flask_typed import Typed
app = Flask(__name__)
typed = Typed(app)
"""
GEVENT = ("-k", "gevent")


@dataclass(frozen=True)
class Planted:
    """An app with one defect.

    :param files: texts by name, beside ``shop.py``.
    :param found: check, severity, and patterns of the place, of what is said and of the remedy.
    """

    found: tuple[str, str, str, str, str]
    shop: str = ""
    base: str = CLEAN
    arguments: tuple[str, ...] = GEVENT
    files: tuple[tuple[str, str], ...] = ()


def conf(text: str, **others: str) -> tuple[tuple[str, str], ...]:
    """Return a configuration of gunicorn's, and modules."""
    return (("gunicorn.conf.py", text), *((f"{name}.py", code) for name, code in others.items()))


@dataclass(frozen=True)
class Module:
    """A module of an app with many of them, each with one defect.

    :param found: as of an app.
    :param is_early: whether ``gunicorn.conf.py`` imports it, and so before the patch.
    """

    found: tuple[str, str, str, str, str]
    name: str
    code: str
    is_early: bool = False


MODULES = {
    "a name imported before the patch": Module(
        (
            "late-patch",
            "warning",
            "^early_name$",
            "threading.Lock",
            "or begin gunicorn.conf.py with `from gevent",
        ),
        "early_name",
        "from threading import Lock",
        is_early=True,
    ),
    "a class of a socket before the patch": Module(
        ("late-patch", "warning", "^early_socket$", "socket.socket", "Import it after the patch"),
        "early_socket",
        "import socket\nclass Own(socket.socket): ...",
        is_early=True,
    ),
    "a class of an SSL context before the patch": Module(
        ("late-patch", "warning", "^early_tls$", "RecursionError", "Import it after the patch"),
        "early_tls",
        "import ssl\nclass Own(ssl.SSLContext): ...",
        is_early=True,
    ),
    "a lock of a module": Module(
        (
            "native-lock",
            "warning",
            r"^early_lock\.lock$",
            "blocks the hub",
            "Create it after the patch",
        ),
        "early_lock",
        "import threading\nlock = threading.Lock()",
        is_early=True,
    ),
    "an RLock of a module": Module(
        (
            "native-lock",
            "warning",
            r"^early_rlock\.lock$",
            "every greenlet may enter",
            "Create it after",
        ),
        "early_rlock",
        "import threading\nlock = threading.RLock()",
        is_early=True,
    ),
    "a SimpleQueue of a module": Module(
        ("native-lock", "warning", r"^early_jobs\.jobs$", "blocks the hub", "Create it after"),
        "early_jobs",
        "import queue\njobs = queue.SimpleQueue()",
        is_early=True,
    ),
    "an event of a class": Module(
        ("native-lock", "notice", r"^early_event\.Own\.ready$", "this Event", "Create it after"),
        "early_event",
        "import threading\nclass Own:\n    ready = threading.Event()",
        is_early=True,
    ),
    "a queue of an object": Module(
        ("native-lock", "notice", r"^early_queue\.Own\(\)\.jobs$", "this Queue", "Create it after"),
        "early_queue",
        """
        import queue
        class Own:
            def __init__(self): self.jobs = queue.Queue()
        own = [Own()]
        """,
        is_early=True,
    ),
    "a pool of threads before the patch": Module(
        ("thread-pool", "warning", r"^early_pool\.pool$", "perhaps for ever", "Create it after"),
        "early_pool",
        "from concurrent import futures\npool = futures.ThreadPoolExecutor(2)",
        is_early=True,
    ),
    "urllib3 imported before the patch": Module(
        ("late-patch", "warning", r"^urllib3\.util\.ssl_$", "RecursionError", "after the patch"),
        "early_urllib3",
        "import urllib3",
        is_early=True,
    ),
    "psycopg imported before the patch": Module(
        ("psycopg", "warning", "^psycopg$", "waits in C", "PSYCOPG_WAIT_FUNC"),
        "early_psycopg",
        "import psycopg",
        is_early=True,
    ),
    "a thread before the patch": Module(
        (
            "native-thread",
            "warning",
            "^early_thread.tick, line 3$",
            "before the patch",
            "post_worker_init",
        ),
        "early_thread",
        """
        import threading, time
        def tick(): time.sleep(1_000_000)
        def start(): threading.Thread(target=tick, daemon=True).start()
        """,
        is_early=True,
    ),
    "a pool of threads": Module(
        ("thread-pool", "notice", r"^pools\.pool$", "are greenlets", "threadpool"),
        "pools",
        "from concurrent import futures\npool = futures.ThreadPoolExecutor(2)",
    ),
    "psycopg2": Module(
        ("psycopg2", "warning", "^psycopg2$", "no wait callback", "psycogreen"),
        "postgres",
        "import psycopg2",
    ),
    "sqlite3": Module(
        ("blocking-driver", "notice", "^lite$", "^sqlite3 waits", "transactions short"),
        "lite",
        "import sqlite3",
    ),
    "mysqlclient": Module(
        ("blocking-driver", "warning", "^mysql$", "^MySQLdb waits", "PyMySQL"),
        "mysql",
        "import MySQLdb",
    ),
    "passwords": Module(
        (
            "heavy-hashing",
            "warning",
            "^passwords.register, line 4$",
            "werkzeug.sec",
            "threadpool.app",
        ),
        "passwords",
        """
        from werkzeug import security
        from base import typed
        @typed.post("/register")
        def register(password: str) -> str:
            return security.generate_password_hash(password)
        """,
    ),
    "a hash of the standard library": Module(
        ("heavy-hashing", "warning", "^hashes.digest, line 3$", "hashlib.scrypt", "threadpool"),
        "hashes",
        """
        from hashlib import scrypt
        def digest(password): return scrypt(password, salt=b"", n=2, r=8, p=1)
        """,
    ),
    "a coroutine that sleeps": Module(
        ("blocking-in-coroutine", "warning", "^sleeping.wait, line 4$", "time.sleep", "to_thread"),
        "sleeping",
        """
        import time
        from base import typed
        @typed.get("/wait")
        async def wait() -> None:
            time.sleep(1)
        """,
    ),
    "streams of greenlets": Module(
        (
            "streams",
            "notice",
            "^streaming.listen, line 4$",
            "at most 9 conn",
            "--worker-connections",
        ),
        "streaming",
        """
        from flask import stream_with_context
        from base import app
        @app.get("/listen")
        def listen():
            return stream_with_context(iter("line"))
        """,
    ),
}


PLANTED = {
    "preload": Planted(
        ("preload", "warning", "^--preload$", "before the patch", "Run without --preload"),
        arguments=(*GEVENT, "--preload"),
    ),
    "an engine of SQLAlchemy": Planted(
        ("blocking-driver", "notice", "^SQLAlchemy's engine for sqlite$", "sqlite3", "short"),
        "from sqlalchemy import create_engine\nengine = create_engine('sqlite://')",
    ),
    "async views of plain Flask": Planted(
        ("async-bridge", "warning", "^shop.wait, line 3$", "a 500", "Add Typed to the app"),
        """
        @app.get("/wait")
        async def wait(): ...
        """,
        base="from flask import Flask\napp = Flask(__name__)",
    ),
    "an async view of a library": Planted(
        ("async-bridge", "warning", "^graphs.Graph.dispatch_request, line", "a 500", "Add Typed"),
        """
        app.config["TYPED_ASYNC_BRIDGE"] = False
        Typed(app)
        from graphs import Graph
        app.add_url_rule("/graph", view_func=Graph.as_view("graph"))
        """,
        base="from flask import Flask\nfrom flask_typed import Typed\napp = Flask(__name__)",
        files=(
            (
                "graphs.py",
                """
                from flask.views import View
                class Graph(View):
                    async def dispatch_request(self): ...
                """,
            ),
        ),
    ),
    "a stream of a sync worker": Planted(
        ("streams", "warning", "^shop.listen, line 7$", "occupies a sync worker", "-k gevent"),
        """
        @app.get("/listen")
        def listen():
            def write(): yield "line"
            return write()
        """,
        arguments=(),
    ),
    "a stream of a thread": Planted(
        ("streams", "notice", "^shop.listen, line 7$", r"threads \(4\)", "-k gevent"),
        """
        @app.get("/listen")
        def listen():
            yield "line"
        """,
        arguments=("-k", "gthread", "--threads", "4"),
    ),
}


def plant(folder: Path, planted: Planted) -> None:
    """Write an app."""
    (folder / "shop.py").write_text(planted.base + textwrap.dedent(planted.shop), "utf-8")
    for name, text in planted.files:
        (folder / name).write_text(textwrap.dedent(text), "utf-8")


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an app take as long to start as anything may take here."""
    monkeypatch.setattr(trying, "TRIAL_TIMEOUT", PATIENCE)


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
def test_it_is_found(planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the only thing that is found, but for what comes of the same mistake."""
    plant(tmp_path, planted)
    monkeypatch.chdir(tmp_path)
    check, severity, *patterns = planted.found
    found = [one for one in try_worker("shop", planted.arguments) if one.check == check]
    assert any(fits(one, severity, patterns) for one in found), found


def test_a_class_of_a_thread_before_the_patch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found where whoever joins such a thread waits for ever; since Python 3.13 nobody does.

    There the original waits for the end of a thread by what gevent has put into its module.
    """
    files = conf("import clients", clients="import threading\nclass Own(threading.Thread): ...")
    plant(tmp_path, Planted(("", "", "", "", ""), "from clients import Own", files=files))
    monkeypatch.chdir(tmp_path)
    found = [(one.check, one.place, one.message) for one in try_worker("shop", GEVENT)]
    message = "it has threading.Thread from before the patch: a wait there blocks all requests"
    is_harmful = sys.version_info < (3, 13)
    assert found == [("late-patch", "clients", message)] * is_harmful


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """Return what is found in an app with all the modules: one worker is started for them."""
    folder = tmp_path_factory.mktemp("modules")
    for module in MODULES.values():
        (folder / f"{module.name}.py").write_text(textwrap.dedent(module.code), "utf-8")
    (folder / "base.py").write_text(CLEAN)
    (folder / "MySQLdb.py").touch()
    for file, is_early, text in (
        ("gunicorn.conf.py", True, "def post_fork(server, worker): early_thread.start()\n"),
        ("shop.py", False, "from base import app\n"),
    ):
        names = [module.name for module in MODULES.values() if module.is_early is is_early]
        (folder / file).write_text(f"{text}import {', '.join(names)}")
    arguments = (*GEVENT, "--worker-connections", "9", "--chdir", str(folder))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trying, "TRIAL_TIMEOUT", PATIENCE)
        patch.chdir(folder)
        return try_worker("shop", arguments)


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES.keys())
def test_a_module_is_found(module: Module, findings: list[Finding]) -> None:
    """Each for its own defect, and for no other."""
    check, severity, place, *patterns = module.found
    found = [one for one in findings if re.search(place, one.place)]
    assert [one.check for one in found] == [check]
    assert fits(found[0], severity, [place, *patterns])


def fits(found: Finding, severity: str, patterns: list[str]) -> bool:
    """Say whether a finding is the one that is expected."""
    texts = (found.place, found.message, found.remedy)
    return found.severity == severity and all(map(re.search, patterns, texts))


def test_a_clean_app_is_not_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor reports nothing about an app without defects.

    gevent's classes are made from the originals, and so are those that libraries make of them.
    What is harmless from before the patch is not told either.
    """
    shop = """
    import asyncio, threading, time
    import early, libraries, pools, profiler
    from early import *
    from libraries import *
    from queue import Queue
    from concurrent.futures import Future
    import psycopg, psycopg2, psycopg2.extensions, requests_like
    from flask import request
    from gevent import get_hub
    from werkzeug.security import generate_password_hash

    psycopg2.extensions.set_wait_callback(lambda connection: None)
    lock = threading.Lock()

    class Own:
        ready = threading.Event()
        def __init__(self): self.jobs = Queue()

    own = Own()

    @typed.post("/register")
    def register(password: str) -> str:
        return get_hub().threadpool.apply(generate_password_hash, (password,))

    @typed.get("/wait")
    async def wait() -> None:
        await asyncio.to_thread(time.sleep, 1)
        await asyncio.sleep(1)

    def sleep(): time.sleep(1)
    """
    libraries = """
    import queue, socket, ssl, subprocess, threading
    class Pump(threading.Thread): ...
    class Later(threading.Timer): ...
    class Dummy(threading._DummyThread): ...
    class Local(threading.local): ...
    class Ready(threading.Event): ...
    class Both(Pump, Later): ...
    class Context(ssl.SSLContext): ...
    class Wire(socket.socket): ...
    class Tls(ssl.SSLSocket): ...
    class Program(subprocess.Popen): ...
    class Jobs(queue.Queue): ...
    class First(queue.PriorityQueue): ...
    class Meta(type): ...
    class Made(Pump, metaclass=Meta): ...
    """
    early = """
    from queue import Queue
    from signal import signal
    from socket import create_connection
    from subprocess import run
    from threading import Event, get_ident
    class Ready(Event): ...
    """
    profiler = """
    try:
        from gevent.monkey import get_original
        thread_sleep = get_original("time", "sleep")
    except ImportError:
        thread_sleep = None
    """
    pools = """
    from gevent.threadpool import ThreadPoolExecutor
    from profiler import thread_sleep as sleep
    pool = ThreadPoolExecutor(2)
    """
    files = conf(
        "import os, json, logging, early",
        early=early,
        libraries=libraries,
        pools=pools,
        profiler=profiler,
        requests_like="Lock = object()",
    )
    plant(tmp_path, Planted(("", "", "", "", ""), shop, files=files))
    monkeypatch.chdir(tmp_path)
    assert try_worker("shop:app", GEVENT) == []


def test_the_bookshop_is_not_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has SQLite and two streams, which are notices, and no more."""
    monkeypatch.setenv("BOOKSHOP_INSTANCE", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    found = try_worker(None, ["-c", str(EXAMPLES / "bookshop/gunicorn.conf.py")])
    assert {one.severity for one in found} == {"notice"}
    assert sorted(one.check for one in found) == ["blocking-driver", "streams", "streams"]


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the app of ``flask``, and says what is found; warnings are an error."""
    plant(tmp_path, Planted(("", "", "", "", ""), "import psycopg2"))
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    result = runner.invoke(typed, ["doctor", *GEVENT], obj=ScriptInfo("shop"))
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "warning  psycopg2 [psycopg2]",
        "    it has no wait callback: every query blocks the hub until the result arrives.",
        "    Call `psycogreen.gevent.patch_psycopg()` in post_fork, or take psycopg 3.",
        "",
        "1 warning, 0 notices",
    ]
    result = runner.invoke(typed, ["doctor"], obj=ScriptInfo("shop"))
    assert (result.exit_code, result.output) == (0, "0 warnings, 0 notices\n")
    result = runner.invoke(typed, ["doctor", "nothing:app"], obj=ScriptInfo("shop"))
    assert result.exit_code == 1
    assert "The worker did not start." in result.output
    assert "No module named 'nothing'" in result.output


def test_what_never_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it for ever."""
    shop = """
    import time, pathlib
    pathlib.Path("is-starting").touch()
    time.sleep(1_000_000)
    """
    plant(tmp_path, Planted(("", "", "", "", ""), shop))
    monkeypatch.chdir(tmp_path)
    is_starting = Path("is-starting").exists
    monkeypatch.setattr(trying, "wait_for", lambda report, process: wait_until(is_starting))
    with pytest.raises(TrialError, match="Booting worker"):
        try_worker("shop", ())


def test_a_server_of_gevent_s_own(tmp_path: Path) -> None:
    """What is found is logged after the first request, or ends the program."""
    shop = """
    import sys, gevent
    from gevent.pywsgi import WSGIServer
    from gevent.socket import create_connection
    from flask import Flask
    from flask_typed import Typed
    app = Flask(__name__)
    app.config["TYPED_DOCTOR"] = sys.argv[1]
    Typed(app)
    server = WSGIServer(("127.0.0.1", 0), app, log=None)
    server.start()
    client = create_connection(server.address)
    client.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
    assert client.recv(12) == b"HTTP/1.1 404"
    gevent.sleep(0.1)
    print("went on")
    """
    plant(tmp_path, Planted(("", "", "", "", ""), shop, base=""))

    def run(said: str) -> tuple[int, str]:
        command = [sys.executable, "shop.py", said]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    code, output = run("warn")
    assert code == 0
    assert "[not-patched] gevent.monkey: gevent has not patched os, queue, select" in output
    code, output = run("error")
    assert code == 1
    assert "went on" not in output
    assert "[not-patched]" in output
    assert run("ignore") == (0, "went on\n")


def test_what_keeps_the_hub_is_told(tmp_path: Path) -> None:
    """By a worker that gunicorn runs: the request, and the line that computes."""
    shop = """
    from hashlib import pbkdf2_hmac
    app.config["TYPED_DOCTOR"] = "ignore"
    @typed.get("/key")
    def read_key() -> str:
        return pbkdf2_hmac("sha256", b"", b"", 2_000_000).hex()
    """
    base = CLEAN.replace("typed =", 'app.config["TYPED_BLOCKING_LIMIT"] = 50\ntyped =')
    plant(tmp_path, Planted(("", "", "", "", ""), shop, base))
    command = [sys.executable, "-m", "gunicorn", *GEVENT, "--bind", "127.0.0.1:0", "shop:app"]
    log = tmp_path / "log"
    environment = {**os.environ, "HOME": str(tmp_path)}
    with (
        log.open("wb") as file,
        subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=file, stderr=file
        ) as server,
    ):
        try:
            port = wait_for(log, r"Listening at: http://127.0.0.1:(\d+)")
            connection = HTTPConnection("127.0.0.1", int(port), timeout=PATIENCE)
            connection.request("GET", "/key?of=me")
            assert connection.getresponse().status == 200
            connection.close()
            line = wait_for(log, "(The hub stood still .* GET /key, .*)")
        finally:
            server.terminate()
    assert re.match(
        r"The hub stood still for \d+ ms: GET /key, at .*/shop.py:12, in read_key", line
    )
    assert line.endswith('return pbkdf2_hmac("sha256", b"", b"", 2_000_000).hex()')


def wait_for(log: Path, pattern: str) -> str:
    """Return what a server says, when it says it."""
    found = wait_until(
        lambda: re.search(pattern, log.read_text("utf-8")), lambda: log.read_text("utf-8")
    )
    assert found is not None
    return found[1]
