"""Errors that a route answers on purpose: RFC 9457 problem details with types.

Declaration time: subclasses say status and members. Request time: views raise them; Flask's error
handlers see ordinary werkzeug HTTP exceptions.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from flask import current_app, has_request_context
from marshmallow.exceptions import SCHEMA
from typing_extensions import TypedDict, dataclass_transform
from werkzeug.exceptions import HTTPException, UnprocessableEntity, default_exceptions

from ..exceptions import DeclarationError
from .markers import WEBARGS_LOCATIONS
from .objects import reject_status

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.wrappers import Request, Response

C = TypeVar("C", bound=Callable[..., Any])

#: The name of the one attribute that :func:`raises` puts on a view.
RAISES = "__flask_typed_raises__"


#: What every problem has anyway: RFC 9457's members, and what werkzeug's exceptions have.
TAKEN = ("type", "title", "status", "code", "name", "description", "response", "args")
#: The keyword arguments of every problem, which are not members of its own.
COMMON = ("detail", "headers")


def reject_taken_names(cls: type) -> None:
    """Raise for a member that would hide what every problem has."""
    inherited = [getattr(base, "__dataclass_fields__", {}) for base in cls.__mro__[1:]]
    taken = (*TAKEN, "headers") if any(inherited) else TAKEN  # the argument is Problem's own
    for field in dataclasses.fields(cls):
        is_own = all(known.get(field.name) is not field for known in inherited)
        if is_own and field.name in taken:
            raise DeclarationError(
                f"{field.name!r} cannot be a member of {cls.__qualname__}: every problem has one.",
                instead="Set status, title and type without an annotation; call members otherwise.",
            )


def reject_success(status: int, name: str) -> None:
    """Raise for the status of a response that is not an error."""
    if status < 400:
        raise DeclarationError(
            f"{name} has the status {status}, which is not an error.",
            instead="Use a status from 400 to 599; a view returns other responses, as a Reply.",
        )


@dataclass_transform(kw_only_default=True)
class ProblemType(type):
    """Makes annotated names keyword arguments, and the class a kin of werkzeug's for its status.

    A problem with ``status = 404`` is a :class:`werkzeug.exceptions.NotFound`, so that
    ``app.errorhandler(404)`` sees it.
    """

    def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> ProblemType:
        if "status" in body:
            reject_status(body["status"], name)
            reject_success(body["status"], name)
        kin = default_exceptions.get(body.get("status", 0), HTTPException)
        if not any(issubclass(base, kin) for base in bases) and HTTPException not in bases:
            bases = (*bases, kin)
        cls = super().__new__(mcs, name, bases, body)
        dataclasses.dataclass(kw_only=True, eq=False, repr=False)(cls)  # type: ignore[arg-type]  # mypy: Never
        reject_taken_names(cls)
        return cls


class Problem(HTTPException, metaclass=ProblemType):
    """An error with a status, a title and typed members; raise it from a view.

    ::

        class BookNotFound(Problem):
            \"\"\"No book has this id.\"\"\"
            status = 404
            book_id: int

        raise BookNotFound(book_id=7)

    The title is the first line of the class's docstring unless ``title`` says it. Annotated names
    are members of the document and keyword arguments of the class; ``status``, ``title`` and
    ``type`` are set without an annotation.

    A member that is marked ``Header()`` is a header of the response instead of a key of its
    document::

        class Busy(Problem):
            \"\"\"Too many requests.\"\"\"
            status = 429
            retry_after: Annotated[int, Header()]

    :param detail: What happened this time, for people.
    :param headers: More headers of this response: a mapping, or pairs. The document does not show
        them.
    """

    #: The HTTP status.
    status: ClassVar[int] = 500
    #: A URI that names the kind of problem.
    type: ClassVar[str] = "about:blank"
    #: What kind of problem it is, for people.
    title: ClassVar[str] = ""

    detail: str | None = None
    headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "status" in cls.__dict__:
            cls.code = cls.status  # a base without one is for all: errorhandler(ShopProblem)
        if "title" not in cls.__dict__:
            cls.title = _first_line(cls.__dict__.get("__doc__")) or cls.__name__

    def __reduce__(self) -> tuple[Any, ...]:
        members = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return _rebuild, (type(self), members)

    def __post_init__(self) -> None:
        members = dict(vars(self))
        super().__init__(description=self.detail or self.title)  # the kin's: some have their own
        vars(self).update(members)  # which may have the name of one
        self.code = self.status

    def get_response(
        self,
        environ: WSGIEnvironment | Request | None = None,
        scope: dict[str, Any] | None = None,
    ) -> Response:
        """Return the problem document, in the shape that the app's ``Typed`` gives to problems."""
        typed = current_app.extensions.get("typed") if has_request_context() else None
        if self.response is not None or typed is None:
            return super().get_response(environ, scope)  # type: ignore[arg-type]  # werkzeug's overloads
        response: Response = typed.write_problem(self)
        return response


def _rebuild(problem: type[Problem], members: dict[str, Any]) -> Problem:
    """Return a problem again, from a copy or a pickle."""
    return problem(**members)


def _first_line(docstring: str | None) -> str:
    return docstring.strip().partition("\n")[0].strip() if docstring else ""


Fault = TypedDict(
    "Fault",
    {
        "in": Literal["path", "query", "header", "cookie", "form", "file", "body"],
        "pointer": str,
        "detail": str,
    },
)
Fault.__doc__ = """One fault of a request: where it is, and what is wrong; never the value itself.

:param in: The part of the request.
:param pointer: A JSON Pointer (RFC 6901) inside that part, by wire names.
:param detail: What is wrong, for people.
"""


class RequestInvalid(Problem, UnprocessableEntity):
    """The request is not valid.

    :param errors: Everything that is wrong, not only the first.
    """

    status = 422

    errors: list[Fault]

    @property
    def data(self) -> dict[str, Any]:
        """What error handlers for webargs look at: messages by location and wire names."""
        messages: dict[str, Any] = {}
        for fault in self.errors:
            node = messages.setdefault(WEBARGS_LOCATIONS[fault["in"]], {})
            for key in fault["pointer"].split("/")[1:]:
                node = node.setdefault(key.replace("~1", "/").replace("~0", "~"), {})
            node.setdefault(SCHEMA, []).append(fault["detail"])
        return {"messages": close(messages), "schema": None, "headers": None}


def close(node: dict[str, Any]) -> dict[str, Any] | list[str]:
    """Return messages in marshmallow's form: a list, or a dictionary where parts have their own."""
    if node.keys() == {SCHEMA}:
        messages: list[str] = node[SCHEMA]
        return messages
    return {key: part if key == SCHEMA else close(part) for key, part in node.items()}


class Read(tuple[type[HTTPException], ...]):
    """The problems of a view that have been read: it is too late for more.

    :ivar of: the ``id`` of the view; decorators copy what they find on it.
    """

    of: int = 0


def raises(*problems: type[HTTPException]) -> Callable[[C], C]:
    """Say which problems a view can answer with; they are published on its routes.

    :param problems: :class:`Problem` classes, or werkzeug's HTTP exceptions.
    :raises DeclarationError: for anything else, and above a route that has read them already.
    """
    for problem in problems:
        reject_no_problem(problem)

    def decorate(view: C) -> C:
        known: Iterable[type[HTTPException]] = getattr(view, RAISES, ())
        if isinstance(known, Read) and known.of == id(view):
            if set(problems) <= set(known):  # the same view for another app
                return view
            raise DeclarationError(
                f"@raises stands above the route of {view.__qualname__}, which is registered.",
                instead="Write it below the route: decorators are read from the bottom.",
            )
        setattr(view, RAISES, (*problems, *known))
        return view

    return decorate


def reject_no_problem(problem: Any) -> None:
    """Raise for what is no class of errors: a status, an instance, the view itself."""
    if isinstance(problem, type) and issubclass(problem, HTTPException):
        return
    if isinstance(problem, HTTPException):
        instead = f"Write the class: `@raises({type(problem).__name__})`."
    elif isinstance(problem, int) and problem in default_exceptions:
        instead = f"Write `@raises({default_exceptions[problem].__name__})`, of werkzeug."
    else:
        instead = "Write `@raises(…)` with subclasses of Problem, or exceptions of werkzeug."
    raise DeclarationError(f"@raises is given {problem!r}, no class of errors.", instead=instead)
