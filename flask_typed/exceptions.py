"""Exceptions for mistakes in the program: in declarations, in the setup and in responses.

Runs at every moment; imports nothing of the package. A fault of a request is never one of these: it
is a werkzeug HTTP exception (:mod:`flask_typed.declare.problems`)::

    FlaskTypedError
     ├── DeclarationError      a view, a type or a marker that cannot work: at registration
     │    ├── UnsupportedType  a type for which no schema is known
     │    │    └── UnknownClass  a class of the program or of a library
     │    └── UnknownOption    an argument that a marker or a decorator does not have
     ├── SetupError            Typed, an app and a blueprint put together in a way that cannot work
     ├── DependencyError       a provider that yields no value, or two
     ├── UndocumentedResponse  a response of a typed route that its document does not describe
     ├── ResponseMismatch      a return value that the annotation of the view does not allow
     └── DataInvalid           data outside of a request that is not of its type
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple


class FlaskTypedError(Exception):
    """Base of every error that flask_typed raises about the program, not about a request."""


class DeclarationError(FlaskTypedError):
    """A declaration cannot work.

    The message has three parts: the mistake, its place, and the correction.

    :param what: a sentence with the mistake.
    :param instead: a sentence with the correction.
    :param where: the places that lead to it, innermost first; :meth:`within` adds outer ones.
    """

    def __init__(self, what: str, *, instead: str, where: Iterable[str] = ()) -> None:
        self.what = what
        self.instead = instead
        self.where = tuple(where)
        super().__init__(what, instead)

    def within(self, place: str) -> DeclarationError:
        """Return the same error with ``place`` as the outermost place."""
        return type(self)(self.what, instead=self.instead, where=(*self.where, place))

    def __str__(self) -> str:
        places = f"\n  in {', '.join(self.where)}" if self.where else ""
        return f"{self.what}{places}\n  {self.instead}"


@contextmanager
def declared_in(*places: str | None) -> Iterator[None]:
    """Add places to the declaration errors that are raised in the block.

    :param places: innermost first; ``None`` is skipped.
    """
    try:
        yield
    except DeclarationError as error:
        located = error
        for place in filter(None, places):
            located = located.within(place)
        raise located from error.__cause__


class UnsupportedType(DeclarationError):
    """No schema is known for a type."""


class UnknownClass(UnsupportedType):
    """No schema is known for a class of the program or of a library."""


class UnknownOption(DeclarationError, TypeError):
    """A marker, a decorator or ``Typed`` got an argument that it does not have."""


class SetupError(FlaskTypedError):
    """An app, ``Typed`` and a blueprint were put together in a way that cannot work."""


class DependencyError(FlaskTypedError):
    """A provider did not yield, or yielded twice."""


class ResponseDifference(NamedTuple):
    """One difference between a response and its document.

    :param place: ``status``, ``media type``, ``header X``, ``cookie X``, or ``body`` with a JSON
        Pointer. A name in a pointer that the document does not have is ``*``.
    :param expected: the description of that place in the document.
    """

    place: str
    expected: str

    def __str__(self) -> str:
        return f"{self.place}: expected {self.expected}"


class UndocumentedResponse(FlaskTypedError, UserWarning):
    """A typed route sent a response that its document does not describe.

    A warning in tests and debug mode, or an error (``TYPED_CHECK_RESPONSES``). It contains no data
    of the request or the response, which may be personal.

    :param operation: the view: function, file and line.
    :param method: the method of the request.
    :param path: the URL rule.
    :param status: the status code of the response.
    :param differences: all differences; at most twenty of the body.
    """

    def __init__(
        self,
        operation: str,
        method: str,
        path: str,
        status: int,
        differences: tuple[ResponseDifference, ...],
    ) -> None:
        self.operation = operation
        self.method = method
        self.path = path
        self.status = status
        self.differences = differences
        super().__init__(operation, method, path, status, differences)

    def write(self, separator: str) -> str:
        """Return the report as text.

        :param separator: the text between its lines.
        """
        response = f"answered {self.status} to {self.method} {self.path}"
        advice = dict.fromkeys(DIFFERENCE_ADVICE[find_kind(one.place)] for one in self.differences)
        heading = f"{self.operation} {response}, but its document describes another response"
        return separator.join((heading, *map(str, self.differences), *advice))

    def __str__(self) -> str:
        return self.write("\n  ")


#: The last part of the message, by the first word of a place.
DIFFERENCE_ADVICE: Mapping[str, str] = {
    "status": "Declare the status with @raises, or in the return annotation.",
    "media": "Declare the media type with MediaType in the return annotation.",
    "header": "Set the header, or declare it with Returns in the return annotation.",
    "cookie": "Set the cookie, or declare it with Returns in the return annotation.",
    "body": "Send the body that the return annotation or @raises declares, or declare another.",
}


def find_kind(place: str) -> str:
    """Return the kind of a place: its first word."""
    return place.partition(" ")[0]


class DataFault(NamedTuple):
    """One fault of data.

    :param pointer: a JSON Pointer (RFC 6901) to the value, with the names of the data.
    :param code: the kind of fault, for programs.
    :param detail: a message for people.
    """

    pointer: str
    code: str
    detail: str

    def __str__(self) -> str:
        return f"{self.pointer} {self.detail}".strip()


class DataInvalid(FlaskTypedError, ValueError):
    """Data that :meth:`.Typed.load` got is not of its type.

    It is not an HTTP exception: in a view, it is a 500 unless the view handles it.

    :param errors: all faults, up to ``TYPED_MAX_FAULTS``.
    :param type_name: the name of the type, for the message.
    """

    def __init__(self, errors: tuple[DataFault, ...], type_name: str = "its type") -> None:
        self.errors = tuple(DataFault(*fault) for fault in errors)  # lists, once they were JSON
        self.type_name = type_name
        super().__init__(self.errors, type_name)

    def __str__(self) -> str:
        return "\n  ".join((f"The data does not fit {self.type_name}:", *map(str, self.errors)))


class ResponseMismatch(FlaskTypedError):
    """A view returned a value that does not fit its return annotation.

    Flask answers with 500 and logs this message; the client does not get it.

    :param expected: a phrase for the values that the annotation allows.
    :param found: a phrase for the value that was found: its type or the constraint that it breaks.
    :param path: the keys and indexes that lead to the value, outermost first.
    """

    def __init__(self, expected: str, found: str, path: tuple[str | int, ...] = ()) -> None:
        self.expected = expected
        self.found = found
        self.path = path
        self.view: str | None = None
        super().__init__(expected, found)

    def inside(self, key: str | int) -> ResponseMismatch:
        """Return this error with a path that starts at the container of the value.

        :param key: the key or index of the value in the container.
        """
        self.path = (key, *self.path)
        return self

    def __str__(self) -> str:
        place = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in self.path)
        view = (
            f"{self.view} returned a value that does not fit its annotation: " if self.view else ""
        )
        return f"{view}at $%s expected %s, found %s" % (place, self.expected, self.found)
