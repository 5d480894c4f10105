"""Options of apps, blueprints, routes and documents that would be taken wrongly are refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any

import pytest
from flask import Flask
from flask_typed import (
    Body,
    DeclarationError,
    Depends,
    Document,
    HTTPBearer,
    Query,
    Security,
    Typed,
    TypedBlueprint,
    raises,
)
from flask_typed.exceptions import UnknownOption
from werkzeug.exceptions import Conflict, NotFound
from werkzeug.routing import Rule


def get_user() -> str: ...


def view() -> str:
    """Answer."""
    return ""


def make_typed(**options: Any) -> Any:
    """Make a Typed."""
    return Typed(**options)


def make_blueprint(**options: Any) -> Any:
    """Make a blueprint."""
    return TypedBlueprint("books", __name__, **options)


def make_route(**options: Any) -> Any:
    """Make a route of an app."""
    return Typed(Flask("shop")).get("/books", **options)(view)


def make_blueprint_route(**options: Any) -> Any:
    """Make a route of a blueprint, which is not registered."""
    return TypedBlueprint("books", __name__).get("/books", **options)(view)


def make_registered_route(**options: Any) -> Any:
    """Make a route of a blueprint, and register the blueprint."""
    books = TypedBlueprint("books", __name__)
    books.get("/books", **options)(view)
    app = Flask("shop")
    Typed(app)
    app.register_blueprint(books)


ROUTE = re.escape(f"view view ({__file__}:") + r"\d+\), route '/books'"
PLACES: list[Any] = [
    pytest.param(make_typed, r"Typed\(dependencies=…\)", id="Typed"),
    pytest.param(make_blueprint, r"TypedBlueprint\('books'\)", id="TypedBlueprint"),
    pytest.param(make_route, ROUTE, id="route"),
    pytest.param(make_blueprint_route, ROUTE, id="route of a blueprint"),
]
DEPENDENCIES = [
    pytest.param(
        [HTTPBearer()],
        "HTTPBearer() in dependencies= is not inside Depends().",
        "Write `dependencies=[Depends(HTTPBearer(…))]`.",
        id="scheme",
    ),
    pytest.param(
        [HTTPBearer],
        "HTTPBearer in dependencies= is not inside Depends().",
        "Write `dependencies=[Depends(HTTPBearer(…))]`.",
        id="class of a scheme",
    ),
    pytest.param(
        (Depends(get_user), get_user),
        "get_user in dependencies= is not inside Depends().",
        "Write `dependencies=[Depends(get_user)]`.",
        id="provider",
    ),
    pytest.param(
        [Query()],
        "Query() in dependencies= is not inside Depends().",
        "Write `dependencies=[Depends(provider)]`.",
        id="marker",
    ),
    pytest.param(
        [Security],
        "Security in dependencies= is not inside Depends().",
        "Write `dependencies=[Security(…)]`.",
        id="class Security",
    ),
    pytest.param(
        [Depends(HTTPBearer)],
        "Depends(HTTPBearer) names a scheme's class: it would make a scheme and check nothing.",
        "Write `Depends(HTTPBearer(…))`.",
        id="class of a scheme in Depends",
    ),
    pytest.param(
        [Depends()],
        "Depends() names no provider, and the annotation is not a class.",
        "Write `Depends(provider)`.",
        id="no provider",
    ),
    pytest.param(
        [Depends("x")],  # type: ignore[arg-type]  # the mistake
        "'x' is not a provider: it cannot be called.",
        "Give Depends() a function, a class, or another callable, without calling it:"
        " `Depends(get_store)`.",
        id="nothing that can be called",
    ),
    pytest.param(
        Depends(get_user),
        "dependencies= is Depends(), but has to be a list.",
        "Write `dependencies=[Depends(…)]`.",
        id="Depends alone",
    ),
    pytest.param(
        HTTPBearer(),
        "dependencies= is HTTPBearer(), but has to be a list.",
        "Write `dependencies=[Depends(HTTPBearer(…))]`.",
        id="scheme alone",
    ),
    pytest.param(
        "get_user",
        "dependencies= is str(), but has to be a list.",
        "Write `dependencies=[Depends(provider)]`.",
        id="text",
    ),
]


@pytest.mark.parametrize(("make", "place"), PLACES)
@pytest.mark.parametrize(("dependencies", "what", "instead"), DEPENDENCIES)
def test_dependencies(
    make: Callable[..., Any], place: str, dependencies: Any, what: str, instead: str
) -> None:
    """What is no dependency is refused where it is declared, with the place."""
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        make(dependencies=dependencies)
    wanted = rf"{re.escape(what)}\n  in {place}\n  {re.escape(instead)}"
    assert re.fullmatch(wanted, str(caught.value))


OPTIONS = {
    "status_code": "Write status=….",
    "response_model": "Write the return annotation, `-> Book`, or returns=Book.",
    "responses": "Write `-> Book | Accepted[Job]`, and @raises for errors.",
    "include_in_schema": "Write hidden=True.",
    "tag": "Write tags=[…].",
    "sumary": "Write summary=….",
    "include_in_shema": "Write hidden=True.",
    "media_type": "Write `-> Annotated[str, MediaType(…)]`.",
}


@pytest.mark.parametrize("make", [make_route, make_blueprint_route])
@pytest.mark.parametrize(("option", "instead"), OPTIONS.items(), ids=OPTIONS)
def test_options_of_other_packages(make: Callable[..., Any], option: str, instead: str) -> None:
    """The message names the option that is meant."""
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        make(**{option: 1})
    what = rf"{option}= is not an option of a route\."
    assert re.fullmatch(rf"{what}\n  in {ROUTE}\n  {re.escape(instead)}", str(caught.value))


@pytest.mark.parametrize(
    ("make", "endpoint"),
    [
        pytest.param(make_route, "view", id="app"),
        pytest.param(make_registered_route, "books.view", id="blueprint"),
    ],
)
def test_options_that_nobody_knows(make: Callable[..., Any], endpoint: str) -> None:
    """The rule class of the app does not take it; the message has the view and the route."""
    with pytest.raises(UnknownOption, match=r"\n  ") as caught:
        make(colour=1)
    assert str(caught.value) == (
        f"colour= is not an option of a route.\n  in view {endpoint}, route '/books'\n"
        "  Leave it out; the docs (Quickstart) list the options."
    )


def test_a_rule_class_that_fails() -> None:
    """Its own error is passed on, also if it is about an argument of another function."""

    class Broken(Rule):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            view(colour=1)  # type: ignore[call-arg]

    app = Flask("shop")
    app.url_rule_class = Broken
    with pytest.raises(TypeError, match=r"view\(\) got an unexpected keyword argument 'colour'"):
        Typed(app, documents=[]).get("/books")(view)


def test_a_decorator_without_parentheses() -> None:
    """It gets the view in place of the URL rule."""
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        Typed(Flask("shop")).get(view)  # type: ignore[arg-type]  # the mistake
    wanted = (
        r"A route decorator is written without parentheses\.\n"
        rf"  in view view \({re.escape(__file__)}:\d+\)\n"
        r'  Write the URL rule: `@typed\.get\("/books"\)`\.'
    )
    assert re.fullmatch(wanted, str(caught.value))


@pytest.mark.parametrize(
    ("option", "key"),
    [
        pytest.param("title", "TYPED_TITLE", id="title"),
        pytest.param("openapi_url", "TYPED_OPENAPI_URL", id="openapi_url"),
        pytest.param("openapi_tags", "TYPED_TAGS", id="openapi_tags"),
        pytest.param("swagger_ui_parameters", "TYPED_DOCS_OPTIONS", id="swagger_ui_parameters"),
    ],
)
def test_options_of_typed_that_are_configuration(option: str, key: str) -> None:
    """The message has the key."""
    with pytest.raises(UnknownOption, match=r"\n  ") as caught:
        make_typed(**{option: "x"})
    assert str(caught.value) == (
        f'Typed() has no {option}=.\n  Set `app.config["{key}"]` before `Typed(app)`.'
    )


@pytest.mark.parametrize("option", ["lifespan", "on_startup", "on_shutdown"])
def test_functions_for_the_start_of_a_worker(option: str) -> None:
    """A provider takes their place."""
    message = (
        f"Typed() has no {option}=.\n  Write a provider with `yield`, and depend on it:"
        ' `Depends(make_pool, scope="app")`.'
    )
    with pytest.raises(UnknownOption, match=f"^{re.escape(message)}$"):
        Typed(**{option: print})


def test_other_options_of_typed() -> None:
    """Python names an option that nobody knows."""
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        make_typed(colour=1)


def test_options_of_rules_of_the_users_own() -> None:
    """A rule of the app's own takes options of its own."""

    class Marked(Rule):
        def __init__(self, *args: Any, internal: bool, **options: Any) -> None:
            super().__init__(*args, **options)
            self.internal = internal

    app = Flask("shop")
    app.url_rule_class = Marked
    options: Any = {"internal": True}
    app.add_url_rule("/static2", "other", view, **options)
    Typed(app, documents=[]).get("/books", **options)(view)
    assert [rule.internal for rule in app.url_map.iter_rules("view")] == [True]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("make", "place"),
    [
        pytest.param(make_blueprint, r"TypedBlueprint\('books'\)", id="TypedBlueprint"),
        pytest.param(make_route, ROUTE, id="route"),
        pytest.param(Document, "Document", id="Document"),
    ],
)
def test_tags_that_are_a_text(make: Callable[..., Any], place: str) -> None:
    """A text is not taken apart into letters."""
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        make(tags="books")
    wanted = (
        rf"tags= is a text, but it takes a list of texts\.\n  in {place}\n"
        r"  Write `tags=\['books'\]`\."
    )
    assert re.fullmatch(wanted, str(caught.value))


@pytest.mark.parametrize(
    ("make", "place", "options", "instead"),
    [
        pytest.param(make_route, ROUTE, {"public": "False"}, "True or False", id="public"),
        pytest.param(make_route, ROUTE, {"hidden": 1}, "True or False", id="hidden"),
        pytest.param(make_route, ROUTE, {"deprecated": "no"}, "True or False", id="deprecated"),
        pytest.param(make_route, ROUTE, {"status": "201"}, "a number", id="status"),
        pytest.param(
            make_blueprint,
            r"TypedBlueprint\('books'\)",
            {"public": "False"},
            "True or False",
            id="public blueprint",
        ),
    ],
)
def test_options_of_another_type(
    make: Callable[..., Any], place: str, options: dict[str, Any], instead: str
) -> None:
    """A text is true, whatever it says."""
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        make(**options)
    ((option, value),) = options.items()
    wanted = rf"{option}= is {re.escape(repr(value))}\.\n  in {place}\n  Write {instead}\."
    assert re.fullmatch(wanted, str(caught.value))


def test_a_status_may_be_written_by_its_name() -> None:
    """It is a number too."""
    app = Flask("shop")
    Typed(app).get("/", status=HTTPStatus.ACCEPTED)(view)
    assert app.test_client().get("/").status_code == 202


def test_a_scheme_that_is_optional_by_a_text() -> None:
    """It would let everybody in."""
    with pytest.raises(TypeError, match=r"HTTPBearer\(optional='False'\): write True or False\."):
        HTTPBearer(optional="False")  # type: ignore[arg-type]  # the mistake


def test_metadata_is_named_by_classes() -> None:
    """An object among them is refused."""
    with pytest.raises(DeclarationError, match=r"metadata= has 3, which is not a class\.\n  List"):
        Typed(metadata=[3])  # type: ignore[list-item]  # the mistake


def test_raises_for_another_app() -> None:
    """A factory may decorate one view again for each app: nothing is lost then."""

    def view() -> None: ...

    for _ in range(2):
        app = Flask("shop")
        Typed(app).get("/")(raises(Conflict)(view))
        responses = app.test_client().get("/openapi.json").json["paths"]["/"]["get"]["responses"]
        assert list(responses) == ["204", "409"]


TOO_MANY_WORDS = "Write `@raises(…)` with subclasses of Problem or werkzeug's HTTP exceptions."


@pytest.mark.parametrize(
    ("problem", "instead"),
    [
        pytest.param(404, "Write `@raises(NotFound)`, werkzeug's class.", id="status"),
        pytest.param(299, TOO_MANY_WORDS, id="status of no error"),
        pytest.param(NotFound(), "Write the class: `@raises(NotFound)`.", id="instance"),
        pytest.param(ValueError, TOO_MANY_WORDS, id="other error"),
        pytest.param(
            [NotFound],
            "Write the classes without brackets: `@raises(NotFound, Conflict)`.",
            id="list",
        ),
    ],
)
def test_raises_takes_classes_of_errors(problem: Any, instead: str) -> None:
    """A status code and an instance are not classes."""
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        raises(problem)
    what = f"@raises got {problem!r}, which is not an HTTP exception class."
    assert str(caught.value) == f"{what}\n  {instead}"


def test_raises_without_parentheses() -> None:
    """The decorator gets the view."""
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        raises(view)  # type: ignore[arg-type]  # the mistake
    assert str(caught.value) == (
        "@raises is written without parentheses, above view.\n"
        "  Write `@raises(NotFound)`, with the errors that the view can raise."
    )


def test_raises_above_a_route() -> None:
    """It would not be read: the view is registered."""

    def read() -> str: ...

    Typed(Flask("shop")).get("/")(read)
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        raises(NotFound)(read)
    assert str(caught.value) == (
        "@raises is above the route of test_raises_above_a_route.<locals>.read, which is already"
        " registered.\n  Write it below the route: decorators are applied from the bottom up."
    )


def test_raises_on_what_a_registered_view_was_wrapped_in() -> None:
    """A function that took over what was noted on another is not registered by that."""

    @raises(NotFound)
    def read() -> str: ...

    def wrapped() -> str: ...

    Typed(Flask("shop")).get("/")(read)
    wrapped.__dict__.update(read.__dict__)
    typed = Typed(app := Flask("shop"))
    typed.get("/")(raises(Conflict)(wrapped))
    assert app.extensions["typed"].operations[0].problems == (Conflict, NotFound)


def test_a_view_is_registered_twice() -> None:
    """What it raises is read each time."""

    @raises(NotFound)
    def read() -> str: ...

    for name in ("one", "two"):
        app = Flask(name)
        Typed(app).get("/")(read)
        assert app.extensions["typed"].operations[0].problems == (NotFound,)


DEFAULT = (
    "Write the default after `=`: `size: Annotated[int, Query()] = 20`. An argument without a"
    " default is required."
)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        pytest.param(
            (),
            {"ge": 1},
            "has no ge=.\n  Write the constraint beside it: `Annotated[int, Query(), Ge(1)]`.",
            id="ge",
        ),
        pytest.param(
            (),
            {"pattern": "a"},
            "has no pattern=.\n  Write the constraint beside it:"
            " `Annotated[str, Query(), validate.Regexp(…)]`.",
            id="pattern",
        ),
        pytest.param((), {"default": 20}, f"has no default=.\n  {DEFAULT}", id="default"),
        pytest.param((None,), {}, f"takes no positional argument.\n  {DEFAULT}", id="positional"),
        pytest.param((), {"title": "a"}, "has no title=.\n  Write `description=…`.", id="title"),
        pytest.param(
            (),
            {"openapi_examples": {}},
            "has no openapi_examples=.\n  Write `examples={name: value}`.",
            id="examples",
        ),
        pytest.param(
            (),
            {"colour": 1},
            "has no colour=.\n  Write constraints beside it and the default after `=`:"
            " `size: Annotated[int, Query(), Ge(1)] = 20`.",
            id="any",
        ),
    ],
)
def test_options_of_markers(arguments: Any, options: Any, message: str) -> None:
    """The message has the replacement of an option that other packages have."""
    with pytest.raises(UnknownOption, match=f"^{re.escape(f'Query() {message}')}$"):
        Query(*arguments, **options)


@pytest.mark.parametrize(
    ("option", "instead"),
    [
        pytest.param("prefix", r"Write url_prefix=…\.", id="prefix"),
        pytest.param("abp_tags", r"Write tags=\[…\]\.", id="tags"),
    ],
)
def test_options_of_blueprints(option: str, instead: str) -> None:
    """An option of another package's routers has its replacement; others are Flask's to refuse."""
    message = rf"{option}= is not an option of a TypedBlueprint\.\n.*'books'.*\n  {instead}$"
    with pytest.raises(DeclarationError, match=message):
        TypedBlueprint("books", __name__, **{option: "x"})
    with pytest.raises(TypeError, match="colour"):
        TypedBlueprint("books", __name__, colour=1)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_several_scalars_beside_a_body(method: str) -> None:
    """A list of scalars is a query parameter, but not where FastAPI has it in the body."""

    def view(ids: list[int], name: str = "") -> None: ...

    message = rf"list\[int\] in a {method} request may be meant for the query or for the body\."
    with pytest.raises(DeclarationError, match=message):
        Typed(Flask("shop")).route("/", methods=[method])(view)
    Typed(Flask("shop")).route("/", methods=["GET", "DELETE"])(view)


def test_object_needs_a_marker() -> None:
    """It says nothing about the value, but may be meant."""

    def view(value: object) -> None: ...

    with pytest.raises(DeclarationError, match="annotated with object, which does not tell"):
        Typed(Flask("shop")).post("/")(view)
    view.__annotations__["value"] = Annotated[object, Body()]
    Typed(Flask("shop")).post("/")(view)


def test_dependencies_may_be_any_iterable() -> None:
    """A generator gives them as a list does."""
    made: list[str] = []

    def note() -> None:
        made.append("noted")

    app = Flask("shop")
    Typed(app, dependencies=iter([Depends(note)])).get("/")(view)  # type: ignore[arg-type]
    assert app.test_client().get("/").json == ""
    assert made == ["noted"]


def test_a_function_of_the_users_own_reads_all_that_stands_there() -> None:
    """Metadata of a type that a function makes the field of is that function's."""

    class Code(str):
        __slots__ = ()

    def build(hint: Any, make: Any, options: Any) -> Any:
        return make(str, **options)

    app = Flask("shop")

    def read(code: Any) -> str:
        return str(code)

    read.__annotations__["code"] = Annotated[Code, object()]
    Typed(app, types={Code: build}).get("/")(read)
    assert app.test_client().get("/?code=a").json == "a"
