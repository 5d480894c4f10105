"""The browser of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium import webdriver

from .browsing import CHROMEDRIVER, CHROMIUM, FLAGS


@pytest.fixture
def browser() -> Iterator[webdriver.Chrome]:
    """Return a browser that remembers what its console was told."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or "chromium"
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in FLAGS:
        options.add_argument(flag)
    service = webdriver.ChromeService(CHROMEDRIVER or "chromedriver")
    with webdriver.Chrome(options, service) as browser:
        yield browser
