"""Serves drawn apps under gunicorn with a gevent worker, and sends them bytes."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

from ..patience import PATIENCE, wait_until
from .judging import Answer
from .requests import Request

CONFIG = Path(__file__).with_name("gunicorn.conf.py")
LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")


@dataclass
class Server:
    """Gunicorn.

    :param log: what it writes.
    """

    process: subprocess.Popen[bytes]
    log: Path
    port: int = 0
    seen: int = 0

    def find_port(self) -> int:
        """Return the port, once a worker is being made; 0 before."""
        text = self.log.read_text(errors="replace")
        assert self.process.poll() is None, text
        found = LISTENING.search(text)
        return int(found.group(1)) if found and "Booting worker" in text else 0

    def read_traceback(self) -> str:
        """Return what was logged since the last time, if there is a traceback in it."""
        text = self.log.read_text(errors="replace")
        new, self.seen = text[self.seen :], len(text)
        return new if "Traceback" in new else ""

    def fetch(self, path: str) -> Any:
        """Return the JSON that is at a path."""
        answer = self.exchange(Request("GET", path).write())
        return json.loads(answer.body) if answer.status == 200 else {}

    def exchange(self, data: bytes) -> Answer:
        """Send bytes and close our half; return the first answer."""
        began = time.monotonic()
        received = bytearray()
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as connection:
            with suppress(OSError):  # it may refuse what is too much, and not read it
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
            with suppress(ConnectionResetError):
                while part := connection.recv(65_536):
                    received += part
        return read_answer(bytes(received), time.monotonic() - began)


def read_answer(data: bytes, seconds: float) -> Answer:
    """Return the first answer that is no interim one."""
    head, _, rest = data.partition(b"\r\n\r\n")
    if not data:
        return Answer(0, Message(), b"", seconds)
    line, _, lines = head.partition(b"\r\n")
    status = int(line.split()[1])
    if status == 100:
        return read_answer(rest, seconds)
    headers = BytesHeaderParser().parsebytes(lines + b"\r\n\r\n")
    return Answer(status, headers, rest, seconds)


@contextmanager
def serving(folder: Path, first: int, count: int) -> Iterator[Server]:
    """Run the apps of some seeds.

    :param folder: for the log; the working directory, too.
    """
    log = folder / f"gunicorn-{first}.log"
    environment = {**os.environ, "HOSTILE_SEEDS": f"{first} {count}"}
    command = [sys.executable, "-m", "gunicorn", "-c", str(CONFIG)]
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=file, stderr=file)
    server = Server(process, log)
    try:
        server.port = wait_until(server.find_port, log.read_text)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
