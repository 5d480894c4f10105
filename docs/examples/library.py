from datetime import date

from flask import Flask
from flask_typed import Typed
from flask_typed.pydantic import PYDANTIC
from pydantic import BaseModel, Field, computed_field, field_validator


class Loan(BaseModel):
    book: str = Field(min_length=1)
    since: date = Field(alias="from")

    @field_validator("since")
    @classmethod
    def check(cls, since: date) -> date:
        if since.year < 2000:
            raise ValueError("The library is not that old.")
        return since

    @computed_field
    def due(self) -> date:
        return self.since.replace(year=self.since.year + 1)


app = Flask(__name__)
typed = Typed(app, types=PYDANTIC)


@typed.post("/loans")
def lend(loans: list[Loan]) -> list[Loan]:
    """Lend books for a year."""
    return loans
