"""What operators configure works in a server that runs."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from ..patience import PATIENCE, wait_until

SERVED = Path(__file__).parent / "served"


class Server:
    """A gunicorn with one worker."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def ask(self, path: str = "/") -> int:
        """Return the number of the worker's process."""
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        assert answer.status == 200
        return int(answer.read())

    def starts(self) -> bool:
        """Return whether it listens."""
        try:
            self.ask()
        except ConnectionError:
            self.connection.close()
            return False
        return True

    def has_other_worker(self, pid: int) -> bool:
        """Return whether another worker answers."""
        try:
            return self.ask() != pid
        except ConnectionError:  # pragma: no cover: chance: the old one has closed the connection
            self.connection.close()
            return False


@contextmanager
def serving(*options: str) -> Iterator[Server]:
    """Run gunicorn with the worker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-k", "flask_typed.worker.GeventWorker", "--bind"]
    with subprocess.Popen(
        [*command, f"127.0.0.1:{port}", "--log-level", "critical", *options, "pids:app"], cwd=SERVED
    ) as process:
        server = Server(process, port)
        try:
            wait_until(server.starts)
            yield server
        finally:
            server.connection.close()
            process.terminate()
            process.wait(PATIENCE)


@pytest.fixture(scope="module")
def statsd() -> Iterator[socket.socket]:
    """Return a socket that receives figures."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as figures:
        figures.bind(("127.0.0.1", 0))
        figures.settimeout(PATIENCE)
        yield figures


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of the access log."""
    return tmp_path_factory.mktemp("log") / "access"


@pytest.fixture(scope="module")
def server(statsd: socket.socket, log: Path) -> Iterator[Server]:
    """Return a server with all that is tested here."""
    _, port = statsd.getsockname()
    access = ("--access-logfile", str(log), "--access-logformat", "%(m)s %(U)s?%(q)s %(s)s %(B)s")
    more = ("--statsd-host", f"127.0.0.1:{port}", "--max-requests", "50", "--keep-alive", "60")
    with serving(*access, *more) as found:
        yield found


def test_access_log_and_statsd(server: Server, statsd: socket.socket, log: Path) -> None:
    """Each request is a line of the access log, and counted."""
    pid = server.ask("/logged?a=b")

    wait_until(lambda: f"GET /logged?a=b 200 {len(str(pid))}\n" in log.read_text())
    received: set[str] = set()
    while not {"gunicorn.requests:1|c|@1.0", "gunicorn.request.status.200:1|c|@1.0"} <= received:
        received.add(statsd.recv(1024).decode().strip())


def test_max_requests(server: Server) -> None:
    """After so many requests, another worker serves."""
    pid = server.ask()
    wait_until(lambda: server.has_other_worker(pid))


def test_reload(server: Server) -> None:
    """``SIGHUP`` makes another worker serve."""
    pid = server.ask()
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: server.has_other_worker(pid))


def test_graceful_shutdown() -> None:
    """``SIGTERM`` lets a request end."""
    with serving() as server:
        pid = server.ask()
        server.connection.request("GET", "/slow")
        server.process.terminate()
        assert int(server.connection.getresponse().read()) == pid
        assert server.process.wait(PATIENCE) == 0
