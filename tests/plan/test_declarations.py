"""A declaration that cannot work is refused at registration, with where and what to write."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import wraps
from typing import Annotated, Any, Literal
from uuid import UUID

import flask
import pytest
from annotated_types import Ge, Len
from flask import Flask
from flask.testing import FlaskClient
from flask.views import MethodView
from flask_typed import (
    Body,
    Cookie,
    Created,
    DeclarationError,
    Form,
    Header,
    NoContent,
    Path,
    Problem,
    Query,
    Typed,
    TypedBlueprint,
    UnsupportedType,
    raises,
)
from marshmallow import Schema, fields
from webargs.fields import DelimitedList
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException


@dataclass
class Point:
    """A model."""

    x: int


@dataclass
class Line:
    """A model with a model inside."""

    start: Point


@dataclass
class Broken:
    """A model with a field of an unknown type."""

    thing: complex


@dataclass
class WrongDefault:
    """A model whose default does not fit."""

    size: int = None  # type: ignore[assignment]  # the mistake


@dataclass
class Tags:
    """A model with a list of models."""

    points: list[Point] = field(default_factory=list)


@dataclass
class Sorted:
    """A model with a style for one field."""

    sort: Annotated[list[str], Query(explode=False)] = field(default_factory=list)


@dataclass
class Filtered:
    """A model with a style for one field that is an object."""

    where: Annotated[Point, Query(style="deepObject")]


def refuse(annotation: Any, rule: str = "/", method: str = "POST", default: Any = ...) -> str:
    """Return the message with which a view of one argument is refused."""
    if default is ...:

        def view(argument: Any) -> None: ...
    else:

        def view(argument: Any = default) -> None: ...

    view.__annotations__["argument"] = annotation
    with pytest.raises(DeclarationError) as caught:
        Typed(Flask("shop")).route(rule, methods=[method])(view)
    return str(caught.value)


NOTHING_KNOWN = (
    "Use a type of the table in the docs (Types), write a marshmallow field in "
    "`Annotated[…, fields.Raw()]`, or register the type: `Typed(app, types={…})`."
)

NO_STYLE = 'Leave out the style; an object may have `style="deepObject"`.'
NOT_DEEP = "Use scalars and lists of them, or send the object in the JSON body: `Body()`."

REFUSED = [
    pytest.param(
        complex,
        {},
        "No schema is known for the type complex.",
        ["argument 'argument'"],
        NOTHING_KNOWN,
        id="unknown type",
    ),
    pytest.param(
        list[dict[str, set[complex]]],
        {},
        "No schema is known for the type complex.",
        ["an item", "a value", "an item", "argument 'argument'"],
        NOTHING_KNOWN,
        id="unknown type inside",
    ),
    pytest.param(
        Broken,
        {},
        "No schema is known for the type complex.",
        ["field 'thing'", "Broken", "argument 'argument'"],
        NOTHING_KNOWN,
        id="unknown type of a field",
    ),
    pytest.param(
        str | UUID,
        {},
        "str accepts every value of UUID, which comes after it.",
        ["argument 'argument'"],
        "Put UUID first, or distinguish models by a Literal field.",
        id="union",
    ),
    pytest.param(
        Annotated[str, Ge(1)],
        {},
        "The constraint <Range(min=1, max=None, min_inclusive=True, max_inclusive=True,"
        " error=None)> cannot be applied to str: '<' not supported between instances of 'str' and"
        " 'int'.",
        ["argument 'argument'"],
        "Use a constraint that fits the type, or another type.",
        id="misplaced constraint",
    ),
    pytest.param(
        WrongDefault,
        {},
        "The default of 'size' does not fit the annotation: at $ expected an int, found None.",
        ["WrongDefault", "argument 'argument'"],
        "Use a default of the annotated type, or add `| None` to the annotation.",
        id="default of a field",
    ),
    pytest.param(
        int,
        {"default": "1"},
        "The default of 'argument' does not fit the annotation: at $ expected an int, found a"
        " value of type str.",
        ["argument 'argument'"],
        "Use a default of the annotated type, or add `| None` to the annotation.",
        id="default of an argument",
    ),
    pytest.param(
        Annotated[int, Query(), Header()],
        {},
        "The argument has several markers: Query and Header.",
        ["argument 'argument'"],
        "A value comes from one place: keep one marker.",
        id="two markers",
    ),
    pytest.param(
        Annotated[int, Path()],
        {},
        "The argument is marked Path(), but the URL rule '/' has no <argument>.",
        ["argument 'argument'"],
        "Put <argument> into the URL rule, or mark the argument Query().",
        id="no such variable",
    ),
    pytest.param(
        Point,
        {"method": "GET"},
        "Point would be in the body of a GET request.",
        ["argument 'argument'"],
        "Mark it `Annotated[…, Query()]`, or `Annotated[…, Body()]` to take a body.",
        id="body on GET",
    ),
    pytest.param(
        list,
        {"method": "GET"},
        "list would be in the body of a GET request.",
        ["argument 'argument'"],
        "Write the type of its items: `list[int]` and `list[str]` are query parameters.",
        id="bare list on GET",
    ),
    pytest.param(
        FileStorage,
        {"method": "GET"},
        "FileStorage would be in the body of a GET request.",
        ["argument 'argument'"],
        "Mark it `Annotated[…, Query()]`, or `Annotated[…, Body()]` to take a body.",
        id="file on GET",
    ),
    pytest.param(
        UUID,
        {"rule": "/<int:argument>"},
        "The URL rule's IntegerConverter makes int, but the annotation is UUID.",
        ["argument 'argument'"],
        "Annotate int, or take the converter out of the URL rule.",
        id="converter",
    ),
    pytest.param(
        Literal["a"],
        {"rule": "/<int:argument>"},
        "The URL rule's IntegerConverter makes int, but the annotation is Literal['a'].",
        ["argument 'argument'"],
        "Annotate int, or take the converter out of the URL rule.",
        id="converter and literal",
    ),
    pytest.param(
        list[str],
        {"rule": "/<argument>"},
        "list[str] cannot be a variable of a URL.",
        ["argument 'argument'"],
        "Use a scalar in the path, or take the value from the query or the body.",
        id="list in the path",
    ),
    pytest.param(
        Annotated[dict[str, int], Query()],
        {},
        "dict[str, int] cannot be written in a query parameter.",
        ["argument 'argument'"],
        "Use scalars and lists of them, or send it in the JSON body: `Body()`.",
        id="dict in the query",
    ),
    pytest.param(
        Annotated[Any, Header()],
        {},
        "Any cannot be written in a header parameter.",
        ["argument 'argument'"],
        "Use scalars and lists of them, or send it in the JSON body: `Body()`.",
        id="anything in a header",
    ),
    pytest.param(
        Annotated[Line, Query()],
        {},
        "The field 'start' cannot be written in a query parameter.",
        ["argument 'argument'"],
        "Use scalars and lists of them, or send it in the JSON body: `Body()`.",
        id="model in a parameter model",
    ),
    pytest.param(
        Annotated[Tags, Query()],
        {},
        "A collection of objects or of collections cannot be written as text.",
        ["field 'points'", "argument 'argument'"],
        "Send it in the JSON body: `Annotated[…, Body()]`.",
        id="list of models in a parameter model",
    ),
    pytest.param(
        Annotated[list[list[int]], Query()],
        {},
        "A collection of objects or of collections cannot be written as text.",
        ["argument 'argument'"],
        "Send it in the JSON body: `Annotated[…, Body()]`.",
        id="list of lists in the query",
    ),
    pytest.param(
        Annotated[list[int], Cookie()],
        {},
        "list[int] holds several values, but a cookie holds one.",
        ["argument 'argument'"],
        "Use a scalar, or take the values from the query.",
        id="list in a cookie",
    ),
    pytest.param(
        Annotated[list[int], Query(style="spaceDelimited", explode=True)],
        {},
        "OpenAPI has no `style='spaceDelimited'` with `explode=True`.",
        ["argument 'argument'"],
        "Leave out `explode`.",
        id="exploded spaces",
    ),
    pytest.param(
        Annotated[Point, Query(style="deepObject", explode=False)],
        {},
        "OpenAPI has no `style='deepObject'` with `explode=False`.",
        ["argument 'argument'"],
        "Leave out `explode`.",
        id="deepObject that is not exploded",
    ),
    pytest.param(
        Annotated[int, Query(explode=False)],
        {},
        "`style='form'` with `explode=False` is for collections, and int is not one.",
        ["argument 'argument'"],
        NO_STYLE,
        id="commas in a scalar",
    ),
    pytest.param(
        Annotated[list[Annotated[int, Query(style="pipeDelimited")]], Query()],
        {},
        "Query() has no meaning inside another value.",
        ["an item", "argument 'argument'"],
        "Mark the argument of the view, or a field of the object that it takes.",
        id="pipes in an item",
    ),
    pytest.param(
        Annotated[Point, Query(explode=False)],
        {},
        "`style='form'` with `explode=False` is for collections, and Point is not one.",
        ["argument 'argument'"],
        NO_STYLE,
        id="commas in a model that spreads",
    ),
    pytest.param(
        Annotated[int | None, Query(style="deepObject")],
        {},
        "`style='deepObject'` with `explode=True` is for objects, and int is not one.",
        ["argument 'argument'"],
        "Use a model or a dict, or leave out the style.",
        id="deepObject of a scalar",
    ),
    pytest.param(
        Annotated[list[int], Query(style="deepObject")],
        {},
        "`style='deepObject'` with `explode=True` is for objects, and list[int] is not one.",
        ["argument 'argument'"],
        "Use a model or a dict, or leave out the style.",
        id="deepObject of a list",
    ),
    pytest.param(
        Annotated[Any, fields.Nested(Schema.from_dict({}), many=True), Query(style="deepObject")],
        {},
        "`style='deepObject'` with `explode=True` is for objects, and Any is not one.",
        ["argument 'argument'"],
        "Use a model or a dict, or leave out the style.",
        id="deepObject of many",
    ),
    pytest.param(
        Annotated[Line, Query(style="deepObject")],
        {},
        "The field 'start' cannot be written in a query parameter with `style=\"deepObject\"`.",
        ["argument 'argument'"],
        NOT_DEEP,
        id="deepObject with a model inside",
    ),
    pytest.param(
        Annotated[dict[str, dict[str, int]], Query(style="deepObject")],
        {},
        'A value cannot be written in a query parameter with `style="deepObject"`.',
        ["argument 'argument'"],
        NOT_DEEP,
        id="deepObject of dicts",
    ),
    pytest.param(
        Annotated[Any, fields.Dict(), Query(style="deepObject")],
        {},
        'A value cannot be written in a query parameter with `style="deepObject"`.',
        ["argument 'argument'"],
        NOT_DEEP,
        id="deepObject of anything",
    ),
    pytest.param(
        Annotated[Sorted, Query(style="deepObject")],
        {},
        "The field 'sort' has a separator, but `style=\"deepObject\"` repeats the key of a list.",
        ["argument 'argument'"],
        "Leave out the style inside the object, or use a List instead.",
        id="deepObject with commas inside",
    ),
    pytest.param(
        Annotated[Filtered, Query()],
        {},
        "The field 'where' cannot be written in a query parameter.",
        ["argument 'argument'"],
        "Use scalars and lists of them, or send it in the JSON body: `Body()`.",
        id="deepObject in a model that spreads",
    ),
    pytest.param(
        Annotated[Any, fields.List(fields.Integer()), Query(explode=False)],
        {},
        "`style='form'` with `explode=False` is not how List reads its items.",
        ["argument 'argument'"],
        "Leave out the style: the marshmallow field decides.",
        id="a ready field and another style",
    ),
    pytest.param(
        Annotated[Any, DelimitedList(fields.Integer(), delimiter=";"), Query()],
        {},
        "DelimitedList has ';' between its items, which is not a style of OpenAPI for a query"
        " parameter.",
        ["argument 'argument'"],
        "Use commas between them, as webargs' DelimitedList does.",
        id="a separator without a style",
    ),
    pytest.param(
        Annotated[Any, fields.List(fields.Integer()), Header()],
        {},
        "List has no separator between its items, which is not a style of OpenAPI for a header"
        " parameter.",
        ["argument 'argument'"],
        "Use commas between them, as webargs' DelimitedList does.",
        id="a header without a separator",
    ),
]


@pytest.mark.parametrize(("annotation", "options", "what", "where", "instead"), REFUSED)
def test_refused_arguments(
    annotation: Any, options: dict[str, Any], what: str, where: list[str], instead: str
) -> None:
    """The message says what is wrong, where, and what to write instead."""
    message = refuse(annotation, **options)
    view = re.escape(f"view refuse.view ({__file__}:")
    places = re.escape(", ".join([*where, ""]))
    assert re.fullmatch(
        rf"{re.escape(what)}\n  in {places}{view}\d+\)\n  {re.escape(instead)}", message
    )


def returning(annotation: Any, **options: Any) -> str:
    """Return the message with which a return annotation is refused."""

    def view() -> Any: ...

    view.__annotations__["return"] = annotation
    with pytest.raises(DeclarationError) as caught:
        Typed(Flask("shop")).get("/", **options)(view)
    return str(caught.value)


class Many(Created[list[int]]):
    """A reply with the status of another."""


RETURNS = [
    pytest.param(complex, {}, "No schema is known for the type complex.", id="unknown type"),
    pytest.param(float | int, {}, "float accepts every value of int, which comes", id="union"),
    pytest.param(
        Created[int] | Many,
        {},
        "The return annotation allows two responses with the status code 201.",
        id="one status twice",
    ),
    pytest.param(
        None | NoContent, {}, "The return annotation allows two responses with the", id="204 twice"
    ),
    pytest.param(
        int, {"status": 204}, "A 204 response has no body, but the annotation is int.", id="204"
    ),
]


@pytest.mark.parametrize(("annotation", "options", "what"), RETURNS)
def test_refused_returns(annotation: Any, options: dict[str, Any], what: str) -> None:
    """A return annotation that cannot be kept is refused, with its place."""
    message = returning(annotation, **options)
    assert message.startswith(what)
    assert "the return annotation, view returning.view (" in message


def test_positional_only_arguments() -> None:
    """Values are passed by name."""

    def view(number: int, /) -> None: ...

    with pytest.raises(DeclarationError, match=r"The argument is positional-only"):
        Typed(Flask("shop")).get("/")(view)


def test_arguments_that_nobody_gives() -> None:
    """An argument without annotation has to be in the rule, or another decorator's."""

    def view(number) -> None: ...  # type: ignore[no-untyped-def]

    with pytest.raises(DeclarationError, match=r"has no annotation, is not in the URL rule, and"):
        Typed(Flask("shop")).get("/")(view)


def test_arguments_with_a_default_may_be_somebodys() -> None:
    """An argument without annotation that has a default is left alone."""

    def view(number=1) -> int:  # type: ignore[no-untyped-def]
        return int(number)

    app = Flask("shop")
    Typed(app).get("/")(view)
    assert app.test_client().get("/?number=5").json == 1


CLASHES: list[Any] = [
    pytest.param(
        lambda a, b: None,
        {
            "a": Annotated[Point, Query(style="deepObject")],
            "b": Annotated[int, Query(alias="a[x]")],
        },
        "'a[x]' is also a key of the argument 'a'.",
        id="key of a deepObject",
    ),
    pytest.param(
        lambda a, b: None,
        {"a": Annotated[Point, Query(style="deepObject")], "b": Annotated[int, Query(alias="a")]},
        "Several arguments have the name 'a' in the query.",
        id="name of a deepObject",
    ),
    pytest.param(
        lambda a, b: None,
        {"a": Annotated[int, Query()], "b": Annotated[int, Query(alias="a")]},
        "Several arguments have the name 'a' in the query.",
        id="alias",
    ),
    pytest.param(
        lambda x, p: None,
        {"x": Annotated[int, Query()], "p": Annotated[Point, Query()]},
        "Several arguments have the name 'x' in the query.",
        id="model",
    ),
    pytest.param(
        lambda a_b, c: None,
        {"a_b": Annotated[int, Header()], "c": Annotated[int, Header(alias="A-B")]},
        "Several arguments have the name 'a-b' in the header.",
        id="header case",
    ),
    pytest.param(
        lambda a, b: None,
        {"a": Annotated[Point, Body(alias="b")], "b": Point},
        "Several arguments have the name 'b' in the body.",
        id="body keys",
    ),
    pytest.param(
        lambda a, b: None,
        {"a": Point, "b": Annotated[int, Form()]},
        "The view takes a JSON body and a form, but a request has one body.",
        id="two kinds of body",
    ),
    pytest.param(
        lambda a, b: None,
        {"a": Point, "b": FileStorage},
        "The view takes a JSON body and a form, but a request has one body.",
        id="body and file",
    ),
]


@pytest.mark.parametrize(("view", "annotations", "what"), CLASHES)
def test_clashing_arguments(
    view: Callable[..., None], annotations: dict[str, Any], what: str
) -> None:
    """Two arguments cannot have one name in one place, nor two kinds of body."""
    view.__annotations__ = annotations
    with pytest.raises(DeclarationError, match=f"^{re.escape(what)}"):
        Typed(Flask("shop")).post("/")(view)


def test_one_name_in_two_places() -> None:
    """The same name may be used in different places."""
    app = Flask("shop")

    @Typed(app).get("/")
    def view(a: Annotated[int, Query()], b: Annotated[int, Header(alias="a")]) -> list[int]:
        return [a, b]

    assert app.test_client().get("/?a=1", headers={"A": "2"}).json == [1, 2]


def test_names_that_cannot_be_found() -> None:
    """A forward reference to nothing is refused, with the name."""

    def view(a: Nowhere) -> None: ...  # type: ignore[name-defined]  # noqa: F821  # the mistake

    message = "An annotation of test_names_that_cannot_be_found.view uses 'Nowhere', a name that"
    with pytest.raises(DeclarationError, match=message):
        Typed(Flask("shop")).get("/")(view)


def test_annotations_that_are_no_types() -> None:
    """An annotation that is no type at all is refused."""

    def view(a: Any) -> None: ...

    view.__annotations__["a"] = "1 +"
    with pytest.raises(DeclarationError, match="cannot be evaluated"):
        Typed(Flask("shop")).get("/")(view)


def test_refusals_of_class_based_views_name_the_method() -> None:
    """The message names the method of the class."""

    class Thing(MethodView):
        def get(self, a: complex) -> None: ...

    with pytest.raises(UnsupportedType, match=r"in argument 'a', view .*Thing\.get \(.*:\d+\)"):
        Typed(Flask("shop")).route("/")(Thing)


def test_refusals_at_register_blueprint() -> None:
    """A blueprint's routes are refused where it is registered."""
    app = Flask("shop")
    Typed(app)
    pages = TypedBlueprint("pages", __name__)

    @pages.get("/")
    def view(a: complex) -> None: ...

    with pytest.raises(UnsupportedType, match="type complex"):
        app.register_blueprint(pages)


def test_refusals_at_init_app() -> None:
    """Routes that waited for Typed are refused where it comes."""
    app = Flask("shop")
    pages = TypedBlueprint("pages", __name__)

    @pages.get("/")
    def view(a: complex) -> None: ...

    app.register_blueprint(pages)
    with pytest.raises(UnsupportedType, match="type complex"):
        Typed(app)


def test_problems_with_members_of_unknown_types() -> None:
    """A problem that cannot be written is refused on the view that raises it."""

    class Odd(Problem):
        """Odd."""

        status = 400
        thing: complex

    @raises(Odd)
    def view() -> None: ...

    with pytest.raises(UnsupportedType, match=r"in field 'thing', .*Odd, view .*view \("):
        Typed(Flask("shop")).get("/")(view)


def test_problems_without_a_status() -> None:
    """``@raises`` takes errors that have a status."""

    @raises(HTTPException)
    def view() -> None: ...

    with pytest.raises(DeclarationError, match=r"HTTPException has no status code"):
        Typed(Flask("shop")).get("/")(view)


def test_operation_ids_are_unique() -> None:
    """An operationId that two routes say is refused."""
    typed = Typed(Flask("shop"))
    typed.get("/a", endpoint="a", operation_id="same")(lambda: 1)
    with pytest.raises(DeclarationError, match=r"The operation_id 'same' is used by"):
        typed.get("/b", endpoint="b", operation_id="same")(lambda: 1)


def test_the_request_may_be_asked_for_anywhere() -> None:
    """An argument for the request needs no rule and no marker."""
    app = Flask("shop")

    @Typed(app).get("/")
    def view(incoming: flask.Request) -> str:
        return incoming.method

    assert app.test_client().get("/").json == "GET"


def test_a_ready_field_makes_any_type_known() -> None:
    """A marshmallow field in Annotated stands for a type that is not known."""
    app = Flask("shop")

    def view(price: Any) -> str:
        return str(price.real)

    view.__annotations__["price"] = Annotated[complex, fields.Function(deserialize=complex)]
    Typed(app).get("/")(view)
    assert app.test_client().get("/?price=1%2B2j").json == "1.0"


def test_length_of_a_decimal() -> None:
    """A length is no property of a number."""
    assert "cannot be applied to Decimal" in refuse(Annotated[Decimal, Len(1)])


def test_a_wrapper_without_annotations(typed: Typed, client: FlaskClient) -> None:
    """The annotations of the view count, as its signature does."""

    def view(number: int) -> int:
        return number

    @wraps(view, assigned=("__name__", "__qualname__", "__module__"))
    def wrapper(**given):  # type: ignore[no-untyped-def]  # as people write it
        return view(**given)

    typed.get("/")(wrapper)
    assert client.get("/?number=3").json == 3
