from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from flask import Flask
from flask_typed import Typed

T = TypeVar("T")


@dataclass
class Circle:
    kind: Literal["circle"]
    radius: float


@dataclass
class Square:
    kind: Literal["square"]
    side: float


@dataclass
class Page(Generic[T]):
    items: list[T]


app = Flask(__name__)
typed = Typed(app)


@typed.post("/areas")
def compute_areas(page: Page[Circle | Square]) -> Page[float]:
    """Compute areas."""
    areas = [
        shape.side**2 if isinstance(shape, Square) else round(3.14159 * shape.radius**2, 2)
        for shape in page.items
    ]
    return Page(areas)
