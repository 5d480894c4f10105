from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Literal

from flask import Flask
from flask_typed import Typed
from typing_extensions import NotRequired, TypedDict

app = Flask(__name__)
typed = Typed(app)


class Kind(Enum):
    CAT = "cat"
    DOG = "dog"


class Pet(TypedDict):
    name: str
    kind: Kind
    chip: NotRequired[int]  # may be left out; null is no value


@dataclass
class Person:
    name: str
    born: date | None  # has to be there; null is a value
    title: Literal["Dr", "Prof"] | None = None  # may be left out, may be null
    pets: list[Pet] = field(default_factory=list)
    children: "list[Person]" = field(default_factory=list)
    nicknames: frozenset[str] = frozenset()


@typed.post("/people")
def add_person(person: Person) -> Person:
    """Return the parsed body."""
    return person
