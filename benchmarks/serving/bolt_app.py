"""django-bolt, whose server is written in Rust: ``python bolt_app.py PORT``."""

from __future__ import annotations

import sys
from typing import Annotated

import django
from django.conf import settings

settings.configure(
    BOLT_API=["__main__:api"],
    ROOT_URLCONF="__main__",
    SECRET_KEY="unused",  # noqa: S106  # nothing is signed
    LOGGING_CONFIG=None,
    INSTALLED_APPS=["django_bolt"],
)
django.setup()

from contenders.flask_msgspec import Line, Order  # noqa: E402  # after Django's settings
from contenders.models import Found, make_lines  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django_bolt import BoltAPI  # noqa: E402
from django_bolt.param_functions import Query  # noqa: E402

api = BoltAPI(enable_logging=False)
urlpatterns: list[object] = []


@api.get("/found")
async def find(
    q: Annotated[str, Query(min_length=1, max_length=50)],
    page: Annotated[int, Query(ge=1)] = 1,
    size: Annotated[int, Query(ge=1, le=100)] = 20,
    newest: Annotated[bool, Query()] = False,
) -> Found:
    """Send back what was looked for."""
    return Found(q, page, size, newest)


@api.post("/orders", status_code=200)
async def add_order(order: Order) -> Order:
    """Send an order back."""
    return order


@api.get("/lines")
async def list_lines() -> list[Line]:
    """Send lines."""
    return make_lines(Line)


if __name__ == "__main__":
    call_command("runbolt", "--host", "127.0.0.1", "--port", sys.argv[1], "--no-admin")
