"""The page at /docs in a real browser, with no network and under its own security policy."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import pytest
from annotated_types import Len
from flask import Flask
from flask_typed import Created, Typed, TypedBlueprint
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as when
from selenium.webdriver.support.wait import WebDriverWait
from werkzeug.serving import make_server

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

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and CHROMEDRIVER) and not os.environ.get("FLASK_TYPED_REQUIRE_BROWSER"),
    reason="Debian's chromium and chromium-driver are not installed",
)


@dataclass
class NewBook:
    """A body with an example to try."""

    title: Annotated[str, Len(1, 200)]
    pages: int = 1


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Serve a small app, and return its address."""
    Typed(app)
    books = TypedBlueprint("books", __name__, url_prefix="/books")

    @books.get("/")
    def list_books(limit: int = 20) -> list[NewBook]:
        """List the books."""
        return [NewBook("Emma", limit)]

    @books.post("/")
    def add_book(book: NewBook) -> Created[NewBook]:
        """Add a book."""
        return Created(book)

    app.register_blueprint(books)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


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


@pytest.mark.parametrize(
    ("operation", "status", "expected"),
    [("books_list_books", "200", "Emma"), ("books_add_book", "201", "pages")],
)
def test_an_operation_can_be_tried(
    address: str, browser: webdriver.Chrome, operation: str, status: str, expected: str
) -> None:
    """An operation is expanded, tried out and answered, and the console has no complaint."""
    browser.get(f"{address}/docs")
    wait = WebDriverWait(browser, 15)
    block = f"[id$='-{operation}']"
    for button in (".opblock-summary-control", ".try-out__btn", ".execute"):
        selector = (By.CSS_SELECTOR, f"{block} {button}")
        wait.until(when.element_to_be_clickable(selector)).click()
    answer = f"{block} .live-responses-table tbody"
    found = (By.CSS_SELECTOR, f"{answer} .response-col_status")
    assert wait.until(when.visibility_of_element_located(found)).text == status
    assert expected in browser.find_element(By.CSS_SELECTOR, answer).text
    complaints = [entry for entry in browser.get_log("browser") if entry["level"] != "INFO"]
    assert complaints == []
