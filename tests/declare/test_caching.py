"""Tests of ``Cache``, and of the option ``cache``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask_typed import Cache, DeclarationError
from flask_typed.declare.caching import read_cache


@pytest.mark.parametrize(
    ("cache", "written"),
    [
        pytest.param(Cache(max_age=60), "max-age=60", id="age"),
        pytest.param(Cache(max_age=timedelta(minutes=1)), "max-age=60", id="timedelta"),
        pytest.param(
            Cache(public=True, max_age=60, shared_max_age=600, stale_while_revalidate=30),
            "public, max-age=60, s-maxage=600, stale-while-revalidate=30",
            id="shared",
        ),
        pytest.param(Cache(no_store=True, max_age=0), "no-store, max-age=0", id="no-store"),
        pytest.param(
            Cache(private=True, no_cache=True, must_revalidate=True, immutable=True),
            "private, no-cache, must-revalidate, immutable",
            id="flags",
        ),
        pytest.param(Cache(vary=["Accept-Language"]), "", id="vary-only"),
    ],
)
def test_options_become_directives(cache: Cache, written: str) -> None:
    """Each option is one directive."""
    assert ", ".join(cache.directives()) == written


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"max_age": -1}, "max_age= is -1", id="negative"),
        pytest.param({"max_age": 1.5}, r"max_age= is 1\.5", id="fraction"),
        pytest.param({"max_age": timedelta(milliseconds=1)}, "max_age= is .*timedelta", id="short"),
        pytest.param({"max_age": True}, "max_age= is True", id="bool"),
        pytest.param({"max_age": "60"}, "max_age= is '60'", id="text"),
        pytest.param({"public": 1}, "public= is 1", id="flag"),
        pytest.param({"vary": "Accept"}, "vary= is a text", id="vary-text"),
        pytest.param({"vary": ["Accept, Cookie"]}, "vary= is 'Accept, Cookie'", id="vary-list"),
        pytest.param({"public": True, "private": True}, "contradict", id="both"),
        pytest.param({"no_store": True, "max_age": 5}, "no_store= and max_age=", id="stored"),
        pytest.param({"private": True, "shared_max_age": 5}, "private= and shared", id="shared"),
    ],
)
def test_an_option_that_cannot_work_is_refused(options: dict[str, Any], message: str) -> None:
    """A value without a meaning, and a contradiction, are errors of the declaration."""
    with pytest.raises(DeclarationError, match=message):
        Cache(**options)


def test_a_text_has_the_directives() -> None:
    """A text is read as the header, in any case of letters."""
    assert read_cache("Private, max-age=60") == Cache(private=True, max_age=60)
    assert read_cache("no-store") == Cache(no_store=True)
    assert read_cache(None) is None


@pytest.mark.parametrize("value", ["maxage=60", "max-age", "max-age=soon", "public=1", "private,"])
def test_a_misspelled_directive_is_refused(value: str) -> None:
    """Caches would ignore it."""
    with pytest.raises(DeclarationError, match="is not a directive that caches know") as raised:
        read_cache(value, "view read_book")
    assert "in view read_book" in str(raised.value)


@pytest.mark.parametrize("value", [60, "", {}, True])
def test_another_value_is_refused(value: Any) -> None:
    """The message shows both ways."""
    with pytest.raises(DeclarationError, match=r"Write `Cache\(max_age=60\)`"):
        read_cache(value)
