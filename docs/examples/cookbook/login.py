from dataclasses import dataclass, field
from typing import Annotated

from flask import Flask, request, session
from flask_typed import (
    APIKeyCookie,
    Created,
    Depends,
    HTTPBearer,
    NotAuthenticated,
    Problem,
    Security,
    Typed,
    raises,
)
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.security import check_password_hash, generate_password_hash

LIFETIME = 3600  # seconds

app = Flask(__name__)
app.config.update(
    SECRET_KEY="change me",
    SESSION_COOKIE_SAMESITE="Lax",
    SESSION_COOKIE_SECURE=False,  # True in production, which has HTTPS
)
typed = Typed(app)
signer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="token")


@dataclass
class User:
    name: str
    password_hash: str = field(repr=False)


@dataclass
class Credentials:
    name: str
    password: str = field(repr=False)


@dataclass
class Token:
    token: str
    expires_in: int = LIFETIME


@dataclass
class Me:
    name: str


class WrongPassword(Problem):
    """Name and password do not match."""

    status = 403


NOBODY = User("", generate_password_hash("no user has this password"))
users = {
    "ada": User("ada", generate_password_hash("countess")),
    "bob": User("bob", generate_password_hash("builder")),
}


@raises(WrongPassword)
def check_password(credentials: Credentials) -> User:
    """Return the user who has this password."""
    user = users.get(credentials.name, NOBODY)  # also slow for a name that does not exist
    if not check_password_hash(user.password_hash, credentials.password) or user is NOBODY:
        raise WrongPassword
    return user


bearer = HTTPBearer(name="token", description="From POST /tokens.")
cookie = APIKeyCookie("session", name="session", description="From POST /session.")


def get_user(_credentials: Annotated[str, Depends(bearer | cookie)]) -> User:
    """Return the user of the token; without a token, the user of the session."""
    if "Authorization" in request.headers:
        name = read_token(bearer.read(request) or "")
    else:
        name = session.get("name", "")
    if name not in users:
        raise NotAuthenticated
    return users[name]


def read_token(token: str) -> str:
    """Return the name in a token."""
    try:
        name: str = signer.loads(token, max_age=LIFETIME)
    except BadData:
        raise NotAuthenticated from None
    return name


CheckedUser = Annotated[User, Depends(check_password)]
CurrentUser = Annotated[User, Security(get_user)]


@typed.post("/session")
def log_in(user: CheckedUser) -> None:
    """Log in with a cookie, for browsers."""
    session["name"] = user.name


@typed.delete("/session")
def log_out() -> None:
    """Log out."""
    session.clear()


@typed.post("/tokens")
def make_token(user: CheckedUser) -> Created[Token]:
    """Get a token, for programs."""
    return Created(Token(signer.dumps(user.name)))


@typed.get("/me")
def read_me(user: CurrentUser) -> Me:
    """Return the user who is logged in."""
    return Me(user.name)
