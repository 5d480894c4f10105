"""The page at /docs in a real browser, with no network and under its own security policy."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from annotated_types import Len
from flask import Flask, Response, redirect, request
from flask_typed import (
    AuthorizationCodeFlow,
    Created,
    Depends,
    OAuth2,
    Typed,
    TypedBlueprint,
)
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as when
from selenium.webdriver.support.wait import WebDriverWait
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bookshop import create_app

from ..patience import PATIENCE
from .browsing import POLL, click, needs_browser, read_complaints, serving

pytestmark = needs_browser

EMAIL = "staff@example.org"
PASSWORD = "twelve geese"


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


def test_operations_can_be_tried(address: str, browser: webdriver.Chrome) -> None:
    """Each is expanded, tried out and answered, and the console has no complaint."""
    browser.get(f"{address}/docs")
    try_out(browser, "books_list_books", "200", "Emma")
    try_out(browser, "books_add_book", "201", "pages")


def try_out(browser: webdriver.Chrome, operation: str, status: str, expected: str) -> None:
    """Try an operation of the page that the browser shows."""
    for button in (".opblock-summary-control", ".try-out__btn", ".execute"):
        click(browser, f"[id$='-{operation}'] {button}")
    found, text = read_response(browser, operation)
    assert found == status
    assert expected in text
    shown = browser.find_element(By.CSS_SELECTOR, f"[id$='-{operation}']").text
    assert shown.count("List the books.") + shown.count("Add a book.") == 1
    assert read_complaints(browser) == []


def read_response(browser: webdriver.Chrome, operation: str) -> tuple[str, str]:
    """Return the status and the text of the response to an operation, once it is shown."""
    block = f"[id$='-{operation}'] .live-responses-table tbody"
    found = when.visibility_of_element_located((By.CSS_SELECTOR, f"{block} .response-col_status"))
    status = WebDriverWait(browser, PATIENCE, POLL).until(found).text
    return status, browser.find_element(By.CSS_SELECTOR, block).text


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
        wait = WebDriverWait(browser, PATIENCE, POLL)
        operation = (By.CSS_SELECTOR, "[id='tag/books/operation/books_add_book']")
        text = wait.until(when.visibility_of_element_located(operation)).text
        assert text.count("Add a book.") == 1
        if folder := os.environ.get("FLASK_TYPED_SCREENSHOTS"):
            browser.save_screenshot(f"{folder}/redoc.png")
    assert all("cdn.redoc.ly/redoc/logo-mini.svg" in text for text in read_complaints(browser))


def test_scalar(app: Flask, browser: webdriver.Chrome) -> None:
    """Scalar shows the operations, and asks for nothing from other hosts."""
    app.config["TYPED_DOCS_PAGE"] = "scalar"
    add_books(app)
    with serving(app) as address:
        browser.get(f"{address}/docs")
        wait = WebDriverWait(browser, PATIENCE, POLL)
        operation = (By.XPATH, "//h3[contains(., 'Add a book.')]/ancestor::section[1]")
        text = wait.until(when.visibility_of_element_located(operation)).text
        assert text.count("Add a book.") == 1
        if folder := os.environ.get("FLASK_TYPED_SCREENSHOTS"):
            browser.save_screenshot(f"{folder}/scalar.png")
    # A library looks whether it may compile code, which is refused.
    assert all("'default-src' is used as a fallback" in text for text in read_complaints(browser))


def add_orders(app: Flask, **config: Any) -> None:
    """Add a document of another server, and what it shows."""
    app.config.update(config)
    Typed(app).get("/orders")(list_orders)


def list_orders() -> None:
    """List the orders."""


@pytest.mark.parametrize("page", ["swagger-ui", "scalar"])
def test_another_server_is_reached(app: Flask, browser: webdriver.Chrome, page: str) -> None:
    """The policy of the page allows requests to the servers of the document, and to no other."""
    other = Flask("other")
    other.after_request(allow_all_pages)
    add_orders(other)
    with serving(other) as elsewhere:
        add_orders(app, TYPED_SERVERS=[f"{elsewhere}/"], TYPED_DOCS_PAGE=page)
        with serving(app) as address:
            browser.get(f"{address}/docs")
            assert fetch_status(browser, f"{elsewhere}/orders") == 204
            assert fetch_status(browser, "http://localhost:9/orders") == "TypeError"
    refused = [text for text in read_complaints(browser) if "localhost:9" in text]
    assert "Content Security Policy" in refused[0]


def allow_all_pages(response: Response) -> Response:
    """Let pages of any origin read a response."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def fetch_status(browser: webdriver.Chrome, url: str) -> Any:
    """Return the status of a response that the page fetches, or the name of the error."""
    script = "return fetch(arguments[0]).then((a) => a.status, (error) => error.name)"
    return browser.execute_script(script, url)


def test_options(app: Flask, browser: webdriver.Chrome) -> None:
    """Swagger UI has the options of the configuration, and OAuth's client."""
    oauth = OAuth2(
        AuthorizationCodeFlow(authorization_url="/login", token_url="/token"), name="shop"
    )

    def read_me(token: Any) -> str:
        return str(token)

    read_me.__annotations__["token"] = Annotated[str, Depends(oauth)]
    options = {"docExpansion": "full", "initOAuth": {"clientId": "shop-docs"}}
    app.config["TYPED_DOCS_OPTIONS"] = options
    Typed(app).get("/me")(read_me)
    app.add_url_rule("/login", "login", log_in)
    app.add_url_rule("/token", "token", give_token, methods=["POST"])
    with serving(app) as address:
        browser.get(f"{address}/docs")
        click(browser, ".auth-wrapper .authorize")
        field = (By.CSS_SELECTOR, "#client_id_authorizationCode")
        client = WebDriverWait(browser, PATIENCE, POLL).until(
            when.visibility_of_element_located(field)
        )
        assert client.get_attribute("value") == "shop-docs"
        click(
            browser, ".auth-btn-wrapper .authorize"
        )  # opens a window, which comes back and closes
        click(browser, ".auth-btn-wrapper .btn-done")
        for button in (".try-out__btn", ".execute"):  # expanded already
            click(browser, f"[id$='-read_me'] {button}")
        status, text = read_response(browser, "read_me")
        assert status == "200"
        assert "a token for code-7" in text


def log_in() -> Any:
    """Return to the page with a code, as the page of an authorization server does."""
    given = request.args
    return redirect(
        f"{given['redirect_uri']}?{urlencode({'code': 'code-7', 'state': given['state']})}"
    )


def give_token() -> dict[str, str]:
    """Return a token for a code."""
    return {"access_token": f"a token for {request.form['code']}", "token_type": "bearer"}


@pytest.fixture
def bookshop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[str]:
    """Serve the bookshop, which has a staff account, and return its address.

    The parameter is the options of its page.
    """
    monkeypatch.setenv("BOOKSHOP_INSTANCE", str(tmp_path))
    config = {"STAFF_EMAIL": EMAIL, "STAFF_PASSWORD": PASSWORD}
    app = create_app({**config, "TYPED_DOCS_OPTIONS": request.param})
    with serving(app) as address:
        yield address
    app.extensions["bookshop.engine"].dispose()


def authorize(browser: webdriver.Chrome) -> None:
    """Get a token of the staff with the button Authorize."""
    click(browser, ".auth-wrapper .authorize")
    wait = WebDriverWait(browser, PATIENCE, POLL)
    for field, text in (("#oauth_username", EMAIL), ("#oauth_password", PASSWORD)):
        found = wait.until(when.element_to_be_clickable((By.CSS_SELECTOR, field)))
        found.send_keys(text)
    click(browser, ".auth-btn-wrapper .authorize")
    click(browser, ".auth-btn-wrapper .btn-done")


@pytest.mark.parametrize("bookshop", [{}], indirect=True)
def test_the_page_logs_in(bookshop: str, browser: webdriver.Chrome) -> None:
    """The button Authorize gets a token for name and password, and requests are sent with it."""
    browser.get(f"{bookshop}/docs")
    authorize(browser)
    for button in (".opblock-summary-control", ".try-out__btn", ".execute"):
        click(browser, f"[id$='-accounts_read_me'] {button}")
    status, text = read_response(browser, "accounts_read_me")
    assert status == "200"
    assert EMAIL in text


#: Options of a page that shows little besides its forms: a long page is slow.
FORMS = {
    "tryItOutEnabled": True,
    "syntaxHighlight": False,
    "defaultModelsExpandDepth": -1,
    "docExpansion": "none",
}


@pytest.mark.parametrize("bookshop", [FORMS], indirect=True)
def test_every_operation_is_accepted_untouched(bookshop: str, browser: webdriver.Chrome) -> None:
    """The values that the page fills in are examples, and the server accepts all of them."""
    with urlopen(f"{bookshop}/openapi.json", timeout=PATIENCE) as response:
        paths = json.load(response)["paths"]
    operations = [(method, o) for item in paths.values() for method, o in item.items()]
    browser.get(f"{bookshop}/docs")
    authorize(browser)
    deletes = [operation for method, operation in operations if method == "delete"]
    others = [operation for method, operation in operations if method != "delete"]
    browser.set_script_timeout(PATIENCE)
    statuses = {
        o["operationId"]: browser.execute_async_script(TRY, o["tags"][0], o["operationId"])
        for o in (*others, *reversed(deletes))  # the cover before its book
    }
    refused = {name: status for name, status in statuses.items() if status[0] != "2"}
    # The example of a version is not the version of the book.
    assert refused == {"books_replace_book": "412"}
    # The policy allows the picture of a response.
    assert not any("Content Security Policy" in text for text in read_complaints(browser))


#: Opens a tag and an operation, executes it as it is, closes both, and returns the status that the
#: page shows, or ``invalid`` if the page rejects its own values. It does not wait for the driver in
#: between. The page fills in values some time after it shows a form: until then, the form changes.
#: A file has to be chosen, which a page may not do.
TRY = """
const [tag, operation, done] = arguments;
const find = (...selectors) => new Promise((resolve) => {
  const look = () => {
    const found = selectors.map((s) => document.querySelector(s)).find((element) => element);
    found ? resolve(found) : setTimeout(look, 10);
  };
  look();
});
const settle = (form, before) => new Promise((resolve) => {
  const look = () => {
    const now = form.innerHTML;
    now === before ? resolve() : settle(form, now).then(resolve);
  };
  setTimeout(look, 50);
});
(async () => {
  const name = `[id='operations-${tag}-${operation}']`;
  const toggle = () => document.querySelector(`[id='operations-tag-${tag}']`).click();
  toggle();
  const block = await find(name);
  block.querySelector(".opblock-summary-control").click();
  const execute = await find(`${name} .execute`);
  await settle(block);
  for (const input of block.querySelectorAll("input[type=file]")) {
    const chosen = new DataTransfer();
    chosen.items.add(new File([Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10)], "cover.png"));
    input.files = chosen.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  execute.click();
  const answer = `${name} .live-responses-table tbody .response-col_status`;
  const shown = await find(answer, `${name} .invalid`);
  const status = shown.matches(".invalid") ? "invalid" : shown.innerText;
  block.querySelector(".opblock-summary-control").click();
  toggle();
  done(status);
})();
"""
