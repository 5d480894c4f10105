"""Starts the shop under gunicorn with gevent workers, and speaks HTTP with it over sockets."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from functools import cached_property
from http.client import parse_headers
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlencode, urlsplit

from ..patience import PATIENCE, wait_until
from .answers import ANNA, BOSS
from .contract import Contract

CONFIG = Path(__file__).parents[2] / "examples" / "bookshop" / "gunicorn.conf.py"
LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")
#: A traceback, unless Python says that it is ignored, as it does with some while it ends.
FAULT = re.compile(r"^(?!Exception ignored in).*\n(Traceback .*(?:\n .*)*\n.*)", flags=re.M)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Answer:
    """What the server sent for one request."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@contextmanager
def serving(folder: Path, contract: Contract, **options: Any) -> Iterator[Server]:
    """Run the shop.

    :param folder: for the database, the key and the log.
    """
    server = Server(folder, contract, **options)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


class Server:
    """The shop, in processes of its own; whatever it answers, it is no 5xx.

    :param folder: for the database, the key and the log.
    :param contract: what the shop publishes.
    :param url: of the database; by default the shop makes an SQLite file in the folder.
    :param command: what gunicorn is told besides its configuration.
    """

    def __init__(
        self,
        folder: Path,
        contract: Contract,
        *,
        url: str = "",
        workers: int = 2,
        command: tuple[str, ...] = (),
    ) -> None:
        self.database = folder / "bookshop.sqlite"
        self.url = url or f"sqlite:///{self.database}"
        self._contract = contract
        self._log = folder / "gunicorn.log"
        arguments = [sys.executable, "-m", "gunicorn", "-c", str(CONFIG), *command]
        email, password = BOSS
        environment = {
            **os.environ,
            "BIND": "127.0.0.1:0",
            "BOOKSHOP_INSTANCE": str(folder),
            "BOOKSHOP_STAFF_EMAIL": email,
            "BOOKSHOP_STAFF_PASSWORD": password,
            "DATABASE_URL": url,
            "SECRET_KEY": "",
            "WEB_CONCURRENCY": str(workers),
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(arguments, env=environment, stdout=log, stderr=log)

    @cached_property
    def staff(self) -> dict[str, str]:
        """The headers of somebody who works in the shop."""
        return self.log_in(BOSS)

    @cached_property
    def customer(self) -> dict[str, str]:
        """The headers of a customer."""
        email, password = ANNA
        made = self.ask("POST", "/accounts/", {"email": email, "password": password})
        assert made.status == 201
        return self.log_in(ANNA)

    def log_in(self, who: tuple[str, str]) -> dict[str, str]:
        """Return the headers that let somebody in."""
        fields = {"grant_type": "password", "username": who[0], "password": who[1]}
        answer = self.ask("POST", "/token", urlencode(fields).encode(), FORM)
        return {"Authorization": f"Bearer {answer.json['access_token']}"}

    def read_log(self) -> str:
        """Return what the server has logged."""
        return self._log.read_text(encoding="utf-8")

    def read_faults(self) -> list[str]:
        """Return the tracebacks in the log."""
        return FAULT.findall(self.read_log())

    def wait_until_ready(self) -> None:
        """Wait until the workers have made the database and answer."""
        wait_until(self.is_booting, self.read_log)
        assert self.ask("GET", "/health").json == {"status": "ok"}

    def is_booting(self) -> bool:
        """Say whether a worker is being made: from then on, who asks is kept waiting for it."""
        assert self._process.poll() is None, self.read_log()
        return "Booting worker" in self.read_log()

    def stop(self) -> int:
        """End the server as a supervisor does, and return its exit code."""
        self._process.terminate()
        try:
            return self._process.wait(PATIENCE)
        finally:
            self._process.kill()

    def connect(self) -> socket.socket:
        """Open a connection."""
        port = LISTENING.findall(self.read_log())[0]
        return socket.create_connection(("127.0.0.1", int(port)), PATIENCE)

    def exchange(self, request: bytes, *, cut: bool = False, worst: int = 499) -> list[Answer]:
        """Send bytes, and return all that is answered until the connection is closed.

        :param cut: close our half of the connection after the bytes.
        :param worst: the highest status that may be answered.
        """
        with self.connect() as connection:
            connection.sendall(request)
            if cut:
                connection.shutdown(socket.SHUT_WR)
            answers = read_answers(BytesIO(receive(connection)), request)
        assert all(answer.status <= worst for answer in answers)
        return answers

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request, and return the answer, which must be one that is published.

        :param body: bytes, or what is sent as JSON.
        """
        (answer,) = self.exchange(make_request(method, path, body, headers))
        media_type = answer.headers.get_content_type()
        asked = unquote(urlsplit(path).path)
        self._contract.check(method, asked, answer.status, media_type, answer.body)
        return answer


def receive(connection: socket.socket) -> bytes:
    """Return all that comes; a server that is sent too much may close without a good-bye."""
    received = bytearray()
    with suppress(ConnectionResetError):
        while data := connection.recv(65536):
            received += data
    return bytes(received)


def make_request(
    method: str,
    path: str,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    *,
    last: bool = True,
) -> bytes:
    """Write a request.

    :param last: ask the server to close the connection afterwards.
    """
    lines = [f"{method} {path} HTTP/1.1", "Host: shop.example"]
    if body is not None and not isinstance(body, bytes):
        lines.append("Content-Type: application/json")
        body = json.dumps(body).encode()
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    lines.extend(f"{name}: {value}" for name, value in (headers or {}).items())
    if last:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")


def read_answers(stream: BinaryIO, request: bytes) -> list[Answer]:
    """Read answers, one after the other."""
    answers = []
    while line := stream.readline():
        headers = parse_headers(stream)
        length = 0 if request.startswith(b"HEAD") else int(headers.get("Content-Length", 0))
        answers.append(Answer(int(line.split()[1]), headers, stream.read(length)))
    return answers
