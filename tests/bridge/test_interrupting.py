"""Connections that a deadline interrupts in a query: they are discarded, and none is lost.

With a real PostgreSQL and a real Redis, and the pools of libraries, under gevent.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from ..bookshop.postgres import INITDB, running_postgres
from ..patience import PATIENCE, wait_until

REDIS = shutil.which("redis-server")
PROGRAM = Path(__file__).parent / "served" / "asking.py"
#: The pools, with the server and the libraries that each needs.
POOLS = {
    "psycopg_pool": (INITDB, "psycopg_pool"),
    "sqlalchemy-psycopg": (INITDB, "sqlalchemy"),
    "sqlalchemy-pg8000": (INITDB, "pg8000"),
    "redis": (REDIS, "redis"),
}
#: The pools whose server and library are installed.
PRESENT = [name for name, (server, module) in POOLS.items() if server and find_spec(module)]


@contextmanager
def running_redis() -> Iterator[str]:
    """Run a Redis, and yield the path of its socket."""
    with TemporaryDirectory(prefix="redis") as folder:
        path = Path(folder) / "socket"
        command = [str(REDIS), "--port", "0", "--unixsocket", str(path), "--save", ""]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder)
        wait_until(path.exists)
        yield str(path)
        server.terminate()
        server.wait(PATIENCE)


@pytest.fixture(scope="module")
def found() -> Any:
    """Return what happened to each pool; one program tries them all."""
    with ExitStack() as stack:
        places = {}
        if INITDB:
            places[INITDB] = stack.enter_context(running_postgres()).rpartition("host=")[2]
        if REDIS:
            places[REDIS] = stack.enter_context(running_redis())
        given = [f"{name}={places[POOLS[name][0]]}" for name in PRESENT]
        command = [sys.executable, str(PROGRAM), *given]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=PATIENCE)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", POOLS)
def test_interrupted_connections(name: str, found: Any) -> None:
    """Requests get their own answers or a 504, and afterwards every connection works."""
    if name not in PRESENT:
        pytest.skip(f"without {POOLS[name][1]}, or its server")
    tried, after = found[name].values()
    assert tried["wrong"] == 0
    assert tried.keys() <= {"200", "504", "wrong"}  # on a busy machine, all are late
    assert tried["504"] > 5
    assert after == [0, 1, 2]
