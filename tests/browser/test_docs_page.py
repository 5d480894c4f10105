"""The page at /docs in a real browser, with no network and under its own security policy."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
from annotated_types import Len
from flask import Flask, Response
from flask_typed import Created, Typed, TypedBlueprint
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as when
from selenium.webdriver.support.wait import WebDriverWait
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from bookshop import create_app

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

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and CHROMEDRIVER) and not os.environ.get("FLASK_TYPED_REQUIRE_BROWSER"),
    reason="Debian's chromium and chromium-driver are not installed",
)


EMAIL = "staff@example.org"
PASSWORD = "twelve geese"


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an app, and yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class NewBook:
    """A body with an example to try."""

    title: Annotated[str, Len(1, 200)]
    pages: int = 1


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Serve a small app, and return its address."""
    add_books(app)
    with serving(app) as address:
        yield address


def add_books(app: Flask) -> None:
    """Add a document, and what it shows."""
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
    try_out(browser, operation, status, expected)


def try_out(browser: webdriver.Chrome, operation: str, status: str, expected: str) -> None:
    """Try an operation of the page that the browser shows."""
    wait = WebDriverWait(browser, PATIENCE)
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


def set_policy(response: Response) -> Response:
    """Allow scripts by a nonce alone, as the app's own policy for all its pages."""
    policy = "default-src 'self'; img-src 'self' data:; script-src 'nonce-once' 'strict-dynamic'"
    response.headers["Content-Security-Policy"] = policy
    return response


def test_below_a_prefix_with_a_nonce(app: Flask, browser: webdriver.Chrome) -> None:
    """Behind a proxy that says a prefix, and under the app's policy, an operation can be tried."""
    add_books(app)
    app.jinja_env.globals["csp_nonce"] = lambda: "once"
    app.after_request(set_policy)
    app.wsgi_app = DispatcherMiddleware(NotFound(), {"/api": app.wsgi_app})  # type: ignore[method-assign]
    with serving(app) as address:
        browser.get(f"{address}/api/docs")
        try_out(browser, "books_list_books", "200", "Emma")


def test_redoc(app: Flask, browser: webdriver.Chrome) -> None:
    """ReDoc shows the operations, and fetches nothing from elsewhere: its logo is refused."""
    app.config["TYPED_DOCS_PAGE"] = "redoc"
    add_books(app)
    with serving(app) as address:
        browser.get(f"{address}/docs")
        wait = WebDriverWait(browser, PATIENCE)
        operation = (By.CSS_SELECTOR, "[id='tag/books/operation/books_add_book']")
        assert "Add a book." in wait.until(when.visibility_of_element_located(operation)).text
        if folder := os.environ.get("FLASK_TYPED_SCREENSHOTS"):
            browser.save_screenshot(f"{folder}/redoc.png")
    complaints = [entry for entry in browser.get_log("browser") if entry["level"] != "INFO"]
    assert all("cdn.redoc.ly/redoc/logo-mini.svg" in entry["message"] for entry in complaints)


@pytest.fixture
def bookshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the bookshop, which has a staff account, and return its address."""
    monkeypatch.setenv("BOOKSHOP_INSTANCE", str(tmp_path))
    app = create_app({"STAFF_EMAIL": EMAIL, "STAFF_PASSWORD": PASSWORD})
    with serving(app) as address:
        yield address
    app.extensions["bookshop.engine"].dispose()


def test_the_page_logs_in(bookshop: str, browser: webdriver.Chrome) -> None:
    """The button Authorize gets a token for name and password, and requests are sent with it."""
    browser.get(f"{bookshop}/docs")
    wait = WebDriverWait(browser, PATIENCE)

    def click(selector: str) -> None:
        wait.until(when.element_to_be_clickable((By.CSS_SELECTOR, selector))).click()

    click(".auth-wrapper .authorize")
    for field, text in (("#oauth_username", EMAIL), ("#oauth_password", PASSWORD)):
        found = wait.until(when.element_to_be_clickable((By.CSS_SELECTOR, field)))
        found.send_keys(text)
    click(".auth-btn-wrapper .authorize")
    click(".auth-btn-wrapper .btn-done")
    block = "[id$='-accounts_read_me']"
    for button in (".opblock-summary-control", ".try-out__btn", ".execute"):
        click(f"{block} {button}")
    answer = f"{block} .live-responses-table tbody"
    status = (By.CSS_SELECTOR, f"{answer} .response-col_status")
    assert wait.until(when.visibility_of_element_located(status)).text == "200"
    assert EMAIL in browser.find_element(By.CSS_SELECTOR, answer).text
