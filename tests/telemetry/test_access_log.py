"""Lines of the access log."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta, timezone

import pytest
from flask_typed.telemetry.access_log import AccessLog

from .conftest import Observe


def test_lines(observe: Observe, caplog: pytest.LogCaptureFixture) -> None:
    """Each is an object of JSON, which handlers find too."""
    caplog.set_level(logging.INFO, "flask_typed.access")
    client = observe(AccessLog(exclude=["/health"]))
    for path in ("/books/1?limit=7", "/books/2", "/books/3", "/health"):
        client.get(path)
    with client.get("/none") as response:
        assert response.data
    records = [record for record in caplog.records if record.name == "flask_typed.access"]
    entries = [json.loads(record.getMessage()) for record in records]
    assert entries == [record.__dict__["access"] for record in records]
    now = datetime.now(timezone.utc)
    for entry in entries:
        assert timedelta(0) <= now - datetime.fromisoformat(entry.pop("time")) < timedelta(hours=1)
        assert entry.pop("milliseconds") > 0
    known = {"method": "GET", "route": "/books/<int:book_id>", "operation_id": "read_book"}
    assert [entry.pop("bytes") > 0 for entry in entries] == [True] * 4
    assert entries == [
        {**known, "status": 200},
        {**known, "status": 404, "problem": "BookNotFound"},
        {**known, "status": 500, "error": "LookupError"},
        {"method": "GET", "status": 404},
    ]


def test_a_logger_that_is_off(observe: Observe, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is made of a request."""
    logger = logging.getLogger("flask_typed.tests.off")
    logger.setLevel(logging.WARNING)
    observe(AccessLog(logger)).get("/books/1")
    assert caplog.records == []
