from dataclasses import dataclass
from typing import Annotated

from flask import Flask
from flask_typed import Depends, Header, Problem, Typed, TypedBlueprint, raises
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

app = Flask(__name__)
app.config.update(
    SECRET_KEY="change me",
    SESSION_COOKIE_SAMESITE="Lax",
    SESSION_COOKIE_SECURE=True,
    SESSION_COOKIE_HTTPONLY=True,
)
typed = Typed(app)


class CSRFTokenInvalid(Problem):
    """The CSRF token is not that of the session."""

    status = 403


@raises(CSRFTokenInvalid)
def check_csrf(token: Annotated[str, Header(alias="X-CSRFToken")]) -> None:
    try:
        validate_csrf(token)
    except ValidationError:
        raise CSRFTokenInvalid from None


@dataclass
class Token:
    csrf_token: str


@typed.get("/csrf")
def read_token() -> Token:
    return Token(generate_csrf())


notes = TypedBlueprint("notes", __name__, dependencies=[Depends(check_csrf)])


@notes.post("/notes")
def add_note(text: str) -> str:
    return text


app.register_blueprint(notes)
