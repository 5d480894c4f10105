"""Finds database drivers that block the hub.

Runs when a worker starts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from flask import Flask

from ..libraries.sqlalchemy import find_arguments
from .findings import Finding, Severity
from .modules import code_names, find_functions, find_own
from .still import class_module, find_instances, find_member, find_members, is_module, is_real_class
from .surroundings import Surroundings

#: Drivers that wait in C code: SQLAlchemy's name, the module, the severity and the remedy.
DRIVERS: dict[str, tuple[str, Severity, str]] = {
    "pysqlite": (
        "sqlite3",
        "notice",
        "SQLite's waits are short on a local disk; keep transactions short, or use a database"
        " server",
    ),
    "mysqldb": (
        "MySQLdb",
        "warning",
        "Use PyMySQL (mysql+pymysql://), which is written in Python",
    ),
    "mysqlconnector": (
        "_mysql_connector",
        "warning",
        "Connect with use_pure=True, or use PyMySQL (mysql+pymysql://)",
    ),
    "pyodbc": ("pyodbc", "warning", "Call it by `gevent.get_hub().threadpool.apply`"),
    "cx_oracle": ("cx_Oracle", "warning", "Use python-oracledb in thin mode"),
    "pymssql": ("pymssql", "warning", "Set its wait callback (pymssql.set_wait_callback)"),
}
WAITS_IN_C = "{} waits in C code, and the worker does nothing else meanwhile"


def find_psycopg2(app: Flask, clients: list[Any]) -> Iterator[Finding]:
    """Yield a finding if psycopg2 has no wait callback.

    It is a notice if only libraries have imported psycopg2: peewee does so if it is installed.
    """
    extensions = sys.modules.get("psycopg2.extensions")
    if extensions is None or extensions.get_wait_callback() is not None:
        return
    message = "it has no wait callback: every query blocks the hub until the result arrives"
    is_used = is_psycopg2_used(app, clients)
    yield Finding(
        "psycopg2",
        "warning" if is_used else "notice",
        "psycopg2",
        message if is_used else f"{message}; only libraries have imported it, and may not use it",
        "Call `psycogreen.gevent.patch_psycopg()` in post_fork, or take psycopg 3",
    )


def is_psycopg2_used(app: Flask, clients: list[Any]) -> bool:
    """Return whether the app, an engine of SQLAlchemy or an open connection uses psycopg2."""
    if any("psycopg2" in code_names(function) for function in find_functions(app)):
        return True
    if any(is_of_psycopg2(value) for members in find_own().values() for value in members.values()):
        return True
    return any(find_driver(client) == "psycopg2" for client in clients)


def is_of_psycopg2(value: Any) -> bool:
    """Return whether a value is a module of psycopg2, or a class or function of one."""
    if is_module(value):
        name = find_members(value).get("__name__")
    elif is_real_class(value):
        name = class_module(value)
    else:
        name = value.__module__ if type(value) is FunctionType else None
    return type(name) is str and name.partition(".")[0] == "psycopg2"


def check_psycopg(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield a finding if psycopg 3 waits in C, because it was imported before the patch."""
    waiting = sys.modules.get("psycopg.waiting")
    wait = getattr(waiting, "wait", None)
    if getattr(wait, "__name__", "") == "wait_c":
        yield Finding(
            "psycopg",
            "warning",
            "psycopg",
            "it was imported before the patch and waits in C: every query blocks the hub until the"
            " result arrives",
            "Import it after the patch, or set PSYCOPG_WAIT_FUNC=wait_selector",
        )


def check_drivers(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the drivers that block the hub, with the places that use them."""
    clients = find_clients()
    yield from find_psycopg2(surroundings.app, clients)
    for name, place in sorted(find_drivers(clients).items()):
        module, severity, remedy = DRIVERS[name]
        yield Finding("blocking-driver", severity, place, WAITS_IN_C.format(module), remedy)


def find_drivers(clients: list[Any]) -> dict[str, str]:
    """Return the place that uses each driver: a module of the app, or an engine of SQLAlchemy."""
    found: dict[str, str] = {}
    for module, members in find_own().items():
        known = {id(value) for value in members.values()}
        for name, (driver, *_) in DRIVERS.items():
            if driver in sys.modules and id(sys.modules[driver]) in known:
                found.setdefault(name, module)
    for client in clients:
        driver = find_driver(client)
        if driver in DRIVERS and not is_pure(client):
            found.setdefault(driver, f"SQLAlchemy's engine for {client.name}")
    if find_callback() is not None:
        found.pop("pymssql", None)
    return found


def is_pure(engine: Any) -> bool:
    """Return whether an engine uses the pure Python code of MySQL's connector."""
    if engine.dialect.driver != "mysqlconnector":
        return False
    given = find_arguments(engine).get("use_pure", False)
    return "_mysql_connector" not in sys.modules or bool(given)


def find_callback() -> Any:
    """Return the wait callback of pymssql, if it has one."""
    return find_members(sys.modules.get("pymssql._mssql")).get("wait_callback")


def find_clients() -> list[Any]:
    """Return the engines of SQLAlchemy and the connections of psycopg2 in this process."""
    names = (("sqlalchemy.engine.base", "Engine"), ("psycopg2.extensions", "connection"))
    kinds = [find_member(sys.modules.get(module), name) for module, name in names]
    known = [kind for kind in kinds if kind is not None]
    return find_instances(*known) if known else []


def find_driver(client: Any) -> str:
    """Return SQLAlchemy's name for the driver of an engine or a connection."""
    dialect = getattr(client, "dialect", None)
    return "psycopg2" if dialect is None else str(dialect.driver)


DRIVER_CHECKS: tuple[Callable[[Surroundings], Iterator[Finding]], ...] = (
    check_psycopg,
    check_drivers,
)
