"""Server-sent events: what views yield, and the annotation of such a view.

Declaration and request time.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias

from typing_extensions import TypeVar

T = TypeVar("T")
D_co = TypeVar("D_co", covariant=True)

#: The data of an event that has none.
NO_DATA: Any = object()


@dataclass(frozen=True, slots=True)
class Event(Generic[D_co]):
    """One server-sent event.

    :param data: a value of the annotation's type argument. An event without data changes ``retry``
        or ``id``, or has only a comment; browsers do not report it.
    :param event: the name of the event; ``message`` by default.
    :param id: the browser sends the last one in ``Last-Event-ID`` when it connects again.
    :param retry: after how many milliseconds the browser connects again.
    :param comment: a text that browsers ignore.
    :raises ValueError: for a name or an id with a line break, and for a ``retry`` that is not a
        whole number from 0.
    """

    data: D_co = NO_DATA
    _: KW_ONLY
    event: str | None = None
    id: str | None = None
    retry: int | None = None
    comment: str | None = None

    def __post_init__(self) -> None:
        """Check what must be on one line."""
        for word, text in (("event", self.event), ("id", self.id)):
            if text is not None and not is_one_line(text):
                raise ValueError(f"Event({word}=…) must be a text without line breaks: {text!r}")
        if self.retry is not None and (type(self.retry) is not int or self.retry < 0):
            raise ValueError(f"Event(retry=…) must be a number of milliseconds: {self.retry!r}")


def is_one_line(text: Any) -> bool:
    """Return whether a text can be the value of a field of an event."""
    return isinstance(text, str) and not any(character in text for character in "\r\n\0")


if TYPE_CHECKING:

    class Yielding(Protocol[D_co]):
        """The type of generators, sync and async, which have no method in common."""

    EventStream: TypeAlias = Yielding[T | Event[T]]
else:

    class EventStream(Generic[T]):
        """The return annotation of a view that yields server-sent events.

        ``EventStream[Order]``: the view is a generator, or returns an iterator, that yields orders
        or ``Event(order, id=…)``. It may be async.
        """
