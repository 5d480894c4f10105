"""Drivers of databases, none of which is there."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask_typed.doctor import drivers, modules

from .planting import GEVENT, Recorded, make_app, make_module


@pytest.fixture
def psycopg2(module: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Let a psycopg2 be imported that has no wait callback, as a library imports it."""
    monkeypatch.setattr(drivers, "find_own", lambda: {"planted_here": vars(module)})
    monkeypatch.setattr(drivers, "find_functions", modules.find_views)
    extensions = make_module(
        "psycopg2.extensions", get_wait_callback=lambda: None, connection=Recorded
    )
    monkeypatch.setitem(sys.modules, "psycopg2.extensions", extensions)
    monkeypatch.delitem(sys.modules, "sqlalchemy.engine.base", raising=False)
    return extensions


def find_severities() -> list[str]:
    """Return how bad psycopg2 is."""
    return [found.severity for found in drivers.check_drivers(GEVENT)]


def test_psycopg2_of_a_library(psycopg2: types.ModuleType) -> None:
    """It is a notice: peewee imports it wherever it is installed."""
    (found,) = drivers.check_drivers(GEVENT)
    assert found.severity == "notice"
    assert found.message.endswith("; only libraries have imported it, and may not use it")


def test_psycopg2_with_a_wait_callback(psycopg2: types.ModuleType) -> None:
    """There is nothing to say."""
    vars(psycopg2).update(get_wait_callback=lambda: len)
    assert find_severities() == []


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(make_module("psycopg2"), id="module"),
        pytest.param(type("Cursor", (), {"__module__": "psycopg2.extras"}), id="class"),
        pytest.param(
            types.FunctionType((lambda: None).__code__, {"__name__": "psycopg2"}), id="function"
        ),
    ],
)
def test_psycopg2_of_the_app(
    psycopg2: types.ModuleType, module: types.ModuleType, value: Any
) -> None:
    """It is a warning."""
    vars(module).update(other=3)
    assert find_severities() == ["notice"]
    vars(module).update(value=value)
    assert find_severities() == ["warning"]


def import_psycopg2() -> None:  # pragma: no cover: read, not run
    """Import it where it is needed."""
    import psycopg2  # noqa: PLC0415

    psycopg2.connect("")


def test_psycopg2_of_a_function(psycopg2: types.ModuleType) -> None:
    """It is a warning as well."""
    app = make_app(import_psycopg2)
    assert [found.severity for found in drivers.check_drivers(app)] == ["warning"]


def test_psycopg2_that_is_connected(psycopg2: types.ModuleType) -> None:
    """Whoever made the connection."""
    connection = Recorded()
    assert find_severities() == ["warning"]
    del connection


def test_psycopg2_of_an_engine(psycopg2: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is by another driver does not count."""
    kind = make_engine_class(monkeypatch)
    other = kind("psycopg")
    assert find_severities() == ["notice"]
    own = kind("psycopg2")
    assert find_severities() == ["warning"]
    del other, own


def make_engine_class(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the class of SQLAlchemy's engines."""

    class Engine:
        def __init__(self, driver: str, creator: Any = None) -> None:
            self.name = "mysql"
            self.dialect = SimpleNamespace(driver=driver)
            self.pool = SimpleNamespace(_creator=creator)

    monkeypatch.setitem(sys.modules, "sqlalchemy.engine.base", make_module("base", Engine=Engine))
    return Engine


def close_over(value: Any) -> Callable[[], Any]:
    """Return a function that connects in the app's own way."""
    return lambda: value


def run_elsewhere(*arguments: Any) -> None: ...


def make_creator(**cparams: Any) -> Callable[[], Any]:
    """Return what connects, as SQLAlchemy makes it."""
    return lambda: cparams


@pytest.mark.parametrize(
    ("creator", "in_c", "is_told"),
    [
        pytest.param(make_creator(use_pure=True), True, False, id="pure"),
        pytest.param(make_creator(), True, True, id="in C"),
        pytest.param(make_creator(), False, False, id="without its part in C"),
        pytest.param(len, True, True, id="by the app's own function"),
        pytest.param(run_elsewhere, True, True, id="by the app's own function of Python"),
        pytest.param(close_over(1), True, True, id="by the app's own closure"),
    ],
)
def test_mysql_s_connector(
    monkeypatch: pytest.MonkeyPatch, creator: Any, in_c: bool, is_told: bool
) -> None:
    """It is told unless it takes its part that is written in Python."""
    if in_c:
        monkeypatch.setitem(sys.modules, "_mysql_connector", make_module("_mysql_connector"))
    engine = make_engine_class(monkeypatch)("mysqlconnector", creator)
    assert ("mysqlconnector" in drivers.find_drivers(drivers.find_clients())) is is_told
    del engine
    make_creator()()
    close_over(1)()


def test_pymssql_with_a_wait_callback(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits as greenlets do."""
    engine = make_engine_class(monkeypatch)("pymssql")
    assert "pymssql" in drivers.find_drivers(drivers.find_clients())
    part = make_module("pymssql._mssql", wait_callback=len)
    monkeypatch.setitem(sys.modules, "pymssql._mssql", part)
    assert "pymssql" not in drivers.find_drivers(drivers.find_clients())
    del engine


def test_drivers(module: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that wait in C are told where they are used."""

    def wait_c() -> None: ...

    monkeypatch.setitem(sys.modules, "psycopg.waiting", SimpleNamespace(wait=wait_c))  # type: ignore[arg-type]
    assert [found.check for found in drivers.check_psycopg(GEVENT)] == ["psycopg"]
    monkeypatch.delitem(sys.modules, "psycopg.waiting")
    assert list(drivers.check_psycopg(GEVENT)) == []

    monkeypatch.setitem(sys.modules, "MySQLdb", types.ModuleType("MySQLdb"))
    vars(module)["MySQLdb"] = sys.modules["MySQLdb"]
    found = [one for one in drivers.check_drivers(GEVENT) if "MySQLdb" in one.message]
    assert [(one.severity, one.place) for one in found] == [("warning", "planted_here")]


def test_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of SQLAlchemy say what they use."""

    class Engine:
        name = "mysql"
        dialect = SimpleNamespace(driver="mysqldb")

    class Known(Engine):
        name = "postgresql"
        dialect = SimpleNamespace(driver="psycopg")

    kept = [Engine(), Known()]
    monkeypatch.setitem(sys.modules, "sqlalchemy.engine.base", make_module("base", Engine=Engine))
    assert (
        drivers.find_drivers(drivers.find_clients())["mysqldb"] == "SQLAlchemy's engine for mysql"
    )
    monkeypatch.delitem(sys.modules, "sqlalchemy.engine.base")
    assert drivers.find_clients() == []
    del kept
