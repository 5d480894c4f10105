from dataclasses import dataclass, field
from typing import Annotated

from flask import Flask
from flask_typed import Form, Json, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Filter:
    wards: list[int] = field(default_factory=list)
    free: bool = False


@typed.get("/beds")
def list_beds(where: Json[Filter]) -> Filter:
    """List the beds."""
    return where


@typed.post("/beds")
def add_beds(numbers: Annotated[Json[list[int]], Form()]) -> int:
    """Add beds."""
    return len(numbers)
