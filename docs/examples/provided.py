import inspect
from calendar import monthrange
from dataclasses import dataclass
from typing import Annotated, Any

from flask import Flask
from flask_typed import ProvidedArgument, Query, Typed, make_provider
from marshmallow import validate

app = Flask(__name__)
typed = Typed(app)

MONTH = validate.Regexp(r"^2[0-9]{3}-(0[1-9]|1[0-2])$")


@dataclass(frozen=True)
class Month:
    """A month in the query: ``2026-05``."""

    year: int
    month: int

    @classmethod
    def __typed_provider__(cls, argument: ProvidedArgument) -> Any:
        """Return the provider of an argument."""

        def make(**values: str) -> Month:
            year, month = values[argument.name].split("-")
            return cls(int(year), int(month))

        parameter = Annotated[str, Query(description="A month."), MONTH]
        return make_provider("Month", make, {argument.name: (parameter, inspect.Parameter.empty)})


@typed.get("/reports")
def read_report(period: Month) -> str:
    """Report on a month."""
    return f"{monthrange(period.year, period.month)[1]} days"
