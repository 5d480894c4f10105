"""Calls the programs of ``examples/beside``: the same tests for each framework.

``docs/figures/beside_lacks.csv`` has a row for each test that some programs fail, by its docstring,
and the columns name them. They have to fail it, so the table of the documentation is true. The
programs of frameworks that are not installed are left out; one test of each tells.
"""

from __future__ import annotations

import asyncio
import csv
import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client as WerkzeugClient
from werkzeug.test import TestResponse

FIGURES = Path(__file__).parents[2] / "docs" / "figures"
HTTP_ERRORS = {400, 422}


@dataclass(frozen=True)
class Program:
    """A program, and the names that its framework gives to the parts of a page.

    :param needs: the packages of the framework and its extensions.
    """

    name: str
    module: str
    needs: tuple[str, ...] = ()
    document: str = "/openapi.json"
    is_asgi: bool = False
    size: str = "limit"
    items: str = "items"
    following: str = "next"


PROGRAMS = [
    Program("flask_typed", "flask_typed_app"),
    Program(
        "FastAPI",
        "fastapi_app",
        ("fastapi", "fastapi_pagination", "sqlakeyset", "mimeparse"),
        is_asgi=True,
        size="size",
        following="next_page",
    ),
    Program("Django Ninja", "django_wsgi", ("ninja",), size="page_size", items="results"),
    Program(
        "Litestar",
        "litestar_app",
        ("litestar", "sqlakeyset"),
        document="/schema/openapi.json",
        is_asgi=True,
    ),
    Program("flask-smorest", "smorest_app", ("flask_smorest", "sqlakeyset")),
    Program("APIFlask", "apiflask_app", ("apiflask", "sqlakeyset")),
]


def call_asgi(app: Any) -> Any:
    """Return a WSGI app that calls an ASGI app."""

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        received = [{"type": "http.request", "body": body}]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return received.pop() if received else await asyncio.Event().wait()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        headers = [
            (name.removeprefix("HTTP_").replace("_", "-").lower().encode(), value.encode())
            for name, value in environ.items()
            if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
        ]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": environ["REQUEST_METHOD"],
            "scheme": "http",
            "path": environ["PATH_INFO"],
            "raw_path": environ["PATH_INFO"].encode(),
            "root_path": "",
            "query_string": environ["QUERY_STRING"].encode(),
            "headers": headers,
            "server": ("localhost", 80),
            "client": ("127.0.0.1", 1),
            "state": {},
        }
        asyncio.run(app(scope, receive, send))
        pairs = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
        start_response(f"{sent[0]['status']} -", pairs)
        return [message.get("body", b"") for message in sent[1:]]

    return call


@dataclass(frozen=True)
class Page:
    """A page of a list."""

    items: list[dict[str, Any]]
    cursor: str | None


class Client:
    """Sends requests to a program."""

    def __init__(self, program: Program, app: Any) -> None:
        """Make a client of an app."""
        self.program = program
        self._client = WerkzeugClient(call_asgi(app) if program.is_asgi else app)

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send a request; the options are those of Werkzeug's client."""
        return self._client.open(path, method=method, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        """Send a GET request."""
        return self.send("GET", path, **options)

    def list_books(self, size: int = 2, cursor: str | None = None, **query: Any) -> TestResponse:
        """Request a page of the books."""
        given = {self.program.size: size, "cursor": cursor, **query}
        return self.get(
            "/books", query_string={name: v for name, v in given.items() if v is not None}
        )

    def read_page(self, cursor: str | None = None, **query: Any) -> Page:
        """Return a page of the books."""
        answer = self.list_books(cursor=cursor, **query)
        assert answer.status_code == 200, answer.text
        page = answer.get_json()
        following = page[self.program.following]
        # A cursor, or a URL with one.
        cursors = parse_qs(urlsplit(following or "").query).get("cursor", [following])
        return Page(page[self.program.items], cursors[0])

    def walk(self, **query: Any) -> list[str]:
        """Return the titles of all books, page by page."""
        page = self.read_page(**query)
        titles = [book["title"] for book in page.items]
        while page.cursor:
            page = self.read_page(page.cursor, **query)
            titles += [book["title"] for book in page.items]
        return titles

    @cached_property
    def document(self) -> Any:
        """The document, with every reference replaced."""
        document = self.get(self.program.document).get_json()
        return resolve(document, document)

    def find_operation(self, method: str, path: str) -> Any:
        """Return an operation of the document."""
        return self.document["paths"][path][method]


def resolve(node: Any, document: Any) -> Any:
    """Return a part of a document with every reference replaced."""
    match node:
        case {"$ref": str(reference)}:
            target = document
            for key in reference.removeprefix("#/").split("/"):
                target = target[key]
            return resolve(target, document)
        case dict():
            return {key: resolve(value, document) for key, value in node.items()}
        case list():
            return [resolve(value, document) for value in node]
    return node


def find_parameter(operation: Any, name: str) -> Any:
    """Return a parameter of an operation; the case of headers does not matter."""
    return next(p for p in operation["parameters"] if p["name"].lower() == name.lower())


def read_lacks() -> dict[str, set[str]]:
    """Return the programs that fail a test, by the docstring of the test."""
    with (FIGURES / "beside_lacks.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    return {
        row["Requirement"]: {name for name, cell in row.items() if cell == "lacks"} for row in rows
    }


LACKS = read_lacks()


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Import the tables, with a database of their own."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("beside") / "books.sqlite"
        patch.setenv("BESIDE_DATABASE", str(path))
        models = importlib.import_module("beside.models")
    models.Base.metadata.create_all(models.engine)
    yield models
    models.engine.dispose()


def find_missing(program: Program) -> list[str]:
    """Return the packages that a program needs, and that are not installed."""
    return [package for package in program.needs if find_spec(package) is None]


#: The programs whose frameworks are installed. What those warn of is left to them.
PARAMETERS = [
    pytest.param(
        program, id=program.name, marks=[pytest.mark.filterwarnings("ignore")] * bool(program.needs)
    )
    for program in PROGRAMS
    if not find_missing(program)
]


@pytest.fixture(scope="module", params=PARAMETERS)
def program(request: pytest.FixtureRequest) -> Program:
    """Return a program whose framework is installed."""
    program: Program = request.param
    return program


@pytest.fixture(scope="module")
def module_client(program: Program, models: ModuleType) -> Client:
    """Return a client of a program; its document is read once for all tests of a module."""
    return Client(program, importlib.import_module(f"beside.{program.module}").app)


@pytest.fixture
def client(request: pytest.FixtureRequest, module_client: Client, models: ModuleType) -> Client:
    """Return a client of a program, whose data are new."""
    requirement = request.function.__doc__.strip()
    if module_client.program.name in LACKS.get(requirement, ()):
        request.node.add_marker(pytest.mark.xfail(reason=f"lacks: {requirement}", strict=True))
    models.reset()
    return module_client
