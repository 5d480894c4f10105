"""Tells what kept the hub: one line for each time that it stood still for too long.

Request time; imported only under gevent. A timer of the hub says that it goes on; a native thread
looks whether it does, and if it does not, at the stack of the thread that the hub is in.
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
#: How often the thread looks, and the hub says that it goes on, within the time that is too long.
LOOKS = 4
#: For how long a line of code that was told is not told again, in seconds.
REPEAT_AFTER = 10.0


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of code that ran."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        code = linecache.getline(self.file, self.line).strip()
        return f"{self.file}:{self.line}, in {self.function}: {code}"


@dataclass(frozen=True, slots=True)
class Sample:
    """What the hub's thread was doing.

    :param request: its method and path, if it was a request.
    """

    place: CodeLine
    request: str | None


class Watch:
    """Looks at one hub.

    :param limit: for how long the hub may be kept, in seconds.
    """

    def __init__(self, hub: Hub, limit: float) -> None:
        self._limit = limit
        self._pause = limit / LOOKS
        self._ident = find_original("_thread", "get_ident")()
        self.sample: Sample | None = None
        self._told: dict[CodeLine, tuple[float, int]] = {}
        self._is_over = False
        self._due = time.perf_counter() + self._pause
        self._timer = hub.loop.timer(self._pause, self._pause, ref=False)
        self._timer.start(self._go_on, update=True)
        find_original("_thread", "start_new_thread")(self._look, ())

    def stop(self) -> None:
        """Look no more."""
        self._is_over = True
        self._timer.stop()
        self._timer.close()

    def _go_on(self) -> None:
        """In the hub: say that it goes on; tell what kept it, in a greenlet that may wait."""
        now = time.perf_counter()
        late = now - self._due
        self._due = now + self._pause
        sample, self.sample = self.sample, None
        if sample is not None and late > self._limit:
            gevent.spawn(self._tell, sample, late, now)

    def _look(self) -> None:
        """In a native thread: look at what the hub's does, once each time that it is late."""
        sleep = find_original("time", "sleep")
        while not self._is_over:
            sleep(self._pause)
            if self.sample is None and time.perf_counter() - self._due > self._limit:
                self.sample = take_sample(sys._current_frames()[self._ident])

    def _tell(self, sample: Sample, late: float, now: float) -> None:
        """Log it, unless the line was told a moment ago."""
        last, count = self._told.get(sample.place, (-REPEAT_AFTER, 0))
        if now - last < REPEAT_AFTER:
            self._told[sample.place] = (last, count + 1)
            return
        self._told[sample.place] = (now, 0)
        LOGGER.warning(
            "The hub stood still for %d ms: %s, at %s%s",
            late * 1000,
            sample.request or "no request",
            sample.place,
            f" ({count} times more since it was last told)" if count else "",
        )


def take_sample(frame: FrameType) -> Sample:
    """Return what a stack says: the innermost line of the app's own code, and the request.

    :param frame: the innermost.
    """
    frames = list(find_frames(frame))
    own = next((inner for inner in frames if is_own_file(inner.f_code.co_filename)), frame)
    code = own.f_code
    return Sample(
        CodeLine(code.co_filename, own.f_lineno, code.co_name),
        next(find_requests(frames), None),
    )


def find_requests(frames: list[FrameType]) -> Iterator[str]:
    """Yield the requests that frames work for."""
    for frame in frames:
        if frame.f_code is Flask.wsgi_app.__code__:
            environ = frame.f_locals["environ"]
            yield f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '/')}"
            continue
        running = find_context(frame)
        context = running.get(find_request_variable()) if running is not None else None
        if context is not None and context.request is not None:
            yield f"{context.request.method} {context.request.path}"


WATCHES: list[Watch] = []


def watch_hub(limit: float) -> None:
    """Look at the hub of this thread from now on; a second time changes nothing.

    :param limit: in seconds.
    """
    if not WATCHES:
        WATCHES.append(Watch(get_hub(), limit))
