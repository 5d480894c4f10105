from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Annotated, Literal

from flask import Flask, Response
from flask_typed import Body, Header, MediaType, Returns, Typed

app = Flask(__name__)
typed = Typed(app)

#: After how many seconds without an event a comment is sent, so that a lost client is noticed.
HEARTBEAT = 15
State = Literal["open", "started", "closed"]


@dataclass
class Change:
    ticket: int
    state: State


class Broker:
    """Hands the events of this process to its open streams, and keeps the last 100."""

    def __init__(self) -> None:
        self._events: deque[tuple[int, Change]] = deque(maxlen=100)
        self._queues: set[SimpleQueue[tuple[int, Change]]] = set()
        self._number = 0

    def publish(self, change: Change) -> None:
        self._number += 1
        self._events.append((self._number, change))
        for queue in list(self._queues):
            queue.put((self._number, change))

    def listen(self, after: int) -> Iterator[tuple[int, Change] | None]:
        """Yield the events that follow a number; ``None`` after a time without one."""
        queue: SimpleQueue[tuple[int, Change]] = SimpleQueue()
        self._queues.add(queue)
        try:
            yield from [event for event in self._events if event[0] > after]
            while True:
                try:
                    yield queue.get(timeout=HEARTBEAT)
                except Empty:
                    yield None
        finally:  # the client is gone, or the server ends
            self._queues.discard(queue)


broker = Broker()


@typed.put("/tickets/<int:ticket>/state")
def change_state(ticket: int, state: Annotated[State, Body()]) -> None:
    """Change the state of a ticket."""
    broker.publish(Change(ticket, state))


EventStream = Annotated[
    Response,
    Returns(status=200, description="Server-sent events; `data` is a Change."),
    MediaType("text/event-stream"),
]


@typed.get("/tickets/<int:ticket>/events")
def watch_ticket(ticket: int, last_event_id: Annotated[int, Header()] = 0) -> EventStream:
    """Watch the changes of a ticket until it is closed."""
    stream = write_events(ticket, last_event_id)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return Response(stream, mimetype="text/event-stream", headers=headers)


def write_events(ticket: int, after: int) -> Iterator[str]:
    """Yield the events of a ticket as text."""
    for event in broker.listen(after):
        if event is None:
            yield ": no news\n\n"
        elif event[1].ticket == ticket:
            number, change = event
            data = typed.dump_json(change, Change).decode()
            yield f"id: {number}\nevent: change\ndata: {data}\n\n"
            if change.state == "closed":
                return
