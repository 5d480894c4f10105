"""The graph of a view's dependencies: what may be a provider, and what is refused."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient
from flask_typed import (
    Body,
    DeclarationError,
    Depends,
    Form,
    Header,
    HTTPBearer,
    Query,
    Security,
    Typed,
)
from werkzeug.datastructures import FileStorage


def give_one() -> int:
    """Provide a number."""
    return 1


async def give_later() -> int:
    """Provide a number, after a while."""
    return 2


def give_lent() -> Iterator[int]:
    """Lend a number."""
    yield 3


@contextmanager
def give_managed() -> Iterator[int]:
    """Lend a number, as a context manager."""
    yield 4


def add(left: int, right: Annotated[int, Depends(give_one)]) -> int:
    """Provide a sum."""
    return left + right


class Five:
    """A class that takes nothing."""

    def __int__(self) -> int:
        return 5


@dataclass
class Six:
    """A class whose argument is a dependency."""

    one: Annotated[int, Depends(give_one)]

    def __int__(self) -> int:
        return self.one + 5


class Seven:
    """A class that makes its instances itself."""

    def __new__(cls, one: Annotated[int, Depends(give_one)]) -> Seven:
        seven = super().__new__(cls)
        seven.value = one + 6
        return seven

    value: int

    def __int__(self) -> int:
        return self.value


class Eight:
    """A class that says by itself what it takes."""

    __signature__ = inspect.Signature(
        [inspect.Parameter("one", inspect.Parameter.KEYWORD_ONLY, annotation=int)]
    )
    one: Annotated[int, Depends(give_one)]

    def __init__(self, **options: Any) -> None:
        self.value = 7 + int(options["one"])

    def __int__(self) -> int:
        return self.value


class Later:
    """An object that is called, and takes a while."""

    async def __call__(self) -> int:
        return 12


class Counter:
    """An object that is called, and one that has a method."""

    def __init__(self, start: int) -> None:
        self._start = start

    def __call__(self, one: Annotated[int, Depends(give_one)]) -> int:
        return self._start + one

    def lend(self) -> Iterator[int]:
        """Lend the number."""
        yield self._start

    __hash__ = None  # type: ignore[assignment]  # it cannot be looked up


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        pytest.param(Annotated[int, Depends(give_one)], 1, id="function"),
        pytest.param(Annotated[int, Depends(give_later)], 2, id="async"),
        pytest.param(Annotated[int, Depends(give_lent)], 3, id="generator"),
        pytest.param(Annotated[int, Depends(give_managed)], 4, id="contextmanager"),
        pytest.param(Annotated[Five, Depends()], 5, id="class"),
        pytest.param(Annotated[Six, Depends()], 6, id="dataclass"),
        pytest.param(Annotated[Seven, Depends()], 7, id="__new__"),
        pytest.param(Annotated[Eight, Depends()], 8, id="__signature__"),
        pytest.param(Annotated[int, Depends(Counter(7))], 8, id="object"),
        pytest.param(Annotated[int, Depends(Later())], 12, id="async-object"),
        pytest.param(Annotated[int, Depends(Counter(9).lend)], 9, id="method"),
        pytest.param(Annotated[int, Depends(functools.partial(add, left=9))], 10, id="partial"),
        pytest.param(
            Annotated[int, Depends(functools.partial(functools.partial(give_lent)))],
            3,
            id="partial-generator",
        ),
        pytest.param(Annotated[int, Depends(lambda: 11)], 11, id="lambda"),
    ],
)
def test_whatever_can_be_called_is_a_provider(
    typed: Typed, client: FlaskClient, annotation: Any, value: int
) -> None:
    """Its own arguments are solved."""

    def view(made: Any) -> int:
        return int(made)

    view.__annotations__["made"] = annotation
    typed.get("/")(view)
    assert client.get("/").get_json() == value


def refuse(view: Callable[..., Any], rule: str = "/", method: str = "POST") -> str:
    """Return the message with which a view is refused; the paths of files are left out."""
    with pytest.raises(DeclarationError, match=r"in .*view ") as caught:
        Typed(Flask("shop")).route(rule, methods=[method])(view)
    return re.sub(r" \([^)]*\.py:\d+\)", "", str(caught.value))


def needs_first(second: Annotated[int, Depends(lambda: 0)]) -> int: ...
def needs_second(first: Annotated[int, Depends(needs_first)]) -> int: ...


def needs_unannotated(path, /) -> int: ...  # type: ignore[no-untyped-def]
def needs_nothing_known(thing) -> int: ...  # type: ignore[no-untyped-def]
def needs_a_variable(book_id) -> int: ...  # type: ignore[no-untyped-def]
def needs_something_strange(thing: Annotated[complex, Query()]) -> int: ...
def needs_a_body(body: Annotated[int, Body()]) -> int: ...
def needs_a_form(name: Annotated[str, Form()]) -> int: ...
def needs_a_file(file: FileStorage) -> int: ...
def needs_a_page(page: int) -> int: ...
def needs_a_request(request: Request) -> int: ...
def needs_a_number(number: Annotated[int, Depends(give_one)]) -> int: ...
def needs_another_page(page: int = 1) -> int: ...
def needs_no_provider(thing: Annotated[int | str, Depends()]) -> int: ...
def needs_an_unreadable(thing: Nowhere) -> int: ...  # type: ignore[name-defined]  # noqa: F821


def test_a_cycle_is_refused_with_its_chain() -> None:
    """The chain leads back to where it began."""
    needs_first.__annotations__["second"] = Annotated[int, Depends(needs_second)]

    def view(first: Annotated[int, Depends(needs_first)]) -> None: ...

    assert refuse(view) == (
        "The dependency needs itself.\n"
        "  in dependency needs_first, dependency needs_second, dependency needs_first, view"
        " test_a_cycle_is_refused_with_its_chain.view\n"
        "  Remove one of the dependencies in the chain."
    )


def test_a_cycle_without_cache_is_one_too() -> None:
    """Running again does not help."""

    def again(number: Any) -> int: ...

    again.__annotations__["number"] = Annotated[int, Depends(again, use_cache=False)]

    def view(number: Any) -> None: ...

    view.__annotations__["number"] = Annotated[int, Depends(again, use_cache=False)]
    assert "The dependency needs itself.\n  in dependency test_a_cycle" in refuse(view)


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        pytest.param(
            Depends(needs_unannotated),
            "The argument is positional-only; values are passed by name.\n"
            "  in argument 'path', dependency needs_unannotated, view view\n"
            "  Remove the `/` from the signature.",
            id="positional-only",
        ),
        pytest.param(
            Depends(needs_nothing_known),
            "The argument has no annotation, and no decorator passes it.\n"
            "  in argument 'thing', dependency needs_nothing_known, view view\n"
            "  Annotate it: the annotation declares where its value comes from.",
            id="no-annotation",
        ),
        pytest.param(
            Depends(needs_something_strange),
            "No schema is known for the type complex.",
            id="unknown-type",
        ),
        pytest.param(
            Depends(needs_no_provider),
            "Depends() names no provider, and the annotation is not a class.\n"
            "  in argument 'thing', dependency needs_no_provider, view view\n"
            "  Write `Depends(provider)`.",
            id="no-provider",
        ),
        pytest.param(
            Depends(7),  # type: ignore[arg-type]
            "7 is not a provider: it cannot be called.\n"
            "  in view view\n"
            "  Give Depends() a function, a class, or another callable, without calling it:"
            " `Depends(get_store)`.",
            id="no-callable",
        ),
        pytest.param(
            Depends(int),
            "Python does not know the arguments of int.\n"
            "  in dependency int, view view\n"
            "  Call it from a function whose arguments are annotated.",
            id="builtin",
        ),
        pytest.param(
            Depends(needs_an_unreadable),
            "An annotation of needs_an_unreadable uses 'Nowhere', a name that cannot be found.\n"
            "  in argument 'thing', dependency needs_an_unreadable, view view\n"
            "  Define or import it at the top of the module, outside `if TYPE_CHECKING:`.",
            id="unknown-name",
        ),
        pytest.param(
            Security(needs_a_body),
            "A security dependency reads the body, but it runs before the body is read.\n"
            "  in argument 'body', dependency needs_a_body, view view\n"
            "  Read the path, the query, headers or cookies, or use Depends().",
            id="security-body",
        ),
        pytest.param(
            Security(needs_a_form),
            "A security dependency reads the form, but it runs before the body is read.",
            id="security-form",
        ),
        pytest.param(
            Security(needs_a_file),
            "A security dependency reads the file, but it runs before the body is read.",
            id="security-file",
        ),
    ],
)
def test_what_cannot_be_solved_is_refused(marker: Depends, message: str) -> None:
    """The chain from the argument to the view is named."""

    def view(made: Any) -> None: ...

    view.__annotations__["made"] = Annotated[int, marker]
    view.__qualname__ = "view"
    assert refuse(view).startswith(message)


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        pytest.param(
            Depends(needs_a_page, scope="app"),
            "The argument is a value from the query, but a dependency of scope app serves all"
            " requests.\n  in argument 'page', dependency needs_a_page, view view",
            id="query",
        ),
        pytest.param(
            Depends(needs_a_request, scope="app"),
            "The argument is the request, but a dependency of scope app serves all requests.",
            id="request",
        ),
        pytest.param(
            Depends(needs_a_number, scope="app"),
            "give_one makes a value for one request, but a dependency of scope app lives until"
            " the worker ends.\n  in dependency needs_a_number, view view",
            id="scope-request",
        ),
        pytest.param(
            Security(give_one, scope="app"),
            "A security dependency checks each request, so it cannot be of scope app.",
            id="Security",
        ),
        pytest.param(
            Depends(HTTPBearer(), scope="app"),
            "A security dependency checks each request, so it cannot be of scope app.",
            id="scheme",
        ),
        pytest.param(
            Depends(give_one, scope="app", use_cache=False),
            "A value of scope app is opened once, but use_cache=False asks for a new one.",
            id="use_cache",
        ),
        pytest.param(
            Depends(give_one, scope="function"),  # type: ignore[arg-type]  # FastAPI's
            "scope= is 'function'.",
            id="unknown",
        ),
    ],
)
def test_what_cannot_live_as_long_as_the_app(marker: Depends, message: str) -> None:
    """It needs a request, or checks one; a scope has a name."""

    def view(made: Any) -> None: ...

    view.__annotations__["made"] = Annotated[int, marker]
    view.__qualname__ = "view"
    assert refuse(view).startswith(message)
    with pytest.raises(DeclarationError, match=r"scope.*[^$]*Typed\(dependencies=…\)"):
        Typed(Flask("shop"), dependencies=[marker])


def test_a_provider_has_one_scope() -> None:
    """Otherwise there would be two values."""

    def view(
        one: Annotated[int, Depends(give_one, scope="app")],
        other: Annotated[int, Depends(give_one)],
    ) -> None: ...

    assert refuse(view).startswith("give_one is a dependency of scope app and of scope request.")


def test_a_file_that_is_no_file_is_refused_with_its_chain() -> None:
    """What a reader finds out is within the provider too."""

    def page(number: Annotated[list[list[int]], Query()]) -> int: ...

    def view(made: Annotated[int, Depends(page)]) -> None: ...

    view.__annotations__["made"] = Annotated[int, Depends(page)]
    assert "in argument 'number', dependency test_a_file" in refuse(view)


def test_depends_alone_wants_a_class() -> None:
    """A collection is not one: nothing says what would be in it."""

    def view(box: Annotated[list[int], Depends()]) -> None: ...

    assert refuse(view).startswith(
        "Depends() names no provider, and the annotation is not a class.\n  in argument 'box', view"
    )


def test_dependencies_of_a_route_name_their_providers() -> None:
    """There is no annotation that could."""
    with pytest.raises(DeclarationError, match=r"^Depends\(\) names no provider"):
        Typed(Flask("shop")).get("/", dependencies=[Depends()])(give_one)


def test_dependencies_of_an_app_are_checked_with_it() -> None:
    """Before there is any route."""
    with pytest.raises(DeclarationError, match="no annotation") as caught:
        Typed(Flask("shop"), dependencies=[Depends(needs_nothing_known)])
    assert caught.value.where[-1] == "Typed(dependencies=…)"


def test_markers_are_no_defaults() -> None:
    """They stand in the annotation."""

    def view(made: int = Depends(give_one)) -> None: ...  # type: ignore[assignment]

    def other(made: int = Query()) -> None: ...  # type: ignore[assignment]

    assert refuse(view) == (
        "Depends() is the argument's default.\n"
        "  in argument 'made', view test_markers_are_no_defaults.view\n"
        "  Write it into the annotation: `Annotated[…, Depends(…)]`."
    )
    assert refuse(other).startswith("Query() is the argument's default.")


def test_two_markers_are_one_too_many() -> None:
    """A provider makes the value, or it is read."""

    def view(made: Annotated[int, Depends(give_one), Query()]) -> None: ...

    assert refuse(view).startswith("The argument has several markers: Depends and Query.")


def test_one_value_is_declared_alike_everywhere() -> None:
    """Two declarations of one parameter would be two in the document."""

    def view(made: Annotated[int, Depends(needs_a_page)], page: int = 2) -> None: ...

    def other(
        one: Annotated[int, Depends(needs_a_page)],
        two: Annotated[int, Depends(needs_another_page)],
    ) -> None: ...

    assert refuse(view) == (
        "'page' in the query is declared differently in the view.\n"
        "  in argument 'page', dependency needs_a_page,"
        " view test_one_value_is_declared_alike_everywhere.view\n"
        "  Declare it the same in both places, or give one of them an alias."
    )
    assert refuse(other).startswith(
        "'page' in the query is declared differently in dependency needs_a_page"
    )


def test_one_value_serves_everybody_who_asks(
    typed: Typed, client: FlaskClient, document: Callable[[], dict[str, Any]]
) -> None:
    """Under whatever name: it is read, and published, once."""

    def first(page: int = 1, x_trace: Annotated[str, Header()] = "") -> list[Any]:
        return [page, x_trace]

    def second(
        number: Annotated[int, Query(alias="page")] = 1,
        trace: Annotated[str, Header(alias="X-Trace")] = "",
    ) -> list[Any]:
        return [number, trace]

    first.__annotations__.update(
        page=Annotated[int, Query(alias="page")],
        x_trace=Annotated[str, Header(alias="X-Trace")],
    )

    def view(
        one: Annotated[list[Any], Depends(first)],
        two: Annotated[list[Any], Depends(second)],
        number: Annotated[int, Header(alias="Number")] = 7,
    ) -> list[Any]:
        return [one, two, number]

    view.__annotations__.update(
        one=Annotated[list[Any], Depends(first)], two=Annotated[list[Any], Depends(second)]
    )
    typed.get("/")(view)
    headers = {"X-Trace": "t"}
    assert client.get("/?page=3", headers=headers).get_json() == [[3, "t"], [3, "t"], 7]
    parameters = document()["paths"]["/"]["get"]["parameters"]
    assert [(p["in"], p["name"]) for p in parameters] == [
        ("query", "page"),
        ("header", "Number"),
        ("header", "X-Trace"),
    ]


def test_names_may_be_the_same_in_different_places(typed: Typed, client: FlaskClient) -> None:
    """A view's query parameter and a provider's header are two values."""

    def by_header(limit: Annotated[int, Header()] = 1) -> int:
        return limit

    def view(limit: int, other: Any, book_id: Annotated[int, Query()]) -> list[int]:
        return [limit, other, book_id]

    view.__annotations__["other"] = Annotated[int, Depends(by_header)]
    typed.get("/<int:book_id>/")(view)
    answer = client.get("/7/?limit=2&book_id=8", headers={"Limit": "3"})
    assert answer.get_json() == [2, 3, 8]


def test_variables_of_the_rule_reach_providers(app: Flask, client: FlaskClient) -> None:
    """Also those that the view does not take, and those that the rule sets itself."""

    def find(book_id: int, request: Request, edition: str = "") -> list[Any]:
        return [book_id, request.path, edition]

    def view(found: Any) -> list[Any]:
        value: list[Any] = found
        return value

    view.__annotations__["found"] = Annotated[list[Any], Depends(find)]
    Typed(app).get("/books/<int:book_id>", defaults={"edition": "first"})(view)
    assert client.get("/books/7").get_json() == [7, "/books/7", "first"]


def test_several_bodies_are_keys_of_one_object(
    typed: Typed, client: FlaskClient, document: Callable[[], dict[str, Any]]
) -> None:
    """The view's and the providers'; the same one of both is the whole body."""

    def price(amount: Annotated[int, Body()]) -> int:
        return amount

    def view(title: Annotated[str, Body()], cost: Any) -> list[Any]:
        return [title, cost]

    def other(amount: Annotated[int, Body()], cost: Any) -> list[Any]:
        return [amount, cost]

    for each in (view, other):
        each.__annotations__["cost"] = Annotated[int, Depends(price)]
    typed.post("/several")(view)
    typed.post("/one")(other)
    assert client.post("/several", json={"title": "t", "amount": 3}).get_json() == ["t", 3]
    assert client.post("/one", json=3).get_json() == [3, 3]
    content = document()["paths"]["/several"]["post"]["requestBody"]["content"]
    assert list(content["application/json"]["schema"]["properties"]) == ["title", "amount"]


def test_a_scheme_reads_no_body() -> None:
    """It may stand under Depends(): it is a security dependency all the same."""
    app = Flask("shop")
    app.testing = True
    typed = Typed(app)

    def view(token: Any, body: Annotated[int, Body()]) -> str: ...

    view.__annotations__["token"] = Annotated[str, Depends(HTTPBearer())]
    typed.post("/")(view)
    answer = app.test_client().post("/", data="not JSON")
    assert answer.status_code == 401
