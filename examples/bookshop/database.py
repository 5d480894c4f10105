"""The database: an engine for the app, a session and a unit of work for each request.

A view declares ``Reading`` or ``Writing``. Both provide the one session of the request. It takes a
connection only for the time of a transaction, so no request ever holds two.

SQLite lets one transaction write at a time, and raises "database is locked" for others. That does
not happen here: a writing transaction takes the lock at its start, and waits for it with
``time.sleep``, so that under gevent the other requests of the worker continue.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, cast

import sqlalchemy as sa
from flask import Flask, current_app
from flask_typed import Depends
from flask_typed.stores.sqlalchemy import SQLAlchemyStore
from sqlalchemy import event
from sqlalchemy.orm import Session

from .models import Base, idempotency_keys
from .seed import add_staff, seed

LOCK_PATIENCE = 30.0
LOCK_PAUSE = 0.002
SETUP_LOCK = 0x600D_B00C  # any number, the same for every worker


def init_app(app: Flask) -> None:
    """Create the engine of the app, and the tables with sample data if there are none."""
    url = sa.make_url(app.config["DATABASE_URL"])
    engine = make_sqlite_engine(url) if url.get_backend_name() == "sqlite" else make_engine(url)
    app.extensions["bookshop.engine"] = engine
    set_up(engine, app.config["STAFF_EMAIL"], app.config["STAFF_PASSWORD"])


def open_session() -> Session:
    """Return a new session; the caller closes it."""
    return Session(current_app.extensions["bookshop.engine"], expire_on_commit=False)


def get_session() -> Iterator[Session]:
    """Open the session of a request, and close it when the response is ready."""
    with open_session() as session:
        yield session


Reading = Annotated[Session, Depends(get_session)]


def get_unit_of_work(session: Reading) -> Iterator[Session]:
    """Run a transaction: commit it when the response is ready, roll it back after an error.

    Code that reads earlier in the request must end its transaction, as ``get_account`` does.
    """
    with session.begin():
        session.connection(execution_options={"bookshop_writes": True})
        yield session


Writing = Annotated[Session, Depends(get_unit_of_work)]


def get_key_store(session: Writing) -> SQLAlchemyStore:
    """Return the store of idempotency keys, which are committed with the work."""
    return SQLAlchemyStore(session, idempotency_keys)


def delete_keys(store: Annotated[SQLAlchemyStore, Depends(get_key_store)]) -> int:
    """Delete the idempotency keys that have expired; return how many there were."""
    return store.delete_expired()


def make_engine(url: sa.URL, **options: Any) -> sa.Engine:
    """Return an engine with few connections: a request waits until one is free.

    More would only make the transactions of a worker hold up each other, with their locks held.
    """
    return sa.create_engine(url, pool_size=5, max_overflow=0, pool_pre_ping=True, **options)


def make_sqlite_engine(url: sa.URL) -> sa.Engine:
    """Return an engine for a file that several workers share."""
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(url, connect_args={"timeout": 1.0})
    event.listen(engine, "connect", prepare_sqlite_connection)
    event.listen(engine, "begin", begin_sqlite_transaction)
    return engine


def prepare_sqlite_connection(connection: sqlite3.Connection, record: object) -> None:
    """Disable the driver's own BEGIN, enforce foreign keys, and let reads run during a write."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    wait_for_lock(lambda: connection.execute("PRAGMA journal_mode = WAL"))


def begin_sqlite_transaction(connection: sa.Connection) -> None:
    """Begin a transaction; one that will write takes the lock at once."""
    execute = cast(sqlite3.Connection, connection.connection.dbapi_connection).execute
    if connection.get_execution_options().get("bookshop_writes"):
        execute("PRAGMA busy_timeout = 0")  # a wait in SQLite would block the worker
        try:
            wait_for_lock(lambda: execute("BEGIN IMMEDIATE"))
        finally:
            execute("PRAGMA busy_timeout = 1000")
    else:
        execute("BEGIN")


def wait_for_lock(execute: Callable[[], object]) -> None:
    """Repeat a statement until SQLite grants its lock."""
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            execute()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(LOCK_PAUSE)


def set_up(engine: sa.Engine, staff_email: str | None, staff_password: str | None) -> None:
    """Create and fill the tables once, even if several workers start at the same time."""
    with engine.connect() as connection:
        connection.execution_options(bookshop_writes=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(SETUP_LOCK)))
            Base.metadata.create_all(connection)
            with Session(connection) as session:
                seed(session)
                if staff_email and staff_password:
                    add_staff(session, staff_email, staff_password)
                session.commit()
