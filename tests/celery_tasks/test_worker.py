"""Tasks with a real Redis and real workers, which are killed in the middle of a task."""

from __future__ import annotations

import importlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask_typed import DataInvalid

from ..bridge.served.serving import find_port
from ..patience import wait_until
from .services import (
    EXAMPLES,
    Worker,
    needs_redis,
    pause,
    running_redis,
    running_worker,
)

pytest.importorskip("celery")
pytestmark = [
    needs_redis,
    # redis 8 deprecates what Celery 5.7 calls.
    pytest.mark.filterwarnings("ignore:Call to deprecated:DeprecationWarning"),
]

HERE = Path(__file__).parent
ORDER = UUID(int=7)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return the program, while a worker runs its tasks."""
    folder = tmp_path_factory.mktemp("celery")
    with running_redis(folder, find_port()) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("BROKER_URL", url)
        patch.syspath_prepend(str(HERE))
        patch.delitem(sys.modules, "program", raising=False)
        loaded = importlib.import_module("program")
        with running_worker("program.celery", folder / "log", {"BROKER_URL": url}, HERE) as worker:
            worker.wait_for("ready")
            yield loaded
        loaded.celery.close()


def test_types_on_both_sides(program: Any) -> None:
    """What is passed comes back, of its type; objects that look like kombu's stay what they are."""
    free = [{"__type__": "uuid", "__value__": [{"__type__": "x", "__value__": None}]}, 1.5, {}]
    lines = [program.Line(1, Decimal("1.10")), program.Line(2, Decimal("2.05"))]
    took = timedelta(microseconds=5)
    result = program.report.delay(ORDER, lines, program.Kind.GIFT, took, free)
    assert result.get(60) == program.Report(
        Decimal("3.15"), program.Kind.GIFT, date(2026, 1, 2), took, {ORDER}, free
    )
    assert (result.is_ready, result.status) == (True, "SUCCESS")
    chain = program.add_one.signature(4) | program.add_one.raw.s()
    assert program.add_one.result(chain.apply_async().id).get(60) == 6


def test_what_others_send(program: Any) -> None:
    """The worker checks what comes, and a message that it cannot read does not come again."""
    with pytest.raises(DataInvalid) as caught:
        program.celery.send_task("add_one", kwargs={"other": 1}).get(timeout=60)
    assert caught.value.errors == (
        ("/number", "required", "Missing data for required field."),
        ("/other", "unknown", "Unknown argument."),
    )
    assert str(caught.value).splitlines()[1:] == [
        "  /number Missing data for required field.",
        "  /other Unknown argument.",
    ]
    with program.celery.connection_for_read() as connection:
        redis = connection.default_channel.client
        wait_until(lambda: redis.llen("celery") + redis.hlen("unacked") == 0)


def test_jobs(program: Any) -> None:
    """A client follows a job, and cancels one that has not begun."""
    client = program.app.test_client()
    lines = [{"book": 1, "price": "2.50"}]
    running = client.post("/reports?seconds=0.5", json=lines)
    waiting = client.post("/reports", json=lines)
    assert running.status_code == 202
    first, second = running.get_json(), waiting.get_json()
    assert first == {"id": first["id"], "status": "waiting", "result": None}
    assert running.headers["Location"] == f"/reports/{first['id']}"
    cancelled = waiting.headers["Location"]
    assert client.delete(cancelled).status_code == 204
    wait_until(lambda: client.get(running.headers["Location"]).get_json()["status"] == "running")
    assert client.delete(running.headers["Location"]).get_json() == {
        "type": "about:blank",
        "title": "The job runs or has ended, and cannot be cancelled.",
        "status": 409,
    }
    wait_until(lambda: client.get(running.headers["Location"]).get_json()["status"] == "done")
    done = client.get(running.headers["Location"]).get_json()
    assert (done["result"]["total"], done["result"]["kind"]) == ("2.50", "gift")
    program.forget.delay()
    program.add_one.delay(3).get(60)  # the worker has come to the cancelled job
    assert client.get(cancelled).get_json() == {**second, "status": "cancelled"}
    assert client.get("/reports/other").get_json() == {
        "type": "about:blank",
        "title": "No job has this id, or it has ended long ago.",
        "status": 404,
    }


UNDER_GEVENT = """
from gevent import monkey
monkey.patch_all()
import datetime, decimal, time, uuid
import gevent, program
@program.typed.get("/sum")
def read_sum(price: decimal.Decimal) -> decimal.Decimal:
    lines, took = [program.Line(1, price)], datetime.timedelta(seconds=0.3)
    return program.report.delay(uuid.uuid4(), lines, program.Kind.GIFT, took).get(60).total
client = program.app.test_client
client().get("/sum?price=1")
ticks = []
def tick():
    while True:
        ticks.append(time.monotonic())
        gevent.sleep(0.01)
clock = gevent.spawn(tick)
asked = [gevent.spawn(lambda n: client().get(f"/sum?price={n}").get_json(), n) for n in range(3)]
gevent.joinall(asked)
clock.kill()
print([one.value for one in asked], max(b - a for a, b in zip(ticks, ticks[1:])) < 0.25)
"""


def test_a_view_under_gevent(program: Any) -> None:
    """It sends a task and waits for it; the hub goes on."""
    environment = {**os.environ, "BROKER_URL": program.BROKER}
    command = [sys.executable, "-c", UNDER_GEVENT]
    done = subprocess.run(
        command, cwd=HERE, env=environment, check=True, capture_output=True, text=True
    )
    assert done.stdout == "['0', '1', '2'] True\n", done.stderr


ORDERS = 6


def place_orders(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Place orders, and relay their tasks."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.delitem(sys.modules, "outbox", raising=False)
    shop = importlib.import_module("outbox")
    client = shop.app.test_client()
    for number in range(ORDERS):
        assert client.post("/orders", json={"email": f"{number}@x"}).status_code == 201
    with shop.app.app_context():
        assert [shop.typed.call(shop.relay), shop.typed.call(shop.relay)] == [ORDERS, 0]
    shop.celery.close()
    shop.engine.dispose()


def find_mails(*workers: Worker) -> list[str]:
    """Return the addresses of the mails that were sent."""
    logs = "".join(worker.read_log() for worker in workers)
    return re.findall(r" in outbox: Mail to (\S+):", logs)


def test_nothing_is_lost_or_mailed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a child, the broker and a whole worker are killed in the middle of a task."""
    port = find_port()
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'shop.sqlite'}",
        "MAIL_SECONDS": "0.3",
        "VISIBILITY": "2",
    }
    with running_redis(tmp_path, port) as url:
        environment["BROKER_URL"] = url
        place_orders(environment, monkeypatch)
        first = Worker("outbox.celery", tmp_path / "first", environment, EXAMPLES)
        wait_until(lambda: find_mails(first), first.read_log)
        pause(0.1)
        os.kill(first.find_child(), signal.SIGKILL)
        first.wait_for("SIGKILL")
    with running_redis(tmp_path, port):
        wait_until(lambda: len(find_mails(first)) > 1, first.read_log)
        pause(0.1)
        first.kill()
        pause(2.0)
        second_log = tmp_path / "second"
        with running_worker("outbox.celery", second_log, environment, EXAMPLES) as second:
            wait_until(lambda: len(find_mails(first, second)) >= ORDERS, second.read_log)
            pause(0.5)
        assert sorted(find_mails(first, second)) == [f"{n}@x" for n in range(ORDERS)]
