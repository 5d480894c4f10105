"""Keys in the database of the view: saved and committed with its work, by SQLAlchemy.

Request time; needs SQLAlchemy 2, with PostgreSQL or SQLite.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, scoped_session

from ..declare.idempotency import KeyClaim, StoredResponse, UsedKey
from ..declare.key_problems import RequestInProgress
from ..exceptions import SetupError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession  # it needs greenlet

#: The columns of a key that is claimed, or claimed anew after it has expired.
UNANSWERED = {"status": None, "headers": None, "body": None}


def make_key_table(metadata: sa.MetaData, name: str = "idempotency_keys") -> sa.Table:
    """Add the table of the keys to the tables of an app.

    :param metadata: ``Base.metadata``, or ``db.metadata`` of Flask-SQLAlchemy.
    """
    return sa.Table(
        name,
        metadata,
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False, index=True),  # seconds since 1970
        sa.Column("status", sa.SmallInteger),
        sa.Column("headers", sa.Text),
        sa.Column("body", sa.LargeBinary),
    )


class SQLAlchemyStore:
    """Keeps idempotency keys in the transaction of the view.

    A key is claimed with one statement, and its response is saved with another. Both are committed
    with the work, or rolled back with it.

    :param session: of the view, which commits it after the response is made.
    :param table: from :func:`make_key_table`.
    """

    in_transaction = True

    def __init__(self, session: Session | scoped_session[Session], table: sa.Table) -> None:
        self._session = session
        self._table = table

    def claim(self, claim: KeyClaim) -> UsedKey | None:
        """Claim a key; on PostgreSQL without waiting for a transaction that has claimed it."""
        now, columns = int(time.time()), self._table.c
        dialect = self._session.get_bind(clause=self._table).dialect.name
        made: Any = self._session.execute(write_claim(self._table, claim, now, dialect))
        if made.rowcount == 1:
            return None
        rows = self._session.execute(
            sa.select(columns.fingerprint, columns.status, columns.headers, columns.body).where(
                columns.id == claim.id, columns.expires > now
            )
        )
        return read_key(rows.one_or_none())

    def save(self, claim: KeyClaim, response: StoredResponse) -> None:
        """Save a response.

        :raises RequestInProgress: if the view has rolled back, and with it the claim, and another
            request has claimed the key since.
        """
        if not self._write(claim, response):
            if self.claim(claim) is not None:
                raise RequestInProgress(retry_after=1)
            self._write(claim, response)

    def _write(self, claim: KeyClaim, response: StoredResponse) -> bool:
        """Write a response to its key; return whether there is one."""
        made: Any = self._session.execute(
            sa.update(self._table)
            .where(self._table.c.id == claim.id, self._table.c.fingerprint == claim.fingerprint)
            .where(self._table.c.status.is_(None))
            .values(
                status=response.status, headers=json.dumps(response.headers), body=response.body
            )
            .execution_options(preserve_rowcount=True)
        )
        return bool(made.rowcount)

    def release(self, claim: KeyClaim) -> None:
        """Do nothing: the transaction is rolled back."""

    def delete_expired(self) -> int:
        """Delete the keys that have expired; return how many there were. The caller commits."""
        expired = self._table.c.expires <= int(time.time())
        made: Any = self._session.execute(sa.delete(self._table).where(expired))
        deleted: int = made.rowcount
        return deleted


def write_claim(table: sa.Table, claim: KeyClaim, now: int, dialect: str) -> Any:
    """Return the statement that inserts a key, unless it is there or somebody inserts it.

    The primary key decides. The lock only lets PostgreSQL return at once where it would wait for
    the other transaction. SQLite has one writer at a time.

    :raises SetupError: for another database.
    """
    values = {"id": claim.id, "fingerprint": claim.fingerprint, "expires": now + claim.expires}
    insert: Any
    if dialect == "postgresql":
        lock = int.from_bytes(bytes.fromhex(claim.id[:16]), byteorder="big", signed=True)
        is_free = sa.func.pg_try_advisory_xact_lock(sa.literal(lock, sa.BigInteger))
        literals = [sa.literal(value, table.c[key].type) for key, value in values.items()]
        insert = postgresql.insert(table).from_select(
            list(values), sa.select(*literals).where(is_free), include_defaults=False
        )
    elif dialect == "sqlite":
        insert = sqlite.insert(table).values(values)
    else:
        raise SetupError(f"SQLAlchemyStore works on PostgreSQL and SQLite, not on {dialect}.")
    new = {name: insert.excluded[name] for name in ("fingerprint", "expires")}
    return insert.on_conflict_do_update(
        index_elements=["id"], set_={**new, **UNANSWERED}, where=table.c.expires <= now
    ).execution_options(preserve_rowcount=True)


def read_key(row: Any) -> UsedKey:
    """Return what is known of a key.

    :param row: ``None`` if it is claimed by another transaction.
    """
    if row is None:
        return UsedKey()
    if row.status is None:
        return UsedKey(row.fingerprint)
    pairs = tuple((name, value) for name, value in json.loads(row.headers))
    return UsedKey(row.fingerprint, StoredResponse(row.status, pairs, bytes(row.body)))


class AsyncSQLAlchemyStore:
    """A :class:`SQLAlchemyStore` for ``async def`` views with an ``AsyncSession``.

    :param session: of the view, which commits it after the response is made.
    :param table: from :func:`make_key_table`.
    """

    in_transaction = True

    def __init__(self, session: AsyncSession, table: sa.Table) -> None:
        self._session = session
        self._table = table

    async def claim(self, claim: KeyClaim) -> UsedKey | None:
        """Claim a key; see :meth:`SQLAlchemyStore.claim`."""
        return await self._session.run_sync(lambda s: SQLAlchemyStore(s, self._table).claim(claim))

    async def save(self, claim: KeyClaim, response: StoredResponse) -> None:
        """Save a response."""
        await self._session.run_sync(
            lambda s: SQLAlchemyStore(s, self._table).save(claim, response)
        )

    async def release(self, claim: KeyClaim) -> None:
        """Do nothing: the transaction is rolled back."""

    async def delete_expired(self) -> int:
        """Delete the keys that have expired; see :meth:`SQLAlchemyStore.delete_expired`."""
        return await self._session.run_sync(
            lambda s: SQLAlchemyStore(s, self._table).delete_expired()
        )
