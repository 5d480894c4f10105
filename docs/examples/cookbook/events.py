from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Annotated, Literal

from flask import Flask
from flask_typed import Body, Event, EventStream, Header, Typed

app = Flask(__name__)
typed = Typed(app)

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

    def listen(self, after: int) -> Iterator[tuple[int, Change]]:
        """Yield the events that follow a number, and then each new one."""
        queue: SimpleQueue[tuple[int, Change]] = SimpleQueue()
        self._queues.add(queue)
        try:
            yield from [event for event in self._events if event[0] > after]
            while True:
                yield queue.get()
        finally:  # the client is gone, or the server ends
            self._queues.discard(queue)


broker = Broker()


@typed.put("/tickets/<int:ticket>/state")
def change_state(ticket: int, state: Annotated[State, Body()]) -> None:
    """Change the state of a ticket."""
    broker.publish(Change(ticket, state))


@typed.get("/tickets/<int:ticket>/events")
def watch_ticket(ticket: int, last_event_id: Annotated[int, Header()] = 0) -> EventStream[Change]:
    """Watch the changes of a ticket until it is closed."""
    for number, change in broker.listen(last_event_id):
        if change.ticket == ticket:
            yield Event(change, event="change", id=str(number))
            if change.state == "closed":
                return
