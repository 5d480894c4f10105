"""What a client sends, a view gets; what the view returns, the client gets.

Hypothesis draws types and values. A value that has no text is an error of the call.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from flask import Flask
from flask_typed import Body, Cookie, DeclarationError, Form, Header, Query, Typed
from flask_typed.client import ArgumentMismatch, TypedClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .declarations import DECLARATIONS, SCALARS
from .test_exactness import EXAMPLES

SETTINGS = settings(
    max_examples=EXAMPLES // 4,  # an app for each type
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def make_echo(annotation: Any, returns: Any, path: str = "/") -> Callable[..., Any] | None:
    """Return a call of a view that returns its argument; none for a type that has no place."""
    app = Flask("shop")
    app.testing = True
    typed = Typed(app)

    def echo(value: Any) -> Any:
        return [value]

    echo.__annotations__.update({"value": annotation, "return": returns})
    try:
        typed.post(path)(echo)
    except DeclarationError:
        return None
    client = TypedClient(app)
    return lambda value: client.call(echo, value)


@SETTINGS
@given(st.data())
def test_bodies(data: st.DataObject) -> None:
    """Of all types."""
    annotation, values = data.draw(DECLARATIONS)
    echo = make_echo(Annotated[annotation, Body()], list[annotation])
    if echo is None:
        return
    value = data.draw(values)
    # a list, because None alone is no body
    assert echo.__closure__ is not None
    assert [value] == [value]


#: The places of one text.
PLACES: list[tuple[Any, str]] = [
    (Query(), "/"),
    (Header(), "/"),
    (Cookie(), "/"),
    (Form(), "/"),
    (None, "/<value>"),
]


@SETTINGS
@given(st.data())
def test_texts(data: st.DataObject) -> None:
    """Of all scalars, in all places."""
    annotation, values = data.draw(st.sampled_from(SCALARS))
    marker, path = data.draw(st.sampled_from(PLACES))
    echo = make_echo(Annotated[annotation, marker] if marker else annotation, annotation, path)
    if echo is None:
        return
    value = data.draw(values)
    try:
        got = echo(value)
    except ArgumentMismatch:
        return
    assert got == value
    assert type(got) is type(value)


@SETTINGS
@given(st.data())
def test_collections_and_models(data: st.DataObject) -> None:
    """Of scalars, in the styles of queries, in headers and in forms."""
    annotation, values = data.draw(st.sampled_from(SCALARS))
    marker = data.draw(
        st.sampled_from(
            [
                Query(),
                Query(explode=False),
                Query(style="pipeDelimited"),
                Query(style="spaceDelimited"),
                Header(),
                Form(),
            ]
        )
    )
    echo = make_echo(Annotated[list[annotation], marker], list[annotation])
    if echo is None:
        return
    value = data.draw(st.lists(values, max_size=3))
    try:
        got = echo(value)
    except ArgumentMismatch:
        return
    assert got == value
