"""An app with async code of every kind, for real servers to serve.

It runs in processes of its own: the environment says where PostgreSQL is, and where to write what
happens when a worker ends.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import asyncpg
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_typed import BackgroundTasks, Depends, Typed

app = Flask(__name__)
events: list[str] = []
word_set: ContextVar[str] = ContextVar("word_set")
background: set[asyncio.Task[None]] = set()


@app.before_request
async def speak_before() -> None:
    """Set what the view finds."""
    g.before = True
    word_set.set("before")


@app.after_request
async def speak_after(response: Response) -> Response:
    """Tell what the view has set; nobody has, if the client went away before the request began."""
    response.headers["X-Said"] = word_set.get("nothing")
    return response


@app.teardown_request
async def note_end(error: BaseException | None) -> None:
    """Note that a request has ended."""
    await asyncio.sleep(0)
    if request.path in ("/stay", "/lend-to-the-gone"):
        events.append(f"torn down {request.path}")


typed = Typed(app)


class Broken(Exception):
    """What a view raises."""


@app.errorhandler(Broken)
async def explain(error: Broken) -> tuple[dict[str, Any], int]:
    """Tell where an error was raised."""
    await asyncio.sleep(0)
    lines = [frame.line for frame in traceback.extract_tb(error.__traceback__)]
    return {"lines": lines}, 418


@typed.get("/plain")
def answer_plainly() -> str:
    """Answer without async code."""
    return "plain"


@typed.get("/trivial")
async def answer() -> str:
    """Answer without waiting."""
    return "async"


@app.get("/untyped")
async def answer_untyped() -> str:
    """Answer in a view of Flask's own."""
    await asyncio.sleep(0)
    return "untyped"


@typed.get("/sleep")
async def sleep(seconds: float) -> str:
    """Answer later."""
    await asyncio.sleep(seconds)
    return "slept"


@typed.get("/timed", timeout=0.2)
def wait_too_long(seconds: float = 60) -> str:
    """Answer in time, or not."""
    time.sleep(seconds)
    return "in time"


@typed.get("/timed-async", timeout=0.2)
async def wait_too_long_async() -> str:
    """Answer too late."""
    await asyncio.sleep(60)
    return "never"


@typed.post("/timed", timeout=0.2)
def take_in_time(body: dict[str, Any]) -> str:
    """Answer when the body has come."""
    return "taken"


@typed.get("/context")
async def tell_context(word: str) -> dict[str, Any]:
    """Tell what is known in async code, before and after it has waited."""
    before = word_set.get()
    await asyncio.gather(asyncio.sleep(0.01), asyncio.sleep(0))
    word_set.set(f"view {word}")
    known = request.args["word"], g.before, current_app.name
    return {"before": before, "known": known}


@typed.get("/broken")
async def break_down() -> str:
    """Fail, after a while."""
    await asyncio.sleep(0)
    raise Broken


@typed.get("/cancelled")
async def cancel_oneself() -> str:
    """Cancel the own task."""
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(1)
    return "never"


@typed.get("/timeout")
async def run_out_of_time() -> str:
    """Wait for longer than asyncio allows."""
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.05)
    except asyncio.TimeoutError:  # Python 3.10 has two of them
        return "timeout"
    return "never"


@typed.get("/thread")
async def use_thread() -> dict[str, Any]:
    """Let a thread do something, twenty times at once."""

    def work() -> str:
        time.sleep(0.01)
        return word_set.get()

    word_set.set("main")
    results = await asyncio.gather(*(asyncio.to_thread(work) for _ in range(20)))
    return {"results": sorted(set(results))}


@typed.get("/dns")
async def look_up() -> list[Any]:
    """Look up a name."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)
    return [address[0] for *_, address in found]


@typed.get("/subprocess")
async def run_programs() -> dict[str, Any]:
    """Run ten programs at once."""

    async def run(number: int) -> tuple[str, int | None]:
        pipe = asyncio.subprocess.PIPE
        code = f"import sys; print(sys.stdin.read(), {number}); sys.exit({number})"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-S", "-c", code, stdin=pipe, stdout=pipe
        )
        out, _ = await process.communicate(b"said")
        return out.decode().strip(), process.returncode

    shell = await asyncio.create_subprocess_shell("exit 7")
    ran = await asyncio.gather(*map(run, range(5)))
    return {"ran": ran, "shell": await shell.wait()}


@typed.get("/aiohttp")
async def fetch(url: str) -> dict[str, Any]:
    """Ask another server, several times at once."""
    async with aiohttp.ClientSession() as session:

        async def get() -> str:
            async with session.get(url) as response:
                return await response.text()

        return {"texts": await asyncio.gather(*(get() for _ in range(5)))}


@typed.get("/asyncpg")
async def query(dsn: str) -> dict[str, Any]:
    """Ask PostgreSQL, several times at once."""
    async with asyncpg.create_pool(dsn, min_size=1, max_size=3) as pool:
        query = "SELECT $1::int, pg_sleep(0.05)"
        rows = await asyncio.gather(*(pool.fetchrow(query, n) for n in range(6)))
        return {"rows": [row[0] for row in rows]}


@typed.get("/numbers")
def send_numbers() -> Iterator[int]:
    """Send a number now and then, without an end."""
    try:
        for number in range(1000):
            yield number
            time.sleep(0.1)
    finally:
        events.append("closed numbers")


@typed.post("/doubled")
def double(numbers: Iterator[int]) -> Iterator[int]:
    """Answer each line of a body while the next ones are still to come."""
    for number in numbers:
        yield 2 * number


@typed.post("/doubled/async")
async def double_in_loop(numbers: AsyncIterator[int]) -> AsyncIterator[int]:
    """Answer likewise, without blocking the loop."""
    async for number in numbers:
        yield 2 * number


@typed.get("/within")
async def block_within() -> str:
    """Call async code as if it were sync."""
    try:
        app.ensure_sync(answer)()
    except RuntimeError as error:
        return str(error)
    return "no error"


@typed.get("/from-a-thread")
def call_from_threads() -> list[str]:
    """Call async code in other threads."""
    results: list[str] = []

    def work() -> None:
        results.append(app.ensure_sync(answer_untyped)())

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@typed.get("/fork")
def fork() -> dict[str, Any]:
    """Call async code in a child process, and in its parent."""
    run = app.ensure_sync(sleep)
    run(0.0)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what threads that end with the child write
        try:
            os.write(writer, run(0.01).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as pipe:
        return {"child": pipe.read(), "parent": run(0.01)}


async def work_long(name: str) -> None:
    """Work for too long; clean up, which takes a moment."""
    try:
        await asyncio.sleep(30)
    finally:
        await asyncio.sleep(0.01)
        events.append(f"cleaned {name}")


@typed.get("/stay")
async def stay() -> str:
    """Answer when the client has gone."""
    await work_long("stay")
    return "never"


async def lend(name: str = "scope") -> AsyncIterator[str]:
    """Lend something, in a scope of asyncio's."""
    before = word_set.get()
    word_set.set(f"lent {name}")
    try:
        async with Scope():
            yield name
    except BaseException as error:
        events.append(f"failed {type(error).__name__}")
        raise
    finally:
        await asyncio.sleep(0.01)
        events.append(f"returned {name} {before} {word_set.get()}")


class Scope:
    """What has to be left by the task that entered it."""

    async def __aenter__(self) -> None:
        self.task = asyncio.current_task()

    async def __aexit__(self, *details: object) -> None:
        assert self.task is asyncio.current_task()


@typed.get("/lent")
def use_lent(thing: Annotated[str, Depends(lend)]) -> dict[str, Any]:
    """Use what was lent."""
    seen = word_set.get()
    word_set.set("view")
    return {"thing": thing, "seen": seen}


@typed.get("/lent-broken")
async def break_lent(thing: Annotated[str, Depends(lend)]) -> str:
    """Fail while something is lent."""
    raise Broken


@typed.get("/lend-to-the-gone")
async def stay_with(thing: Annotated[str, Depends(lend)]) -> str:
    """Answer when the client has gone, with something lent."""
    await work_long("gone")
    return thing


@typed.get("/events")
def tell_events() -> list[str]:
    """Tell what happened in this worker, once."""
    told = list(events)
    events.clear()
    return told


def note(word: str) -> None:
    """Write down what happened, for when the worker has ended."""
    with Path(os.environ["ENDED"]).open("a", encoding="utf-8") as file:
        file.write(f"{word}\n")


def lend_until_the_end() -> Iterator[str]:
    """Lend something, and note that it was returned."""
    note("lent")
    try:
        yield "thing"
    finally:
        time.sleep(0.01)
        note("returned")


async def lend_async_until_the_end() -> AsyncIterator[str]:
    """Lend something in async code, and note that it was returned."""
    note("lent async")
    try:
        yield "thing"
    finally:
        await asyncio.sleep(0.01)
        note("returned async")


Lent = Annotated[str, Depends(lend_until_the_end)]
LentAsync = Annotated[str, Depends(lend_async_until_the_end)]


@typed.get("/end/async")
async def stay_to_the_end(one: Lent, two: LentAsync) -> str:
    """Wait in async code for longer than the worker lives."""
    await asyncio.sleep(60)
    return "never"


@typed.get("/end/sync")
def stay_to_the_end_in_sync_code(one: Lent, two: LentAsync) -> str:
    """Wait in sync code for longer than the worker lives."""
    time.sleep(60)
    return "never"


@typed.get("/end/stream")
def stream_to_the_end(one: Lent, two: LentAsync) -> Response:
    """Stream for longer than the worker lives."""

    def write() -> Iterator[str]:
        while True:
            yield "more"
            time.sleep(0.05)

    return Response(write())


@typed.get("/end/events")
def stream_events() -> Response:
    """Send an event, and wait for another one for longer than the worker lives."""

    def write() -> Iterator[str]:
        note("lent async")
        try:
            yield "data: 1\n\n"
            time.sleep(60)
        finally:
            note("returned")

    return Response(write(), mimetype="text/event-stream")


@typed.get("/background")
async def start_background() -> str:
    """Start a task that outlives the request."""

    async def stay_in_background() -> None:
        try:
            await asyncio.sleep(100)
        finally:
            await asyncio.sleep(0.01)
            with Path(os.environ["ENDED"]).open("a", encoding="utf-8") as file:
                file.write(f"ended in {os.getpid()}\n")

    background.add(asyncio.create_task(stay_in_background()))
    return str(os.getpid())


@typed.get("/deadline")
def set_deadline(within: bool) -> list[str]:
    """Interrupt async code after a while; under gevent."""
    import gevent  # noqa: PLC0415  # only its worker has it

    try:
        with gevent.Timeout(0.1):
            if within:
                app.ensure_sync(work_long)("deadline")
            else:
                greenlet = gevent.spawn(app.ensure_sync(work_long), "kill")
                greenlet.join()
    except gevent.Timeout:
        events.append("timeout")
        if not within:
            greenlet.kill()
    return tell_events()


@typed.get("/left")
def tell_left() -> dict[str, int]:
    """Tell how many tasks and descriptors there are."""

    async def count() -> int:
        return len(asyncio.all_tasks())

    return {
        "tasks": app.ensure_sync(count)(),
        "descriptors": len(os.listdir("/proc/self/fd")),
    }


async def work_later(begun: Path) -> None:
    """Work until the test has got the next answer, too."""
    begun.touch()
    while begun.exists():
        await asyncio.sleep(0.02)
    print("worked", has_request_context(), flush=True)


@typed.get("/later")
def add_later(tasks: BackgroundTasks) -> str:
    """Answer, and work then."""
    tasks.add(work_later, Path(os.environ["ENDED"]).with_name("begun"))
    return "soon"
