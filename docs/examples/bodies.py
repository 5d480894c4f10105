from dataclasses import dataclass
from typing import Annotated

from annotated_types import MaxLen
from flask import Flask
from flask_typed import Body, MediaType, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Note:
    text: str
    stars: int = 0


@typed.put("/stock")
def replace_stock(table: Annotated[str, MediaType("text/csv")]) -> list[str]:
    """Text, unchanged."""
    return table.splitlines()


@typed.put("/scan")
def keep_scan(scan: Annotated[bytes, MediaType("image/*"), MaxLen(1_000_000)]) -> int:
    """The bytes of any image."""
    return len(scan)


@typed.post("/notes")
def add_note(note: Annotated[Note, Body(form=True)]) -> Note:
    """JSON, or an HTML form."""
    return note
