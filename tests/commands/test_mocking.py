"""``flask typed mock``, as Flask's own command runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from flask_typed import Typed
from flask_typed.cli import typed
from flask_typed.commands import documents, mocking
from werkzeug.test import Client

Run = Callable[..., Result]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what is served: host, port, and app."""
    found: list[Any] = []
    monkeypatch.setattr(mocking, "run_simple", lambda *given, **options: found.extend(given))
    return found


@pytest.fixture
def run(app: Flask) -> Run:
    """Return what runs the command."""
    shop = Typed(app)

    @shop.get("/books")
    def read() -> int: ...

    def run(*arguments: str) -> Result:
        info = ScriptInfo("shop", create_app=lambda: app)
        return CliRunner().invoke(typed, ["mock", *arguments], obj=info)

    return run


def test_app(run: Run, served: list[Any]) -> None:
    """An app whose views are not written yet is served by its document."""
    result = run("--app", "--document", "openapi")
    assert (result.exit_code, served[:2]) == (0, ["127.0.0.1", 4010])
    assert Client(served[2]).get("/books").get_json() == 1


def test_file(served: list[Any], tmp_path: Path) -> None:
    """A file is served without an app."""
    path = tmp_path / "api.yaml"
    path.write_text(json.dumps({"openapi": "3.1.0", "paths": {}}))
    arguments = ["mock", str(path), "--host", "::1", "--port", "0"]
    result = CliRunner().invoke(typed, arguments)
    assert (result.exit_code, served[:2]) == (0, ["::1", 0])
    assert Client(served[2]).get("/openapi.json").get_json()["openapi"] == "3.1.0"


def test_mistake_in_a_schema(served: list[Any], tmp_path: Path) -> None:
    """A keyword that is not valid is left out, with a warning."""
    path = tmp_path / "api.json"
    components = {"schemas": {"A": {"minimum": "1"}}}
    path.write_text(json.dumps({"openapi": "3.1.0", "components": components}))
    result = CliRunner().invoke(typed, ["mock", str(path)])
    assert "Warning: #/components/schemas/A/minimum is ignored: '1' is not of" in result.output
    assert Client(served[2]).get("/openapi.json").get_json()["components"] == {"schemas": {"A": {}}}


@pytest.mark.parametrize("arguments", [(), ("a.json", "--app")])
def test_nothing_to_serve(run: Run, arguments: tuple[str, ...]) -> None:
    """One document is served."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Serve a file, a URL or --app, not several or none." in result.output


def test_no_document(run: Run) -> None:
    """A file that is not there is a sentence."""
    result = run("none.json")
    assert result.exit_code == 2
    assert result.output.startswith("Error: none.json cannot be read: ")


def test_unknown_name(run: Run) -> None:
    """A document of the app has a name."""
    result = run("--app", "--document", "internal")
    assert (result.exit_code, result.output) == (
        2,
        "Error: No document is called 'internal'; there are: openapi.\n",
    )


def test_app_without_documents(app: Flask) -> None:
    """An app without a ``Typed`` has no document."""
    info = ScriptInfo("shop", create_app=lambda: app)
    result = CliRunner().invoke(typed, ["mock", "--app"], obj=info)
    assert result.exit_code == 2
    assert "has no Typed: call Typed(app)." in result.output


def test_without_jsonschema(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without jsonschema, the message has the command that installs it."""
    monkeypatch.setattr(documents, "is_jsonschema_installed", lambda: False)
    assert run("--app").exit_code == 2
