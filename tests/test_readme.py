"""What the README shows works: its first program, and the answers of the bookshop."""

from __future__ import annotations

import csv
import importlib
import json
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bookshop import create_app

README = (Path(__file__).parents[1] / "README.rst").read_text(encoding="utf-8")
FIGURES = Path(__file__).parents[1] / "docs" / "figures"
ADDRESS = "http://127.0.0.1:8000"
SEA = {"title": "The Sea Around Us", "price": "13.95", "published": "1951-07-02"}


def read_blocks(language: str) -> list[str]:
    """Return the code blocks in a language."""
    directive = rf"^\.\. code-block:: {language}\n\n((?:    .*\n|\n)+)"
    blocks = re.findall(directive, README, flags=re.M)
    return [re.sub(r"^    ", "", block, flags=re.M).strip() for block in blocks]


def read_curls() -> list[tuple[str, str]]:
    """Return each request to the bookshop, as curl's command, with the answer that is shown."""
    blocks = [block.replace("\\\n", "") for block in read_blocks("console")]
    curls = [block.partition("\n") for block in blocks if block.startswith("$ curl ")]
    return [(command[2:], shown) for command, _, shown in curls]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """Return the app of the first program, saved as the README says."""
    (tmp_path / "shop.py").write_text(read_blocks("python")[0], encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    app: Flask = importlib.import_module("shop").app
    yield app
    del sys.modules["shop"]


@pytest.fixture
def bookshop(tmp_path: Path) -> Iterator[Flask]:
    """Return the bookshop on its first day."""
    app = create_app({"DATABASE_URL": f"sqlite:///{tmp_path / 'shop.sqlite'}"})
    yield app
    app.extensions["bookshop.engine"].dispose()


def test_first_program_adds_and_reads(client: FlaskClient) -> None:
    """A book is added, and found where the answer says."""
    assert client.get("/books/").json == []
    answer = client.post("/books/", json=SEA)
    assert (answer.status_code, answer.json) == (201, {**SEA, "id": 1})
    assert client.get(answer.headers["Location"]).json == answer.json
    assert client.get("/books/?limit=1").json == [answer.json]


def test_first_program_refuses(client: FlaskClient) -> None:
    """A book that can't be, and one that isn't there."""
    answer = client.post("/books/", json={**SEA, "title": ""})
    fault = {
        "in": "body",
        "pointer": "/title",
        "code": "wrong_length",
        "detail": "Shorter than minimum length 1.",
    }
    assert (answer.status_code, answer.get_json()["errors"]) == (422, [fault])
    answer = client.get("/books/7")
    assert (answer.status_code, answer.json) == (
        404,
        {"type": "about:blank", "title": "No book has this id.", "status": 404, "book_id": 7},
    )


def test_first_program_publishes(document: Callable[[], dict[str, Any]]) -> None:
    """Its document is valid, and has its routes."""
    assert list(document()["paths"]) == ["/books/", "/books/{book_id}"]


def test_two_requests_are_shown() -> None:
    """One request that succeeds, and one that is refused."""
    assert len(read_curls()) == 2


@pytest.mark.parametrize(("command", "shown"), read_curls(), ids=["succeeds", "refused"])
def test_answers_of_the_bookshop(bookshop: Flask, command: str, shown: str) -> None:
    """Each answer is, to the letter, what the README shows."""
    curl, _, pipe = command.partition(" | ")
    _, _, url, *options = shlex.split(curl)
    values = dict(zip(options[::2], options[1::2], strict=True))
    answer = bookshop.test_client().open(
        url.removeprefix(ADDRESS),
        method="POST" if "-d" in values else "GET",
        data=values.get("-d"),
        content_type=values.get("-H", "").removeprefix("Content-Type: "),
    )
    assert pipe == "python3 -m json.tool"
    assert json.dumps(answer.json, indent=4) == shown


@pytest.mark.parametrize("path", re.findall(rf"{ADDRESS}(/\S*?)[,.]?\s", README))
def test_addresses_of_the_bookshop(bookshop: Flask, path: str) -> None:
    """Each address in the README leads somewhere; one takes other methods than GET."""
    expected = 405 if path == "/accounts/" else 200
    assert bookshop.test_client().get(path).status_code == expected


@pytest.mark.parametrize("path", re.findall(r"``([\w./-]+/[\w./-]*)``", README))
def test_files_are_there(path: str) -> None:
    """Each file that the README names is there, or made by its commands."""
    assert path.startswith(".venv/") or (Path(__file__).parents[1] / path).exists()


def read_figures(name: str) -> list[list[str]]:
    """Return the table of a measurement in the documentation."""
    path = FIGURES / f"{name}.csv"
    return list(csv.reader(path.read_text(encoding="utf-8").splitlines()))


def test_figures_of_cpu_time() -> None:
    """They are those of the last measurement."""
    head, *rows = read_figures("peers")
    measured = dict(zip(head, next(row for row in rows if row[0] == "flask_typed"), strict=True))
    text = " ".join(README.split())
    assert f"takes {measured['small']} of the CPU time" in text
    assert f"1,000 objects take {measured['list']}." in text


def test_figures_under_load() -> None:
    """They are those of the last measurement, too."""
    rates = {(row[0], row[1]): int(row[2]) for row in read_figures("serving")[1:]}
    ours, theirs = "flask_typed, its worker", "FastAPI, async def, uvicorn"
    ratio = {work: rates[work, ours] / rates[work, theirs] for work in ("small", "list", "big")}
    assert round(ratio["small"], 1) == 1.5
    assert 1.9 < ratio["list"] < ratio["big"] < 3.3
