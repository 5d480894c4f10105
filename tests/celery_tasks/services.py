"""A Redis and workers of Celery, in processes of their own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from ..patience import wait_until

#: Where the programs of the documentation are.
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
REDIS = shutil.which("redis-server")
needs_redis = pytest.mark.skipif(REDIS is None, reason="no redis-server on this machine")


def answers(port: int) -> bool:
    """Return whether a Redis answers."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(5) == b"+PONG"
    except OSError:
        return False


@contextmanager
def running_redis(folder: Path, port: int) -> Iterator[str]:
    """Run a Redis that keeps what it has in a folder; return its URL."""
    options = ["--port", str(port), "--dir", str(folder), "--save", "", "--appendonly", "yes"]
    command = [str(REDIS), *options, "--appendfsync", "always", "--logfile", "redis.log"]
    process = subprocess.Popen(command)
    try:
        wait_until(lambda: answers(port))
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


class Worker:
    """A worker of Celery.

    :param celery: the module, and the name of the Celery app in it.
    :param log: what it writes.
    """

    def __init__(
        self, celery: str, log: Path, environment: Mapping[str, str], folder: Path
    ) -> None:
        self.log = log
        options = ["-l", "INFO", "-c", "1", "--without-mingle", "--without-gossip"]
        command = [sys.executable, "-m", "celery", "-A", celery, "worker", *options]
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, **environment, "PYTHONDONTWRITEBYTECODE": "1"},
                stdout=file,
                stderr=file,
                start_new_session=True,  # a group, so that no process of it is left
            )

    def read_log(self) -> str:
        """Return what it has written."""
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, text: str) -> None:
        """Wait until a text is in the log."""
        wait_until(lambda: text in self.read_log(), self.read_log)

    def find_child(self) -> int:
        """Return the id of the process that runs tasks."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        return int(wait_until(children.read_text).split()[0])

    def kill(self) -> None:
        """Kill all of it, as a power failure does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it at once."""
        self.kill()


@contextmanager
def running_worker(
    celery: str, log: Path, environment: Mapping[str, str], folder: Path
) -> Iterator[Worker]:
    """Run a worker."""
    worker = Worker(celery, log, environment, folder)
    try:
        yield worker
    finally:
        worker.stop()


def pause(seconds: float) -> None:
    """Wait for a time that a setting declares."""
    time.sleep(seconds)
