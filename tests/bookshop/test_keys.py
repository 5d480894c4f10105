"""The key that signs tokens: configured, or made once and kept for us alone."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bookshop import create_app, keys


def make_config(folder: Path) -> dict[str, Any]:
    """Return the configuration of a shop whose database is in a folder."""
    return {"DATABASE_URL": f"sqlite:///{folder}/shop.sqlite"}


def test_key_is_made_once(tmp_path: Path) -> None:
    """A key is long, lies in a file that only we read, and stays."""
    path = tmp_path / "instance" / "secret.key"
    key = keys.read_key(path)
    assert len(bytes.fromhex(key)) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.read_key(path) == key
    assert [found.name for found in path.parent.iterdir()] == ["secret.key"]


def test_workers_that_start_together_share_a_key(tmp_path: Path) -> None:
    """Whoever is faster, all read the same key."""
    path = tmp_path / "secret.key"
    with ThreadPoolExecutor(16) as workers:
        found = list(workers.map(keys.read_key, [path] * 64))
    assert len(set(found)) == 1
    assert [left.name for left in tmp_path.iterdir()] == ["secret.key"]


def test_key_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    """Who is late to make a key leaves the one that is there."""
    path = tmp_path / "secret.key"
    path.write_text("first", encoding="ascii")
    keys.make_key(path)
    assert keys.read_key(path) == "first"
    assert [left.name for left in tmp_path.iterdir()] == ["secret.key"]


def test_shop_makes_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop without a configured key has one in its instance folder."""
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("BOOKSHOP_INSTANCE", str(tmp_path))
    app = create_app(make_config(tmp_path))
    app.extensions["bookshop.engine"].dispose()
    assert app.secret_key == (tmp_path / "secret.key").read_text(encoding="ascii")


def test_shop_takes_the_key_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that is configured is used, and none is made."""
    monkeypatch.setenv("SECRET_KEY", "from outside")
    monkeypatch.setenv("BOOKSHOP_INSTANCE", str(tmp_path))
    app = create_app(make_config(tmp_path))
    app.extensions["bookshop.engine"].dispose()
    assert app.secret_key == "from outside"
    assert not (tmp_path / "secret.key").exists()
