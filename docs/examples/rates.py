from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from annotated_types import Gt
from flask import Flask
from flask_typed import JsonNumber, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Conversion:
    amount: Decimal
    rate: Annotated[Decimal, JsonNumber(), Gt(0)]


@typed.post("/conversions")
def convert(conversion: Conversion) -> Annotated[Decimal, JsonNumber()]:
    """Change money."""
    return conversion.amount * conversion.rate
