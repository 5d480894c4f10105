import time
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Thread

from redis import Redis
from redis.exceptions import RedisError

#: A number in the stream, and the data.
Entry = tuple[str, bytes]
#: How many events a client may be behind before its stream ends.
BEHIND = 1000
#: How many events Redis keeps, for clients that connect again.
KEPT = 100_000


class Feed:
    """Hands the events of a stream in Redis to all listeners of this worker."""

    def __init__(self, redis: Redis, name: str) -> None:
        self._redis, self._name = redis, name
        self._queues: set[SimpleQueue[Entry | None]] = set()
        self._is_open = True
        last = redis.xrevrange(name, count=1)
        self.last = last[0][0].decode() if last else "0-0"
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def publish(self, data: bytes) -> None:
        """Add an event to the stream, which numbers it."""
        self._redis.xadd(self._name, {"data": data}, maxlen=KEPT)

    def listen(self, after: str) -> Iterator[Entry]:
        """Yield the events that follow a number, and then each new one."""
        queue: SimpleQueue[Entry | None] = SimpleQueue()
        self._queues.add(queue)  # before Redis is read: no event is between the two
        try:
            for entry in self._catch_up(after):
                after = entry[0]
                yield entry
            while (entry := queue.get()) is not None:
                if split(entry[0]) > split(after):
                    yield entry
        finally:
            self._queues.discard(queue)

    def close(self) -> None:
        """End all streams, and the connections to Redis."""
        self._is_open = False
        for queue in self._queues:
            queue.put(None)
        self._reader.join()
        self._redis.close()

    def _catch_up(self, after: str) -> Iterator[Entry]:
        """Yield the events that follow a number, of those that Redis has kept."""
        while found := self._redis.xrange(self._name, f"({after}", count=BEHIND):
            yield from ((number.decode(), fields[b"data"]) for number, fields in found)
            after = found[-1][0].decode()

    def _read(self) -> None:
        """Wait for new events, for a second each time. If Redis is away, look again later."""
        while self._is_open:
            try:
                found = self._redis.xread({self._name: self.last}, block=1000)
            except RedisError:
                time.sleep(0.5)
                continue
            for number, fields in found[0][1] if found else ():
                self.last = number.decode()
                self._hand_out((self.last, fields[b"data"]))

    def _hand_out(self, entry: Entry) -> None:
        for queue in list(self._queues):
            if queue.qsize() < BEHIND:
                queue.put(entry)
            else:  # the client connects again, and reads the rest from Redis
                self._queues.discard(queue)
                queue.put(None)


def split(number: str) -> tuple[int, ...]:
    """Return a number as Redis compares it."""
    return tuple(map(int, number.split("-")))
