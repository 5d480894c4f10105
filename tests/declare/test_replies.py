"""Replies: a body, headers, and a status that the class fixes."""

from __future__ import annotations

from typing import Any

import pytest
from flask_typed import Accepted, Created, NoContent, Reply
from typing_extensions import TypeVar

T = TypeVar("T")


class Partial(Reply[T]):
    """206: a part of it."""

    status = 206


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        pytest.param(Reply, 200, id="Reply"),
        pytest.param(Created, 201, id="Created"),
        pytest.param(Accepted, 202, id="Accepted"),
        pytest.param(NoContent, 204, id="NoContent"),
        pytest.param(Partial, 206, id="of-the-users-own"),
    ],
)
def test_a_class_stands_for_a_status(reply: type[Reply[Any]], status: int) -> None:
    """The annotation alone says which status is answered."""
    assert issubclass(reply, Reply)
    assert reply.status == status


@pytest.mark.parametrize("reply", [Reply, Created, Accepted, Partial])
def test_a_reply_holds_a_body(reply: type[Reply[Any]]) -> None:
    """Headers are no must."""
    made = reply({"a": 1})

    assert (made.body, made.headers) == ({"a": 1}, None)


@pytest.mark.parametrize(
    "headers", [pytest.param({"X-A": "1"}, id="mapping"), pytest.param([("X-A", "1")], id="pairs")]
)
def test_a_reply_holds_headers(headers: Any) -> None:
    """A mapping or pairs, as Flask takes them."""
    assert Created(1, headers=headers).headers is headers


def test_headers_have_a_name() -> None:
    """A second positional argument would be taken for a status."""
    with pytest.raises(TypeError, match="positional argument"):
        Created(1, {"X-A": "1"})  # type: ignore[call-arg]  # the point of it


def test_no_content_has_no_body() -> None:
    """Headers are all that it can have."""
    made = NoContent(headers={"X-A": "1"})

    assert (made.body, made.headers) == (None, {"X-A": "1"})
    with pytest.raises(TypeError, match="positional argument"):
        NoContent(1)  # type: ignore[call-arg, arg-type]  # the point of it


def test_a_reply_is_made_by_its_generic_form_too() -> None:
    """``Created[int](1)`` is what ``Created(1)`` is."""
    made = Created[int](1)

    assert type(made) is Created
    assert made.body == 1


@pytest.mark.parametrize("reply", [Reply(1), Created(1), Accepted(1), NoContent()])
def test_a_reply_has_nothing_else(reply: Any) -> None:
    """A misspelt attribute is an error at once."""
    with pytest.raises(AttributeError, match="header"):
        reply.header = {}
