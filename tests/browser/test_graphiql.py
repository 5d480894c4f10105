"""GraphiQL in a real browser, with no network and under its own security policy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event as Signal
from typing import Annotated, Any

import pytest
from flask import Flask
from flask_typed import Header, Query, Typed
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions as when
from selenium.webdriver.support.wait import WebDriverWait

from ..patience import PATIENCE
from .browsing import POLL, click, needs_browser, read_complaints, serving

pytestmark = needs_browser

EDITOR = ".graphiql-query-editor .CodeMirror"
HEADERS = ".graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror"
RESULT = ".result-window"
SET_TEXT = "arguments[0].CodeMirror.setValue(arguments[1])"


@dataclass
class Book:
    """A book of the shop."""

    title: str


class Shop:
    """The queries of the shop."""

    def books(self, limit: int = 1) -> list[Book]:
        """List the books."""
        return [Book(title=f"Emma {number}") for number in range(limit)]

    def read_header(self, x_branch: Annotated[str, Header()] = "none") -> str:
        """Return a header of the request."""
        return x_branch

    def read_parameter(self, branch: Annotated[str, Query()] = "none") -> str:
        """Return a query parameter of the request."""
        return branch


class Counting:
    """Subscriptions that the test lets go on.

    :param go_on: lets the next number be sent.
    :param closed: is set when the stream was closed.
    """

    go_on = Signal()
    closed = Signal()

    def count(self) -> Iterator[int]:
        """Count, each number after a signal."""
        try:
            for number in range(1, 1_000_000):
                yield number
                self.go_on.wait(PATIENCE)
        finally:
            self.closed.set()

    def two(self) -> Iterator[int]:
        """Send two numbers."""
        yield 1
        yield 2

    def broken(self) -> Iterator[int]:
        """Fail after one number."""
        yield 1
        raise RuntimeError("nobody reads this")


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Serve an endpoint, and return its URL."""
    Typed(app).graphql("/graphql", Shop, None, Counting)
    with serving(app) as address:
        yield f"{address}/graphql"


#: Calls the page's fetcher with a subscription, for which fetch() returns a response in pieces of
#: some bytes; ends with its results, and with the message of its error.
FETCH = """
const [text, type, size, end] = arguments;
const bytes = new TextEncoder().encode(text);
const body = new ReadableStream({
  start(stream) {
    for (let at = 0; at < bytes.length; at += size) {
      stream.enqueue(bytes.slice(at, at + size));
    }
    stream.close();
  },
});
const fetched = window.fetch;
window.fetch = () => Promise.resolve(new Response(body, { headers: { "Content-Type": type } }));
const definitions = [{ kind: "OperationDefinition", operation: "subscription" }];
const found = [];
(async () => {
  for await (const one of fetchOperation({ query: "" }, { documentAST: { definitions } })) {
    found.push(one);
  }
})()
  .catch((error) => found.push(error.message))
  .finally(() => { window.fetch = fetched; end(found); });
"""
EVENTS = "text/event-stream; charset=utf-8"
CUT_OFF = "The server has cut off the stream."


def run(browser: webdriver.Chrome, operation: str, expected: str) -> None:
    """Run an operation, and wait for its result to contain a text."""
    editor = browser.find_element(By.CSS_SELECTOR, EDITOR)
    browser.execute_script(SET_TEXT, editor, operation)
    click(browser, ".graphiql-execute-button")
    wait_for(browser, RESULT, expected)


def wait_for(browser: webdriver.Chrome, selector: str, text: str) -> None:
    """Wait until an element contains a text."""
    found = when.text_to_be_present_in_element((By.CSS_SELECTOR, selector), text)
    WebDriverWait(browser, PATIENCE, POLL).until(found)


def take_screenshot(browser: webdriver.Chrome, name: str) -> None:
    """Save what the browser shows, for people to look at."""
    if folder := os.environ.get("FLASK_TYPED_SCREENSHOTS"):
        browser.save_screenshot(f"{folder}/{name}.png")


def test_operations_can_be_tried(address: str, browser: webdriver.Chrome) -> None:
    """A query, a header and subscriptions are answered, and the console has no complaint."""
    browser.set_window_size(1280, 800)
    browser.get(f"{address}?branch=north")
    wait_for(browser, EDITOR, "Ctrl-Enter")
    type_query(browser)
    run(browser, "{ readParameter }", '"north"')
    set_header(browser)
    run(browser, "{ readHeader }", '"south"')
    look_up_book(browser)
    run(browser, "subscription { two }", '"two": 2')
    run(browser, "subscription { broken }", '"errors"')
    stop_counting(browser)
    open_dialogs(browser)
    assert read_complaints(browser) == []


def type_query(browser: webdriver.Chrome) -> None:
    """Type a query with the names that the editor offers, and run it with the keyboard."""
    editor = browser.find_element(By.CSS_SELECTOR, EDITOR)
    browser.execute_script(SET_TEXT, editor, "")
    keys = webdriver.ActionChains(browser).click(editor)
    keys.send_keys("{ boo").perform()
    wait_for(browser, ".CodeMirror-hints", "books")
    take_screenshot(browser, "graphiql-hints")
    keys = webdriver.ActionChains(browser).send_keys(Keys.ENTER, "(limit: 2) { title } ")
    keys.key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
    wait_for(browser, RESULT, '"Emma 1"')


def set_header(browser: webdriver.Chrome) -> None:
    """Write a header in its editor."""
    click(browser, "[data-name='headers']")
    editor = browser.find_element(By.CSS_SELECTOR, HEADERS)
    browser.execute_script(SET_TEXT, editor, '{"X-Branch": "south"}')


def look_up_book(browser: webdriver.Chrome) -> None:
    """Open the documentation of a type."""
    click(browser, "[aria-label='Show Documentation Explorer']")
    wait = WebDriverWait(browser, PATIENCE, POLL)
    wait.until(when.element_to_be_clickable((By.LINK_TEXT, "Book"))).click()
    wait_for(browser, ".graphiql-doc-explorer", "A book of the shop.")
    take_screenshot(browser, "graphiql-docs")


def stop_counting(browser: webdriver.Chrome) -> None:
    """See one event before the next is there, and stop a stream that waits."""
    run(browser, "subscription { count }", '"count": 1')
    click(browser, "[aria-label^='Stop']")
    Counting.go_on.set()
    assert Counting.closed.wait(PATIENCE)
    assert '"count": 1' in browser.find_element(By.CSS_SELECTOR, RESULT).text


def open_dialogs(browser: webdriver.Chrome) -> None:
    """Choose the dark theme, and look at the keys."""
    click(browser, "[aria-label='Open settings dialog']")
    take_screenshot(browser, "graphiql-settings")
    click(browser, ".graphiql-dialog [data-theme='dark']")
    click(browser, ".graphiql-dialog-close")
    click(browser, "[aria-label='Open short keys dialog']")
    wait_for(browser, ".graphiql-dialog", "Execute query")
    click(browser, ".graphiql-dialog-close")
    take_screenshot(browser, "graphiql-dark")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_events_are_read(page: webdriver.Chrome, line_end: str, size: int) -> None:
    """Events arrive in any pieces and with any line ends; comments and other events are ignored."""
    text = (
        ': alive\n\nevent: next\nid: 1\ndata: {"data":\ndata: "Zoë"}\n\n'
        'event:next\ndata:{"data": 2}\n\nevent: other\ndata: {}\n\n'
        "event: complete\ndata:\n\nevent: next\ndata: {}\n\n"
    )
    found = fetch(page, text.replace("\n", line_end), EVENTS, size)
    assert found == [{"data": "Zoë"}, {"data": 2}]


@pytest.mark.parametrize(
    ("text", "content_type", "expected"),
    [
        pytest.param(
            'event: next\ndata: {"data": 1}\n\n', EVENTS, [{"data": 1}, CUT_OFF], id="cut"
        ),
        pytest.param('event: next\ndata: {"data": 1}\n', EVENTS, [CUT_OFF], id="cut-in-an-event"),
        pytest.param('{"errors": []}', "application/json", [{"errors": []}], id="not-begun"),
        pytest.param("<p>", "text/html", ["200\n<p>"], id="of-a-proxy"),
    ],
)
def test_other_responses(
    page: webdriver.Chrome, text: str, content_type: str, expected: list[Any]
) -> None:
    """A stream without its end is an error; a result in place of a stream is shown."""
    assert fetch(page, text, content_type, 1000) == expected


@pytest.fixture(scope="module")
def page(running_browser: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    """Open the page of an app that answers nothing else."""
    app = Flask("shop")
    Typed(app).graphql("/graphql", Shop)
    with serving(app) as address:
        running_browser.get(f"{address}/graphql")
        yield running_browser
    running_browser.get("about:blank")


def fetch(browser: webdriver.Chrome, text: str, content_type: str, size: int) -> Any:
    """Return the results of the page's fetcher."""
    return browser.execute_async_script(FETCH, text, content_type, size)


def test_without_introspection(app: Flask, browser: webdriver.Chrome) -> None:
    """The page has no documentation then, and runs operations all the same."""
    app.config["TYPED_GRAPHQL_INTROSPECTION"] = False
    Typed(app).graphql("/graphql", Shop)
    with serving(app) as address:
        browser.get(f"{address}/graphql")
        click(browser, "[aria-label='Show Documentation Explorer']")
        wait_for(browser, ".graphiql-doc-explorer", "No GraphQL schema available")
        run(browser, "{ books { title } }", '"Emma 0"')
    assert read_complaints(browser) == []
