"""The files of the page "Several hosts" are run: two hosts behind nginx, with Redis."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from ..bookshop.postgres import INITDB, POSTGRES, running_postgres
from ..patience import PATIENCE

HOSTS = Path(__file__).parents[2] / "benchmarks" / "hosts"
sys.path.append(str(HOSTS))
cluster_module = importlib.import_module("cluster")
sys.path.remove(str(HOSTS))

#: ``fail_timeout`` in nginx's configuration, and a bit more.
FAIL_TIMEOUT = 2.2

pytestmark = pytest.mark.skipif(
    not (INITDB and POSTGRES and cluster_module.NGINX and cluster_module.REDIS)
    and not os.environ.get("FLASK_TYPED_REQUIRE_HOSTS"),
    reason="nginx, redis-server, or PostgreSQL's initdb and postgres are not installed",
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Run two hosts; one worker is enough for each."""
    folder = tmp_path_factory.mktemp("hosts")
    with running_postgres() as url:
        with cluster_module.Cluster(folder, url, "--workers", "1").running() as cluster:
            yield cluster
        logs = "".join((folder / name / "log").read_text(encoding="utf-8") for name in "AB")
    assert "Traceback" not in logs


def ask(port: int, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """Return the status code and the JSON of a response."""
    text = json.dumps(body) if body else None
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request(method, path, text, {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        return response.status, json.loads(response.read())


def test_events_reach_the_other_host(cluster: Any) -> None:
    """An order that one host takes is an event of the streams of the other."""
    one, other = cluster.hosts
    with closing(HTTPConnection("127.0.0.1", other.port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/orders/events")
        stream = connection.getresponse()
        assert stream.readline().startswith(b"id: ")
        key = {"Idempotency-Key": str(uuid4())}
        status, order = ask(one.port, "POST", "/orders", {"title": "Emma"}, **key)
        lines = [stream.readline() for _ in range(5)]
    assert status == 201
    assert lines[2] == b"event: order\n"
    assert json.loads(lines[4].removeprefix(b"data: ")) == order


def test_keys_are_shared(cluster: Any) -> None:
    """A request that is repeated at the other host places no second order."""
    key = {"Idempotency-Key": str(uuid4())}
    answers = [
        ask(host.port, "POST", "/orders", {"title": "Emma"}, **key) for host in cluster.hosts
    ]
    assert answers[0] == answers[1]
    assert ask(cluster.port, "GET", f"/orders/{answers[0][1]['id']}") == (200, answers[0][1])


def test_limits_are_shared(cluster: Any) -> None:
    """Both hosts count for one limit."""
    ports = [host.port for host in cluster.hosts] * 6
    found = [ask(port, "GET", "/titles?text=Em")[0] for port in ports]
    assert found == [200] * 10 + [429] * 2


def test_no_request_fails_and_no_event_is_lost(cluster: Any) -> None:
    """A host restarts, is killed, and Redis restarts; requests and streams go on."""
    command = [sys.executable, str(HOSTS / "load.py"), str(cluster.port), "10", "2"]
    host = cluster.hosts[0]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as clients:
        assert clients.stdout is not None
        assert clients.stdout.readline() == "open\n"
        host.stop()
        host.start()
        host.wait_until_up()
        cluster.restart_redis(0.2)
        time.sleep(
            FAIL_TIMEOUT
        )  # nginx leaves the first host alone for so long: both would be down
        cluster.hosts[1].kill()
        seen = json.loads(clients.communicate()[0])
    assert {request[3] for request in seen["requests"]} == {200, 201}
    assert (seen["lost"], seen["refused"]) == (0, [])
