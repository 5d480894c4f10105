"""An app with tasks of all kinds of arguments, in a view's process and in a worker."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any
from uuid import UUID, uuid4

from annotated_types import Ge
from celery import Celery
from flask import Flask, current_app, has_request_context
from flask_typed import PROVIDED, Accepted, Depends, Typed
from flask_typed.celery import Job, JobRoutes, TypedCelery

app = Flask("shop")
typed = Typed(app)
BROKER = os.environ.get("BROKER_URL", "memory://")
BACKEND = os.environ.get("BROKER_URL", "cache+memory://")
celery = Celery("shop", broker=BROKER, backend=BACKEND)
celery.conf.broker_connection_retry_on_startup = True
tasks = TypedCelery(celery, typed)


class Kind(Enum):
    """The kind of an order."""

    GIFT = "gift"


@dataclass
class Line:
    """A line of an order."""

    book: int
    price: Decimal


@dataclass
class Report:
    """The result of a task."""

    total: Decimal
    kind: Kind
    day: date
    took: timedelta
    ids: set[UUID]
    free: Any


class Mailer:
    """What a provider makes."""

    name = "smtp"


Mail = Annotated[Mailer, Depends()]


@tasks.task
def report(
    order: UUID,
    lines: list[Line],
    kind: Kind,
    took: timedelta,
    free: Any = None,
    mailer: Mail = PROVIDED,
) -> Report:
    """Add up an order, in the app context, with what a provider makes."""
    assert (current_app.name, mailer.name) == ("shop", "smtp")
    assert not has_request_context()
    time.sleep(took.total_seconds())
    total = sum((line.price for line in lines), Decimal(0))
    return Report(total, kind, date(2026, 1, 2), took, {order}, free)


@tasks.task(name="add_one", acks_late=True)
async def add_one(number: Annotated[int, Ge(1)]) -> Annotated[int, Ge(3)]:
    """Add one, later."""
    await asyncio.sleep(0)
    return number + 1


@tasks.task(ignore_result=True)
def forget(number: int = 1) -> None:
    """Do nothing."""


reports = JobRoutes(typed, "/reports", report)


@typed.post("/reports")
def start_report(lines: list[Line], seconds: float = 0.0) -> Accepted[Job[Report]]:
    """Start a report."""
    return reports.accept(uuid4(), lines, Kind.GIFT, timedelta(seconds=seconds))
