"""Sign up and log in."""

from flask_typed import Created, TypedBlueprint, raises
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.security import check_password_hash, generate_password_hash

from .dependencies import CurrentSettings, TokenMaker, Work
from .hashing import run_in_thread
from .rows import UserRow
from .schemas import Credentials, NameIsTaken, Token, WrongPassword

users = TypedBlueprint("users", __name__, description="Users and their tokens.")


@users.post("/users", status=201)
@raises(NameIsTaken)
def sign_up(credentials: Credentials, session: Work) -> str:
    """Become a user."""
    password_hash = run_in_thread(generate_password_hash, credentials.password)
    session.add(UserRow(name=credentials.name, password_hash=password_hash))
    try:
        session.flush()
    except IntegrityError as error:
        raise NameIsTaken from error
    return credentials.name


@users.post("/tokens")
@raises(WrongPassword)
def log_in(
    credentials: Credentials, session: Work, tokens: TokenMaker, settings: CurrentSettings
) -> Created[Token]:
    """Get a token."""
    user = session.scalar(select(UserRow).where(UserRow.name == credentials.name))
    if user is None or not run_in_thread(
        check_password_hash, user.password_hash, credentials.password
    ):
        raise WrongPassword
    return Created(Token(tokens.make(user), settings.token_lifetime))
