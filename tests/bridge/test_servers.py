"""Async code under real servers: gunicorn's workers of three kinds, and Flask's own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

import pytest

from ..bookshop.postgres import INITDB, running_postgres
from ..patience import PATIENCE, wait_until
from .served.serving import Server, serving

GEVENT = ("gunicorn", "-k", "gevent")
SERVERS = {
    "gevent": GEVENT,
    "gevent-preload": (*GEVENT, "--preload", "-w", "2"),
    "gevent-workers": (*GEVENT, "-w", "2"),
    "gthread": ("gunicorn", "-k", "gthread", "--threads", "20"),
    "gthread-preload": ("gunicorn", "-k", "gthread", "--threads", "20", "--preload"),
    "sync": ("gunicorn", "-k", "sync"),
    "flask-run": ("flask", "run"),
}
#: Where one worker answers several requests at once.
CONCURRENT = ["gevent", "gthread", "flask-run"]


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run the app under each server; where a test names some, under those."""
    folder = tmp_path_factory.mktemp(request.param)
    with serving(folder, *SERVERS[request.param]) as running:
        yield running
        assert "Traceback" not in running.read_log()


class Plain(BaseHTTPRequestHandler):
    """Answers everybody."""

    def do_GET(self) -> None:
        """Answer, a little later."""
        time.sleep(0.05)
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def upstream() -> Iterator[str]:
    """Run a server that the app asks."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Plain) as other:
        thread = Thread(target=other.serve_forever)
        thread.start()
        yield f"http://localhost:{other.server_port}/"
        other.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def dsn() -> Iterator[str]:
    """Run a PostgreSQL."""
    with running_postgres() as url:
        folder = url.rpartition("host=")[2]
        yield f"postgresql://postgres@/postgres?host={folder}"


def test_views_answer(server: Server) -> None:
    """Typed or not, waiting or not."""
    assert server.get("/trivial") == "async"
    assert server.get("/untyped") == "untyped"
    assert server.get("/sleep", seconds=0.01) == "slept"
    assert server.get("/timeout") == "timeout"
    status, problem, _ = server.ask("/sleep", seconds="soon")
    assert (status, len(problem["errors"])) == (422, 1)


def test_many_at_once(server: Server) -> None:
    """This is where plain Flask fails under gevent."""
    with ThreadPoolExecutor(20) as pool:
        answers = pool.map(lambda _: server.get("/sleep", seconds=0.05), range(60))
        assert set(answers) == {"slept"}


def test_contexts_reach_async_code_and_come_back(server: Server) -> None:
    """The request, the app, and context variables; each request has its own."""

    def ask(number: int) -> None:
        status, value, headers = server.ask("/context", word=number)
        assert status == 200
        assert value == {"before": "before", "known": [str(number), True, "app"]}
        assert headers["X-Said"] == f"view {number}"

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(ask, range(30)))


def test_tasks_after_the_response(server: Server) -> None:
    """The worker serves the next request meanwhile, also if it serves one at a time."""
    begun = server.log.with_name("begun")
    assert server.get("/later") == "soon"
    wait_until(begun.exists, server.read_log)
    assert server.get("/trivial") == "async"
    begun.unlink()
    wait_until(lambda: "worked False" in server.read_log(), server.read_log)


def test_errors_keep_the_line_that_raised_them(server: Server) -> None:
    """An async error handler finds the view's line in the traceback."""
    status, value, _ = server.ask("/broken")
    assert (status, value["lines"][-1]) == (418, "raise Broken")


def test_threads_programs_and_names(server: Server) -> None:
    """What asyncio leaves to threads, and to other processes."""
    assert server.get("/thread") == {"results": ["main"]}
    assert set(server.get("/dns")) <= {"127.0.0.1", "::1"}
    ran = [[f"said {number}", number] for number in range(5)]
    assert server.get("/subprocess") == {"ran": ran, "shell": 7}


def test_many_programs_end(server: Server) -> None:
    """Whoever is first to hear of a program's end, nobody waits for ever."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: server.get("/subprocess"), range(8)))


def test_libraries_of_asyncio(server: Server, upstream: str) -> None:
    """A client of HTTP, by a name that has to be looked up."""
    assert server.get("/aiohttp", url=upstream) == {"texts": ["hello"] * 5}


@pytest.mark.skipif(INITDB is None, reason="PostgreSQL is not installed")
def test_a_driver_of_asyncio(server: Server, dsn: str) -> None:
    """A pool of connections to PostgreSQL."""
    assert server.get("/asyncpg", dsn=dsn) == {"rows": list(range(6))}


def test_to_block_on_the_loop_is_an_error(server: Server) -> None:
    """It would wait for itself."""
    said = server.get("/within")
    assert "answer is async" in said
    assert "`await`" in said


def test_other_threads_call_async_code(server: Server) -> None:
    """They are greenlets, or not."""
    assert server.get("/from-a-thread") == ["untyped"] * 3


def test_a_child_process_has_a_loop_of_its_own(server: Server) -> None:
    """And the parent keeps its own.

    A child of gunicorn's gevent worker has its greenlets too: one of them looks once a second for
    its parent, and ends the process if it comes to that while the child is there. The greenlets of
    threads end with it, and on Python 3.13 they fail.
    """
    answers = [server.get("/fork") for _ in range(3)]
    assert {answer["parent"] for answer in answers} == {"slept"}
    assert "slept" in {answer["child"] for answer in answers} <= {"slept", ""}


def forget(server: Server) -> None:
    """Let each worker forget what happened."""
    for _ in range(8):
        server.get("/events")


def hear(server: Server, expected: list[str]) -> list[str]:
    """Return what happened; of several workers, one tells it."""
    told: list[str] = []
    deadline = time.monotonic() + PATIENCE
    while len(told) < len(expected) and time.monotonic() < deadline:
        told += server.get("/events")
        time.sleep(0.05)
    return told


def test_async_generators_lend(server: Server) -> None:
    """One task opens and closes; context variables go both ways."""
    forget(server)
    assert server.get("/lent") == {"thing": "scope", "seen": "lent scope"}
    expected = ["returned scope before view"]
    assert hear(server, expected) == expected
    assert server.ask("/lent-broken")[0] == 418
    expected = ["failed Broken", "returned scope before lent scope"]
    assert hear(server, expected) == expected


def test_a_client_that_goes_away_cancels(server: Server) -> None:
    """Async code cleans up; what was lent is returned, and teardown functions run to their end."""
    forget(server)
    server.leave("/stay")
    expected = ["cleaned stay", "torn down /stay"]
    assert hear(server, expected) == expected
    server.leave("/lend-to-the-gone")
    expected = [
        "cleaned gone",
        "failed ClientDisconnected",
        "returned scope before lent scope",
        "torn down /lend-to-the-gone",
    ]
    assert hear(server, expected) == expected


def settle(server: Server) -> int:
    """Wait until the one task is the one that counts tasks; return how many files are open."""
    wait_until(lambda: server.get("/left")["tasks"] == 1, server.read_log)
    time.sleep(0.1)
    descriptors: int = server.get("/left")["descriptors"]
    return descriptors


@pytest.mark.parametrize("server", CONCURRENT, indirect=True)
def test_nothing_is_left(server: Server, upstream: str) -> None:
    """No task, no descriptor, whatever came of the requests."""

    def use(number: int) -> None:
        server.get("/sleep", seconds=0.01)
        server.ask("/broken")
        server.get("/lent")
        server.get("/aiohttp", url=upstream)
        server.get("/subprocess")
        server.leave("/stay", 0.05)

    use(0)
    before = settle(server)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(16)))
    # As many connections may be about to be closed.
    wait_until(lambda: settle(server) <= before + 2, server.read_log)


@pytest.mark.parametrize("server", ["gevent", "gevent-preload"], indirect=True)
def test_deadlines_cancel(server: Server) -> None:
    """gevent's timeouts, and killed greenlets: async code cleans up first."""
    forget(server)
    assert server.get("/deadline", within="true") == ["cleaned deadline", "timeout"]
    assert server.get("/deadline", within="false") == ["timeout", "cleaned kill"]


def test_async_views_have_a_deadline(server: Server) -> None:
    """Of every worker."""
    assert server.ask("/timed-async")[0] == 504


@pytest.mark.parametrize("server", ["gevent"], indirect=True)
def test_a_connection_outlives_a_deadline(server: Server) -> None:
    """One greenlet answers all its requests; none is interrupted by the deadline of another."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    statuses = []
    for path in ("/timed?seconds=0", "/sleep?seconds=0.3", "/timed", "/sleep?seconds=0.3"):
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    connection.close()
    assert statuses == [200, 200, 504, 200]


@pytest.mark.parametrize("server", ["gevent"], indirect=True)
def test_a_body_that_is_late_ends_the_connection(server: Server) -> None:
    """The rest of its chunk would be the next request."""
    head = "POST /timed HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as connection:
        connection.sendall(f"{head}Content-Type: application/json\r\n\r\n20\r\n{{".encode())
        received = b"".join(iter(partial(connection.recv, 65536), b""))
    assert received.startswith(b"HTTP/1.1 504")
    assert b"Connection: close" in received


@pytest.mark.parametrize("kind", ["gevent", "gthread", "sync"])
def test_a_worker_that_ends_cancels_its_tasks(kind: str, tmp_path: Path) -> None:
    """What a view left in the background cleans up; no request is under way, so none is awaited."""
    with serving(tmp_path, *SERVERS[kind], "--graceful-timeout", str(int(PATIENCE))) as server:
        worker = server.get("/background")
        started = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - started < PATIENCE / 2
        assert (tmp_path / "ended").read_text() == f"ended in {worker}\n"
        assert "Traceback" not in server.read_log()
        assert "never" not in server.read_log()


@pytest.mark.parametrize("kind", ["gevent", "gthread"])
def test_a_worker_that_ends_lets_requests_end(kind: str, tmp_path: Path) -> None:
    """Those that are under way are answered."""
    with serving(tmp_path, *SERVERS[kind]) as server, ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(server.get, "/sleep", seconds=2) for _ in range(4)]
        wait_until(lambda: server.get("/left")["tasks"] > 4, server.read_log)
        assert server.stop() == 0
        assert [answer.result() for answer in waiting] == ["slept"] * 4


@pytest.mark.parametrize(
    ("kind", "path", "returned"),
    [
        ("gevent", "/end/async", {"returned", "returned async"}),
        ("gevent", "/end/sync", {"returned", "returned async"}),
        ("gevent", "/end/stream", {"returned", "returned async"}),
        ("gthread", "/end/async", {"returned", "returned async"}),
        ("gthread", "/end/stream", {"returned", "returned async"}),
        # Nothing interrupts a native thread that waits.
        ("gthread", "/end/sync", {"returned async"}),
        ("sync", "/end/async", {"returned", "returned async"}),
    ],
)
def test_a_worker_that_ends_lets_what_is_left_clean_up(
    kind: str, path: str, returned: set[str], tmp_path: Path
) -> None:
    """Before gunicorn kills it, whatever still waits."""
    ended = tmp_path / "ended"
    with serving(tmp_path, *SERVERS[kind], "--graceful-timeout", "6") as server:
        with server.connect(path):
            wait_until(
                lambda: ended.exists() and "lent async" in ended.read_text(), server.read_log
            )
            server.stop()
        assert returned == set(ended.read_text().split("\n")) - {"lent", "lent async", ""}
        assert "Traceback" not in server.read_log()


@pytest.mark.parametrize("worker", ["gevent", "flask_typed.worker.GeventWorker"])
def test_a_worker_that_ends_interrupts_event_streams(worker: str, tmp_path: Path) -> None:
    """At once, and the connection is closed: such a stream does not end by itself."""
    ended = tmp_path / "ended"
    options = ("-k", worker, "--keep-alive", "60", "--graceful-timeout", str(int(PATIENCE)))
    with serving(tmp_path, "gunicorn", *options) as server:
        with server.connect("/end/events") as connection:
            wait_until(lambda: b"data: 1" in connection.recv(4096), server.read_log)
            started = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - started < PATIENCE / 2
        assert ended.read_text().split() == ["lent", "async", "returned"]
        assert "Traceback" not in server.read_log()


@pytest.mark.parametrize("kind", ["gevent", "sync"])
def test_a_task_that_cancels_itself_is_an_error_of_the_app(kind: str, tmp_path: Path) -> None:
    """It is a 500 for one request, and the worker goes on."""
    with serving(tmp_path, *SERVERS[kind]) as server:
        assert server.ask("/cancelled")[0] == 500
        assert "The task of an async function was cancelled." in server.read_log()
        assert server.get("/trivial") == "async"


@pytest.mark.parametrize("path", ["/doubled", "/doubled/async"])
@pytest.mark.parametrize("server", CONCURRENT, indirect=True)
def test_lines_both_ways(server: Server, path: str) -> None:
    """A line of a body is read while the client is still sending; others are answered meanwhile."""
    head = "Host: x\r\nContent-Type: application/jsonl\r\nTransfer-Encoding: chunked"
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n\r\n".encode())
        answers = connection.makefile("rb")
        for number in range(3):
            line = f"{number}".rjust(1023) + "\n"  # gunicorn waits for a kilobyte
            connection.sendall(f"400\r\n{line}\r\n".encode())
            read_until(answers, f"{2 * number}\n")
            assert server.get("/plain") == "plain"
        connection.sendall(b"0\r\n\r\n")


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("server", CONCURRENT, indirect=True)
def test_curl_shows_each_item(server: Server) -> None:
    """``curl -N`` shows a line at once, and when it leaves, the generator is closed."""
    forget(server)
    command = ["curl", "-s", "-N", f"http://127.0.0.1:{server.port}/numbers"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as curl:
        assert curl.stdout is not None
        assert [curl.stdout.readline() for _ in range(2)] == [b"0\n", b"1\n"]
        curl.terminate()
    assert hear(server, ["closed numbers"]) == ["closed numbers"]


def read_until(answers: BinaryIO, line: str) -> None:
    """Read lines until there is a certain one."""
    while answers.readline().decode() != line:
        pass
