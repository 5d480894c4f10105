"""The database: an engine for the app, a session and a unit of work for each request.

A view asks for ``Reading`` or ``Writing``. Both give the one session of the request, which borrows
a connection only while a transaction lasts: no request ever holds two.

SQLite lets one transaction write at a time and gives up with "database is locked". Nobody sees
that here, because a writing transaction takes the lock at its start (it can't fail half-way) and
waits for it with ``time.sleep``, which under gevent lets the other requests of the worker go on.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, cast

import sqlalchemy as sa
from flask import Flask, current_app
from flask_typed import Depends
from sqlalchemy import event
from sqlalchemy.orm import Session

from .models import Base
from .seed import add_staff, seed

LOCK_PATIENCE = 30.0
LOCK_PAUSE = 0.002
SETUP_LOCK = 0x600D_B00C  # any number, the same for every worker


def init_app(app: Flask) -> None:
    """Give the app an engine, and make and fill the tables if there are none."""
    url = sa.make_url(app.config["DATABASE_URL"])
    engine = make_sqlite_engine(url) if url.get_backend_name() == "sqlite" else make_engine(url)
    app.extensions["bookshop.engine"] = engine
    set_up(engine, app.config["STAFF_EMAIL"], app.config["STAFF_PASSWORD"])


def open_session() -> Session:
    """Return a new session; who opens it closes it."""
    return Session(current_app.extensions["bookshop.engine"], expire_on_commit=False)


def get_session() -> Iterator[Session]:
    """Open the session of a request, and close it once the answer is made."""
    with open_session() as session:
        yield session


Reading = Annotated[Session, Depends(get_session)]


def get_unit_of_work(session: Reading) -> Iterator[Session]:
    """Write: commit once the answer is made, or nothing at all if anything raises.

    Whoever has read before in this request has ended their transaction, as ``get_account`` does.
    """
    with session.begin():
        session.connection(execution_options={"bookshop_writes": True})
        yield session


Writing = Annotated[Session, Depends(get_unit_of_work)]


def make_engine(url: sa.URL, **options: Any) -> sa.Engine:
    """Make an engine with few connections: who finds none free waits for one.

    More would only make the transactions of a worker hold up each other, with their locks held.
    """
    return sa.create_engine(url, pool_size=5, max_overflow=0, pool_pre_ping=True, **options)


def make_sqlite_engine(url: sa.URL) -> sa.Engine:
    """Make an engine for a file that several workers share."""
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(url, connect_args={"timeout": 1.0})
    event.listen(engine, "connect", prepare_sqlite_connection)
    event.listen(engine, "begin", begin_sqlite_transaction)
    return engine


def prepare_sqlite_connection(connection: sqlite3.Connection, record: object) -> None:
    """Leave BEGIN to us, hold foreign keys, and let readers read while somebody writes."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    wait_for_lock(lambda: connection.execute("PRAGMA journal_mode = WAL"))


def begin_sqlite_transaction(connection: sa.Connection) -> None:
    """Begin; who is going to write takes the lock at once."""
    execute = cast(sqlite3.Connection, connection.connection.dbapi_connection).execute
    if connection.get_execution_options().get("bookshop_writes"):
        execute("PRAGMA busy_timeout = 0")  # SQLite would wait with the whole worker
        try:
            wait_for_lock(lambda: execute("BEGIN IMMEDIATE"))
        finally:
            execute("PRAGMA busy_timeout = 1000")
    else:
        execute("BEGIN")


def wait_for_lock(execute: Callable[[], object]) -> None:
    """Execute a statement again until SQLite grants the lock that it needs."""
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
    """Make and fill the tables, once, however many workers start at the same time."""
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
