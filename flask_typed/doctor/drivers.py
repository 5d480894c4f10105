"""Drivers of databases: which wait as greenlets do, and which keep the hub."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from typing import Any

from .findings import Finding, Severity
from .modules import find_own
from .surroundings import Surroundings

#: Drivers in C that wait in their own code; SQLAlchemy's word for each, its module, how bad it is,
#: and what to do.
DRIVERS: dict[str, tuple[str, Severity, str]] = {
    "pysqlite": (
        "sqlite3",
        "notice",
        "SQLite's waits are short on a disk of one's own; keep transactions short, or take a"
        " database with a server",
    ),
    "mysqldb": (
        "MySQLdb",
        "warning",
        "Take PyMySQL (mysql+pymysql://), which is written in Python",
    ),
    "mysqlconnector": (
        "_mysql_connector",
        "warning",
        "Connect with use_pure=True, or take PyMySQL (mysql+pymysql://)",
    ),
    "pyodbc": ("pyodbc", "warning", "Call it by `gevent.get_hub().threadpool.apply`"),
    "cx_oracle": ("cx_Oracle", "warning", "Take python-oracledb in its thin mode"),
    "pymssql": ("pymssql", "warning", "Set its wait callback (pymssql.set_wait_callback)"),
}
WHAT = "{} waits in C code of its own: meanwhile the worker does nothing else"


def check_psycopg2(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield psycopg2 without what makes it wait as greenlets do."""
    extensions = sys.modules.get("psycopg2.extensions")
    if extensions is not None and extensions.get_wait_callback() is None:
        yield Finding(
            "psycopg2",
            "warning",
            "psycopg2",
            "it has no wait callback: every query keeps the hub until the answer is there",
            "Call `psycogreen.gevent.patch_psycopg()` in post_fork, or take psycopg 3",
        )


def check_psycopg(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield a psycopg 3 that has chosen to wait in C, since nothing was patched then."""
    waiting = sys.modules.get("psycopg.waiting")
    wait = getattr(waiting, "wait", None)
    if getattr(wait, "__name__", "") == "wait_c":
        yield Finding(
            "psycopg",
            "warning",
            "psycopg",
            "it was imported before gevent patched, and waits in C: every query keeps the hub until"
            " the answer is there",
            "Import it after the patch, or set PSYCOPG_WAIT_FUNC=wait_selector",
        )


def check_drivers(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the other drivers that keep the hub, and where they are used."""
    for name, place in sorted(find_drivers().items()):
        module, severity, remedy = DRIVERS[name]
        yield Finding("blocking-driver", severity, place, WHAT.format(module), remedy)


def find_drivers() -> dict[str, str]:
    """Return where each driver is used: a module of the app's own, or an engine of SQLAlchemy's."""
    found: dict[str, str] = {}
    for module in find_own():
        known = {id(value) for value in vars(module).values()}
        for name, (driver, *_) in DRIVERS.items():
            if driver in sys.modules and id(sys.modules[driver]) in known:
                found.setdefault(name, module.__name__)
    for engine in find_engines():
        if engine.dialect.driver in DRIVERS:
            found.setdefault(engine.dialect.driver, f"SQLAlchemy's engine for {engine.name}")
    return found


def find_engines() -> Iterator[Any]:
    """Yield the engines of SQLAlchemy."""
    base = sys.modules.get("sqlalchemy.engine.base")
    if base is not None:
        for thing in gc.get_objects():
            if issubclass(type(thing), base.Engine):
                yield thing


CHECKS: tuple[Callable[[Surroundings], Iterator[Finding]], ...] = (
    check_psycopg2,
    check_psycopg,
    check_drivers,
)
