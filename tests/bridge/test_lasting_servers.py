"""Providers of scope app in real processes: opened once in a worker, and closed at its end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ..patience import wait_until
from .served.serving import HERE, Server, inherit_environment, serving

OPENED = ["open pool", "open client"]
CLOSED = ["close client", "close pool"]


def read_events(folder: Path) -> dict[int, list[str]]:
    """Return the events of each process, in order."""
    events: dict[int, list[str]] = {}
    for line in (folder / "ended").read_text().splitlines():
        process, _, event = line.partition(" ")
        events.setdefault(int(process), []).append(event)
    return events


def ask_all(server: Server, count: int) -> set[int]:
    """Return the workers, when each has answered; each has opened values of its own."""
    workers: set[int] = set()

    def ask() -> bool:
        opened_by, pooled_by, worker = server.get("/processes")
        assert opened_by == pooled_by == worker
        workers.add(worker)
        return len(workers) == count

    wait_until(ask, server.read_log)
    return workers


def test_a_worker_opens_at_its_start(tmp_path: Path) -> None:
    """All values, before the first request that needs them; the hub and the loop close them."""
    variables = {"FLASK_TYPED_OPEN_AT_START": "true"}
    with serving(tmp_path, "gunicorn", "-k", "gevent", module="lasting", **variables) as server:
        (opened,) = read_events(tmp_path).values()
        assert opened == OPENED
        (process,) = ask_all(server, 1)
        assert server.stop() == 0
        assert read_events(tmp_path) == {process: OPENED + CLOSED}
        assert "Traceback" not in server.read_log()


def test_workers_that_are_forked_open_their_own(tmp_path: Path) -> None:
    """What the parent has opened stays open there, until it ends itself."""
    options = ("gunicorn", "-k", "gthread", "--threads", "4", "--preload", "-w", "2")
    with serving(tmp_path, *options, module="lasting", ASKS_ITSELF="yes") as server:
        workers = ask_all(server, 2)
        assert server.stop() == 0
        events = read_events(tmp_path)
        assert events == dict.fromkeys((server.process.pid, *workers), OPENED + CLOSED)
        assert "Traceback" not in server.read_log()


def test_a_program_that_ends(tmp_path: Path) -> None:
    """Its values are closed when the interpreter exits, before the loop ends."""
    program = 'from lasting import app; app.test_client().get("/processes")'
    environment = {**inherit_environment(), "ENDED": str(tmp_path / "ended")}
    subprocess.run([sys.executable, "-c", program], cwd=HERE, env=environment, check=True)
    assert [*read_events(tmp_path).values()] == [OPENED + CLOSED]
