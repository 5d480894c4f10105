"""Tasks in one process: what is sent, what is refused, and how a worker would run them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import pytest
from flask import Flask, Request
from flask_typed import (
    PROVIDED,
    BackgroundTasks,
    DataInvalid,
    DeclarationError,
    Depends,
    Query,
    ReadOnly,
    SetupError,
    Typed,
)
from flask_typed.plan.remote import plan_remote
from typing_extensions import TypedDict

celery = pytest.importorskip("celery")
from celery.exceptions import Ignore  # noqa: E402
from flask_typed.celery import TaskMessage, TaskMismatch, TypedCelery  # noqa: E402
from flask_typed.celery.wire import protect  # noqa: E402
from kombu.utils.json import dumps, loads  # noqa: E402

ORDER = UUID(int=7)


class ReadLine(TypedDict):
    """A line that only responses have."""

    id: Annotated[int, ReadOnly()]


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return the program, with a broker and a result backend in memory."""
    monkeypatch.delenv("BROKER_URL", raising=False)
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.delitem(sys.modules, "program", raising=False)
    loaded = importlib.import_module("program")
    yield loaded
    loaded.celery.close()
    del sys.modules["program"]


def test_what_is_sent(program: Any) -> None:
    """JSON values by name, without those that are provided."""
    message = program.report.prepare(
        ORDER, [program.Line(1, Decimal("1.10"))], program.Kind.GIFT, took=timedelta(hours=1)
    )
    assert message == TaskMessage(
        message.id,
        "program.report",
        {
            "order": str(ORDER),
            "lines": [{"book": 1, "price": "1.10"}],
            "kind": "gift",
            "took": "PT1H",
        },
    )
    assert UUID(message.id).version == 4
    assert program.add_one.with_options(task_id="7").prepare(3).id == "7"
    assert program.add_one.signature(3).kwargs == {"number": 3}


def test_what_is_refused(program: Any) -> None:
    """A call that cannot work raises at once."""
    with pytest.raises(TaskMismatch, match=r"^at \$\.add_one\(number\) expected an int, fo"):
        program.add_one.delay("1")
    with pytest.raises(TypeError, match="Must be greater than or equal to 1"):
        program.add_one.delay(0)
    with pytest.raises(TypeError, match=r"report .* needs the arguments lines, kind, took$"):
        program.report.delay(ORDER)
    with pytest.raises(TypeError, match="got an unexpected keyword argument 'mailer'"):
        program.report.delay(mailer=1)


def test_what_a_worker_refuses_is_refused(program: Any) -> None:
    """Values that can be written, and cannot be read."""

    @program.tasks.task
    def save(line: ReadLine) -> None:
        """Do nothing."""

    with pytest.raises(TaskMismatch, match=r"\.save\(line\) expected ReadLine, found /id Unknown"):
        save.delay({"id": 1})


def test_eager_tasks(program: Any) -> None:
    """They run where they are called, for tests."""
    program.celery.conf.update(task_always_eager=True, task_store_eager_result=True)
    assert program.add_one.delay(3).get() == 4
    assert program.forget.delay(2).id
    took = timedelta(0)
    result = program.report.with_options(countdown=1).delay(ORDER, [], program.Kind.GIFT, took)
    expected = program.Report(Decimal(0), program.Kind.GIFT, date(2026, 1, 2), took, {ORDER}, None)
    assert (result.get(), result.status, result.is_ready) == (expected, "SUCCESS", True)
    with pytest.raises(TaskMismatch, match=r"add_one\(return\) expected an int, found one"):
        program.celery.tasks["add_one"].apply(args=[1]).get()
    with pytest.raises(DataInvalid, match="/other Unknown argument"):
        program.celery.tasks["add_one"].apply(kwargs={"other": 1}).get()
    with pytest.raises(DataInvalid, match="/1 Unknown argument"):
        program.add_one.raw.apply(args=[3, 4]).get()
    with pytest.raises(DataInvalid, match="/number Must be greater"):
        program.celery.tasks["add_one"].apply(args=[0]).get()


def test_a_task_stays_callable(program: Any) -> None:
    """In a unit test, it is the function."""
    assert program.forget(1) is None
    assert program.forget.__doc__ == "Do nothing."
    assert repr(program.forget) == "<TypedTask program.forget>"
    assert repr(program.forget.result("7")) == "<TypedResult 7>"


def test_jobs(program: Any) -> None:
    """Without a worker, a job waits, and can be cancelled."""
    client = program.app.test_client()
    job = client.post("/reports", json=[])
    assert job.status_code == 202
    location, job_id = job.headers["Location"], job.get_json()["id"]
    assert location == f"/reports/{job_id}"
    assert client.get(location).get_json() == {"id": job_id, "status": "waiting", "result": None}
    assert client.delete(location).status_code == 204
    assert client.delete(location).status_code == 204
    assert client.get(location).get_json()["status"] == "cancelled"
    task = program.celery.tasks["program.report"]
    task.push_request(id=job_id, is_eager=False)
    with pytest.raises(Ignore):
        task.run()
    task.pop_request()
    data = {"total": "1", "kind": "gift", "day": "2026-01-02", "took": "PT0S", "ids": []}
    data["free"] = None
    program.celery.backend.store_result("8", data, "SUCCESS")
    done = client.get("/reports/8").get_json()
    assert done == {"id": "8", "status": "done", "result": data}
    assert client.delete("/reports/8").status_code == 409
    assert client.get("/reports/9").status_code == 404
    assert client.get(f"{location}.cancelled").status_code == 404
    assert client.delete("/reports/9").status_code == 404
    paths = client.get("/openapi.json").get_json()["paths"]["/reports/{job_id}"]
    assert list(paths["get"]["responses"]) == ["200", "404"]
    assert list(paths["delete"]["responses"]) == ["204", "404", "409"]
    schema = paths["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/JobReport"}


def test_a_worker_runs_what_is_not_cancelled(program: Any) -> None:
    """It looks before it runs a call, if there may be results."""
    task = program.celery.tasks["add_one"]
    task.push_request(id="7", is_eager=False)
    assert task.run(3) == 4
    task.pop_request()
    forget = program.celery.tasks["program.forget"]
    forget.push_request(id="7", is_eager=False)
    assert forget.run() is None
    forget.pop_request()


def test_the_app_may_come_later() -> None:
    """The types are those of the app, whenever it is there."""
    typed = Typed()
    app = celery.Celery("late", broker="memory://")
    tasks = TypedCelery(app, typed)

    @tasks.task(name="double")
    def double(number: int) -> int:
        return 2 * number

    with pytest.raises(SetupError, match="needs an app"):
        double.delay(1)
    assert double(1) == 2
    shop = Flask("shop")
    typed.init_app(shop)
    double.check()
    assert double.prepare(1).arguments == {"number": 1}
    assert typed.app is shop

    def wait(number: complex) -> None:
        """Do nothing."""

    with pytest.raises(DeclarationError, match=r"complex.*\n  in .*argument 'number', task .*wait"):
        tasks.task(wait)

    def compare(number: int) -> complex:
        """Have a result that cannot be sent."""

    with pytest.raises(DeclarationError, match=r"complex.*\n  in .*the return annotation, task"):
        tasks.task(compare)


def yielding() -> Iterator[int]:
    """Yield."""
    yield from ()


def without_result(number: int):  # type: ignore[no-untyped-def]
    """Have no annotation for the result."""


def without_type(number) -> None:  # type: ignore[no-untyped-def]
    """Have no annotation for an argument."""


def variadic(*numbers: int) -> None:
    """Have arguments without names."""


def positional(number: int, /) -> None:
    """Have an argument without a name."""


def of_query(number: Annotated[int, Query()]) -> None:
    """Have an argument of a request."""


def of_request(request: Request) -> None:
    """Have the request."""


def of_tasks(tasks: BackgroundTasks) -> None:
    """Have the tasks of a request."""


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (yielding, "The task has `yield`: its result is one value"),
        (without_result, "The task has no return annotation"),
        (without_type, "The argument of a task has no annotation"),
        (variadic, "The argument 'numbers' has no name of its own in a call"),
        (positional, "The argument 'number' has no name of its own in a call"),
        (of_query, "is of a request, and a task has none"),
        (of_request, "Request is of a request, and a task has none"),
        (of_tasks, "BackgroundTasks is of a request, and a task has none"),
    ],
)
def test_functions_that_are_no_tasks(function: Any, message: str) -> None:
    """Each is an error where it is declared."""
    assert not list(yielding())
    with pytest.raises(DeclarationError, match=message):
        plan_remote(function)


def test_provided_arguments() -> None:
    """They are not sent; a default lets type checkers know."""

    def work(number: int, request: Annotated[Request, Depends(Flask)] = PROVIDED) -> None:
        """Do nothing."""

    assert repr(PROVIDED) == "PROVIDED"
    assert plan_remote(work).kinds == {"number": int}


def test_objects_that_look_like_those_of_kombu() -> None:
    """They are what they were."""
    data = [{"__type__": "uuid", "__value__": {"__type__": "x", "__value__": [None]}}, {"a": 1}]
    assert loads(dumps(protect(data))) == data
    assert repr(protect(data)) == repr(data)
