"""The three forms in which values come, each with a factory of its own."""

from __future__ import annotations

import pytest

from .codec import Codec, make_codec


@pytest.fixture
def json() -> Codec:
    """Return a codec for JSON."""
    return make_codec()


@pytest.fixture
def text() -> Codec:
    """Return a codec for text: query, path, cookie, form."""
    return make_codec("text")


@pytest.fixture
def header() -> Codec:
    """Return a codec for headers."""
    return make_codec("header")
