"""Interrupts requests at random while they wait for a database, each with the pool of a library.

A program: its arguments are the pools, each with the place of its server; it writes as JSON what
happened. Each request asks for its own number, so an answer to another request shows; at the end,
all connections of the pool are lent at once, so a lost one shows.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import logging  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
from collections import Counter  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from threading import Barrier  # noqa: E402
from typing import Any  # noqa: E402

import gevent.pool  # noqa: E402
import sqlalchemy as sa  # noqa: E402
from flask import Flask, g  # noqa: E402
from flask_typed import Depends, Typed  # noqa: E402

#: Connections of each pool, and requests at once.
SIZE, CLIENTS = 3, 6
#: How many requests there are, and how long one may take at most, in seconds.
REQUESTS, LONGEST = 50, 0.05
#: Asks the database for a number, which it returns after a while.
Query = Callable[[Any, int, float], int]
NUMBER = "select cast(%s as int), pg_sleep(%s)"


def open_psycopg_pool(host: str) -> tuple[Callable[[], Iterator[Any]], Query]:
    import psycopg_pool  # noqa: PLC0415  # it may be absent

    url = f"host={host} user=postgres"
    pool = psycopg_pool.ConnectionPool(url, min_size=SIZE, max_size=SIZE, timeout=10, open=True)

    def lend() -> Iterator[Any]:
        with pool.connection() as connection:
            yield connection

    def query(connection: Any, number: int, seconds: float) -> int:
        found: int = connection.execute(NUMBER, (number, seconds)).fetchone()[0]
        return found

    return lend, query


def open_sqlalchemy(url: str, **options: Any) -> tuple[Callable[[], Iterator[Any]], Query]:
    engine = sa.create_engine(url, pool_size=SIZE, max_overflow=0, pool_timeout=10, **options)
    number = sa.text("select cast(:number as int), pg_sleep(:seconds)")

    def lend() -> Iterator[Any]:
        with engine.begin() as connection:
            yield connection

    def query(connection: Any, wanted: int, seconds: float) -> int:
        row = connection.execute(number, {"number": wanted, "seconds": seconds}).one()
        return int(row[0])

    return lend, query


def open_psycopg(host: str) -> tuple[Callable[[], Iterator[Any]], Query]:
    return open_sqlalchemy(f"postgresql+psycopg://postgres@/postgres?host={host}")


def open_pg8000(host: str) -> tuple[Callable[[], Iterator[Any]], Query]:
    socket = {"unix_sock": f"{host}/.s.PGSQL.5432"}
    return open_sqlalchemy("postgresql+pg8000://postgres@/postgres", connect_args=socket)


def open_redis(path: str) -> tuple[Callable[[], Iterator[Any]], Query]:
    import redis  # noqa: PLC0415  # it may be absent

    kind = redis.UnixDomainSocketConnection
    pool = redis.BlockingConnectionPool(
        max_connections=SIZE, timeout=10, connection_class=kind, path=path
    )

    def lend() -> Iterator[Any]:
        with redis.Redis(connection_pool=pool, single_connection_client=True) as client:
            yield client

    def query(client: Any, number: int, seconds: float) -> int:
        client.blpop("nothing", seconds or 0.001)
        return int(client.echo(str(number)))

    return lend, query


def make_app(lend: Callable[[], Iterator[Any]], query: Query) -> Flask:
    """Return an app that asks a database, and which its clients may interrupt."""
    app = Flask("asking")
    app.config["TYPED_CLIENT_TIMEOUT_HEADER"] = "X-Request-Timeout"

    def provide() -> Iterator[None]:
        for g.connection in lend():
            yield

    @Typed(app).get("/<int:number>", dependencies=[Depends(provide)])
    def ask(number: int, seconds: float = 0.0) -> int:
        return query(g.connection, number, seconds)

    return app


def try_pool(lend: Callable[[], Iterator[Any]], query: Query) -> dict[str, Any]:
    """Return how many requests had each status, and each other result."""
    client = make_app(lend, query).test_client
    counts: Counter[str] = Counter()

    def ask(number: int, seconds: float, timeout: float) -> None:
        headers = {"X-Request-Timeout": f"{timeout:.5f}"}
        response = client().get(f"/{number}?seconds={seconds}", headers=headers)
        counts[str(response.status_code)] += 1
        counts["wrong"] += response.status_code == 200 and response.get_json() != number

    hold_all(lend, query)  # to connect takes longer than most of the requests have
    greenlets = gevent.pool.Pool(CLIENTS)
    for number in range(REQUESTS):
        seconds = random.choice([0, LONGEST / 5])
        greenlets.spawn(ask, number, seconds, random.uniform(LONGEST / 50, LONGEST))
    greenlets.join()
    return {"tried": dict(counts), "after": hold_all(lend, query)}


def hold_all(lend: Callable[[], Iterator[Any]], query: Query) -> list[int]:
    """Use all connections of a pool at once; return what each of them answers."""
    all_held = Barrier(SIZE)

    def hold(number: int) -> int:
        for connection in lend():
            all_held.wait(10)  # less than this many are there if one was lost
            answer = query(connection, number, 0)
        return answer

    holding = [gevent.spawn(hold, number) for number in range(SIZE)]
    return [greenlet.get() for greenlet in holding]


POOLS = {
    "psycopg_pool": open_psycopg_pool,
    "sqlalchemy-psycopg": open_psycopg,
    "sqlalchemy-pg8000": open_pg8000,
    "redis": open_redis,
}

if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # of pools that discard connections
    given = dict(argument.split("=", 1) for argument in sys.argv[1:])
    print(json.dumps({name: try_pool(*POOLS[name](place)) for name, place in given.items()}))
