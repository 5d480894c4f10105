"""What was taken before the patch, in a process that gevent has not patched."""

from __future__ import annotations

import queue
import sys
import threading
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import gevent.monkey
import pytest
from flask import Flask
from flask_typed.bridge import patching
from flask_typed.doctor import originals
from flask_typed.doctor.asked import Asked
from flask_typed.doctor.examining import examine
from flask_typed.doctor.surroundings import Surroundings
from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPoolExecutor as NativePool

from .planting import GEVENT, Recorded, name_class


def test_the_patch(patched: None) -> None:
    """It is made before the app."""
    assert list(originals.check_patch(GEVENT)) == []
    (found,) = originals.check_patch(Surroundings(Flask("x"), "gevent", patched_before=False))
    assert (found.check, found.place) == ("preload", "gevent.monkey")


def test_a_patch_without_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """It blocks nothing."""
    monkeypatch.setattr(gevent.monkey, "is_module_patched", lambda name: name != "signal")
    assert list(originals.check_patch(GEVENT)) == []


def test_no_patch() -> None:
    """All that is missing is said."""
    found = examine(GEVENT)[0]
    assert found.check == "not-patched"
    assert found.message.startswith(
        "gevent has not patched os, queue, select, signal, socket, ssl, s"
    )


def test_what_gevent_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is public, there is something else now, and it keeps greenlets from going on."""
    saved = {
        "threading": {
            "Lock": len,
            "Event": max,
            "get_ident": abs,
            "_hidden": min,
            "local": threading.local,
            "ready": 1,
        },
        "ssl": {"SSLContext": Recorded},
        "gone": {"name": len},
    }
    monkeypatch.setattr(gevent.monkey, "saved", saved, raising=False)
    assert originals.find_replaced() == {
        "threading.Lock": len,
        "ssl.SSLContext": Recorded,
        "gone.name": len,
    }


def find_stale(replaced: dict[str, Any], **members: Any) -> list[str]:
    """Return what is said of a module that has something."""
    modules = {"planted_here": members}
    return [found.message for found in originals.find_stale(replaced, modules)]


def test_a_module_that_holds_what_was_replaced() -> None:
    """It is told, with all that it holds."""
    replaced = {"threading.Lock": len, "time.sleep": abs}
    assert find_stale(replaced, other=3, missing=None) == []
    assert find_stale(replaced, taken=len, sleep=abs) == [
        "it has threading.Lock, time.sleep from before the patch: a wait there blocks all requests"
    ]
    (what,) = find_stale({"ssl.SSLContext": max}, context=max)
    assert what.endswith("and TLS contexts raise RecursionError")


class Recorder(Recorded):
    """A class of the app, made before the patch."""


class Replacement(Recorded):
    """What stands in the place of the original."""


name_class(Replacement, "gevent.planted")


def test_a_class_made_from_what_was_replaced() -> None:
    """The module of the class is told, and no other that has it too."""
    replaced = {"threading.Thread": Recorded}
    (what,) = find_stale(replaced, Recorder=Recorder)
    assert "threading.Thread" in what
    home = {__name__: {"Recorder": Recorder}, "planted_here": {"Own": Recorder}}
    assert [one.place for one in originals.find_stale(replaced, home)] == [__name__]


@pytest.mark.parametrize(
    "bases",
    [
        pytest.param((Replacement,), id="by gevent's class alone"),
        pytest.param((Replacement, Recorded), id="by both"),
        pytest.param((Recorder, Replacement), id="by one from before as well"),
    ],
)
def test_a_class_made_from_gevent_s_is_not_told(bases: tuple[type, ...]) -> None:
    """gevent's own classes are made from the originals; so is what is made from them."""
    made = type("Made", bases, {"__module__": "planted_here"})
    assert find_stale({"threading.Thread": Recorded}, Made=made, Base=Replacement) == []


def test_gevent_s_class_covers_its_own_original_alone() -> None:
    """Another one beside it is told."""
    other = type("Socket", (), {"__module__": "socket"})
    made = type("Made", (Replacement, other), {"__module__": "planted_here"})
    replaced = {"threading.Thread": Recorded, "socket.socket": other}
    (what,) = find_stale(replaced, Made=made)
    assert what.startswith("it has socket.socket from")


ASKING = """
from gevent import monkey
from {other} import renamed as sleep, missing
from . import gone
try:
    wait, other = monkey.get_original("time", "sleep"), 1
except ImportError:
    wait = None
def native(name):
    return monkey.get_original("threading", name)
lock: object = native("Lock")()
class Thread(monkey.get_original("threading", "Thread")):
    def __init__(self):
        self.lock = lock
once: int
loop = again
again = loop
taken = other_taken
made = sleep
[item] = [0]
items[0] = sleep
"""


@pytest.mark.parametrize(
    ("name", "is_asked"),
    [
        *((name, True) for name in ("wait", "sleep", "lock", "Thread", "made", "native")),
        *((name, False) for name in ("taken", "loop", "missing", "gone", "once", "item", "any")),
    ],
)
def test_what_was_asked_for(tmp_path: Path, name: str, is_asked: bool) -> None:
    """Who asks gevent for an original means it, and so does who takes it from there."""
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text(ASKING.format(other="two"))
    two.write_text("import gevent.monkey as m\nrenamed = m.get_original('time', 'sleep')")
    modules = {
        "one": {"__file__": str(one), "__package__": "package"},
        "two": {"__file__": str(two), "__package__": ""},
        "compiled": {"__file__": str(tmp_path / "compiled.so")},
        "nowhere": {},
    }
    asked = Asked(modules)
    assert asked.has("one", name) is is_asked
    assert asked.is_asking("two")
    assert not asked.has("compiled", name)
    assert not asked.has("nowhere", name)


def test_an_original_that_was_asked_for_is_not_told(tmp_path: Path) -> None:
    """As in profilers, whose threads are native."""
    file = tmp_path / "planted_here.py"
    file.write_text("from gevent.monkey import get_original\nsleep = get_original('time', 'sleep')")
    assert find_stale({"time.sleep": abs}, sleep=abs, __file__=str(file)) == []


def test_locks(module: types.ModuleType) -> None:
    """Wherever they are kept: in modules, classes and objects of the app's own."""

    class Own:
        lock = threading.RLock()

        def __init__(self) -> None:
            self.ready = threading.Condition()

    class Slots:
        __slots__ = ("name",)

    for kind in (Own, Slots):
        kind.__module__ = "planted_here"
    vars(module).update(lock=threading.Lock(), own=Own(), slots=Slots(), number=3)
    places = {found.place for found in originals.check_locks(GEVENT)}
    name = Own.__qualname__
    assert {
        "planted_here.lock",
        f"planted_here.{name}.lock",
        f"planted_here.{name}().ready",
    } <= places
    assert not any("number" in place for place in places)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        pytest.param(threading.Lock(), originals.BLOCKS, id="Lock"),
        pytest.param(queue.SimpleQueue(), originals.BLOCKS, id="SimpleQueue"),
        pytest.param(threading.Condition(threading.Lock()), originals.BLOCKS, id="of a Lock"),
        pytest.param(threading.RLock(), originals.ADMITS, id="RLock"),
        pytest.param(threading.Condition(), originals.ADMITS, id="Condition"),
        pytest.param(threading.Event(), originals.BLOCKS_BRIEFLY, id="Event"),
        pytest.param(threading.BoundedSemaphore(), originals.BLOCKS_BRIEFLY, id="BoundedSemaphore"),
        pytest.param(threading.Barrier(2), originals.BLOCKS_BRIEFLY, id="Barrier"),
        pytest.param(queue.PriorityQueue(), originals.BLOCKS_BRIEFLY, id="PriorityQueue"),
        pytest.param(threading.Condition(BoundedSemaphore()), None, id="of gevent's lock"),
        pytest.param(BoundedSemaphore(), None, id="gevent's lock"),
    ],
)
def test_what_comes_of_a_lock(value: Any, what: str | None) -> None:
    """Some keep the hub, some let everybody in, some only have such a lock inside."""
    assert originals.find_harm(value) == what


def test_a_notice_of_a_lock(module: types.ModuleType) -> None:
    """What greenlets wait for as they should is a notice."""
    vars(module).update(ready=threading.Event())
    found = [one for one in originals.check_locks(GEVENT) if one.place == "planted_here.ready"]
    assert [one.severity for one in found] == ["notice"]


def test_a_lock_that_was_asked_for(module: types.ModuleType, tmp_path: Path) -> None:
    """It is native because it is meant to be."""
    file = tmp_path / "planted_here.py"
    file.write_text(
        "from gevent.monkey import get_original as g\nfrom gevent import monkey\n"
        "lock = monkey.get_original('threading', 'Lock')()"
    )
    vars(module).update(lock=threading.Lock(), __file__=str(file))
    assert not [one for one in originals.check_locks(GEVENT) if "planted_here" in one.place]


def test_threads() -> None:
    """Those are told whose code is nobody's that knows."""
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        found = list(originals.check_threads(GEVENT))
    finally:
        over.set()
        thread.join()
    assert [one.check for one in found] == ["native-thread"] * len(found)
    assert any(one.place.startswith("threading.") for one in found)


def test_a_thread_that_is_meant_to_be_native(module: types.ModuleType, tmp_path: Path) -> None:
    """Its module asked gevent for it."""
    file = tmp_path / "planted_here.py"
    file.write_text("def run(over): over.wait()  # started by monkey.get_original")
    vars(module).update(__file__=str(file))
    exec("def run(over):\n    over.wait()", vars(module))
    over = threading.Event()
    thread = threading.Thread(target=vars(module)["run"], args=(over,))
    thread.start()
    try:
        found = {one.place for one in originals.check_threads(GEVENT)}
        file.write_text("monkey.get_original")
        known = {one.place for one in originals.check_threads(GEVENT)}
    finally:
        over.set()
        thread.join()
    # pytest's own threads come and go.
    assert "planted_here.run, line 2" in found - known


def test_pools(module: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are what they were made from."""
    with ThreadPoolExecutor(1) as pool:
        vars(module).update(pool=pool, number=3)
        (found,) = originals.check_pools(GEVENT)
        assert (found.severity, found.place) == ("warning", "planted_here.pool")
        monkeypatch.setattr(originals, "find_harm", lambda value: None)
        (found,) = originals.check_pools(GEVENT)
        assert found.severity == "notice"


def test_pools_of_gevent_s_are_native(module: types.ModuleType) -> None:
    """They are what is recommended for what blocks, though their class is made from the other."""
    with NativePool(1) as pool:
        vars(module).update(pool=pool)
        assert list(originals.check_pools(GEVENT)) == []


def test_gevent_s_word_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not imported, nothing is patched."""
    monkeypatch.delitem(sys.modules, "gevent.monkey")
    assert not patching.is_patched("socket")
    assert originals.find_replaced() == {}
