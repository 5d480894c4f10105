"""Keys in the database of the view."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask_typed import KeyClaim, RequestInProgress, SetupError, StoredResponse, UsedKey
from flask_typed.stores.sqlalchemy import (
    AsyncSQLAlchemyStore,
    SQLAlchemyStore,
    make_key_table,
    read_key,
    write_claim,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

metadata = sa.MetaData()
keys = make_key_table(metadata)
CLAIM = KeyClaim("f" * 64, "a" * 64, 60)
RESPONSE = StoredResponse(201, (("Content-Type", "text/plain"), ("X-Name", "é")), b"\x00done")


@pytest.fixture
def session() -> Iterator[Session]:
    """Return a session of a database in memory."""
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def store(session: Session) -> SQLAlchemyStore:
    """Return a store in the session."""
    return SQLAlchemyStore(session, keys)


def test_key_is_claimed_once(store: SQLAlchemyStore) -> None:
    """The second claim finds the first one, and later its response."""
    assert store.in_transaction
    assert store.claim(CLAIM) is None
    assert store.claim(CLAIM) == UsedKey("a" * 64)
    store.save(CLAIM, RESPONSE)
    other = KeyClaim(CLAIM.id, "b" * 64, 60)
    assert store.claim(other) == UsedKey("a" * 64, RESPONSE)
    assert read_key(None) == UsedKey()


def test_key_is_rolled_back(store: SQLAlchemyStore, session: Session) -> None:
    """A claim is part of the transaction."""
    store.claim(CLAIM)
    store.release(CLAIM)
    session.rollback()
    assert store.claim(CLAIM) is None


def test_view_that_rolls_back(store: SQLAlchemyStore, session: Session) -> None:
    """The key is claimed again with the response: the work after the rollback is done once."""
    store.claim(CLAIM)
    session.rollback()
    store.save(CLAIM, RESPONSE)
    session.commit()
    assert store.claim(CLAIM) == UsedKey("a" * 64, RESPONSE)


def test_view_that_rolls_back_too_late(store: SQLAlchemyStore, session: Session) -> None:
    """Another request has claimed the key since: this one is undone."""
    store.claim(CLAIM)
    session.rollback()
    store.claim(KeyClaim(CLAIM.id, "b" * 64, 60))
    session.commit()
    with pytest.raises(RequestInProgress):
        store.save(CLAIM, RESPONSE)


def test_key_ends(
    store: SQLAlchemyStore, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that has expired is claimed anew, and is deleted by a command."""
    now = 1_800_000_000.5
    monkeypatch.setattr("time.time", lambda: now)
    store.claim(CLAIM)
    store.save(CLAIM, RESPONSE)
    store.claim(KeyClaim("0" * 64, "a" * 64, 3600))
    now += 60
    assert store.claim(CLAIM) is None
    assert store.claim(CLAIM) == UsedKey("a" * 64)
    now += 60
    assert store.delete_expired() == 1
    assert session.scalars(sa.select(keys.c.id)).all() == ["0" * 64]


def test_statements(store: SQLAlchemyStore, session: Session) -> None:
    """A claim is one statement, and so is the response."""
    statements: list[str] = []
    sa.event.listen(
        session.get_bind(), "before_cursor_execute", lambda *given: statements.append(given[2])
    )
    store.claim(CLAIM)
    store.save(CLAIM, RESPONSE)
    assert [each.split()[0] for each in statements] == ["INSERT", "UPDATE"]


def test_statement_of_postgresql() -> None:
    """A lock that is not free lets the statement insert nothing, instead of waiting."""
    claim = write_claim(keys, CLAIM, 7, "postgresql")
    text = str(claim.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    assert "WHERE pg_try_advisory_xact_lock(" in text
    assert "ON CONFLICT (id) DO UPDATE" in text


def test_other_database() -> None:
    """The statement is written for two databases; another one is refused at the first request."""
    with pytest.raises(SetupError, match=r"works on PostgreSQL and SQLite, not on mysql\."):
        write_claim(keys, CLAIM, 7, "mysql")


def test_async_session(session: Session) -> None:
    """An ``AsyncSession`` runs the same statements."""

    class Asynchronous:
        async def run_sync(self, function: Callable[[Session], Any]) -> Any:
            return function(session)

    async def use() -> list[Any]:
        double: Any = Asynchronous()
        store = AsyncSQLAlchemyStore(double, keys)
        first = await store.claim(CLAIM)
        await store.save(CLAIM, RESPONSE)
        await store.release(CLAIM)
        return [first, await store.claim(CLAIM), await store.delete_expired(), store.in_transaction]

    assert asyncio.run(use()) == [None, UsedKey("a" * 64, RESPONSE), 0, True]


def test_without_greenlet() -> None:
    """SQLAlchemy 2.1 does not install greenlet, which only async sessions need."""
    program = (
        "import sys; sys.modules['greenlet'] = None;"
        " from flask_typed.stores.sqlalchemy import SQLAlchemyStore as Store; print(Store.__name__)"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout == "SQLAlchemyStore\n"
