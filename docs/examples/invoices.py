from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated

from annotated_types import Ge
from flask import Flask
from flask_typed import Body, Extra, Typed, computed, model
from marshmallow import ValidationError

app = Flask(__name__)
typed = Typed(app)


def reject_unused_number(number: str) -> None:
    if not number.startswith("2026-"):
        raise ValueError("Not a number of this year.")


def check_discount(line: "Line") -> None:
    if line.discount > line.unit_price:
        raise ValidationError("Is more than the price.", "discount")


@model(rename="camel", validators=[check_discount])
@dataclass
class Line:
    unit_price: Decimal
    pieces: Annotated[int, Ge(1)] = 1
    discount: Decimal = Decimal(0)

    @property
    @computed
    def line_total(self) -> Decimal:
        """The price of all pieces."""
        return (self.unit_price - self.discount) * self.pieces


@model(rename="camel")
@dataclass
class Invoice:
    invoice_number: Annotated[str, Body(alias="no"), reject_unused_number]
    lines: list[Line]
    labels: Annotated[dict[str, str], Extra()] = field(default_factory=dict)


@typed.post("/invoices")
def add_invoice(invoice: Invoice) -> Invoice:
    """Add an invoice."""
    return invoice
