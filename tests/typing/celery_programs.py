"""Programs with Celery tasks as users write them: only type-checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from celery import Celery
from flask import Flask
from flask_typed import PROVIDED, Accepted, Depends, Typed, TypedBlueprint
from flask_typed.celery import Job, JobRoutes, TaskMessage, TypedCelery, TypedResult, TypedTask
from typing_extensions import assert_type

app = Flask(__name__)
typed = Typed(app)
celery = Celery("shop")
tasks = TypedCelery(celery, typed)
shop = TypedBlueprint("shop", __name__)


@dataclass
class Report:
    """A result."""

    total: int


class Mailer:
    """What a provider makes."""


@tasks.task
def mail_order(order_id: UUID, mailer: Annotated[Mailer, Depends()] = PROVIDED) -> None:
    """Mail."""


@tasks.task(acks_late=True, name="report")
def make_report(day: date, *, pages: int = 1) -> Report:
    """Make a report."""
    return Report(pages)


@tasks.task()
async def count(number: int) -> int:
    """Count."""
    return number


reports = JobRoutes(shop, "/reports", make_report, tags=["reports"])


@shop.post("/reports")
def start_report(day: date) -> Accepted[Job[Report]]:
    """Start a report."""
    return reports.accept(day, pages=2)


def check_tasks(order_id: UUID, day: date) -> None:
    """Arguments are checked, and results have types."""
    assert_type(mail_order.delay(order_id), TypedResult[None])
    assert_type(make_report.delay(day).get(timeout=1.0), Report)
    assert_type(count.with_options(countdown=5).delay(1).get(), int)
    assert_type(make_report.result("7").get(), Report)
    assert_type(make_report.prepare(day), TaskMessage)
    other: TypedTask[[int], int] = count
    assert_type(other.delay(2), TypedResult[int])
    mail_order.delay("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    make_report.delay(day, page=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    reports.accept(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    count.prepare()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
