"""The clients: requests at a steady rate, and event streams that connect again as browsers do.

Runs until its standard input ends, waits for the last responses and events, and prints what the
clients have seen, as JSON. Requests do not wait for one another, so a slow response delays no other
request::

    python load.py PORT RATE STREAMS
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402  # after the patching
import sys  # noqa: E402
import time  # noqa: E402
from contextlib import suppress  # noqa: E402
from http.client import HTTPConnection, HTTPException, HTTPResponse  # noqa: E402
from typing import Any  # noqa: E402
from uuid import uuid4  # noqa: E402

import gevent  # noqa: E402
from gevent.pool import Group  # noqa: E402

#: How long the clients wait for the last responses and events, in seconds.
PATIENCE = 60


class Stream:
    """A client of the events, by the rules of ``EventSource``.

    :ivar refused: the status codes of responses other than a stream. A browser would give up.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.last, self.pause = "", 3.0
        self.orders: list[int] = []
        self.connected, self.refused = 0, list[int]()

    def run(self) -> None:
        """Read the stream, again and again."""
        while True:
            with suppress(OSError, HTTPException):
                self.read()
            gevent.sleep(self.pause)

    def read(self) -> None:
        """Read the stream until it ends."""
        headers = {"Last-Event-ID": self.last} if self.last else {}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/orders/events", headers=headers)
        response = connection.getresponse()
        if response.status != 200:
            self.refused.append(response.status)
            return
        self.connected += 1
        self.read_events(response)

    def read_events(self, response: HTTPResponse) -> None:
        """Read the events of a response. One that is cut off before its empty line is dropped."""
        fields: dict[str, str] = {}
        while line := response.readline().decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if name:
                fields[name] = value
                continue
            self.last = fields.get("id", self.last)
            self.pause = int(fields.get("retry", 1000 * self.pause)) / 1000
            if "data" in fields:
                self.orders.append(json.loads(fields["data"])["id"])
            fields = {}


class Load:
    """The requests: one in four places an order, and the others read the last one.

    :ivar requests: the method of each, when it began and how long it took, in seconds, and its
        status code, or the name of the error.
    """

    def __init__(self, port: int, rate: int) -> None:
        self.port, self.rate = port, rate
        self.requests: list[tuple[str, float, float, int | str]] = []
        self.placed: set[int] = set()
        self.last = 0
        self.waiting = Group()
        self.is_sending = True

    def run(self) -> None:
        """Begin a request each 1 / rate seconds."""
        begin, number = time.monotonic(), 0
        while self.is_sending:
            gevent.sleep(max(0, begin + number / self.rate - time.monotonic()))
            self.waiting.spawn(self.ask, number)
            number += 1

    def ask(self, number: int) -> None:
        """Send a request on a connection of its own."""
        is_order = number % 4 == 0 or not self.last
        begin, clock = time.monotonic(), time.time()
        try:
            path = f"/orders/{self.last}"
            status: int | str = self.place() if is_order else self.send("GET", path)[0]
        except (OSError, HTTPException) as error:
            status = type(error).__name__
        took = time.monotonic() - begin
        self.requests.append(("POST" if is_order else "GET", clock, took, status))

    def place(self) -> int:
        """Place an order, and return the status code."""
        status, data = self.send("POST", "/orders", {"title": "Emma"})
        if status == 201:
            self.last = json.loads(data)["id"]
            self.placed.add(self.last)
        return status

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Send a request, and return its status code and body."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, headers if body else {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def count_missing(load: Load, streams: list[Stream]) -> int:
    """Return how many events have not come: each stream has to see each order."""
    return sum(len(load.placed.difference(stream.orders)) for stream in streams)


def main() -> None:
    """Run the clients."""
    port, rate, number = map(int, sys.argv[1:])
    streams = [Stream(port) for _ in range(number)]
    load = Load(port, rate)
    running = [gevent.spawn(stream.run) for stream in streams]
    while any(not stream.last for stream in streams):
        gevent.sleep(0.05)
    sending = gevent.spawn(load.run)
    print("open", flush=True)
    gevent.get_hub().threadpool.apply(sys.stdin.read)
    load.is_sending = False
    sending.join()
    load.waiting.join(PATIENCE)
    until = time.monotonic() + PATIENCE
    while count_missing(load, streams) and time.monotonic() < until:
        gevent.sleep(0.1)
    gevent.killall(running)
    seen = {
        "requests": load.requests,
        "placed": len(load.placed),
        "lost": count_missing(load, streams),
        "twice": sum(len(stream.orders) - len(set(stream.orders)) for stream in streams),
        "connected": sum(stream.connected for stream in streams),
        "refused": [status for stream in streams for status in stream.refused],
    }
    print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    main()
