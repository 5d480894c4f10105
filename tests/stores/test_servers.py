"""Keys in a PostgreSQL and in a Redis: two requests at once, on connections of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import sqlalchemy as sa
from flask_typed import KeyClaim, StoredResponse, UsedKey
from flask_typed.stores.redis import RedisStore
from flask_typed.stores.sqlalchemy import AsyncSQLAlchemyStore, SQLAlchemyStore, make_key_table
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from ..bookshop.postgres import INITDB, running_postgres
from ..bridge.served.serving import find_port
from ..celery_tasks.services import needs_redis, running_redis
from ..patience import wait_until
from .redis_double import RedisDouble

metadata = sa.MetaData()
keys = make_key_table(metadata)
CLAIM = KeyClaim("f" * 64, "a" * 64, 60)
OTHER = KeyClaim("0" * 64, "a" * 64, 60)
RESPONSE = StoredResponse(201, (("Content-Type", "text/plain"), ("X-Name", "é")), b"\x00done")


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.Engine]:
    """Return an engine for a PostgreSQL."""
    if INITDB is None:
        pytest.skip("no PostgreSQL on this machine")
    with running_postgres() as url:
        engine = sa.create_engine(url)
        metadata.create_all(engine)
        yield engine
        engine.dispose()


@pytest.fixture(autouse=True)
def _empty_table(request: pytest.FixtureRequest) -> None:
    """Delete what the test before has left."""
    if "engine" in request.fixturenames:
        with Session(request.getfixturevalue("engine")) as session, session.begin():
            session.execute(sa.delete(keys))


def test_key_in_another_transaction(engine: sa.Engine) -> None:
    """The second of two transactions does not wait, and finds the response after the commit."""
    with Session(engine) as first, Session(engine) as second:
        second.execute(sa.text("SET lock_timeout = '1s'"))
        assert SQLAlchemyStore(first, keys).claim(CLAIM) is None
        assert SQLAlchemyStore(second, keys).claim(CLAIM) == UsedKey()
        assert SQLAlchemyStore(second, keys).claim(OTHER) is None
        SQLAlchemyStore(first, keys).save(CLAIM, RESPONSE)
        assert SQLAlchemyStore(second, keys).claim(CLAIM) == UsedKey()
        first.commit()
        assert SQLAlchemyStore(second, keys).claim(CLAIM) == UsedKey("a" * 64, RESPONSE)


def test_key_of_a_connection_that_breaks(engine: sa.Engine) -> None:
    """The connections of a worker that is killed free their keys."""
    with Session(engine) as first, Session(engine) as second:
        SQLAlchemyStore(first, keys).claim(CLAIM)
        first.invalidate()

        def is_free() -> bool:
            second.rollback()
            return SQLAlchemyStore(second, keys).claim(CLAIM) is None

        wait_until(is_free)


def test_key_that_has_expired(engine: sa.Engine) -> None:
    """One of two transactions claims it anew."""
    with Session(engine) as first, Session(engine) as second:
        SQLAlchemyStore(first, keys).claim(KeyClaim(CLAIM.id, CLAIM.fingerprint, -1))
        first.commit()
        assert SQLAlchemyStore(first, keys).claim(CLAIM) is None
        assert SQLAlchemyStore(second, keys).claim(CLAIM) == UsedKey()
        first.rollback()
        assert SQLAlchemyStore(second, keys).delete_expired() == 1


def test_async_session(engine: sa.Engine) -> None:
    """An ``AsyncSession`` on asyncpg runs the same statements."""

    async def use() -> list[Any]:
        folder = engine.url.query["host"]
        made = create_async_engine(f"postgresql+asyncpg://postgres@/postgres?host={folder}")
        async with AsyncSession(made) as session:
            store = AsyncSQLAlchemyStore(session, keys)
            claimed = await store.claim(CLAIM)
            await store.save(CLAIM, RESPONSE)
            found = await store.claim(CLAIM)
        await made.dispose()
        return [claimed, found]

    assert asyncio.run(use()) == [None, UsedKey("a" * 64, RESPONSE)]


@needs_redis
def test_redis_and_its_double(tmp_path: Path) -> None:
    """The double answers as the server does."""
    with running_redis(tmp_path, find_port()) as url:
        client = redis.Redis.from_url(url)
        assert use_redis(client) == use_redis(RedisDouble())
        assert 0 < client.ttl(f"idempotency:{CLAIM.id}") <= CLAIM.expires
        assert 0 < client.ttl(f"idempotency:{OTHER.id}") <= 9
        client.close()


def use_redis(client: Any) -> list[Any]:
    """Return what a store answers to several requests in turn."""
    store = RedisStore(client, lease=9)
    first, second, third = (KeyClaim(CLAIM.id, CLAIM.fingerprint, 60) for _ in range(3))
    answers = [store.claim(first), store.claim(second)]
    store.release(second)
    answers.append(store.claim(third))
    store.release(first)
    answers.append(store.claim(second))
    store.save(second, RESPONSE)
    answers += [store.claim(third), store.claim(OTHER)]
    return answers
