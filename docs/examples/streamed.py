from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from flask import Flask
from flask_typed import Event, EventStream, Header, MediaType, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Reading:
    station: str
    celsius: float


@dataclass
class Opened:
    kind: Literal["opened"]
    door: int


@dataclass
class Closed:
    kind: Literal["closed"]
    door: int


@typed.get("/readings")
def export_readings() -> Iterator[Reading]:
    """Export the readings, line by line."""
    for celsius in (3.5, 4.0):
        yield Reading("harbour", celsius)


@typed.get("/doors")
async def watch_doors(last_event_id: Annotated[int, Header()] = 0) -> EventStream[Opened | Closed]:
    """Watch the doors."""
    yield Event(Opened("opened", 7), id=str(last_event_id + 1))
    yield Event(Closed("closed", 7), id=str(last_event_id + 2))


@typed.get("/photo")
def read_photo() -> Annotated[Iterator[bytes], MediaType("image/png")]:
    """Read the latest photo, piece by piece."""
    yield b"\x89PNG"
