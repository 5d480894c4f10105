"""The browser of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium import webdriver

from .browsing import CHROMEDRIVER, CHROMIUM, FLAGS


@pytest.fixture(scope="session")
def running_browser() -> Iterator[webdriver.Chrome]:
    """Start a browser, which takes longer than most tests."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or "chromium"
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in FLAGS:
        options.add_argument(flag)
    service = webdriver.ChromeService(CHROMEDRIVER or "chromedriver")
    with webdriver.Chrome(options, service) as browser:
        yield browser


@pytest.fixture
def browser(running_browser: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    """Return a browser without a page, cookies and messages; it remembers what its console logs."""
    size = running_browser.get_window_size()
    yield running_browser
    running_browser.delete_all_cookies()
    running_browser.get("about:blank")
    running_browser.set_window_size(size["width"], size["height"])
    running_browser.get_log("browser")
