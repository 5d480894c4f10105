"""A plugin for pytest: fixtures, a client for one view, and assertions about problems.

In tests. A test suite opts in by ``pytest_plugins = ["flask_typed.testing"]`` in its
``conftest.py``. The fixtures use the fixture ``app`` of the suite.

PYTEST_DONT_REWRITE: it has no assertions to rewrite, so a ``conftest.py`` may import from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any, NamedTuple, Protocol
from weakref import WeakSet

import pytest
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from .blueprint import TypedBlueprint
from .client import Answer, TypedClient
from .client.problems import make_problem, read_problem_document
from .contract.checking import ResponseCheck, install_check
from .declare.dependencies import Provider
from .declare.problems import Problem
from .extension import Typed
from .plan.operation import Operation
from .plan.problems import ProblemShapes
from .publish.content import DocumentSource
from .routes.overriding import override
from .schemas.factory import SchemaFactory
from .schemas.mirrored import MirrorFactory
from .schemas.patches import make_registry
from .setup import make_api
from .state import TypedState, get_state

#: The option of pytest that lists the documented responses that no test has got.
OPTION = "--typed-unreached"


class Override(Protocol):
    """Replaces a provider until the end of the test."""

    def __call__(self, provider: Provider, replacement: Provider) -> None:
        """Replace a provider."""
        ...


class DocumentedStatus(NamedTuple):
    """A response of an operation in the document.

    :param status: a status code, a range such as ``4XX``, or ``default``.
    """

    method: str
    path: str
    status: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.status}"


class ResponseRecorder:
    """Compares the responses of apps with their documents, and knows which of them were got."""

    def __init__(self) -> None:
        self._apps: WeakSet[Flask] = WeakSet()
        self._documented: dict[DocumentedStatus, bool] = {}

    def watch(self, app: Flask) -> None:
        """Record the responses of an app from now on.

        A response that differs from its document raises an ``UndocumentedResponse`` in the test.
        """
        if app in self._apps:
            return
        self._apps.add(app)
        state = get_state(app)
        documents = tuple(state.documents.values())
        source = DocumentSource(partial(make_api, state), documents, state.lock)
        check = ResponseCheck(app, state.find, source, state.tools.settings)
        for operation in state.operations:
            for status in find_documented_statuses(check, app, operation):
                self._documented.setdefault(status, False)
        install_check(app, RecordingCheck(self, check, state))

    def note(self, operation: Operation, status: int) -> None:
        """Note a response of an operation."""
        for text in (str(status), f"{status // 100}XX", "default"):
            key = DocumentedStatus(operation.method, operation.rule.rule, text)
            if key in self._documented:
                self._documented[key] = True
                break

    def unreached(self) -> list[DocumentedStatus]:
        """Return the documented responses of the watched apps that no request has got."""
        return [status for status, is_reached in self._documented.items() if not is_reached]


class RecordingCheck:
    """Records the responses of one app."""

    def __init__(self, recorder: ResponseRecorder, check: ResponseCheck, state: TypedState) -> None:
        self._recorder = recorder
        self._check = check
        self._state = state

    def __call__(self, response: Response) -> None:
        """Note a response to the current request.

        :raises UndocumentedResponse: if it differs from its document.
        """
        served = self._state.find(request)
        if served is None:
            return
        self._recorder.note(served.operation, response.status_code)
        report = self._check.compare(response)
        if report is not None:
            raise report


def find_documented_statuses(
    check: ResponseCheck, app: Flask, operation: Operation
) -> Iterator[DocumentedStatus]:
    """Yield the responses of an operation in the document; a hidden one has none."""
    with app.app_context():
        found = None if operation.details.hidden else check.documented.find(operation)
    for status in found.by_status if found else ():
        yield DocumentedStatus(operation.method, operation.rule.rule, status)


@pytest.fixture
def typed_client(app: Flask, recorder: ResponseRecorder) -> TypedClient:
    """Return a client that calls the views of the fixture ``app``, whose responses are recorded."""
    recorder.watch(app)
    return TypedClient(app)


@pytest.fixture(name="override")
def make_override(app: Flask) -> Iterator[Override]:
    """Return a function that replaces a provider until the end of the test."""
    with ExitStack() as replaced:

        def replace(provider: Provider, replacement: Provider) -> None:
            serving = get_state(app).serving
            replaced.enter_context(override([serving], provider, replacement))

        yield replace


#: The recorder of a session, for the summary at its end.
RECORDER = pytest.StashKey[ResponseRecorder]()


@pytest.fixture(scope="session")
def recorder(pytestconfig: pytest.Config) -> ResponseRecorder:
    """Return the recorder of all tests: ``recorder.watch(app)`` before a test client is used."""
    return pytestconfig.stash.setdefault(RECORDER, ResponseRecorder())


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of the plugin."""
    words = "list the documented responses of recorded apps that no test has got"
    parser.getgroup("flask_typed").addoption(OPTION, action="store_true", help=words)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """List the documented responses that no test has got."""
    found = config.stash.get(RECORDER, None)
    if found is None or not config.getoption(OPTION):
        return
    terminalreporter.section("documented responses that no test has got")
    for status in found.unreached():
        terminalreporter.write_line(str(status))


def client_for(
    view: Callable[..., Any], path: str = "/", *, typed: Typed | None = None, **options: Any
) -> TypedClient:
    """Return a client of an app with one view, which needs no blueprint and no app.

    ``client_for(add_book, methods=["POST"]).call(add_book, NewBook("Emma"))``

    :param path: the URL rule.
    :param typed: with types, an envelope and so on; it may serve other apps too.
    :param options: of the route.
    """
    app = Flask(view.__module__)
    app.testing = True
    made = typed or Typed()
    made.init_app(app)
    blueprint = TypedBlueprint("one", view.__module__)
    blueprint.route(path, **options)(view)
    app.register_blueprint(blueprint)
    return TypedClient(app)


def assert_problem(
    response: AnyResponse | Answer[Any], problem: type[HTTPException], /, **members: Any
) -> None:
    """Assert that a response is a problem of a class, with these members.

    ``assert_problem(client.get("/books/3"), BookNotFound, book_id=3)``

    :param response: of Flask's test client, or the answer of a typed client.
    :param members: as the problem's class takes them; ``detail`` too. Others may have any value.
    :raises AssertionError: says how the response differs.
    """
    __tracebackhide__ = True
    own = response.response if isinstance(response, Answer) else response
    status, document = own.status_code, read_problem_document(own)
    if document is None:
        body = own.get_data(as_text=True)[:200]
        raise AssertionError(f"expected {write_kind(problem)}, got {status} {own.mimetype}: {body}")
    found = response.problem if isinstance(response, Answer) else read_as(problem, own, document)
    if found is None or not isinstance(found, problem):
        raise AssertionError(f"expected {write_kind(problem)}, got {status}: {dict(document)}")
    known = rename_members(type(found))
    actual = {key: getattr(found, known.get(key, key), None) for key in members}
    differing = [
        f"{key}: expected {members[key]!r}, got {actual[key]!r}"
        for key in members
        if members[key] != actual[key]
    ]
    if differing:
        raise AssertionError("\n  ".join((f"{write_kind(problem)} has other members", *differing)))


def write_kind(problem: type[HTTPException]) -> str:
    """Return the name of a kind of problem, with its status code."""
    return f"{problem.__name__} ({problem.code})"


def rename_members(problem: type[HTTPException]) -> dict[str, str]:
    """Return the attributes of the members of a problem, where they have another name."""
    return {} if issubclass(problem, Problem) else {"detail": "description"}


def read_as(
    problem: type[HTTPException], response: AnyResponse, document: Any
) -> HTTPException | None:
    """Return a problem document as a class; ``None`` if it is of another."""
    title = problem.title if issubclass(problem, Problem) else problem().name
    uri = getattr(problem, "type", Problem.type)
    if response.status_code != problem.code or document.get("type", Problem.type) != uri:
        return None
    if uri == Problem.type and document.get("title") != title:
        return None
    shapes = ProblemShapes(MirrorFactory(SchemaFactory(make_registry()), is_loose=True))
    return make_problem(problem, shapes, document, response.headers)
