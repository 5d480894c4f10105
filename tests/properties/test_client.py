"""What a client sends, a view gets; what the view returns, the client gets.

Hypothesis draws types and values. A value that has no text is an error of the call.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Annotated, Any

from flask import Flask
from flask_typed import Body, Cookie, DeclarationError, Form, Header, Path, Query, Typed
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


def make_echo(annotation: Any, item: Any, path: str = "/") -> Callable[..., Any] | None:
    """Return a call of a view that lists its argument; none for a type that has no place."""
    app = Flask("shop")
    app.testing = True
    typed = Typed(app)

    def echo(value: Any) -> Any:
        return [value]

    echo.__annotations__.update({"value": annotation, "return": list[item]})
    call = None
    with suppress(DeclarationError):
        typed.post(path)(echo)
        call = partial(TypedClient(app).call, echo)
    return call


@SETTINGS
@given(st.data())
def test_bodies(data: st.DataObject) -> None:
    """Of all types."""
    annotation, values = data.draw(DECLARATIONS)
    echo = make_echo(Annotated[annotation, Body(embed=True)], annotation)
    value = data.draw(values)
    assert echo is None or echo(value) == [value]


#: The places of one text.
PLACES: list[tuple[Any, str]] = [
    *((marker, "/") for marker in (Query(), Header(), Cookie(), Form())),
    (Path(), "/<value>"),
]
#: The places of several texts.
STYLES = [
    *(Query(), Query(explode=False), Query(style="pipeDelimited"), Query(style="spaceDelimited")),
    *(Header(), Form()),
]


def send(echo: Callable[..., Any] | None, value: Any) -> Any:
    """Return what came back in a list; the value itself if it cannot be sent."""
    try:
        return [value] if echo is None else echo(value)
    except ArgumentMismatch:
        return [value]


@SETTINGS
@given(st.data())
def test_texts(data: st.DataObject) -> None:
    """Of all scalars, in all places."""
    annotation, values = data.draw(st.sampled_from(SCALARS))
    marker, path = data.draw(st.sampled_from(PLACES))
    echo = make_echo(Annotated[annotation, marker], annotation, path)
    value = data.draw(values)
    assert send(echo, value) == [value]


@SETTINGS
@given(st.data())
def test_collections(data: st.DataObject) -> None:
    """Of scalars, in the styles of queries, in headers and in forms."""
    annotation, values = data.draw(st.sampled_from(SCALARS))
    marker = data.draw(st.sampled_from(STYLES))
    echo = make_echo(Annotated[list[annotation], marker], list[annotation])
    value = data.draw(st.lists(values, max_size=3))
    assert send(echo, value) == [value]
