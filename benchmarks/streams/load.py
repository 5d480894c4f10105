"""The clients: many event streams, and one that asks another view meanwhile.

Prints what they have seen, as JSON. Runs as a process of its own, on a core of its own::

    python load.py PORT PATH STREAMS SECONDS
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

#: How many streams are opened at once.
OPENING = 250
#: How many seconds lie between two requests of another view.
PAUSE = 0.02


async def open_stream(port: int, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Ask for a stream, and return its connection when the response has begun."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    while (await reader.readline()).strip():
        pass
    return reader, writer


class Clients:
    """The clients of the streams.

    :ivar late: how late each event is, in seconds, while that is measured.
    """

    def __init__(self) -> None:
        self.late: list[float] = []
        self.is_measuring = False
        self.ended = 0

    async def read(self, reader: asyncio.StreamReader) -> None:
        """Read a stream."""
        while line := await reader.readline():
            if line.startswith(b"data:") and self.is_measuring:
                self.late.append(time.monotonic() - float(json.loads(line[5:])["due"]))
        self.ended += 1


async def ask_other(port: int, until: float) -> list[float]:
    """Return how long each request of the other view took, in seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took = []
    while time.monotonic() < until:
        begin = time.monotonic()
        writer.write(b"GET /other HTTP/1.1\r\nHost: x\r\n\r\n")
        length = 0
        while line := (await reader.readline()).strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        await reader.readexactly(length)
        took.append(time.monotonic() - begin)
        await asyncio.sleep(PAUSE)
    writer.close()
    return took


async def run(port: int, path: str, streams: int, seconds: float) -> dict[str, Any]:
    """Return what the clients have seen."""
    slots = asyncio.Semaphore(OPENING)

    async def open_one() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with slots:
            return await open_stream(port, path)

    clients = Clients()
    readings = []

    async def follow_one() -> asyncio.StreamWriter:
        reader, writer = await open_one()
        readings.append(asyncio.create_task(clients.read(reader)))
        return writer

    writers = await asyncio.gather(*(follow_one() for _ in range(streams)))
    print("open", flush=True)
    await asyncio.to_thread(sys.stdin.readline)  # the memory is measured now
    clients.is_measuring = True
    took = await ask_other(port, time.monotonic() + seconds)
    for reading in readings:
        reading.cancel()
    for writer in writers:
        writer.transport.abort()
    return {"late": clients.late, "took": took, "ended": clients.ended}


if __name__ == "__main__":
    place, name, number, length = sys.argv[1:]
    print(json.dumps(asyncio.run(run(int(place), name, int(number), float(length)))))
