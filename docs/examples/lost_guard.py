from typing import Annotated

from flask import Flask
from flask_typed import HTTPBearer, Typed

app = Flask(__name__)
typed = Typed(app)


@typed.get("/me")
def read_me(token: Annotated[str, HTTPBearer()]) -> str:
    """Read who you are."""
    return token
