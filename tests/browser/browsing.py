"""What the tests in a browser share: the browser, a server, and what they do with both."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as when
from selenium.webdriver.support.wait import WebDriverWait
from werkzeug.serving import make_server

from ..patience import PATIENCE

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,2400",
)

CHROMIUM = shutil.which("chromium")
CHROMEDRIVER = shutil.which("chromedriver")

needs_browser = pytest.mark.skipif(
    not (CHROMIUM and CHROMEDRIVER) and not os.environ.get("FLASK_TYPED_REQUIRE_BROWSER"),
    reason="Debian's chromium and chromium-driver are not installed",
)


#: How many seconds pass until a condition is looked at again.
POLL = 0.05


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an app, and yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def click(browser: webdriver.Chrome, selector: str) -> None:
    """Click on an element, once it can be clicked."""
    found = when.element_to_be_clickable((By.CSS_SELECTOR, selector))
    WebDriverWait(browser, PATIENCE, POLL).until(found).click()


def read_complaints(browser: webdriver.Chrome) -> list[str]:
    """Return the warnings and errors in the browser's console."""
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] != "INFO"]
