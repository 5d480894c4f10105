"""Declared errors of routes: RFC 9457 problem details with typed members.

Declaration time: subclasses set the status code and the members. Request time: views raise them;
Flask's error handlers get ordinary werkzeug HTTP exceptions.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from inspect import isfunction
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

import msgspec
from flask import current_app, has_request_context
from marshmallow.exceptions import SCHEMA
from typing_extensions import TypedDict, dataclass_transform
from werkzeug.exceptions import HTTPException, UnprocessableEntity, default_exceptions

from ..exceptions import DeclarationError
from .markers import WEBARGS_LOCATIONS
from .names import hyphenate
from .objects import reject_status

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.wrappers import Request, Response

C = TypeVar("C", bound=Callable[..., Any])

#: The attribute of a view in which :func:`raises` stores the problems.
RAISES = "__flask_typed_raises__"


#: Names that every problem has: RFC 9457's members and the attributes of werkzeug's exceptions.
RESERVED_MEMBERS = (
    *("type", "type_base", "title", "status"),
    *("code", "name", "description", "response", "args", "sent_detail"),
)
#: The keyword arguments that every problem has; they are not members of its own.
COMMON_ARGUMENTS = ("detail", "headers")


def reject_taken_names(cls: type) -> None:
    """Raise for a member with a name that every problem has."""
    inherited = [getattr(base, "__dataclass_fields__", {}) for base in cls.__mro__[1:]]
    reserved = (*RESERVED_MEMBERS, "headers") if any(inherited) else RESERVED_MEMBERS
    for field in dataclasses.fields(cls):
        is_own = all(known.get(field.name) is not field for known in inherited)
        if is_own and field.name in reserved:
            raise DeclarationError(
                f"{field.name!r} cannot be a member of {cls.__qualname__}: every problem has one.",
                instead="Set status, title and type without an annotation; rename other members.",
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
    """Turns annotated names into keyword arguments, and adds werkzeug's class for the status code.

    A problem with ``status = 404`` is a :class:`werkzeug.exceptions.NotFound`, so that
    ``app.errorhandler(404)`` handles it.
    """

    def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> ProblemType:
        if "status" in body:
            reject_status(body["status"], name)
            reject_success(body["status"], name)
        http_class = default_exceptions.get(body.get("status", 0), HTTPException)
        if not any(issubclass(base, http_class) for base in bases) and HTTPException not in bases:
            bases = (*bases, http_class)
        cls = super().__new__(mcs, name, bases, body)
        dataclasses.dataclass(kw_only=True, eq=False, repr=False)(cls)  # type: ignore[arg-type]  # mypy: Never
        reject_taken_names(cls)
        return cls


class Problem(HTTPException, metaclass=ProblemType):
    """An error with a status code, a title and typed members; raise it from a view.

    ::

        class BookNotFound(Problem):
            \"\"\"No book has this id.\"\"\"
            status = 404
            book_id: int

        raise BookNotFound(book_id=7)

    The title is the first line of the class's docstring, unless ``title`` is set. Annotated names
    are members of the problem document and keyword arguments of the class. Set ``status``,
    ``title`` and ``type`` without an annotation, and ``detail`` and ``headers`` if they are the
    same for all.

    ``type`` is a URI, by which clients recognise the kind of problem. A base class of your problems
    may set ``type_base`` instead: the class's name follows it, in lower case with hyphens::

        class ShopProblem(Problem):
            type_base = "https://shop.example/problems/"

        class BookNotFound(ShopProblem):  # https://shop.example/problems/book-not-found
            \"\"\"No book has this id.\"\"\"
            status = 404

    A member that is marked ``Header()`` is a header of the response instead of a key of its
    document::

        class Busy(Problem):
            \"\"\"Too many requests.\"\"\"
            status = 429
            retry_after: Annotated[int, Header()]

    :param detail: An explanation of this occurrence, for people.
    :param headers: More headers of this response: a mapping, or pairs. The document does not show
        them.
    """

    #: The HTTP status code.
    status: ClassVar[int] = 500
    #: A URI that identifies the kind of problem.
    type: ClassVar[str] = "about:blank"
    #: The beginning of the ``type`` of subclasses that set none.
    type_base: ClassVar[str] = ""
    #: A summary of the kind of problem, for people.
    title: ClassVar[str] = ""

    detail: str | None = None
    headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None

    @property
    def sent_detail(self) -> str | msgspec.UnsetType:
        """The detail as a member of a response that contains problems; it may be absent."""
        return msgspec.UNSET if self.detail is None else str(self.detail)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "status" in cls.__dict__:
            cls.code = cls.status  # without it, errorhandler(ShopProblem) handles all subclasses
        if "title" not in cls.__dict__:
            cls.title = _first_line(cls.__dict__.get("__doc__")) or cls.__name__
        if "type" not in cls.__dict__ and "type_base" not in cls.__dict__ and cls.type_base:
            cls.type = cls.type_base + hyphenate(cls.__name__)

    def __reduce__(self) -> tuple[Any, ...]:
        members = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return _rebuild, (type(self), members)

    def __post_init__(self) -> None:
        for name in COMMON_ARGUMENTS:  # a subclass may set them for all
            if getattr(self, name) is None:
                setattr(self, name, getattr(type(self), name))
        # werkzeug's class for the status code may have an __init__ of its own, which sets
        # attributes: one may have the name of a member.
        members = dict(vars(self))
        super().__init__(description=self.detail or self.title)
        vars(self).update(members)
        self.code = self.status

    def get_response(
        self,
        environ: WSGIEnvironment | Request | None = None,
        scope: dict[str, Any] | None = None,
    ) -> Response:
        """Return the problem document in the app's format for problems."""
        typed = current_app.extensions.get("typed") if has_request_context() else None
        if self.response is not None or typed is None:
            return super().get_response(environ, scope)  # type: ignore[arg-type]  # werkzeug's overloads
        response: Response = typed.write_problem(self)
        return response


def _rebuild(problem: type[Problem], members: dict[str, Any]) -> Problem:
    """Return a problem from its members, for ``copy`` and ``pickle``."""
    return problem(**members)


def _first_line(docstring: str | None) -> str:
    return docstring.strip().partition("\n")[0].strip() if docstring else ""


Fault = TypedDict(
    "Fault",
    {
        "in": Literal["path", "query", "header", "cookie", "form", "file", "body"],
        "pointer": str,
        "code": str,
        "detail": str,
    },
)
Fault.__doc__ = """One fault of a request: its location and a message; never the value itself.

:param in: The location in the request.
:param pointer: A JSON Pointer (RFC 6901) inside that location, with the names of the request.
:param code: A name of the kind of fault, for programs. It never changes.
:param detail: A message for people.
"""


class RequestInvalid(Problem, UnprocessableEntity):
    """The request is not valid.

    :param errors: All faults, not only the first.
    :param detail: The number of faults by default.
    """

    status = 422

    errors: list[Fault]

    def __post_init__(self) -> None:
        if self.detail is None and type(self).detail is None and self.errors:
            self.detail = count_faults(len(self.errors))
        super().__post_init__()

    @property
    def data(self) -> dict[str, Any]:
        """The attribute that error handlers for webargs read: messages by location and name."""
        messages: dict[str, Any] = {}
        for fault in self.errors:
            node = messages.setdefault(WEBARGS_LOCATIONS[fault["in"]], {})
            for key in fault["pointer"].split("/")[1:]:
                node = node.setdefault(key.replace("~1", "/").replace("~0", "~"), {})
            node.setdefault(SCHEMA, []).append(fault["detail"])
        return {"messages": close(messages), "schema": None, "headers": None}


def count_faults(count: int, more: str = "") -> str:
    """Return the detail of a problem with faults.

    :param more: the words for further faults, which are not listed.
    """
    counted = "One value" if count == 1 else f"{count} values"
    return f"{counted} of the request cannot be accepted{more}."


def close(node: dict[str, Any]) -> dict[str, Any] | list[str]:
    """Return messages in marshmallow's form: a list, or a dictionary by key for nested messages."""
    if node.keys() == {SCHEMA}:
        messages: list[str] = node[SCHEMA]
        return messages
    return {key: part if key == SCHEMA else close(part) for key, part in node.items()}


class ReadProblems(tuple[type[HTTPException], ...]):
    """The problems of a registered view, which can get no more of them.

    :ivar of: the ``id`` of the view; decorators copy the attributes of the view that they wrap.
    """

    of: int = 0


def raises(*problems: type[HTTPException]) -> Callable[[C], C]:
    """Declare the errors that a view can raise; its routes publish them.

    :param problems: :class:`Problem` classes, or werkzeug's HTTP exceptions.
    :raises DeclarationError: for any other object, and if the decorator is above the route.
    """
    for problem in problems:
        reject_other_class(problem)

    def decorate(view: C) -> C:
        known: Iterable[type[HTTPException]] = getattr(view, RAISES, ())
        if isinstance(known, ReadProblems) and known.of == id(view):
            if set(problems) <= set(known):  # the same view for another app
                return view
            raise DeclarationError(
                f"@raises is above the route of {view.__qualname__}, which is already registered.",
                instead="Write it below the route: decorators are applied from the bottom up.",
            )
        setattr(view, RAISES, (*problems, *known))
        return view

    return decorate


def reject_other_class(problem: Any) -> None:
    """Raise for any object but an exception class: a status code, an instance, the view itself."""
    if isinstance(problem, type) and issubclass(problem, HTTPException):
        return
    what = f"@raises got {problem!r}, which is not an HTTP exception class."
    if isinstance(problem, HTTPException):
        instead = f"Write the class: `@raises({type(problem).__name__})`."
    elif isinstance(problem, int) and problem in default_exceptions:
        instead = f"Write `@raises({default_exceptions[problem].__name__})`, werkzeug's class."
    elif isinstance(problem, (list, tuple)):
        instead = "Write the classes without brackets: `@raises(NotFound, Conflict)`."
    elif isfunction(problem):
        what = f"@raises is written without parentheses, above {problem.__qualname__}."
        instead = "Write `@raises(NotFound)`, with the errors that the view can raise."
    else:
        instead = "Write `@raises(…)` with subclasses of Problem or werkzeug's HTTP exceptions."
    raise DeclarationError(what, instead=instead)
