"""First requests in many threads at once: what is made when it is first needed is made whole."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Annotated, Any

import msgspec
import pytest
from flask import Flask
from flask_typed import Depends, Document, Problem, Typed, raises
from flask_typed.codec.codecs import Codecs
from marshmallow import Schema, fields

THREADS = 16
STARTS = 10


@dataclass
class Author:
    """A model inside of another."""

    name: str
    born: int


@dataclass
class Book:
    """A model with others inside."""

    author: Author
    others: list[Author]
    by_name: dict[str, Author]
    next: Book | None = None


class BranchSchema(Schema):
    """A schema of marshmallow that contains itself."""

    name = fields.String(required=True)
    children = fields.List(fields.Nested("BranchSchema"))


class SoldOut(Problem):
    """A problem of its own."""

    status = 410
    left: int


def make_number(number: int = 3) -> int:
    """Provide a number."""
    return number


def make_app() -> Flask:
    """Return an app of which nothing is made yet."""
    app = Flask("start")
    app.config["TYPED_ACCELERATION"] = False
    typed = Typed(app)

    @typed.post("/books")
    def add(book: Book) -> Book:
        return book

    @typed.post("/trees")
    def grow(
        tree: Annotated[dict[str, Any], BranchSchema()],
    ) -> Annotated[dict[str, Any], BranchSchema()]:
        return tree

    @typed.get("/sold-out")
    @raises(SoldOut)
    def fail() -> int:
        raise SoldOut(left=0)

    @typed.get("/call")
    def call(number: Annotated[int, Depends(make_number)]) -> int:
        return number + typed.call(make_number)

    return app


AUTHOR = {"name": "ann", "born": 1929}
BOOK = {"author": AUTHOR, "others": [AUTHOR], "by_name": {"ann": AUTHOR}, "next": None}
REQUESTS: list[tuple[str, str, Any, int]] = [
    ("POST", "/books", BOOK, 200),
    ("POST", "/books", {**BOOK, "next": {**BOOK, "others": [1]}}, 422),
    ("POST", "/trees", {"name": "a", "children": [{"name": "b"}]}, 200),
    ("POST", "/trees", {"name": "a", "children": [{"name": 1}]}, 422),
    ("GET", "/sold-out", None, 410),
    ("GET", "/call", None, 200),
    ("GET", "/openapi.json", None, 200),
    ("GET", "/nowhere", None, 404),
]


@pytest.fixture(autouse=True)
def _switching() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def run_at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Return what each job returns, in the order in which they end; all begin at once."""
    gate = Barrier(len(jobs))
    results: list[Any] = []

    def run(job: Callable[[], Any]) -> None:
        gate.wait()
        results.append(job())

    threads = [Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_first_requests() -> None:
    """Each is answered as it would be later, whoever makes what all of them need."""

    def ask(app: Flask, number: int) -> tuple[int, int]:
        method, url, body, status = REQUESTS[number % len(REQUESTS)]
        sent = {} if body is None else {"json": body}
        return app.test_client().open(url, method=method, **sent).status_code, status

    for start in range(STARTS):
        app = make_app()
        jobs = [lambda app=app, n=n + start: ask(app, n) for n in range(THREADS)]  # type: ignore[misc]
        answers = run_at_once(jobs)
        assert len(answers) == THREADS
        assert [status for status, expected in answers if status != expected] == []


def test_a_document_is_made_once() -> None:
    """Whoever asks while it is made, waits for it."""
    made = []
    app = Flask("once")

    def edit(document: dict[str, Any]) -> None:
        made.append(document)

    Typed(app, documents=[Document(edit=edit)])
    urls = ["/openapi.json", "/openapi.yaml"] * 8
    jobs = [lambda url=url: app.test_client().get(url).data for url in urls]  # type: ignore[misc]
    assert len(set(run_at_once(jobs))) == 2
    assert len(made) == 1


def test_types_are_complete_before_they_are_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """msgspec completes a type when it is first used; that is while the lock is held."""
    locks: list[bool] = []
    held = HeldLock()
    make_decoder = msgspec.json.Decoder

    def note(*args: Any, **options: Any) -> Any:
        locks.append(held.count > 0)
        return make_decoder(*args, **options)

    app = Flask("complete")
    Typed(app)
    field = app.extensions["typed"].tools.plan.factory.json(list[Book])
    monkeypatch.setattr("flask_typed.codec.dumping.msgspec.json.Decoder", note)
    codecs = Codecs(held)  # type: ignore[arg-type]  # as far as it is used
    dumper, loader = codecs.make_dumper(field), codecs.make_loader(field)
    assert dumper is not None
    assert loader is not None
    assert locks
    assert all(locks)
    assert dumper.dump([]) == b"[]"


class HeldLock:
    """A lock that knows how often it is held."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> None:
        self.count += 1

    def __exit__(self, *error: object) -> None:
        self.count -= 1
