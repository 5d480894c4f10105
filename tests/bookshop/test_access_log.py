"""The access log of the shop."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask_typed.telemetry.access_log import ACCESS_LOGGER

from bookshop import create_app
from bookshop.observing import STANDARD_ERROR

from .conftest import ENGINE


@pytest.fixture(autouse=True)
def _restore_logger() -> Iterator[None]:
    """Let other tests have the logger as it was."""
    level = ACCESS_LOGGER.level
    yield
    ACCESS_LOGGER.setLevel(level)
    ACCESS_LOGGER.removeHandler(STANDARD_ERROR)


def test_lines(shop: object, first_day: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A request is named by its operation; health checks are left out."""
    assert shop is not None
    caplog.set_level(logging.INFO, ACCESS_LOGGER.name)
    database = f"sqlite:///{first_day}"
    app = create_app({"ACCESS_LOG": True, "DATABASE_URL": database, "SECRET_KEY": "a"})
    client = app.test_client()
    client.get("/books/3?secret=1")
    client.get("/health")
    app.extensions[ENGINE].dispose()
    (record,) = (record for record in caplog.records if record.name == ACCESS_LOGGER.name)
    entry = json.loads(record.getMessage())
    assert (entry["operation_id"], entry["status"]) == ("books_read_book", 200)
    assert "secret" not in record.getMessage()
