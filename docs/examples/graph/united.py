from dataclasses import dataclass
from enum import Enum
from typing import Literal

from flask import Flask
from flask_typed import Typed


class Format(Enum):
    HARDBACK = "hardback"
    AUDIO = "audio"


@dataclass
class Printed:
    kind: Literal["printed"]
    title: str
    pages: int


@dataclass
class Recorded:
    kind: Literal["recorded"]
    title: str
    minutes: int


shelf = {
    Format.HARDBACK: Printed("printed", "Emma", 474),
    Format.AUDIO: Recorded("recorded", "Emma", 985),
}


class Query:
    def search(self, of: list[Format] = []) -> list[Printed | Recorded]:
        """List the books, or those of some formats."""
        return [shelf[one] for one in of or Format]


class Mutation:
    def add(self, book: Printed | Recorded) -> Printed | Recorded:
        """Add a book."""
        return book


app = Flask(__name__)
Typed(app).graphql("/graphql", Query, Mutation)
