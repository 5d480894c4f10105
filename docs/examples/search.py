from dataclasses import dataclass
from enum import Enum
from typing import Annotated

from annotated_types import Ge, Le
from flask import Flask
from flask_typed import Cookie, Header, Query, Typed

app = Flask(__name__)
typed = Typed(app)


class Genre(Enum):
    POETRY = "poetry"
    TRAVEL = "travel"


@dataclass
class Window:
    limit: Annotated[int, Ge(1), Le(100)] = 20
    offset: Annotated[int, Ge(0)] = 0


@dataclass
class Search:
    window: Window
    text: str
    genres: list[Genre]
    languages: list[str]
    last_seen: int | None


@typed.get("/search")
def search(
    window: Annotated[Window, Query()],
    text: Annotated[str, Query(alias="q", description="Words of the title.", example="sea")],
    genre: tuple[Genre, ...] = (),
    accept_language: Annotated[tuple[str, ...], Header()] = (),
    last_seen: Annotated[int | None, Cookie(alias="seen")] = None,
) -> Search:
    """Return the parsed parameters."""
    return Search(window, text, list(genre), list(accept_language), last_seen)
