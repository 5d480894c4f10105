"""Streams in a real browser: as EventSource reads them, and on the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event as Signal
from typing import Annotated

import pytest
from flask import Flask
from flask_typed import Event, EventStream, Header, Typed
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as when
from selenium.webdriver.support.wait import WebDriverWait

from ..patience import PATIENCE
from .browsing import POLL, click, needs_browser, read_complaints, serving

pytestmark = needs_browser


@dataclass
class Reading:
    """A value that an event or a line has."""

    celsius: float


@dataclass
class Streams:
    """The server of the streams.

    :param go_on: lets streams end.
    :param closed: is set when a stream was closed.
    """

    address: str
    go_on: Signal
    closed: Signal


@pytest.fixture
def streams(app: Flask) -> Iterator[Streams]:
    """Serve streams that wait for a signal after their first items."""
    typed = Typed(app)
    go_on, closed = Signal(), Signal()

    @typed.get("/events")
    def send_events(
        last_event_id: Annotated[int, Header()] = 0,
    ) -> EventStream[Reading]:
        if last_event_id:
            yield Event(Reading(last_event_id + 0.5), id="9", event="again")
            go_on.wait(PATIENCE)
            return
        yield Event(Reading(1), id="7", retry=10)
        yield Event(Reading(2), id="8", event="named")

    @typed.get("/lines")
    def send_lines() -> Iterator[Reading]:
        try:
            yield Reading(3)
            go_on.wait(PATIENCE)
            yield Reading(4)
        finally:
            closed.set()

    @typed.get("/broken")
    def break_down() -> Iterator[Reading]:
        yield Reading(5)
        go_on.wait(PATIENCE)
        raise RuntimeError("nobody reads this")

    with serving(app) as address:
        yield Streams(address, go_on, closed)
        go_on.set()


#: Notes the events of a stream on the page.
LISTEN = """
window.seen = [];
window.source = new EventSource("/events");
for (const name of ["message", "named", "again"]) {
  source.addEventListener(name, (event) => seen.push([name, event.lastEventId, event.data]));
}
"""


def test_event_source(streams: Streams, browser: webdriver.Chrome) -> None:
    """It connects again when the stream has ended, and sends the id of the last event."""
    browser.get(f"{streams.address}/docs")
    browser.execute_script(LISTEN)
    wait = WebDriverWait(browser, PATIENCE, POLL)
    wait.until(lambda driver: driver.execute_script("return seen.length") > 2)
    seen: list[list[str]] = browser.execute_script("return seen")
    assert seen[:3] == [
        ["message", "7", '{"celsius":1.0}'],
        ["named", "8", '{"celsius":2.0}'],
        ["again", "9", '{"celsius":8.5}'],
    ]
    browser.execute_script("source.close()")


def start(browser: webdriver.Chrome, operation: str) -> None:
    """Execute an operation of Swagger UI."""
    for button in (".opblock-summary-control", ".try-out__btn", ".execute"):
        click(browser, f"[id$='-{operation}'] {button}")


def wait_for_text(browser: webdriver.Chrome, selector: str, expected: str) -> None:
    """Wait until an element has a text."""

    def has_text(driver: webdriver.Chrome) -> bool:
        found = driver.find_elements(By.CSS_SELECTOR, selector)
        return any(expected in element.text for element in found)

    WebDriverWait(browser, PATIENCE, POLL).until(has_text)


LIVE = ".stream pre"
SHOWN = ".live-responses-table .response-col_description"


def test_swagger_ui_shows_a_stream(streams: Streams, browser: webdriver.Chrome) -> None:
    """The lines are shown while the stream is open, and all of them as the response."""
    browser.get(f"{streams.address}/docs")
    start(browser, "send_lines")
    wait_for_text(browser, LIVE, '{"celsius":3.0}')
    assert browser.find_elements(By.CSS_SELECTOR, SHOWN) == []
    streams.go_on.set()
    wait_for_text(browser, SHOWN, '{"celsius":4.0}')
    assert browser.find_elements(By.CSS_SELECTOR, LIVE) == []
    assert read_complaints(browser) == []


def test_swagger_ui_stops_a_stream(streams: Streams, browser: webdriver.Chrome) -> None:
    """What has arrived is the response, and the server closes the stream."""
    browser.get(f"{streams.address}/docs")
    start(browser, "send_lines")
    wait_for_text(browser, LIVE, '{"celsius":3.0}')
    click(browser, ".stream .btn")
    wait_for_text(browser, SHOWN, '{"celsius":3.0}')
    streams.go_on.set()
    assert streams.closed.wait(PATIENCE)


def test_swagger_ui_shows_that_a_stream_was_cut_off(
    streams: Streams, browser: webdriver.Chrome
) -> None:
    """An error after the first item shows."""
    browser.get(f"{streams.address}/docs")
    start(browser, "break_down")
    wait_for_text(browser, LIVE, '{"celsius":5.0}')
    streams.go_on.set()
    wait_for_text(browser, SHOWN, "The server has cut off the stream.")


@pytest.mark.configured(TYPED_DOCS_PAGE="scalar")
def test_scalar_shows_a_stream(streams: Streams, browser: webdriver.Chrome) -> None:
    """Its client shows the lines while the stream is open."""
    browser.get(f"{streams.address}/docs")
    for text in ("(get /lines)", "Send get request"):
        press(browser, text)
    wait_for_text(browser, "body", '"celsius": 3')
    assert '"celsius": 4' not in browser.page_source
    streams.go_on.set()
    wait_for_text(browser, "body", '"celsius": 4')


def press(browser: webdriver.Chrome, text: str) -> None:
    """Click the button with a text, once there is one."""
    place = (By.XPATH, f"//button[contains(., '{text}')]")
    wait = WebDriverWait(browser, PATIENCE, POLL)
    button = wait.until(when.presence_of_element_located(place))
    browser.execute_script("arguments[0].click()", button)
