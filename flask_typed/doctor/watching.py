"""Logs code that blocks the hub: one line each time that the hub stood still for too long.

Request time; imported only under gevent. A timer in the hub records that the hub runs. A native
thread checks the record. If it is late, the thread samples the stack of the hub's thread.
"""

from __future__ import annotations

import linecache
import logging
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType

import gevent
from flask import Flask
from gevent.hub import Hub, get_hub

from ..bridge.patching import find_original
from ..libraries.asyncio import find_context
from ..libraries.flask import find_request_variable
from .modules import is_own_file
from .surroundings import find_frames

LOGGER = logging.getLogger("flask_typed.doctor")
#: How often the timer and the thread run within the limit.
LOOKS = 4
#: After how many seconds the same line of code is logged again.
REPEAT_AFTER = 10.0


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of code that was running."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        code = linecache.getline(self.file, self.line).strip()
        return f"{self.file}:{self.line}, in {self.function}: {code}"


@dataclass(frozen=True, slots=True)
class Sample:
    """The activity of the hub's thread.

    :param request: method and path; ``None`` outside of a request.
    """

    place: CodeLine
    request: str | None


class Watch:
    """Watches one hub.

    :param limit: for how long the hub may be blocked, in seconds.
    """

    def __init__(self, hub: Hub, limit: float) -> None:
        self._limit = limit
        self._pause = limit / LOOKS
        self._ident = find_original("_thread", "get_ident")()
        self.sample: Sample | None = None
        self._logged: dict[CodeLine, tuple[float, int]] = {}
        self._is_over = False
        self._due = time.perf_counter() + self._pause
        self._timer = hub.loop.timer(self._pause, self._pause, ref=False)
        self._timer.start(self._record, update=True)
        find_original("_thread", "start_new_thread")(self._check, ())

    def stop(self) -> None:
        """Stop watching."""
        self._is_over = True
        self._timer.stop()
        self._timer.close()

    def _record(self) -> None:
        """In the hub: record that it runs. A greenlet, which may wait, logs the block."""
        now = time.perf_counter()
        late = now - self._due
        self._due = now + self._pause
        sample, self.sample = self.sample, None
        if sample is not None and late > self._limit:
            gevent.spawn(self._log, sample, late, now)

    def _check(self) -> None:
        """In a native thread: take one sample each time that the hub is late."""
        sleep = find_original("time", "sleep")
        while not self._is_over:
            sleep(self._pause)
            if self.sample is None and time.perf_counter() - self._due > self._limit:
                self.sample = take_sample(sys._current_frames()[self._ident])

    def _log(self, sample: Sample, late: float, now: float) -> None:
        """Log a sample, unless its line was logged recently."""
        last, count = self._logged.get(sample.place, (-REPEAT_AFTER, 0))
        if now - last < REPEAT_AFTER:
            self._logged[sample.place] = (last, count + 1)
            return
        self._logged[sample.place] = (now, 0)
        LOGGER.warning(
            "The hub stood still for %d ms: %s, at %s%s",
            late * 1000,
            sample.request or "no request",
            sample.place,
            f" ({count} more times since it was last logged)" if count else "",
        )


def take_sample(frame: FrameType) -> Sample:
    """Return the innermost line of the app's own code in a stack, and the request.

    :param frame: the innermost frame of the stack.
    """
    frames = list(find_frames(frame))
    own = next((inner for inner in frames if is_own_file(inner.f_code.co_filename)), frame)
    code = own.f_code
    return Sample(
        CodeLine(code.co_filename, own.f_lineno, code.co_name),
        next(find_requests(frames), None),
    )


def find_requests(frames: list[FrameType]) -> Iterator[str]:
    """Yield the method and path of each request that the frames handle."""
    for frame in frames:
        if frame.f_code is Flask.wsgi_app.__code__:
            environ = frame.f_locals["environ"]
            yield f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '/')}"
        elif (running := find_context(frame)) is not None:
            context = running.get(find_request_variable())
            if context is not None and context.request is not None:
                yield f"{context.request.method} {context.request.path}"


WATCHES: list[Watch] = []


def watch_hub(limit: float) -> None:
    """Start watching the hub of this thread, unless it is watched already.

    :param limit: in seconds.
    """
    if not WATCHES:
        WATCHES.append(Watch(get_hub(), limit))
