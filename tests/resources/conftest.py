"""A database for a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from .rows import open_database


@pytest.fixture
def session() -> Iterator[Session]:
    """Return a session of a database with eight books of two authors."""
    with open_database() as opened:
        yield opened
