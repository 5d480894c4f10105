from dataclasses import dataclass
from typing import Annotated

from flask import Flask
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_typed import APIKeyCookie, Depends, NotAuthenticated, Problem, Security, Typed, raises
from werkzeug.exceptions import Unauthorized

app = Flask(__name__)
app.secret_key = "change me"
login_manager = LoginManager(app)
typed = Typed(app)


@dataclass
class Reader(UserMixin):
    id: str
    loans: int = 0


@dataclass
class Credentials:
    name: str
    password: str


readers = {"ada": Reader("ada", 3)}


class WrongPassword(Problem):
    """Name and password do not go together."""

    status = 403


@login_manager.user_loader
def load_reader(name: str) -> Reader | None:
    return readers.get(name)


session_cookie = APIKeyCookie("session", name="login", description="Given by POST /login.")


def get_reader(_cookie: Annotated[str, Depends(session_cookie)]) -> Reader:
    """Return the user who is logged in."""
    if not current_user.is_authenticated:
        raise NotAuthenticated
    return current_user


@typed.post("/login")
@raises(WrongPassword)
def log_in(credentials: Credentials) -> None:
    """Log in; the response sets the cookie."""
    reader = readers.get(credentials.name)
    if reader is None or credentials.password != "countess":
        raise WrongPassword
    login_user(reader)


@typed.get("/me")
def read_me(reader: Annotated[Reader, Security(get_reader)]) -> Reader:
    """Return the name of the user."""
    return reader


@typed.get("/loans")
@raises(Unauthorized)
@login_required
def count_loans() -> int:
    """Count the loans of the user."""
    return current_user.loans
