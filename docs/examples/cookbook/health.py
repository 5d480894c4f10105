from typing import Annotated, Literal

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_typed import Depends, HTTPBearer, Problem, Security, Typed, raises
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError


def check_token(token: Annotated[str, Depends(HTTPBearer())]) -> None:
    """Admit every token; a guard of the whole app stands here."""


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app)
typed = Typed(app, dependencies=[Security(check_token)])


class NotReady(Problem):
    """The service cannot serve requests."""

    status = 503


@app.get("/live")
def check_process() -> str:
    """Answer as long as the process runs: a plain route, which needs no token."""
    return "alive"


@typed.get("/ready", public=True, hidden=True)
@raises(NotReady)
def check_database() -> Literal["ready"]:
    """Answer as long as the database does."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:  # also that of a pool without a free connection
        raise NotReady(detail="The database does not respond.") from error
    return "ready"
