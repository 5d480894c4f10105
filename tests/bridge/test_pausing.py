"""Long work lets other greenlets run, and only where there are some."""

from __future__ import annotations

import gc
from threading import RLock
from typing import Any

import gevent
import pytest
from flask_typed.bridge import pausing
from flask_typed.bridge.pausing import Pauses, deferring_collections


@pytest.fixture(autouse=True)
def _always_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every pause be due."""
    monkeypatch.setattr(pausing, "SLICE", 0.0)


@pytest.fixture
def _patched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the standard library be patched."""
    monkeypatch.setattr(pausing, "is_patched", lambda *modules: True)


def work_beside(others: list[str], lock: Any = None) -> list[str]:
    """Return the order in which a long piece of work and another greenlet ran."""
    seen: list[str] = []

    def work() -> None:
        pauses = Pauses(lock)
        seen.extend(pauses.between(["one", "two"]))

    gevent.joinall([gevent.spawn(work), *(gevent.spawn(seen.append, other) for other in others)])
    return seen


@pytest.mark.usefixtures("_patched")
def test_other_greenlets_run_in_pauses() -> None:
    """After each item."""
    assert work_beside(["other"]) in (["one", "other", "two"], ["other", "one", "two"])


def test_without_the_patch() -> None:
    """There is no pause: a lock that another greenlet waits for would block this one too."""
    assert work_beside(["other"]) == ["one", "two", "other"]


@pytest.mark.usefixtures("_patched")
def test_outside_of_greenlets() -> None:
    """The main program has no pauses, and makes no hub."""
    assert list(Pauses().between("ab")) == ["a", "b"]


@pytest.mark.usefixtures("_patched")
def test_a_pause_that_is_not_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short work is not interrupted."""
    monkeypatch.setattr(pausing, "SLICE", 100.0)
    assert work_beside(["other"]) == ["one", "two", "other"]


@pytest.mark.usefixtures("_patched")
def test_the_lock_is_free_in_pauses() -> None:
    """It is held again when the work goes on, even if that ends in the pause."""
    lock, seen = RLock(), []

    def work() -> None:
        with lock:
            try:
                Pauses(lock).take()
            finally:
                seen.append(lock._is_owned())  # type: ignore[attr-defined]

    worker = gevent.spawn(work)
    other = gevent.spawn(lambda: seen.append(lock._is_owned()))  # type: ignore[attr-defined]
    gevent.joinall([worker, other])
    ended = gevent.spawn(work)
    gevent.spawn(ended.kill)
    ended.join()
    assert seen == [False, True, True]


def test_no_collection_starts() -> None:
    """They are off in the block alone, also if it raises."""
    with deferring_collections():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError, match="k"), deferring_collections():
        raise KeyError("k")
    assert gc.isenabled()


def test_a_process_without_collections() -> None:
    """They stay off."""
    gc.disable()
    try:
        with deferring_collections():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_objects_that_the_app_has_frozen() -> None:
    """They stay frozen; those of the block are not."""
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with deferring_collections():
            pass
        assert gc.get_freeze_count() == frozen
    finally:
        gc.unfreeze()
    with deferring_collections():
        pass
    assert not gc.get_freeze_count()
