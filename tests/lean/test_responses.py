"""The lean response class: it sends what Flask's sends, and is one of Flask's."""

from __future__ import annotations

import copy
import pickle
from abc import ABC
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask, Response, make_response
from flask.testing import FlaskClient
from flask_typed import Typed
from flask_typed.lean.responses import LeanResponse
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response as BaseResponse

BODIES = [None, "Emma", "Käse", b"Emma", "", bytearray(b"x"), [b"a", b"b"], ["a"], [b"a"], (b"a",)]
STATUSES = [
    None,
    200,
    201,
    204,
    304,
    101,
    404,
    799,
    "201 Made",
    "404",
    HTTPStatus.CREATED,
    True,
    200.0,
]
HEADERS = [
    None,
    {},
    {"X-Shop": "1"},
    [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")],
    {"Location": "/bücher"},
    {"Content-Location": "/é"},
    {"content-length": "7"},
    {"Content-Type": "text/csv"},
]
MIMETYPES = [None, "", "text/plain", "application/json", "image/png"]
CONTENT_TYPES = [None, "", "text/html; charset=latin-1", "a/b\n"]
ARGUMENTS = st.fixed_dictionaries(
    {"response": st.sampled_from(BODIES)},
    optional={
        "status": st.sampled_from(STATUSES),
        "headers": st.sampled_from(HEADERS),
        "mimetype": st.sampled_from(MIMETYPES),
        "content_type": st.sampled_from(CONTENT_TYPES),
        "direct_passthrough": st.booleans(),
    },
)


def send(kind: type[Response], arguments: dict[str, Any], method: str, late: list[Any]) -> Any:
    """Return what a response sends, or the error of making it."""
    closed: list[str] = []
    try:
        response = kind(**copy.deepcopy(arguments))
        for name, value in late:
            setattr(response, name, value)
        shown = repr(response), response.status, response.headers.to_wsgi_list()
        sent: list[Any] = []
        parts = response({"REQUEST_METHOD": method}, lambda *start: sent.extend(start))  # type: ignore[arg-type,func-returns-value]  # is called with two
        response.call_on_close(lambda: closed.append("closed"))
        body = list(parts)
        getattr(parts, "close", list)()
    except Exception as error:
        return repr(error)
    return shown, sent, body, closed


LATE = st.lists(
    st.sampled_from(
        [
            ("status_code", 204),
            ("status_code", 500),
            ("data", "Later"),
            ("response", [b"a", b"b"]),
            ("response", ["Later"]),
            ("response", [b"Later"]),
            ("location", "/later"),
            ("content_length", 3),
            ("direct_passthrough", True),
            ("automatically_set_content_length", False),
            ("headers", Headers({"X-Later": "1"})),
        ]
    ),
    max_size=2,
)


@settings(max_examples=200, deadline=None)
@given(ARGUMENTS, st.sampled_from(["GET", "HEAD", "POST"]), LATE)
def test_responses(arguments: dict[str, Any], method: str, late: list[Any]) -> None:
    """Status, headers, body and errors are the same, also after changes of the response."""
    assert send(LeanResponse, arguments, method, late) == send(Response, arguments, method, late)


@pytest.mark.parametrize(
    "attributes",
    [
        {"default_mimetype": "text/csv"},
        {"default_mimetype": None},
        {"default_status": 201},
        {"automatically_set_content_length": False},
    ],
)
def test_attributes_of_flasks_class(
    monkeypatch: pytest.MonkeyPatch, attributes: dict[str, Any]
) -> None:
    """Attributes that a program sets on Flask's class hold."""
    for name, value in attributes.items():
        monkeypatch.setattr(Response, name, value)
    arguments = {"response": "Emma"}
    assert send(LeanResponse, arguments, "GET", []) == send(Response, arguments, "GET", [])


@pytest.mark.parametrize(
    ("name", "value"),
    [("default_mimetype", "text/csv"), ("default_status", 201), ("shop", "Emma's")],
)
def test_attributes_of_the_apps_class(
    monkeypatch: pytest.MonkeyPatch, name: str, value: Any
) -> None:
    """Attributes that are set on the class of an app hold for the responses that views make."""
    before = getattr(Response, name, None)
    with monkeypatch.context() as patch:
        patch.setattr(LeanResponse, name, value, raising=False)
        patch.setattr(LeanResponse, name, value)  # a second time
        assert getattr(Response(), name) == value
        assert getattr(LeanResponse("Emma"), name) == value
    assert getattr(Response, name, None) == before
    assert getattr(LeanResponse, name, None) == before


def test_methods_of_the_apps_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """A method of the lean class is replaced there, and Flask's class keeps its own."""
    original = Response.get_app_iter
    monkeypatch.setattr(LeanResponse, "get_app_iter", lambda self, environ: [b"Persuasion"])
    assert send(LeanResponse, {"response": "Emma"}, "GET", [])[2] == [b"Persuasion"]
    assert Response.get_app_iter is original


def test_attributes_that_are_missing() -> None:
    """An attribute that the class of an app does not have cannot be deleted."""
    with pytest.raises(AttributeError, match="shop"):
        delattr(LeanResponse, "shop")


def test_attributes_of_subclasses() -> None:
    """Attributes of a subclass are its own."""

    class Described(LeanResponse):
        """A response."""

    Described.default_mimetype = "text/csv"
    assert Response.default_mimetype == "text/html"
    del Described.default_mimetype
    assert Described.default_mimetype == "text/html"


def test_bodies_of_one_response() -> None:
    """A response with another method for its body, set on itself, sends what that returns."""
    late = [("iter_encoded", lambda: iter([b"Persuasion"]))]
    arguments = {"response": "Emma"}
    assert send(LeanResponse, arguments, "GET", late) == send(Response, arguments, "GET", late)


def test_headers_of_another_class() -> None:
    """Headers of a class of the program's are read as they are."""

    class Quiet(Headers):
        def __iter__(self) -> Any:
            return iter([("X-Quiet", "1")])

    late = [("headers", Quiet())]
    arguments = {"response": b"Emma"}
    assert send(LeanResponse, arguments, "GET", late) == send(Response, arguments, "GET", late)


class Loud(LeanResponse):
    """A response class of the program's, on the class that the app has."""

    default_mimetype = "text/plain"

    def set_data(self, value: Any) -> None:
        """Set the body, in capitals."""
        super().set_data(value.upper())

    def iter_encoded(self) -> Any:
        """Return the parts of the body, one more."""
        return iter([*super().iter_encoded(), b"!"])


def test_subclasses() -> None:
    """The methods of a subclass are called as Flask's class calls them."""
    shown, sent, body, _ = send(Loud, {"response": "Emma"}, "GET", [])
    assert shown[2] == [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "4")]
    assert (sent[0], body) == ("200 OK", [b"EMMA", b"!"])
    assert isinstance(Loud(), LeanResponse)
    assert issubclass(Loud, LeanResponse)
    assert not isinstance(Response(), Loud)
    assert not issubclass(Response, Loud)
    assert type(pickle.loads(pickle.dumps(Loud("Emma")))) is Loud  # is ours


def test_abstract_classes() -> None:
    """A class may inherit from the app's class and from an abstract class."""

    class Described(LeanResponse, ABC):
        """A response."""

    assert Described("Emma").data == b"Emma"


def test_flasks_responses_are_instances() -> None:
    """Each response of Flask's class is one of the app's, and werkzeug's is not."""
    assert isinstance(Response(), LeanResponse)
    assert issubclass(Response, LeanResponse)
    assert not isinstance(BaseResponse(), LeanResponse)
    assert not issubclass(BaseResponse, LeanResponse)


class Branded(Response):
    """A response class of the program's."""


def test_responses_of_views_stay(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """A response of a view is not converted: neither one of Flask's, nor one of a subclass."""
    found: list[type] = []
    app.add_url_rule("/plain", "plain", lambda: Response("Emma"))
    app.add_url_rule("/branded", "branded", lambda: (Branded("Emma"), 201))
    app.add_url_rule("/base", "base", lambda: BaseResponse("Emma"))

    @app.after_request
    def note(response: Response) -> Response:
        found.append(type(response))
        return response

    for path in ("/plain", "/branded", "/base"):
        assert client.get(path).data == b"Emma"
    assert found == [Response, Branded, LeanResponse]


def test_pickling(app: Flask, typed: Typed) -> None:
    """A response is pickled as Flask's: who reads it may be without this package."""
    with app.test_request_context("/"):
        response = make_response("Emma", 201)
    assert type(response) is LeanResponse
    for made in (pickle.loads(pickle.dumps(response)), copy.copy(response)):  # is ours
        assert type(made) is Response
        assert vars(made).keys() == vars(response).keys()
        assert (made.data, made.status) == (b"Emma", response.status)


def test_bodies_are_iterators() -> None:
    """A body can be read part by part, by a middleware that does not ask for its iterator."""
    parts: Any = LeanResponse("Emma").get_app_iter({"REQUEST_METHOD": "GET"})
    assert next(parts) == b"Emma"
    assert list(parts) == []
