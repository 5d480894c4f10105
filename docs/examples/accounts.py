from dataclasses import dataclass
from typing import cast

from flask import Flask
from flask_typed import Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Account:
    name: str
    visits: int


class Row:
    """A row of a database, with more attributes than clients should see."""

    def __init__(self, name: str, visits: object) -> None:
        self.name = name
        self.visits = visits
        self.password = "s3cret"


rows = {"ada": Row("Ada", 3), "bob": Row("Bob", "many")}


@typed.get("/accounts/<name>")
def read_account(name: str) -> Account:
    """Read an account; the row has the fields of an Account, and more."""
    return cast(Account, rows[name])
