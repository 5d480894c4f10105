"""Events that Sentry's SDK would send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from flask_typed.telemetry.sentry import Sentry
from sentry_sdk.envelope import Envelope
from sentry_sdk.integrations.flask import FlaskIntegration
from sentry_sdk.transport import Transport

from .conftest import Observe

sent: list[Any] = []


class Kept(Transport):
    """Keeps the events instead of sending them."""

    def capture_envelope(self, envelope: Envelope) -> None:
        """Keep an event."""
        sent.append(envelope.get_event())


@pytest.fixture
def events() -> Iterator[list[Any]]:
    """Return the events that are sent in a test."""
    with sentry_sdk.isolation_scope():
        sentry_sdk.init(
            dsn="http://key@localhost/1",
            transport=Kept,
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[FlaskIntegration()],
            in_app_exclude=["flask_typed"],
        )
        yield sent
    sent.clear()
    sentry_sdk.get_global_scope().set_client(None)


def test_event_of_an_error(observe: Observe, events: list[Any]) -> None:
    """It shows the user's frame, the route and the operation."""
    client = observe(Sentry())
    client.get("/books/1")
    client.get("/books/3")
    (event,) = events
    assert event["transaction"] == "GET /books/<int:book_id>"
    assert event["transaction_info"] == {"source": "route"}
    assert event["tags"] == {"operation_id": "read_book"}
    (error,) = event["exception"]["values"]
    frames = [frame["function"] for frame in error["stacktrace"]["frames"] if frame["in_app"]]
    assert (error["type"], frames) == ("LookupError", ["read_book"])


def test_event_without_a_route(observe: Observe, events: list[Any]) -> None:
    """It keeps the name that the integration gives it."""
    client = observe(Sentry())

    @client.application.errorhandler(404)
    def report(error: Exception) -> tuple[str, int]:
        sentry_sdk.capture_message("not found")
        return "", 404

    client.get("/none")
    (event,) = events
    assert "operation_id" not in event.get("tags", {})
    assert event["message"] == "not found"
