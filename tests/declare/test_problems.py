"""Problems: their kin in werkzeug, titles and members; who answers them; what a view may raise."""

from __future__ import annotations

import copy
import functools
import pickle
from typing import Any

import pytest
from flask import Flask
from flask_typed import DeclarationError, Problem, RequestInvalid, Typed, raises
from flask_typed.declare.problems import RAISES, ProblemType
from werkzeug import exceptions
from werkzeug.wrappers import Response


class BookNotFound(Problem):
    """No book has this id.

    A second paragraph is for readers of the code.
    """

    status = 404
    book_id: int


class RareBookNotFound(BookNotFound):
    """No rare book has this id."""

    shelf: str = "A"


class BookGone(BookNotFound):
    """The book was sold."""

    status = 410


class Nameless(Problem):
    status = 409


class Titled(Problem):
    """Words for readers of the code."""

    status = 409
    title = "Words for clients"
    type = "https://example.org/problems/titled"


class Teapot(Problem):
    """A status that few know."""

    status = 418


class Odd(Problem):
    """A status that nobody knows."""

    status = 499


class StrictlyInvalid(RequestInvalid):
    """The request is not valid at all."""


class ShopProblem(Problem):
    """A base for all problems of a shop, with no status of its own."""


class ShopClosed(ShopProblem):
    """The shop is closed."""

    status = 403


class Locked(Problem, exceptions.Locked):
    """A base of werkzeug's said by hand."""

    status = 423


class Silent(Problem, exceptions.HTTPException):
    """A problem that wants no kin."""

    status = 404


@pytest.mark.parametrize(
    ("problem", "kin"),
    [
        pytest.param(BookNotFound, exceptions.NotFound, id="404"),
        pytest.param(Nameless, exceptions.Conflict, id="409"),
        pytest.param(Teapot, exceptions.ImATeapot, id="418"),
        pytest.param(RequestInvalid, exceptions.UnprocessableEntity, id="422"),
        pytest.param(RareBookNotFound, exceptions.NotFound, id="inherited"),
        pytest.param(BookGone, exceptions.Gone, id="changed"),
        pytest.param(Locked, exceptions.Locked, id="said-by-hand"),
        pytest.param(Odd, exceptions.HTTPException, id="unknown"),
    ],
)
def test_a_problem_is_a_kin_of_werkzeugs_for_its_status(
    problem: type[Problem], kin: type[exceptions.HTTPException]
) -> None:
    """``except NotFound`` catches every problem with the status 404."""
    assert issubclass(problem, kin)
    assert problem.code == problem.status


@pytest.mark.parametrize("status", sorted(exceptions.default_exceptions))
def test_every_status_is_answered(app: Flask, status: int) -> None:
    """Some of werkzeug's classes hold more than a description: their heirs answer all the same."""
    problem: Any = ProblemType("Trouble", (Problem,), {"__module__": __name__, "status": status})
    Typed(app)

    @app.get("/")
    def view() -> str:
        raise problem

    response = app.test_client().get("/")

    assert issubclass(problem, exceptions.default_exceptions[status])
    assert response.status_code == status
    assert response.get_json() == {"type": "about:blank", "title": "Trouble", "status": status}


def test_a_kin_comes_in_once() -> None:
    """A base that is there already is not added again."""
    assert Locked.__bases__ == (Problem, exceptions.Locked)
    assert RareBookNotFound.__bases__ == (BookNotFound,)
    assert StrictlyInvalid.__bases__ == (RequestInvalid,)


def test_a_kin_is_not_forced_upon_a_problem() -> None:
    """Who names HTTPException as a base has chosen."""
    assert not issubclass(Silent, exceptions.NotFound)
    assert Silent.code == 404


@pytest.mark.parametrize(
    ("problem", "status", "title", "kind"),
    [
        pytest.param(BookNotFound, 404, "No book has this id.", "about:blank", id="docstring"),
        pytest.param(RareBookNotFound, 404, "No rare book has this id.", "about:blank", id="heir"),
        pytest.param(BookGone, 410, "The book was sold.", "about:blank", id="heir-with-status"),
        pytest.param(Nameless, 409, "Nameless", "about:blank", id="name-of-the-class"),
        pytest.param(
            Titled, 409, "Words for clients", "https://example.org/problems/titled", id="said"
        ),
        pytest.param(RequestInvalid, 422, "The request is not valid.", "about:blank", id="ours"),
    ],
)
def test_a_class_says_status_title_and_type(
    problem: type[Problem], status: int, title: str, kind: str
) -> None:
    """The title is the docstring's first line unless it is said; a docstring is not inherited."""
    assert (problem.status, problem.title, problem.type) == (status, title, kind)


@pytest.mark.parametrize("problem", [Problem, ShopProblem])
def test_a_base_without_a_status_is_of_no_kin(problem: type[Problem]) -> None:
    """It stands for problems of any status; raised itself, it is an error of the server."""
    assert problem.code is None
    assert not issubclass(problem, exceptions.InternalServerError)
    assert problem(detail="It broke.").code == 500


class Base(Problem):
    """A base class of problems with types."""

    status = 400
    type_base = "https://shop.example/problems/"


class HTTPFailed(Base):
    """Something failed."""


class FailedTwice(HTTPFailed):
    """Something failed twice."""


class Wrong_Size(Base):  # noqa: N801  # underscores divide words, too
    """The size is wrong."""


class Own(Base):
    """It has a type of its own."""

    type = "urn:example:own"


@pytest.mark.parametrize(
    ("problem", "type_"),
    [
        (Base, "about:blank"),
        (HTTPFailed, "https://shop.example/problems/http-failed"),
        (FailedTwice, "https://shop.example/problems/failed-twice"),
        (Wrong_Size, "https://shop.example/problems/wrong-size"),
        (Own, "urn:example:own"),
        (BookNotFound, "about:blank"),
    ],
)
def test_a_base_begins_the_types_of_its_heirs(problem: type[Problem], type_: str) -> None:
    """The name of the class follows, if it sets no type."""
    assert problem.type == type_


def test_a_handler_for_a_base_sees_all_its_heirs(app: Flask) -> None:
    """One handler serves the problems of a shop, whatever their status."""

    @app.get("/")
    def view() -> str:
        raise ShopClosed

    app.register_error_handler(ShopProblem, lambda error: (f"shop: {error.title}", 299))

    assert app.test_client().get("/").text == "shop: The shop is closed."


def test_annotated_names_are_keyword_arguments() -> None:
    """Members are attributes; inherited ones come first, with defaults as in dataclasses."""
    problem = RareBookNotFound(book_id=7)

    assert (problem.book_id, problem.shelf, problem.detail) == (7, "A", None)


def test_members_have_names() -> None:
    """A number alone does not say what it is."""
    with pytest.raises(TypeError, match="positional argument"):
        BookNotFound(7)  # type: ignore[call-arg, arg-type]  # the point of it


def test_a_member_without_a_default_is_required() -> None:
    """Whoever forgets one hears of it where the problem is raised."""
    with pytest.raises(TypeError, match="'book_id'"):
        BookNotFound()  # type: ignore[call-arg]  # the point of it


@pytest.mark.parametrize(
    ("detail", "description"),
    [
        pytest.param(None, "No book has this id.", id="title"),
        pytest.param("Book 7 was never written.", "Book 7 was never written.", id="detail"),
    ],
)
def test_werkzeug_finds_its_description(detail: str | None, description: str) -> None:
    """What happened this time, or else the title: handlers for HTTP errors show it."""
    assert BookNotFound(book_id=7, detail=detail).description == description


def test_a_problem_is_raised_and_caught_as_an_exception() -> None:
    """Its text is werkzeug's."""
    with pytest.raises(exceptions.NotFound, match=r"^404 Not Found: No book has this id\.$"):
        raise BookNotFound(book_id=7)


def test_two_problems_are_never_equal() -> None:
    """Exceptions are compared by identity, and can be keys."""
    one, other = BookNotFound(book_id=7), BookNotFound(book_id=7)

    assert one != other
    assert len({one, other}) == 2


HANDLERS = [
    pytest.param(BookNotFound, id="own-class"),
    pytest.param(404, id="status"),
    pytest.param(exceptions.NotFound, id="kin"),
    pytest.param(Problem, id="Problem"),
    pytest.param(exceptions.HTTPException, id="HTTPException"),
]


@pytest.mark.parametrize("handled", HANDLERS)
@pytest.mark.parametrize("extended", [False, True], ids=["flask", "typed"])
def test_flasks_error_handlers_see_a_problem(app: Flask, handled: Any, extended: bool) -> None:
    """A handler for the class, its kin, its status or all of them is called, with members."""
    if extended:
        Typed(app)

    @app.get("/")
    def view() -> str:
        raise RareBookNotFound(book_id=7)

    @app.errorhandler(handled)
    def handle(error: Any) -> tuple[str, int]:
        return f"handled {error.book_id}", 299

    response = app.test_client().get("/")

    assert (response.status_code, response.text) == (299, "handled 7")


def test_the_nearest_handler_answers(app: Flask) -> None:
    """Flask prefers the class that is closer to the problem's own."""

    @app.get("/")
    def view() -> str:
        raise RareBookNotFound(book_id=7)

    app.register_error_handler(Problem, lambda error: ("any problem", 299))
    app.register_error_handler(BookNotFound, lambda error: ("no book", 299))

    assert app.test_client().get("/").text == "no book"


def test_without_typed_werkzeug_answers(app: Flask) -> None:
    """In an app that has no Typed, a problem is an ordinary HTTP exception."""

    @app.get("/")
    def view() -> str:
        raise BookNotFound(book_id=7, detail="Book 7 was never written.")

    response = app.test_client().get("/")

    assert (response.status_code, response.mimetype) == (404, "text/html")
    assert "Book 7 was never written." in response.text


def test_with_typed_an_untyped_view_answers_a_document(app: Flask) -> None:
    """A problem looks the same wherever in the app it is raised."""
    Typed(app)

    @app.get("/")
    def view() -> str:
        raise RareBookNotFound(book_id=7, detail="Book 7 was never written.")

    response = app.test_client().get("/")

    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert response.get_json() == {
        "type": "about:blank",
        "title": "No rare book has this id.",
        "status": 404,
        "detail": "Book 7 was never written.",
        "book_id": 7,
        "shelf": "A",
    }


def test_no_detail_is_no_member(app: Flask) -> None:
    """The title alone says what happened."""
    Typed(app)

    with app.test_request_context():
        response = BookNotFound(book_id=7).get_response()

    assert response.get_data(as_text=True) == (
        '{"type":"about:blank","title":"No book has this id.","status":404,"book_id":7}'
    )


def test_outside_an_app_werkzeug_answers() -> None:
    """A problem can be asked for a response anywhere."""
    response = BookNotFound(book_id=7).get_response()

    assert (response.status_code, response.mimetype) == (404, "text/html")


def test_a_response_of_its_own_is_sent(app: Flask) -> None:
    """What somebody has attached to the exception wins, as in werkzeug."""
    Typed(app)
    problem = BookNotFound(book_id=7)
    problem.response = Response("mine", 404)

    with app.test_request_context():
        assert problem.get_response().get_data() == b"mine"


def test_faults_are_members_of_an_invalid_request(app: Flask) -> None:
    """Views can raise what the package raises for requests that are not valid."""
    Typed(app)
    fault = {"in": "query", "pointer": "/limit", "code": "invalid", "detail": "Too many."}

    with app.test_request_context():
        response = RequestInvalid(errors=[fault]).get_response()  # type: ignore[list-item]

    assert response.get_json() == {
        "type": "about:blank",
        "title": "The request is not valid.",
        "status": 422,
        "detail": "One value of the request cannot be accepted.",
        "errors": [fault],
    }


def test_the_detail_of_an_invalid_request() -> None:
    """It counts the faults, unless it is given."""
    fault: Any = {"in": "query", "pointer": "/limit", "code": "invalid", "detail": "Too many."}

    class Limited(RequestInvalid):
        """Too many."""

        detail = "Ask for less."

    counted = RequestInvalid(errors=[fault, fault])
    assert counted.detail == "2 values of the request cannot be accepted."
    assert RequestInvalid(errors=[fault], detail="Too many.").detail == "Too many."
    assert RequestInvalid(errors=[]).detail is None
    assert Limited(errors=[fault]).detail == "Ask for less."


def test_what_a_view_raises_is_noted() -> None:
    """The decorator writes one attribute and returns the very function."""

    def view() -> None:
        """Do nothing."""

    decorated = raises(BookNotFound, exceptions.Forbidden)(view)

    assert decorated is view
    assert vars(view) == {RAISES: (BookNotFound, exceptions.Forbidden)}


def test_notes_stack() -> None:
    """Several decorators add up, in the order in which they are read."""

    @raises(BookNotFound)
    @raises(BookGone, Titled)
    def view() -> None:
        """Do nothing."""

    assert getattr(view, RAISES) == (BookNotFound, BookGone, Titled)


def test_notes_go_through_other_decorators() -> None:
    """Whoever uses functools.wraps carries them on; the wrapped function keeps its own."""

    @raises(BookGone)
    def view() -> None:
        """Do nothing."""

    @raises(BookNotFound)
    @functools.wraps(view)
    def wrapper() -> None:
        """Do nothing, around a view."""

    assert getattr(wrapper, RAISES) == (BookNotFound, BookGone)
    assert getattr(view, RAISES) == (BookGone,)


def test_nothing_is_noted_for_nothing() -> None:
    """An empty list of problems is no error."""

    @raises()
    def view() -> None:
        """Do nothing."""

    assert getattr(view, RAISES) == ()


@pytest.mark.parametrize("status", [401, 405, 416, 429, 503])
def test_a_kin_with_arguments_of_its_own_is_made(app: Flask, status: int) -> None:
    """Some of werkzeug's exceptions take more than a description."""
    problem = ProblemType("Stated", (Problem,), {"status": status})

    assert problem(detail="d").get_response().status_code == status  # type: ignore[call-arg]


@pytest.mark.parametrize("name", ["status", "title", "type", "description", "response", "code"])
def test_what_every_problem_has_cannot_be_a_member(name: str) -> None:
    """It would hide what Flask and RFC 9457 need."""
    with pytest.raises(
        DeclarationError, match=rf"^'{name}' cannot be a member of Taken: every problem has one\."
    ):
        ProblemType("Taken", (Problem,), {"__annotations__": {name: str}})


def test_a_problem_can_be_copied_and_pickled() -> None:
    """Its members come along, though exceptions are made again from positional arguments."""
    problem = BookNotFound(book_id=7, detail="Sold.")

    for again in (copy.copy(problem), pickle.loads(pickle.dumps(problem))):
        assert type(again) is BookNotFound
        assert (again.book_id, again.detail, again.code) == (7, "Sold.", 404)


def test_without_a_request_werkzeug_answers() -> None:
    """An app alone has no request whose operation could be known."""
    app = Flask("alone")
    Typed(app)

    with app.app_context():
        response = BookNotFound(book_id=7).get_response()

    assert (response.status_code, response.mimetype) == (404, "text/html")
