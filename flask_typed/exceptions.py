"""What can go wrong before and after a request: mistakes in declarations and in answers.

Runs at every moment; imports nothing of the package. What is wrong *in* a request is never one of
these: that is a werkzeug HTTP exception (:mod:`flask_typed.declare.problems`)::

    FlaskTypedError
     ├── DeclarationError      a view, a type or a marker that cannot work: at registration
     │    └── UnsupportedType  a type for which no schema is known
     ├── SetupError            Typed, an app and a blueprint put together in a way that cannot work
     ├── DependencyError       a provider that yields no value, or two
     ├── UndeclaredStatus      a typed route answered with a status that is not in the document
     ├── HeaderMismatch        or with a header that is not as the document says
     └── ResponseMismatch      a view returned what its annotation does not allow
"""

from __future__ import annotations

from collections.abc import Iterable


class FlaskTypedError(Exception):
    """Base of every error that flask_typed raises about the program, not about a request."""


class DeclarationError(FlaskTypedError):
    """A declaration cannot work.

    The message has three parts: what is wrong, where, and what to write instead.

    :param what: what is wrong, a sentence.
    :param instead: what to write instead, a sentence.
    :param where: the places that lead to it, innermost first; :meth:`within` adds outer ones.
    """

    def __init__(self, what: str, *, instead: str, where: Iterable[str] = ()) -> None:
        self.what = what
        self.instead = instead
        self.where = tuple(where)
        super().__init__(what, instead)

    def within(self, place: str) -> DeclarationError:
        """Return the same error, said to stand inside ``place`` too."""
        return type(self)(self.what, instead=self.instead, where=(*self.where, place))

    def __str__(self) -> str:
        places = f"\n  in {', '.join(self.where)}" if self.where else ""
        return f"{self.what}{places}\n  {self.instead}"


class UnsupportedType(DeclarationError):
    """No schema is known for a type."""


class SetupError(FlaskTypedError):
    """An app, ``Typed`` and a blueprint were put together in a way that cannot work."""


class DependencyError(FlaskTypedError):
    """A provider did not yield, or yielded twice."""


class UndeclaredStatus(FlaskTypedError, UserWarning):
    """A typed route answered with a status that the document does not have.

    A warning where ``TYPED_UNDECLARED_STATUS`` is ``"warn"``, and raised where it is ``"error"``.
    """


class HeaderMismatch(FlaskTypedError, UserWarning):
    """A typed route answered with a header, or a cookie, that is not what ``Returns`` says of it.

    A warning where ``TYPED_UNDECLARED_STATUS`` is ``"warn"``, and raised where it is ``"error"``.
    """


class ResponseMismatch(FlaskTypedError):
    """A view returned a value that does not fit its return annotation.

    Flask answers 500 and logs this message; nothing of it reaches the client.

    :param expected: what the annotation asks for, in words.
    :param found: what was there instead, in words: a type or a broken constraint.
    :param path: the keys and indexes that lead to the value, outermost first.
    """

    def __init__(self, expected: str, found: str, path: tuple[str | int, ...] = ()) -> None:
        self.expected = expected
        self.found = found
        self.path = path
        self.view: str | None = None
        super().__init__(expected, found)

    def inside(self, key: str | int) -> ResponseMismatch:
        """Return this error as seen from the object or list that holds the value at ``key``."""
        self.path = (key, *self.path)
        return self

    def __str__(self) -> str:
        place = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in self.path)
        view = (
            f"{self.view} returned a value that does not fit its annotation: " if self.view else ""
        )
        return f"{view}at $%s expected %s, found %s" % (place, self.expected, self.found)
