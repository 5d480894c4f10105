"""What is looked at is not run."""

from __future__ import annotations

import importlib.util
import sys
import types
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_typed.doctor import still
from flask_typed.doctor.examining import examine
from flask_typed.doctor.modules import is_foreign
from flask_typed.doctor.surroundings import Surroundings
from werkzeug.local import LocalProxy

GEVENT = Surroundings(Flask("gevent"), "gevent")


class Touchy(type):
    """A class whose attributes run code that must not run."""

    def __getattribute__(cls, name: str) -> Any:
        raise RuntimeError(name)  # pragma: no cover: what the tests hold


class Touched(metaclass=Touchy):
    """Likewise, and so are its objects."""

    method = len

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)  # pragma: no cover: what the tests hold


class Hidden:
    """An object that has no attributes of its own, but says that it has."""

    __slots__ = ("__weakref__",)

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
        raise RuntimeError  # pragma: no cover: what the tests hold


class Homeless:
    """A class whose module is told by what it computes."""


Homeless.__module__ = property(str)  # type: ignore[assignment]


def test_classes_that_run_code() -> None:
    """They are read as Python keeps them."""
    assert still.is_real_class(Touched)
    assert still.find_bases(Touched) == (Touched, object)
    assert still.class_module(Touched) == __name__
    assert still.class_name(Touched) == "Touched"
    assert still.find_inherited(Touched, "method") is len


def test_objects_that_run_code() -> None:
    """Likewise."""
    touched = Touched()
    object.__setattr__(touched, "lock", 1)
    assert still.find_members(touched) == {"lock": 1}
    assert still.find_members(Hidden()) == {}
    assert still.find_members(3) == {}
    assert still.find_member(touched, "method") is len
    assert still.find_member(touched, "missing") is None


def test_a_class_without_a_home() -> None:
    """Nothing is known of it."""
    assert still.class_module(Homeless) == ""
    assert still.class_module(eval("type('Made', (), {})", {})) == ""
    assert still.class_module(int) == "builtins"


def test_methods_of_any_kind() -> None:
    """They are functions."""

    class Own:
        @staticmethod
        def static() -> None: ...

        @classmethod
        def of_class(cls) -> None: ...

    assert still.find_inherited(Own, "static") is Own.static
    assert still.find_inherited(Own, "of_class") is Own.of_class.__func__
    Own.static()
    Own.of_class()


def test_proxies() -> None:
    """They pretend to be what they stand for."""
    assert still.is_proxy(LocalProxy(ContextVar("nothing")))
    assert not still.is_proxy(len)


def test_classes_are_found_once() -> None:
    """Though there are two ways to one."""

    class Base: ...

    class One(Base): ...

    class Other(Base): ...

    class Both(One, Other): ...

    assert still.find_kinds(Base) == [Base, One, Other, Both]
    both = Both()
    assert still.find_instances(Base, One) == [both]


@pytest.fixture
def lazy(tmp_path: Path) -> Iterator[types.ModuleType]:
    """Return a module that is run when it is first touched, as :mod:`importlib` makes it."""
    file = tmp_path / "planted_lazy.py"
    file.write_text("raise RuntimeError")
    spec = importlib.util.spec_from_file_location("planted_lazy", file)
    assert spec is not None
    assert spec.loader is not None
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules["planted_lazy"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["planted_lazy"]


def test_what_must_not_be_touched(lazy: types.ModuleType) -> None:
    """The whole examination leaves it alone: lazy modules, proxies, descriptors, odd classes."""
    own = types.ModuleType("planted_here")
    asked: list[str] = []
    vars(own).update(
        __file__=__file__,
        __getattr__=asked.append,
        lazy=lazy,
        proxy=LocalProxy(ContextVar("nothing")),
        Touched=Touched,
        touched=Touched(),
        Hidden=Hidden,
        hidden=Hidden(),
        Homeless=Homeless,
    )
    exec(
        "import hashlib\ndef run(): hashlib.scrypt(proxy.x, lazy.y, touched.z, own.scrypt())",
        vars(own),
    )
    vars(own).update(own=own)
    sys.modules["planted_here"] = own
    try:
        examine(GEVENT)
    finally:
        del sys.modules["planted_here"]
    assert asked == []
    assert is_foreign("planted_lazy")
    assert type(lazy) is not types.ModuleType
