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
    """What a database might give: more attributes than anybody should see."""

    def __init__(self, name: str, visits: object) -> None:
        self.name = name
        self.visits = visits
        self.password = "s3cret"


rows = {"ada": Row("Ada", 3), "bob": Row("Bob", "many")}


@typed.get("/accounts/<name>")
def read_account(name: str) -> Account:
    """Read an account; the row is no Account, but it has an Account's fields."""
    return cast(Account, rows[name])
