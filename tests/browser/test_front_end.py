"""The program of the page "Errors in a front end", in a browser."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as when
from selenium.webdriver.support.wait import WebDriverWait

from ..patience import PATIENCE
from .browsing import POLL, click, needs_browser, serving

pytestmark = needs_browser

PROGRAM = Path(__file__).parents[2] / "docs" / "examples" / "front_end"


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the program, and return its address."""
    monkeypatch.syspath_prepend(PROGRAM)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    program = import_module("desk")
    monkeypatch.delitem(sys.modules, "desk")
    with serving(program.app) as address:
        yield address


def fill(browser: webdriver.Chrome, **texts: str) -> None:
    """Write into the inputs of the form, and send it."""
    for name, text in texts.items():
        found = browser.find_element(By.CSS_SELECTOR, f"[name$='/{name}']")
        found.clear()
        found.send_keys(text)
    click(browser, "button")


def read_summary(browser: webdriver.Chrome, start: str) -> str:
    """Return the text above the form, once it has a start."""
    place = (By.CSS_SELECTOR, "[role=alert]")
    wait = WebDriverWait(browser, PATIENCE, POLL)
    wait.until(when.text_to_be_present_in_element(place, start))
    return browser.find_element(*place).text


def read_faults(browser: webdriver.Chrome) -> list[tuple[str, str]]:
    """Return the label of each invalid input, and the text beside it."""
    labels = browser.find_elements(By.CSS_SELECTOR, "label:has([aria-invalid])")
    texts = [label.find_element(By.TAG_NAME, "output").text for label in labels]
    return [
        (label.text.removesuffix(text).strip(), text)
        for label, text in zip(labels, texts, strict=True)
    ]


def test_errors(address: str, browser: webdriver.Chrome) -> None:
    """Faults stand beside their inputs, a 429 is tried again, and a 409 has its own text."""
    browser.get(address)
    fill(browser, email="ada", labels="new,")
    read_summary(browser, "3 values")
    assert read_faults(browser) == [
        ("Title", "Please fill this in."),
        ("Email", "This is not an email address."),
        ("Labels, with commas", "This is too short or too long."),
    ]
    fill(browser, title="Printer jams", email="ada@desk.example", labels="new")
    assert read_summary(browser, "Ticket 1 was") == "Ticket 1 was added."
    assert read_faults(browser) == []
    click(browser, "button")
    assert read_summary(browser, "Ticket 1 has") == "Ticket 1 has this title."
