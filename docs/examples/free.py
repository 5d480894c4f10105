from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_typed import Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Book:
    title: str
    price: Decimal


@typed.get("/report")
def read_report() -> dict[str, Any]:
    """A body whose values have any types."""
    return {
        "day": date(2026, 1, 2),
        "genres": {"novel", "letters"},
        "best": [Book("Emma", Decimal("9.50"))],
    }
