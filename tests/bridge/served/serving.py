"""Starts the app under a server, and speaks HTTP with it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ...patience import PATIENCE

HERE = Path(__file__).parent


@dataclass
class Server:
    """The app, in processes of its own.

    :param log: what the server writes.
    """

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(self, path: str, **query: Any) -> tuple[int, Any, Mapping[str, str]]:
        """Return the status, the value or text, and the headers of an answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", f"{path}?{urlencode(query)}" if query else path)
        response = connection.getresponse()
        body = response.read().decode()
        is_json = "json" in (response.getheader("Content-Type") or "")
        headers = dict(response.getheaders())
        connection.close()
        return response.status, json.loads(body) if is_json else body, headers

    def get(self, path: str, **query: Any) -> Any:
        """Return what is answered, which is no error."""
        status, value, _ = self.ask(path, **query)
        assert status == 200, (value, self.read_log())
        return value

    def leave(self, path: str, after: float = 0.2) -> None:
        """Ask, and go away without the answer."""
        with self.connect(path):
            time.sleep(after)

    @contextmanager
    def connect(self, path: str) -> Iterator[socket.socket]:
        """Ask, and return the connection."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            yield connection

    def read_log(self) -> str:
        """Return what the server has written."""
        return self.log.read_text(encoding="utf-8")

    def stop(self) -> int:
        """End the server as a supervisor does; return its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()


def inherit_environment() -> dict[str, str]:
    """Return the environment of an app, without the variables of the tests.

    They begin like those that configure an app.
    """
    return {k: v for k, v in os.environ.items() if not k.startswith("FLASK_TYPED_")}


def find_port() -> int:
    """Return a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving(folder: Path, *command: str, module: str = "app", **variables: str) -> Iterator[Server]:
    """Run the app.

    :param folder: for logs.
    :param command: a program and its arguments; the place is put to them.
    :param module: the module of the app.
    :param variables: of the environment.
    """
    port = find_port()
    places = {
        "gunicorn": ["--bind", f"127.0.0.1:{port}", f"{module}:app"],
        "flask": ["--port", str(port)],
    }
    arguments = [sys.executable, "-m", *command, *places[command[0]]]
    places_of_files = {"ENDED": str(folder / "ended"), "HOME": str(folder)}
    environment = {**inherit_environment(), **places_of_files, **variables}
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(arguments, cwd=HERE, env=environment, stdout=file, stderr=file)
    server = Server(port, process, log)
    try:
        wait_until_ready(server)
        yield server
    finally:
        server.stop()


def wait_until_ready(server: Server) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            server.get("/plain")
            return
        except OSError:
            assert time.monotonic() < deadline, server.read_log()
            assert server.process.poll() is None, server.read_log()
            time.sleep(0.05)
