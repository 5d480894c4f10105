import re
from dataclasses import dataclass
from typing import Annotated, Any

from flask import Flask
from flask_typed import Body, Typed, TypedField

AMOUNT = re.compile(r"([0-9]+)\.([0-9]{2})")


@dataclass(frozen=True)
class Money:
    cents: int


class MoneyField(TypedField):
    json_schema = {"type": "string", "pattern": f"^{AMOUNT.pattern}$"}
    component = "Money"
    expected = "a Money"
    samples = (Money(0),)
    default_error_messages = {"invalid": "Not an amount such as 12.50."}

    def load(self, value: Any) -> Money:
        match = AMOUNT.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise self.make_error("invalid")
        return Money(int(match[1] + match[2]))

    def dump(self, value: Any) -> str:
        if not isinstance(value, Money):
            raise self.mismatch(value)
        return f"{value.cents // 100}.{value.cents % 100:02}"


app = Flask(__name__)
typed = Typed(app, types={Money: MoneyField})


@typed.post("/sums")
def add(amounts: Annotated[list[Money], Body()], tip: Money) -> Money:
    """Add up amounts."""
    return Money(sum(amount.cents for amount in amounts) + tip.cents)
