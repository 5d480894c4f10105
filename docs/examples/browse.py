from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge
from flask import Flask
from flask_typed import Query, Typed

app = Flask(__name__)
typed = Typed(app)

Sort = Literal["title", "-title", "year", "-year"]


@dataclass
class Filter:
    genre: list[str] = field(default_factory=list)
    year: Annotated[int, Ge(1450)] | None = None


@dataclass
class Browse:
    sort: list[Sort]
    size: tuple[int, int]
    tags: set[str]
    wanted: Filter | None
    stock: dict[str, int]


@typed.get("/browse")
def browse(
    sort: Annotated[list[Sort], Query(explode=False)] = ["title"],
    size: Annotated[tuple[int, int], Query(style="spaceDelimited")] = (0, 99),
    tags: Annotated[set[str], Query(style="pipeDelimited")] = set(),
    wanted: Annotated[Filter | None, Query(style="deepObject", alias="filter")] = None,
    stock: Annotated[dict[str, int], Query(style="deepObject")] = {},
) -> Browse:
    """Return the parsed parameters."""
    return Browse(sort, size, tags, wanted, stock)
