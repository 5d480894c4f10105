"""Flask-Login: who is logged in as a provider, ``login_required``, and the cookie's scheme."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_typed import NotAuthenticated, Security, UndocumentedResponse

from .answers import invalid, problem

flask_login = pytest.importorskip("flask_login", reason="Flask-Login is not installed")

Document = Callable[[], dict[str, Any]]
UNKNOWN = problem(401, "Authentication is required.")
UNAUTHORIZED = problem(
    401,
    "Unauthorized",
    detail="The server could not verify that you are authorized to access the URL requested. You"
    " either supplied the wrong credentials (e.g. a bad password), or your browser doesn't"
    " understand how to supply the credentials required.",
)
CHALLENGE = 'Apikey realm="api", in="cookie", name="session"'


@pytest.fixture
def program(load: Callable[[str], ModuleType]) -> ModuleType:
    """Return the program of the docs."""
    return load("with_login")


@pytest.fixture
def app(program: ModuleType) -> Flask:
    """Return the program's app."""
    app: Flask = program.app
    return app


def log_in(client: FlaskClient) -> None:
    """Log in as Ada; the client keeps the cookie."""
    response = client.post("/login", json={"name": "ada", "password": "countess"})
    assert response.status_code == 204


def test_no_cookie(client: FlaskClient) -> None:
    """Without the cookie the answer is a 401 that says which one is missing."""
    response = client.get("/me")
    assert (response.status_code, response.get_json()) == (401, UNKNOWN)
    assert response.headers["WWW-Authenticate"] == CHALLENGE


def test_nobody_is_logged_in(client: FlaskClient, app: Flask) -> None:
    """A session in which nobody is logged in is a 401 too."""

    @app.get("/visit")
    def visit() -> str:
        session["visits"] = 1
        return "Welcome."

    client.get("/visit")
    response = client.get("/me")
    assert (response.status_code, response.get_json()) == (401, UNKNOWN)
    assert response.headers["WWW-Authenticate"] == CHALLENGE


def test_logged_in(client: FlaskClient) -> None:
    """The view is given the user of Flask-Login."""
    log_in(client)
    assert client.get("/me").get_json() == {"id": "ada", "loans": 3}


def test_the_user_is_gone(client: FlaskClient, program: ModuleType) -> None:
    """A cookie whose user is not there any more is a 401."""
    log_in(client)
    program.readers.clear()
    response = client.get("/me")
    assert (response.status_code, response.get_json()) == (401, UNKNOWN)


@pytest.mark.parametrize("name", ["ada", "bob"])
def test_wrong_password(client: FlaskClient, name: str) -> None:
    """The answer does not tell a wrong name from a wrong password."""
    response = client.post("/login", json={"name": name, "password": "?"})
    assert (response.status_code, response.get_json()) == (
        403,
        problem(403, "Name and password do not go together."),
    )


def test_faults_of_a_login(client: FlaskClient) -> None:
    """The body of a login is validated like any other."""
    response = client.post("/login", json={"name": "ada"})
    assert response.get_json() == invalid(
        ("body", "/password", "Missing data for required field."),
    )


def test_login_required(client: FlaskClient) -> None:
    """The 401 of ``login_required`` is a problem document."""
    response = client.get("/loans")
    assert (response.status_code, response.get_json()) == (401, UNAUTHORIZED)
    assert "WWW-Authenticate" not in response.headers


def test_login_required_lets_in(client: FlaskClient) -> None:
    """``login_required`` lets in who is logged in."""
    log_in(client)
    assert client.get("/loans").get_json() == 3


def test_login_required_with_the_scheme(
    client: FlaskClient, program: ModuleType, document: Document
) -> None:
    """With the scheme in the route's dependencies, the decorator's 401 is the published one."""

    @program.typed.get("/debts", dependencies=[Security(program.session_cookie)])
    @flask_login.login_required
    def count_debts() -> int:
        return 0

    assert document()["paths"]["/debts"]["get"]["security"] == [{"login": []}]
    client.set_cookie("session", "forged")
    response = client.get("/debts")
    published = {**UNAUTHORIZED, "title": NotAuthenticated.title}
    assert (response.status_code, response.get_json()) == (401, published)
    assert response.headers["WWW-Authenticate"] == CHALLENGE
    log_in(client)
    assert client.get("/debts").get_json() == 0


def test_login_view(client: FlaskClient, program: ModuleType) -> None:
    """With a login view, ``login_required`` redirects; a test is told that nobody says so."""
    program.login_manager.login_view = "log_in"
    with pytest.warns(UndocumentedResponse, match=r"count_loans .* answered 30[23] "):
        response = client.get("/loans")
    assert (response.status_code in (302, 303), response.location) == (
        True,
        "/login?next=%2Floans",
    )


def test_a_user_of_the_test(client: FlaskClient, program: ModuleType) -> None:
    """A test may put a user of its own in the provider's place: no cookie is asked for."""
    with program.typed.override(program.get_reader, lambda: program.Reader("bob")):
        assert client.get("/me").get_json() == {"id": "bob", "loans": 0}


def test_published(document: Document) -> None:
    """The document has the cookie's scheme, the routes that need it, and every 401."""
    published = document()
    paths = published["paths"]
    assert published["components"]["securitySchemes"] == {
        "login": {
            "type": "apiKey",
            "in": "cookie",
            "name": "session",
            "description": "Given by POST /login.",
        }
    }
    assert paths["/me"]["get"]["security"] == [{"login": []}]
    assert list(paths["/me"]["get"]["responses"]) == ["200", "401"]
    assert list(paths["/loans"]["get"]["responses"]) == ["200", "401"]
    assert "security" not in paths["/loans"]["get"]
