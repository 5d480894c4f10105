"""A client that keeps nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client that sends the cookies that it is told to send."""
    return app.test_client(use_cookies=False)
