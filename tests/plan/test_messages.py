"""Messages for declarations as other frameworks have them: each names what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

import pytest
from flask import Flask, Response
from flask.views import MethodView
from flask_typed import DeclarationError, Query, Typed

T = TypeVar("T")


class Store:
    """Keeps books."""


def get_store() -> Store: ...


class Crud(MethodView, Generic[T]):
    """A generic class-based view."""

    def get(self) -> str: ...


class Books(MethodView):
    """A class-based view."""

    def get(self) -> str: ...


def place_of(name: str) -> str:
    return rf"view {name} \({re.escape(__file__)}:\d+\)"


def reject(view: Any, rule: str = "/") -> str:
    """Return the message of a view that cannot be registered."""
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        Typed(Flask("shop")).get(rule, endpoint="view")(view)
    return str(caught.value)


def make_view(annotation: Any) -> Callable[..., Any]:
    """Return a view with one argument."""

    def view(store: Any) -> str: ...

    view.__annotations__["store"] = annotation
    return view


REGISTER = "Write `@dataclass` above a class with fields, or register it: `Typed(app, types={…})`."


@pytest.mark.parametrize(
    ("annotation", "what", "place", "instead"),
    [
        pytest.param(
            Store,
            "No schema is known for the type Store.",
            "",
            f"If a provider makes it, write `Annotated[Store, Depends(…)]`. Otherwise: {REGISTER}",
            id="class",
        ),
        pytest.param(
            Annotated[Store, Query()],
            "No schema is known for the type Store.",
            "",
            REGISTER,
            id="marker",
        ),
        pytest.param(
            Response,
            "No schema is known for the type Response.",
            "",
            "Return a reply that has headers, such as `Reply(book, headers={…})`.",
            id="response",
        ),
        pytest.param(
            list[Store],
            "No schema is known for the type Store.",
            "an item, ",
            REGISTER,
            id="item",
        ),
        pytest.param(
            get_store,
            "get_store is a function, not a type.",
            "",
            "Write `Annotated[…, Depends(get_store)]` for the value that it returns.",
            id="provider",
        ),
        pytest.param(
            "Nowhere",
            "An annotation of make_view.view uses 'Nowhere', a name that cannot be found.",
            "",
            "Define or import it at the top of the module, outside `if TYPE_CHECKING:`.",
            id="name",
        ),
        pytest.param(
            "Annotated[int, Query(ge=1)]",
            "Query() has no ge=.",
            "",
            "Write the constraint beside it: `Annotated[int, Query(), Ge(1)]`.",
            id="option",
        ),
    ],
)
@pytest.mark.parametrize("method", ["POST"])
def test_arguments(annotation: Any, what: str, place: str, instead: str, method: str) -> None:
    """The message names the argument, also if its annotation cannot be evaluated."""
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        Typed(Flask("shop")).route("/", methods=[method])(make_view(annotation))
    name = place_of("make_view.view")
    wanted = rf"{re.escape(what)}\n  in {place}argument 'store', {name}\n  {re.escape(instead)}"
    assert re.fullmatch(wanted, str(caught.value))


def test_a_return_annotation_that_cannot_be_evaluated() -> None:
    """The message names it."""

    def view() -> Nowhere: ...  # type: ignore[name-defined]  # noqa: F821

    assert "\n  in the return annotation, view " in reject(view)


def test_an_annotation_that_is_not_found_by_its_text() -> None:
    """The message has no argument if the value, not the text, cannot be evaluated."""
    view = make_view("list[Nowhere2]")
    view.__annotations__["store"] = list["Nowhere"]  # type: ignore[name-defined]  # noqa: F821
    assert "Nowhere" in reject(view)


@pytest.mark.parametrize(
    ("view", "message"),
    [
        pytest.param(
            Books(),
            r"The view is an instance of Books\.\n  in route '/'\n  Write the class, `Books`\.",
            id="instance",
        ),
        pytest.param(
            Crud[int],
            r"The view is Crud\[…\], which has no name for the endpoint\.\n  in route '/'\n"
            r"  Write a class and register that: `class Books\(Crud\[…\]\)`\.",
            id="generic",
        ),
    ],
)
def test_views(view: Any, message: str) -> None:
    """A class-based view is given as the class."""
    assert re.fullmatch(message, reject(view))


def test_a_converter_behind_the_name() -> None:
    """The message has the variable as Flask reads it."""

    def view(book_id: int) -> str: ...

    assert reject(view, "/books/<book_id:int>") == (
        "The URL rule '/books/<book_id:int>' has a converter behind the name of its variable.\n"
        "  in view view\n  Write the converter first: `<int:book_id>`."
    )


def test_a_converter_that_nobody_knows() -> None:
    """werkzeug's message is kept, and a variable may have the name of a converter."""

    def view(path: int) -> str: ...

    typed = Typed(Flask("shop"))
    with pytest.raises(LookupError, match="the converter 'isbn' does not exist"):
        typed.get("/<isbn:path_of>")(view)
    typed.get("/<int:path>")(view)
