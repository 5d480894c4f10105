"""What observers of an app's requests are told: for traces, metrics and logs.

Declaration time; request time calls them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Literal

from ..exceptions import SetupError
from ..wire.jsonvalues import show

#: A part of the work of a typed request: its values are validated, a provider or the view runs, the
#: response is written, the providers are closed.
PartKind = Literal["validation", "provider", "view", "writing", "closing"]
#: The context of what is not observed.
NO_CONTEXT: AbstractContextManager[Any] = nullcontext()


class ObservedRequest:
    """A request, typed or plain, and what is known of its response so far.

    :ivar environ: of WSGI. It may hold personal data, which no other attribute does.
    :ivar method: of HTTP; ``_OTHER`` for a method that HTTP does not know.
    :ivar route: the URL rule that it matches, such as ``/books/<int:book_id>``; ``None`` without.
    :ivar endpoint: the name of Flask's endpoint; ``None`` without a rule.
    :ivar operation_id: its operation in the document; ``None`` for a plain route.
    :ivar view: the name of the view's function; ``None`` without a rule.
    :ivar began: when it began, in nanoseconds since 1970.
    :ivar seconds: how long it took, until the last byte of the response.
    :ivar status: the status code of the response; ``None`` until the app gives it to the server.
    :ivar problem: the type of the problem in the response, as the document has it, or the name of
        its class if it has none; ``None`` if there is no problem.
    :ivar error: the class of an exception that nobody has handled.
    :ivar size: of the response's body in bytes; ``None`` if the server sends a file.
    """

    __slots__ = (
        "began",
        "endpoint",
        "environ",
        "error",
        "method",
        "operation_id",
        "problem",
        "route",
        "seconds",
        "size",
        "status",
        "view",
    )

    def __init__(self, environ: dict[str, Any], method: str, began: int) -> None:
        self.environ = environ
        self.method = method
        self.began = began
        self.route: str | None = None
        self.endpoint: str | None = None
        self.operation_id: str | None = None
        self.view: str | None = None
        self.seconds = 0.0
        self.status: int | None = None
        self.problem: str | None = None
        self.error: type[BaseException] | None = None
        self.size: int | None = 0


class RequestWatch:
    """What one observer does during one request; each method does nothing by default."""

    def activate(self) -> AbstractContextManager[Any]:
        """Return the context of the app's work, and of each chunk of a stream."""
        return NO_CONTEXT

    def part(self, kind: PartKind, name: str) -> AbstractContextManager[Any]:
        """Return the context of a part of the work of a typed request.

        :param name: of the provider's or the view's function; empty for the other parts.
        """
        return NO_CONTEXT

    def end(self) -> None:
        """Note that the last byte of the response was given to the server."""


class EndWatch(RequestWatch):
    """Calls a function when a request has ended."""

    def __init__(self, request: ObservedRequest, note: Callable[[ObservedRequest], None]) -> None:
        self._request = request
        self._note = note

    def end(self) -> None:
        """Call the function."""
        self._note(self._request)


class Observer:
    """Observes all requests of an app: ``Typed(app, observers=[…])``.

    An error of an observer is logged, and the request goes on.
    """

    def start(self, request: ObservedRequest) -> RequestWatch | None:
        """Begin to observe a request, once its route is known.

        :returns: ``None`` if it is not observed.
        """
        raise NotImplementedError


def read_observers(observers: Iterable[Observer]) -> tuple[Observer, ...]:
    """Return the observers of an app.

    :raises SetupError: for any other object.
    """
    found = tuple(observers)
    for one in found:
        if not isinstance(one, Observer):
            raise SetupError(
                f"observers= has {show(one)}: write objects of classes that derive from Observer."
            )
    return found
