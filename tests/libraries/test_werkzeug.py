"""The private names of werkzeug: rules that are bound or not, and what a request has read."""

from __future__ import annotations

from flask import Request
from flask_typed.libraries.werkzeug import (
    find_converters,
    has_data,
    has_form,
    has_stream,
    host_parts,
    make_late,
    path_parts,
)
from werkzeug.routing import IntegerConverter, Map, Rule
from werkzeug.test import EnvironBuilder


def bind(text: str, **options: str) -> Rule:
    """Return a rule that a URL map has."""
    rule = Rule(text, endpoint="books", **options)  # type: ignore[arg-type]  # of few options
    Map([rule])
    return rule


def make_request() -> Request:
    """Return a request with a form."""
    return Request(EnvironBuilder(method="POST", data={"title": "Emma"}).get_environ())


def test_parts_of_a_path() -> None:
    """They are texts and variables, in order."""
    *texts, variable, end = path_parts(bind("/books/<int:book_id>.json"))
    assert texts == [(False, "/"), (False, "books"), (False, "/")]
    assert (variable, end) == ((True, "book_id"), (False, ".json"))


def test_parts_of_a_host() -> None:
    """They are those of the subdomain, and not the path's."""
    rule = bind("/books", subdomain="<shop>")
    assert list(host_parts(rule)) == [(True, "shop")]
    assert list(path_parts(rule)) == [(False, "/"), (False, "books")]


def test_parts_of_a_rule_that_is_not_bound() -> None:
    """werkzeug has not looked at it, so it has none."""
    rule = Rule("/books")
    assert (path_parts(rule), host_parts(rule)) == ((), ())


def test_converters() -> None:
    """They have the names of their variables."""
    found = find_converters(bind("/books/<int:book_id>"))
    assert list(map(type, found.values())) == [IntegerConverter]
    assert list(found) == ["book_id"]


def test_late_rules() -> None:
    """A rule that compiles late builds the URLs that it would have built at once."""
    rule = make_late(Rule)("/books/<int:book_id>", endpoint="book")
    urls = Map([rule]).bind("shop.example")
    built = [urls.build("book", {"book_id": number, "page": 2}) for number in (1, 2)]
    assert built == ["/books/1?page=2", "/books/2?page=2"]


def test_forms_that_were_parsed() -> None:
    """A request tells that its form was parsed, and no data is kept."""
    request = make_request()
    assert not has_form(request)
    assert request.form["title"] == "Emma"
    assert has_form(request)
    assert not has_data(request)


def test_bodies_that_were_read() -> None:
    """A request tells that its whole body was read."""
    request = make_request()
    assert not has_data(request)
    assert request.get_data() == b"title=Emma"
    assert has_data(request)


def test_streams_that_were_asked_for() -> None:
    """Whoever asks for the stream may have read from it."""
    request = make_request()
    assert not has_stream(request)
    assert request.stream
    assert has_stream(request)
