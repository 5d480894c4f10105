import os
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from annotated_types import Ge
from celery import Celery
from flask import Flask
from flask_typed import PROVIDED, Accepted, Depends, Typed
from flask_typed.celery import Job, JobRoutes, TypedCelery

app = Flask(__name__)
typed = Typed(app)
broker = os.environ.get("BROKER_URL", "memory://")
backend = os.environ.get("RESULT_BACKEND", "cache+memory://")
celery = Celery("exports", broker=broker, backend=backend)
tasks = TypedCelery(celery, typed)


@dataclass
class Report:
    year: int
    until: date
    turnover: Decimal


class Ledger:
    def add_up(self, year: int, until: date) -> Decimal:
        return Decimal(until.timetuple().tm_yday) * year / 100


LedgerOfApp = Annotated[Ledger, Depends()]


@tasks.task
def export_year(
    year: Annotated[int, Ge(2000)], until: date, ledger: LedgerOfApp = PROVIDED
) -> Report:
    """Add up the turnover of a year."""
    return Report(year, until, ledger.add_up(year, until))


exports = JobRoutes(typed, "/exports", export_year)


@typed.post("/exports")
def start_export(year: int, until: date) -> Accepted[Job[Report]]:
    """Start to add up a year."""
    return exports.accept(year, until)
