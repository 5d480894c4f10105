"""``flask typed check``, as Flask's own command runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from annotated_types import Le
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from flask_typed import Typed
from flask_typed.cli import typed
from flask_typed.commands import checking, documents
from flask_typed.probing import checking as probing
from flask_typed.probing import fuzzing
from flask_typed.probing.fuzzing import FuzzingFailed
from flask_typed.probing.sending import HTTPSender, InProcessSender, Received, WireRequest

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs the command; whatever is sent to a server goes to the app."""
    shop = Typed(app)

    @shop.get("/books")
    def read(limit: Annotated[int, Le(9)] = 1) -> int:
        return limit

    @shop.post("/books")
    def add(title: str) -> str:
        return title[100_000]  # a mistake

    def send(sender: HTTPSender, request: WireRequest) -> Received:
        return InProcessSender(app).send(request)

    monkeypatch.setattr(HTTPSender, "send", send)

    def run(*arguments: str) -> Result:
        info = ScriptInfo("shop", create_app=lambda: app)
        return CliRunner().invoke(typed, ["check", *arguments], obj=info)

    return run


def test_server(run: Run) -> None:
    """A server is checked by its document; nothing that changes something is sent."""
    result = run("http://shop.example")
    assert result.output == (
        "Not checked:\n"
        "    1 of 2 operations may change something and are not checked without --all-methods.\n"
        "\n"
        "1 operation, 6 requests, 0 findings\n"
    )
    assert result.exit_code == 0


def test_findings(run: Run) -> None:
    """With findings, the status is 1."""
    result = run("http://shop.example", "--all-methods", "--operation", "add", "--max-cases", "1")
    assert (result.exit_code, result.output.splitlines()[:6]) == (
        1,
        [
            "POST /books (add) [server-error]",
            "    came:     status 500",
            "    expected: no server error",
            "    case:     is valid",
            "    curl -i -X POST 'http://shop.example/books?title=string'",
            "",
        ],
    )


def test_json(run: Run) -> None:
    """Programs get JSON."""
    result = run("http://shop.example", "--format", "json", "--operation", "read")
    report: Any = json.loads(result.output)
    assert (report["url"], report["reached"]) == (
        "http://shop.example",
        {"GET /books": ["200", "422"]},
    )


def test_app(run: Run) -> None:
    """The app can be checked in this process."""
    result = run("--app", "--document", "openapi", "--operation", "read")
    assert (result.exit_code, result.output) == (0, "1 operation, 6 requests, 0 findings\n")


@pytest.mark.parametrize(
    ("config", "url"),
    [
        ({}, "http://localhost"),
        (
            {
                "SERVER_NAME": "shop.example:8443",
                "PREFERRED_URL_SCHEME": "https",
                "APPLICATION_ROOT": "/v1",
            },
            "https://shop.example:8443/v1",
        ),
    ],
)
def test_url_of_an_app(app: Flask, config: dict[str, str], url: str) -> None:
    """An app in this process gets requests for its own host."""
    app.config.update(config)
    assert checking.find_app_url(app) == url


@pytest.mark.parametrize(
    ("place", "headers"),
    [
        (None, [("X-Key", "secret")]),
        ("http://shop.example/openapi.json", [("X-Key", "secret")]),
        ("http://other.example/openapi.json", []),
        ("https://shop.example/openapi.json", []),
    ],
)
def test_credentials_of_the_document(
    run: Run, monkeypatch: pytest.MonkeyPatch, place: str | None, headers: list[Any]
) -> None:
    """The headers are sent to the server only, not to another place of the document."""
    asked: list[Any] = []

    def fetch(url: str, sent: Any, timeout: float) -> str:
        asked.extend(sent)
        return '{"openapi": "3.1.0", "paths": {}}'

    monkeypatch.setattr(documents, "fetch_text", fetch)
    options = ("--document", place) if place else ()
    assert run("http://shop.example", "--header", "X-Key: secret", *options).exit_code == 0
    assert asked == headers


def test_options(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each option reaches the check."""
    given: list[Any] = []
    check_api = probing.check_api

    def spy(api: Any, sender: Any, options: Any) -> Any:
        given.append(options)
        return check_api(api, sender, options)

    monkeypatch.setattr(probing, "check_api", spy)
    result = run(
        *("http://shop.example", "--header", "X-A: 1", "--operation", "add", "--all-methods"),
        *("--seed", "5", "--max-cases", "7", "--ignore", "server-error:add", "--timeout", "3"),
    )
    assert result.exit_code == 0
    (options,) = given
    assert options == probing.CheckOptions(
        probing.OwnHeaders([("X-A", "1")]),
        ("add",),
        all_methods=True,
        seed=5,
        max_cases=7,
        ignored=frozenset({"server-error:add"}),
        timeout=3,
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param((), "Check a URL or --app, not both or neither.", id="nothing"),
        pytest.param(("http://a", "--app"), "Check a URL or --app, not both", id="both"),
        pytest.param(("--app", "--schemathesis"), "schemathesis needs a server", id="no server"),
        pytest.param(("shop",), "'shop' is not the URL of a server, such as http://127", id="URL"),
        pytest.param(
            ("http://a", "--header", "x"), "write a header as NAME: VALUE, in ASCII.", id="header"
        ),
        pytest.param(
            ("http://a", "--ignore", "x:add"),
            "no finding is called 'x:add'; there are: server-error, no-answer, undocumented,",
            id="finding",
        ),
        pytest.param(
            ("http://a", "--operation", "x"),
            "no operation is called x; there are: read, add.",
            id="operation",
        ),
        pytest.param(
            ("http://a", "--document", "/none.json"),
            "http://a/none.json has no document: status 404.",
            id="document",
        ),
    ],
)
def test_cannot_run(run: Run, arguments: tuple[str, ...], message: str) -> None:
    """A check that cannot run has the status 2, and a sentence."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())


def test_without_jsonschema(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without jsonschema, the message has the command that installs it."""
    monkeypatch.setattr(documents, "is_jsonschema_installed", lambda: False)
    result = run("http://a")
    assert (result.exit_code, result.output) == (
        2,
        "Error: This command needs the package jsonschema: pip install 'flask-typed-api[checks]'\n",
    )


@pytest.mark.parametrize(
    ("place", "located"),
    [
        (None, "http://a/v1/openapi.json"),
        ("/api.yaml", "http://a/v1/api.yaml"),
        ("http://b/api.json", "http://b/api.json"),
        ("api.json", "api.json"),
        (__file__, __file__),
    ],
)
def test_documents(place: str | None, located: str) -> None:
    """The document is on the server, at another URL, or in a file."""
    assert checking.locate_document("http://a/v1", place) == located


def test_schemathesis(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """schemathesis runs after the check, and reports with it."""

    def add(report: Any, program: str, *others: Any) -> None:
        report.fuzzing = f"output of {program}"

    monkeypatch.setattr(fuzzing, "find_schemathesis", lambda: "st")
    monkeypatch.setattr(fuzzing, "add_fuzzing", add)
    result = run("http://shop.example", "--schemathesis", "--operation", "read")
    assert result.output.startswith("schemathesis:\n    output of st\n")


def test_without_schemathesis(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without schemathesis, nothing is sent."""

    def fail() -> str:
        raise FuzzingFailed("not there")

    monkeypatch.setattr(fuzzing, "find_schemathesis", fail)
    result = run("http://shop.example", "--schemathesis")
    assert (result.exit_code, result.output) == (2, "Error: not there\n")


def test_no_app_is_loaded(tmp_path: Path) -> None:
    """A server is checked without an app."""
    file = tmp_path / "api.json"
    file.write_text('{"openapi": "3.1.0", "paths": {}}')
    result = CliRunner().invoke(typed, ["check", "http://a", "--document", str(file)])
    assert (result.exit_code, result.output) == (0, "0 operations, 0 requests, 0 findings\n")
