"""What nobody would read is refused at registration: a guard or a constraint is never lost."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, make_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Annotated, Any, BinaryIO, Generic, Literal, ParamSpec, Protocol, TypeVar

import annotated_types as at
import msgspec
import pytest
from annotated_types import Ge, Len, MaxLen, Predicate
from flask import Flask, Request, Response
from flask_typed import (
    BasicCredentials,
    Body,
    Cookie,
    Created,
    DeclarationError,
    DependencyError,
    Depends,
    File,
    Form,
    Header,
    HTTPBasic,
    HTTPBearer,
    JsonNumber,
    MediaType,
    NotAuthenticated,
    Path,
    Query,
    ReadOnly,
    Returns,
    Security,
    SecurityScopes,
    Typed,
    WriteOnly,
)
from marshmallow import EXCLUDE, INCLUDE, RAISE, Schema, fields, validate
from typing_extensions import Doc, TypedDict, TypeVarTuple, Unpack
from werkzeug.datastructures import FileStorage
from werkzeug.routing import BaseConverter

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


def get_store() -> int: ...


def is_even(number: int) -> bool: ...


class Timezones:
    """Metadata that nobody here knows."""


class Store(ABC):
    """A class without instances."""

    @abstractmethod
    def read(self) -> int:
        """Return a number."""


class Reads(Protocol):
    """A protocol."""


@dataclass
class Point:
    """A model."""

    x: int


@dataclass
class Provided:
    """A model with a field that a provider would make."""

    x: Annotated[int, Depends(get_store)]


@dataclass
class InPath:
    """A model with a field of the URL."""

    x: Annotated[int, Path()]


@dataclass
class Twice:
    """A model with a field from two places."""

    x: Annotated[int, Query(), Header()]


@dataclass
class OfHeaders:
    """A model with a field of the headers."""

    x: Annotated[int, Header(alias="X-Number")] = 1


@dataclass
class OfQuery:
    """A model with a field of the query."""

    x: Annotated[int, Query(alias="number", description="A number.")] = 1


@dataclass
class Hidden:
    """A model with a hidden field that is required."""

    x: Annotated[int, Query(hidden=True)]


@dataclass
class HiddenBody:
    """A model with a hidden field of a body."""

    x: Annotated[int, Body(hidden=True)] = 1


@dataclass
class Validated:
    """A model as another package writes it."""

    x: int = field(metadata={"validate": validate.Range(min=1)})


@dataclass
class Row(Generic[Unpack[Ts]]):
    """A generic class of any number of types."""

    cells: tuple[Unpack[Ts]]


class Search(Schema):
    """A schema of parameters."""

    size = fields.Integer(required=True)


class Strict(Search):
    """One that says what it does with unknown keys."""

    class Meta:
        """Its options."""

        unknown = RAISE


class Slug(BaseConverter):
    """A converter that makes values of its own."""

    def to_python(self, value: str) -> int: ...


MARKED = "Mark the argument of the view, or a field of the object that it takes."
GIVE = "Give it to an argument of a view or of a provider, or to `dependencies=[…]`."
PUT = "Put it on a body, on a file, or on what a view returns."
REPLIES = "Put it on what a view returns: on the whole reply, not on its body."
OTHERS = (
    "Write a constraint of annotated_types, a marshmallow validator, or `Depends(provider)` for a"
    " value that a function makes; if another library reads it,"
    " list its class: `Typed(app, metadata=[{}])`."
)
HIDE = "Hide only query parameters, headers and cookies that have a default."
DIRECTION = "Mark fields of a dataclass, a TypedDict or another type with named fields."


def scheme(name: str, called: str) -> tuple[str, list[str], str]:
    """Return the message for a scheme without ``Depends()``."""
    return (
        f"{name} in Annotated without Depends() would not check anything.",
        [],
        f"Write `Annotated[…, Depends({called})]`, or Security() instead of Depends().",
    )


def bare(name: str, arguments: str = "…") -> tuple[str, list[str], str]:
    """Return the message for a class where an instance is meant."""
    return f"{name} is written without parentheses.", [], f"Write {name}({arguments})."


def spread(option: str, kind: str = "Query") -> tuple[str, list[str], str]:
    """Return the message for an option of an object that is no parameter."""
    return (
        f"{kind}({option}=…) is for one parameter, but Point is spread over several.",
        [],
        "Put it on the fields, in `Annotated[…]`.",
    )


def whole(option: str, instead: str) -> tuple[str, list[str], str]:
    """Return the message for an option of a key, on a whole body."""
    return (
        f"Body({option}=…) is for a key of an object, but 'argument' is the whole body.",
        [],
        instead,
    )


def unknown(name: str, value: str, place: str = "query") -> tuple[str, list[str], str]:
    """Return the message for what a Schema does with unknown keys."""
    return (
        f"{name} has unknown={value!r}, but unknown names in the {place} are ignored.",
        [],
        "Write `unknown=EXCLUDE`, or annotate the class of the schema.",
    )


def typed_as(name: str, written: str, *places: str) -> tuple[str, list[str], str]:
    """Return the message for a marker in place of a type."""
    return (
        f"{name} is annotated in place of the type of a value.",
        list(places),
        f"Write it beside the type: `Annotated[…, {written}]`.",
    )


def class_of_scheme(written: str, name: str) -> tuple[str, list[str], str]:
    """Return the message for a scheme's class as a provider."""
    return (
        f"{written}({name}) names a scheme's class: it would make a scheme and check nothing.",
        [],
        f"Write `{written}({name}(…))`.",
    )


ARGUMENTS: list[Any] = [
    # Schemes and markers that were not wrapped, or not called.
    pytest.param(
        Annotated[str, HTTPBearer()], scheme("HTTPBearer()", "HTTPBearer(…)"), id="scheme"
    ),
    pytest.param(
        Annotated[str, HTTPBearer()] | None,
        scheme("HTTPBearer()", "HTTPBearer(…)"),
        id="optional scheme",
    ),
    pytest.param(
        Annotated[str, HTTPBearer], scheme("HTTPBearer", "HTTPBearer(…)"), id="class of a scheme"
    ),
    pytest.param(
        Annotated[str, HTTPBearer() | HTTPBasic()],
        scheme("Either()", "Either(…)"),
        id="one scheme or another",
    ),
    pytest.param(
        Annotated[str, Query(), HTTPBearer()],
        scheme("HTTPBearer()", "HTTPBearer(…)"),
        id="scheme beside a marker",
    ),
    pytest.param(
        Annotated[str, Depends(get_store), HTTPBearer()],
        scheme("HTTPBearer()", "HTTPBearer(…)"),
        id="scheme beside a provider",
    ),
    pytest.param(
        Annotated[list[FileStorage], HTTPBearer()],
        scheme("HTTPBearer()", "HTTPBearer(…)"),
        id="scheme on files",
    ),
    pytest.param(
        list[Annotated[FileStorage, HTTPBearer()]],
        scheme("HTTPBearer()", "HTTPBearer(…)"),
        id="scheme on one of several files",
    ),
    pytest.param(
        Annotated[Request, HTTPBearer()],
        scheme("HTTPBearer()", "HTTPBearer(…)"),
        id="scheme on the request",
    ),
    *(
        pytest.param(Annotated[str, kind], bare(kind.__name__), id=f"class {kind.__name__}")
        for kind in (Depends, Security, MediaType, Returns, Ge, at.Interval, Predicate, Len)
    ),
    *(
        pytest.param(Annotated[str, kind], bare(kind.__name__, ""), id=f"class {kind.__name__}")
        for kind in (Header, Cookie, Query, Path, Form, File, JsonNumber, WriteOnly, ReadOnly)
    ),
    pytest.param(Annotated[dict[str, str], Body], bare("Body", ""), id="class Body"),
    pytest.param(Annotated[str, validate.Length], bare("Length"), id="class of a validator"),
    pytest.param(Annotated[str, fields.Integer], bare("Integer", ""), id="class of a field"),
    pytest.param(Annotated[str, msgspec.Meta], bare("Meta"), id="class Meta"),
    pytest.param(Annotated[str, Doc], bare("Doc"), id="class Doc"),
    pytest.param(
        Annotated[str, Depends(HTTPBearer)],
        class_of_scheme("Depends", "HTTPBearer"),
        id="class of a scheme as a provider",
    ),
    pytest.param(
        Annotated[str, Security(HTTPBasic)],
        class_of_scheme("Security", "HTTPBasic"),
        id="class of a scheme in Security",
    ),
    pytest.param(
        Annotated[str, Depends(partial(HTTPBearer, name="token"))],
        class_of_scheme("Depends", "HTTPBearer"),
        id="partial of a scheme's class",
    ),
    pytest.param(
        Annotated[HTTPBearer, Depends()],
        class_of_scheme("Depends", "HTTPBearer"),
        id="class of a scheme as the annotated class",
    ),
    *(
        pytest.param(
            Annotated[str, Depends(kind)],
            (
                f"Depends({kind.__name__}) names a class that cannot be a provider.",
                [],
                "Name a function, or a class whose instances the view uses.",
            ),
            id=f"provider {kind.__name__}",
        )
        for kind in (Query, Security, NotAuthenticated)
    ),
    pytest.param(
        Annotated[Store, Depends()],
        (
            "Store is abstract: it has no instances.",
            [],
            "Name a function that makes an instance: `Depends(provider)`.",
        ),
        id="abstract class",
    ),
    pytest.param(
        Annotated[Reads, Depends()],
        (
            "Reads is abstract: it has no instances.",
            [],
            "Name a function that makes an instance: `Depends(provider)`.",
        ),
        id="protocol",
    ),
    pytest.param(
        Annotated[int, get_store],
        (
            "get_store in Annotated would not be called: it does not take one value of this type.",
            [],
            "Write `Depends(get_store)` for a provider, `Predicate(get_store)` for a condition.",
        ),
        id="function",
    ),
    pytest.param(
        Annotated[int, at.Not(is_even)],
        (
            "Not(…) in Annotated would not be called: it does not take one value of this type.",
            [],
            "Write `Depends(Not(…))` for a provider, `Predicate(Not(…))` for a condition.",
        ),
        id="object that can be called",
    ),
    pytest.param(
        Annotated[int, NotAuthenticated],
        (
            "NotAuthenticated is an exception and has no meaning in Annotated.",
            [],
            "Write `@raises(NotAuthenticated)` on the view or the provider that raises it.",
        ),
        id="class of an error",
    ),
    pytest.param(
        Annotated[int, NotAuthenticated()],
        (
            "NotAuthenticated is an exception and has no meaning in Annotated.",
            [],
            "Write `@raises(NotAuthenticated)` on the view or the provider that raises it.",
        ),
        id="error",
    ),
    pytest.param(
        HTTPBearer,
        typed_as("HTTPBearer", "Depends(HTTPBearer(…))", "HTTPBearer"),
        id="scheme as a type",
    ),
    pytest.param(Query, typed_as("Query", "Query(…)", "Query"), id="marker as a type"),
    pytest.param(Query(), typed_as("Query()", "Query(…)"), id="called marker as a type"),
    pytest.param(
        HTTPBearer(),
        typed_as("HTTPBearer()", "Depends(HTTPBearer(…))"),
        id="called scheme as a type",
    ),
    pytest.param(
        list[HTTPBearer],
        typed_as("HTTPBearer", "Depends(HTTPBearer(…))", "HTTPBearer", "an item"),
        id="scheme as the type of an item",
    ),
    pytest.param(
        Annotated[SecurityScopes, Query()],
        (
            "SecurityScopes holds the scopes that a route requires; no client sends it.",
            ["SecurityScopes"],
            "Annotate an argument of a provider with SecurityScopes alone.",
        ),
        id="scopes from the query",
    ),
    pytest.param(
        BasicCredentials,
        (
            "BasicCredentials is made by a security scheme, but the argument depends on none.",
            [],
            "Write `Annotated[BasicCredentials, Depends(…)]` with the scheme.",
        ),
        id="credentials without a scheme",
    ),
    # Metadata of others.
    pytest.param(
        Annotated[int, Timezones()],
        (
            "Timezones() in Annotated is not understood, and would be ignored.",
            [],
            OTHERS.format("Timezones"),
        ),
        id="other object",
    ),
    pytest.param(
        Annotated[int, Timezones],
        (
            "Timezones in Annotated is not understood, and would be ignored.",
            [],
            OTHERS.format("Timezones"),
        ),
        id="other class",
    ),
    pytest.param(
        Annotated[int, ["words", Ge(1)]],
        ("list() in Annotated is not understood, and would be ignored.", [], OTHERS.format("list")),
        id="constraint in a list",
    ),
    pytest.param(
        Annotated[int, {"ge": Ge(1)}],
        ("dict() in Annotated is not understood, and would be ignored.", [], OTHERS.format("dict")),
        id="constraint in a dict",
    ),
    pytest.param(
        Annotated[str, re.compile("a+")],
        (
            "A compiled pattern in Annotated would not be matched.",
            [],
            "Write marshmallow's `validate.Regexp(…)`.",
        ),
        id="pattern",
    ),
    # Constraints where values are not checked.
    pytest.param(
        Annotated[int, Depends(get_store), Ge(1)],
        (
            "Ge() is not checked on a value that a provider makes.",
            [],
            "Check the value in the provider.",
        ),
        id="constraint beside a provider",
    ),
    pytest.param(
        Annotated[int, Depends(get_store), fields.Integer()],
        (
            "Integer() is not checked on a value that a provider makes.",
            [],
            "Check the value in the provider.",
        ),
        id="field beside a provider",
    ),
    pytest.param(
        Annotated[Request, Predicate(bool)],
        (
            "Predicate() is not checked on an object that is injected as it is.",
            [],
            "Check it in the view.",
        ),
        id="constraint on the request",
    ),
    pytest.param(
        Annotated[list[FileStorage], Ge(1)],
        (
            "Ge() is not checked on a file.",
            [],
            "Write MinLen() or MaxLen() for its size in bytes, or MediaType(); check anything else"
            " in the view, or annotate bytes.",
        ),
        id="constraint on files",
    ),
    pytest.param(
        list[Annotated[FileStorage, Predicate(bool)]],
        (
            "Predicate() is not checked on one of several files.",
            [],
            "Write MinLen() or MaxLen() for its size in bytes, or MediaType(); check anything else"
            " in the view, or annotate bytes.",
        ),
        id="constraint on one of several files",
    ),
    pytest.param(
        Annotated[BinaryIO, MaxLen(3)],
        (
            "MaxLen() is not checked on an unread body.",
            [],
            "Check the bytes in the view; constraints of the items of an iterator belong to their"
            " type.",
        ),
        id="constraint on a stream",
    ),
    # Markers where they mean nothing.
    pytest.param(
        list[Annotated[int, Query()]],
        ("Query() has no meaning inside another value.", ["an item"], MARKED),
        id="marker on an item",
    ),
    pytest.param(
        Provided,
        ("Depends() has no meaning on a field.", ["field 'x'", "Provided"], GIVE),
        id="provider of a field",
    ),
    pytest.param(
        InPath,
        ("Path() has no meaning on a field.", ["field 'x'", "InPath"], MARKED),
        id="variable in a field",
    ),
    pytest.param(
        Twice,
        (
            "The field has several markers: Query and Header.",
            ["field 'x'", "Twice"],
            "A value comes from one place: keep one marker.",
        ),
        id="two markers on a field",
    ),
    *(
        pytest.param(
            annotation,
            (
                "The field is marked Header(), but its object comes from the body.",
                ["field 'x'", "OfHeaders"],
                "Use the marker of the object, or take the field as an argument of its own.",
            ),
            id=f"field of the headers in {name}",
        )
        for name, annotation in {
            "a body": OfHeaders,
            "a list": list[OfHeaders],
            "a dict": dict[str, OfHeaders],
            "a tuple": tuple[int, OfHeaders],
            "a union": Annotated[OfHeaders | int, Body()],
        }.items()
    ),
    *(
        pytest.param(
            annotation,
            (
                f"The field is marked Header(), but its object comes from the {place}.",
                ["field 'x'"],
                "Use the marker of the object, or take the field as an argument of its own.",
            ),
            id=f"field of the headers in {place}",
        )
        for place, annotation in {
            "query": Annotated[OfHeaders, Query()],
            "form": Annotated[OfHeaders, Form()],
        }.items()
    ),
    pytest.param(
        Annotated[OfHeaders, Query(style="deepObject")],
        (
            "The field is marked Header(), but its object comes from the query.",
            ["field 'x'"],
            "Use the marker of the object, or take the field as an argument of its own.",
        ),
        id="field of the headers in a deepObject",
    ),
    pytest.param(
        Annotated[Hidden, Query()],
        ("The field is hidden, but clients have to know it.", ["field 'x'"], HIDE),
        id="hidden field that is required",
    ),
    pytest.param(
        HiddenBody,
        ("The field is hidden, but clients have to know it.", ["field 'x'", "HiddenBody"], HIDE),
        id="hidden field of a body",
    ),
    pytest.param(
        Annotated[int, JsonNumber()],
        (
            "JsonNumber() is for a Decimal that no marshmallow field reads, but it is on int.",
            [],
            "Annotate a Decimal, or leave it out.",
        ),
        id="JsonNumber of an int",
    ),
    pytest.param(
        Annotated[Decimal, JsonNumber(), fields.Decimal()],
        (
            "JsonNumber() is for a Decimal that no marshmallow field reads, but it is on Decimal.",
            [],
            "Annotate a Decimal, or leave it out.",
        ),
        id="JsonNumber beside a field",
    ),
    pytest.param(
        Annotated[Decimal, JsonNumber(), Depends(get_store)],
        (
            "JsonNumber() is for a Decimal that no marshmallow field reads, but it is on Decimal.",
            [],
            "Annotate a Decimal, or leave it out.",
        ),
        id="JsonNumber beside a provider",
    ),
    pytest.param(
        Annotated[str, Query(), MediaType("text/plain")],
        ("MediaType() has no meaning on an argument that is neither a body nor a file.", [], PUT),
        id="MediaType of a parameter",
    ),
    pytest.param(
        Annotated[list[Annotated[str, MediaType("text/plain")]], Body()],
        ("MediaType() has no meaning inside another value.", ["an item"], PUT),
        id="MediaType of an item",
    ),
    pytest.param(
        Annotated[int, Returns()],
        ("Returns() has no meaning on an argument.", [], REPLIES),
        id="Returns",
    ),
    pytest.param(
        Annotated[int, ReadOnly()],
        (
            "int is marked read-only or write-only, but it is not a field of an object.",
            [],
            DIRECTION,
        ),
        id="ReadOnly",
    ),
    pytest.param(
        Annotated[FileStorage, Form()],
        (
            "FileStorage is an uploaded file, but its marker names the location form.",
            [],
            "Leave out the marker, or write `File()`.",
        ),
        id="file in the form",
    ),
    pytest.param(
        Annotated[int, File()],
        (
            "File() is for a FileStorage, bytes or a list of them, but the annotation is int.",
            [],
            "Annotate FileStorage or bytes, or mark it `Form()`.",
        ),
        id="File of an int",
    ),
    # Options that mean nothing.
    *(
        pytest.param(
            Annotated[Point, Query(**{option: value})],
            spread(option),
            id=f"{option} of a spread object",
        )
        for option, value in {
            "alias": "p",
            "description": "A point.",
            "deprecated": True,
            "example": {"x": 1},
        }.items()
    ),
    pytest.param(
        Annotated[Point, Header(alias="p")],
        spread("alias", "Header"),
        id="alias of an object of headers",
    ),
    pytest.param(
        Annotated[Point, Body(alias="p")],
        whole("alias", "Leave it out, or write `embed=True` beside it."),
        id="alias of a whole body",
    ),
    *(
        pytest.param(
            Annotated[str, Body(**{option: value}), MediaType("text/plain")],
            whole(option, "Leave it out."),
            id=f"{option} of a text",
        )
        for option, value in {"alias": "p", "embed": True, "form": True}.items()
    ),
    # Options of marshmallow that do not hold.
    *(
        pytest.param(annotation, unknown(*words), id=f"unknown {number}")
        for number, (annotation, words) in enumerate(
            [
                (Annotated[Any, Search(unknown=RAISE), Query()], ("Search", "raise")),
                (Annotated[Any, Search(unknown=INCLUDE), Query()], ("Search", "include")),
                (
                    Annotated[Any, Search(unknown=INCLUDE, only=["size"]), Header()],
                    ("Search", "include", "header"),
                ),
                (Annotated[Any, Strict(only=["size"]), Query()], ("Strict", "raise")),
                (Annotated[Strict, Query()], ("Strict", "raise")),
                (
                    Annotated[Any, fields.Nested(Search, unknown=RAISE), Query()],
                    ("Search", "raise"),
                ),
                (Annotated[Search, Strict, Cookie()], ("Strict", "raise", "cookie")),
            ]
        )
    ),
    *(
        pytest.param(
            annotation,
            (
                "Search(many=True) reads several objects, but the query holds one.",
                [],
                "Leave out `many`, or take them from the JSON body: `Body()`.",
            ),
            id=f"many {number}",
        )
        for number, annotation in enumerate(
            [
                Annotated[Any, Search(many=True), Query()],
                Annotated[Any, fields.Nested(Search, many=True), Query()],
            ]
        )
    ),
    pytest.param(
        Annotated[Any, Search(partial=True), Query()],
        (
            "Search(partial=…) would be published as if all its fields were required.",
            [],
            "Leave out `required` in the fields that may be missing.",
        ),
        id="partial",
    ),
    # Types of which a part would be ignored.
    pytest.param(
        Validated,
        (
            "'validate' in the field's metadata is not read, and would be ignored.",
            ["field 'x'", "Validated"],
            "Write it into the annotation: a constraint, `ReadOnly()`, or a field.",
        ),
        id="marshmallow-dataclass",
    ),
]


def describe(what: str, places: list[str], view: str, instead: str) -> str:
    """Return the pattern of a whole message."""
    where = ", ".join([*places, f"view {view} ({__file__}:"])
    return rf"{re.escape(what)}\n  in {re.escape(where)}\d+\)\n  {re.escape(instead)}"


def register(view: Callable[..., Any], rule: str = "/", **options: Any) -> str:
    """Return the message with which a view is refused."""
    app = Flask("shop")
    app.url_map.converters["slug"] = Slug
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        Typed(app).post(rule, **options)(view)
    assert not app.extensions["typed"].operations
    return str(caught.value)


def refuse(annotation: Any, rule: str = "/") -> str:
    """Return the message with which a view of one argument is refused."""

    def view(argument: Any) -> None: ...

    view.__annotations__["argument"] = annotation
    return register(view, rule)


@pytest.mark.parametrize(("annotation", "message"), ARGUMENTS)
def test_arguments(annotation: Any, message: tuple[str, list[str], str]) -> None:
    """What is not read on an argument is refused, with its place and what to write."""
    what, places, instead = message
    wanted = describe(what, [*places, "argument 'argument'"], "refuse.view", instead)
    assert re.fullmatch(wanted, refuse(annotation))


def test_a_typevartuple() -> None:
    """A generic class of any number of types would lose all but the first."""
    what = r"[\w.]*Row\[int, str\] has the TypeVarTuple Ts, which stands for any number of types\."
    instead = r"Use a TypeVar for each type that differs\."
    assert re.match(rf"{what}\n  in argument 'argument', .*\n  {instead}$", refuse(Row[int, str]))


def test_a_field_where_a_converter_makes_the_value() -> None:
    """Of what a converter of the user's own makes, constraints are checked and no more."""
    message = refuse(Annotated[int, fields.Integer(), Ge(1)], "/<slug:argument>")
    wanted = describe(
        "The URL rule's Slug makes the value, so the field Integer has no effect.",
        ["argument 'argument'"],
        "refuse.view",
        "Leave out the field, or take the converter out of the URL rule.",
    )
    assert re.fullmatch(wanted, message)


DEFAULTS = [
    pytest.param(HTTPBearer(), "HTTPBearer()", "Depends(HTTPBearer(…))", id="scheme"),
    pytest.param(HTTPBearer, "HTTPBearer", "Depends(HTTPBearer(…))", id="class of a scheme"),
    pytest.param(Depends(get_store), "Depends()", "Depends(…)", id="Depends"),
    pytest.param(Depends, "Depends", "Depends(…)", id="class Depends"),
    pytest.param(Query(), "Query()", "Query(…)", id="marker"),
    pytest.param(MediaType("a/b"), "MediaType()", "MediaType(…)", id="MediaType"),
]


@pytest.mark.parametrize("annotated", [True, False], ids=["annotated", "bare"])
@pytest.mark.parametrize(("default", "name", "written"), DEFAULTS)
def test_defaults(default: Any, name: str, written: str, annotated: bool) -> None:
    """A marker or a scheme is no default, with or without an annotation."""

    def view(argument=default) -> None: ...  # type: ignore[no-untyped-def]

    if annotated:
        view.__annotations__["argument"] = str
    wanted = describe(
        f"{name} is the argument's default.",
        ["argument 'argument'"],
        "test_defaults.view",
        f"Write it into the annotation: `Annotated[…, {written}]`.",
    )
    assert re.fullmatch(wanted, register(view))


RETURNS: list[Any] = [
    pytest.param(
        Annotated[int, Query()],
        "Query() has no meaning on a body that is returned.",
        MARKED,
        id="marker",
    ),
    pytest.param(
        Annotated[int, Depends(get_store)],
        "Depends() has no meaning on a body that is returned.",
        GIVE,
        id="provider",
    ),
    pytest.param(
        Annotated[str, HTTPBearer()],
        "HTTPBearer() in Annotated without Depends() would not check anything.",
        "Write `Annotated[…, Depends(HTTPBearer(…))]`, or Security() instead of Depends().",
        id="scheme",
    ),
    pytest.param(
        Annotated[Created[int], Ge(1)],
        "Ge() is not checked on a reply.",
        "Write it on the body: `Created[Annotated[…]]`.",
        id="constraint on a reply",
    ),
    pytest.param(
        Annotated[Created[str], MediaType("text/html")],
        "MediaType() has no meaning on a reply.",
        PUT,
        id="MediaType on a reply",
    ),
    pytest.param(
        Created[Annotated[int, Returns()]],
        "Returns() has no meaning on a body that is returned.",
        REPLIES,
        id="Returns on a body",
    ),
    pytest.param(
        Annotated[Response, Predicate(bool)],
        "Predicate() is not checked on a Response.",
        "Check it in the view.",
        id="constraint on a Response",
    ),
    pytest.param(
        Annotated[bytes, Len(1)],
        "MinLen() is not checked on bytes that are sent unchanged.",
        "Check it in the view.",
        id="constraint on bytes",
    ),
    pytest.param(
        Annotated[None, MediaType("text/plain")],
        "MediaType() has no meaning on None, which has no body.",
        PUT,
        id="MediaType on None",
    ),
    pytest.param(
        Annotated[None, Ge(1)],
        "Ge() is not checked on None, which has no body.",
        "Leave it out.",
        id="constraint on None",
    ),
    pytest.param(
        Annotated[int, MediaType("text/plain")],
        "int is written as JSON, MessagePack or CSV, but text/plain is another format.",
        "Return `str` or `bytes`, which are sent unchanged, or name `application/json`,"
        " `application/msgpack` or `text/csv`.",
        id="another media type",
    ),
    pytest.param(
        Annotated[str, MediaType("text/*")],
        "text/* is a range, but a response has one media type.",
        "Name the media type that is sent.",
        id="range",
    ),
]


@pytest.mark.parametrize(("annotation", "what", "instead"), RETURNS)
def test_returns(annotation: Any, what: str, instead: str) -> None:
    """What is not read on a return annotation is refused."""

    def view() -> Any: ...

    view.__annotations__["return"] = annotation
    wanted = describe(what, ["the return annotation"], "test_returns.view", instead)
    assert re.fullmatch(wanted, register(view))


def test_returns_on_one_of_several_plain_values() -> None:
    """What is said of an answer may stand on one of the types that are one body."""
    app = Flask("shop")

    @Typed(app).get("/")
    def view() -> Annotated[int, Ge(1), Returns(description="A number.")] | None:
        return 1

    assert app.test_client().get("/").json == 1
    (outcome,) = app.extensions["typed"].operations[0].outcomes
    assert outcome.description == "A number."


class Options(TypedDict):
    """Keyword arguments."""

    size: int


def with_options(**options: Unpack[Options]) -> None: ...
def with_texts(**texts: str) -> None: ...
def with_numbers(*numbers: int) -> None: ...
def not_wrapped(*args: P.args, **kwargs: P.kwargs) -> None: ...


@pytest.mark.parametrize(
    ("view", "name"),
    [
        pytest.param(with_options, "**options", id="Unpack"),
        pytest.param(with_texts, "**texts", id="str"),
        pytest.param(with_numbers, "*numbers", id="args"),
        pytest.param(not_wrapped, "*args", id="ParamSpec"),
    ],
)
def test_variadic_arguments(view: Callable[..., Any], name: str) -> None:
    """Nobody gives the values of annotated ``*args`` and ``**options``."""
    what = (
        f"{name} is annotated, but values are passed to named arguments only.\n"
        f"  in view {view.__name__} "
    )
    assert register(view).startswith(what)


def test_variadic_arguments_of_providers() -> None:
    """Nor those of a provider's."""

    def view(made: Annotated[None, Depends(with_texts)]) -> None: ...

    assert "**texts is annotated" in register(view)


def test_variadic_arguments_that_ask_for_nothing() -> None:
    """``Any`` asks for nothing: the URL's variables arrive there."""
    app = Flask("shop")

    @Typed(app).get("/<int:number>")
    def view(*rest: object, **options: Any) -> Any:
        return [rest, options]

    assert app.test_client().get("/7").json == [[], {"number": 7}]


def needs_nothing() -> int: ...


def needs_scopes(scopes: SecurityScopes) -> int: ...


def needs_both(one: Annotated[int, Depends(needs_scopes)]) -> int: ...


def test_scopes_that_nobody_looks_at() -> None:
    """A provider that does not ask for the scopes would let everybody in."""

    def view(who: Annotated[int, Security(needs_nothing, scopes=["admin", "staff"])]) -> None: ...

    wanted = describe(
        "Security() requires the scopes 'admin', 'staff', but no provider checks them.",
        ["dependency needs_nothing"],
        "",
        "Give the provider an argument of the type SecurityScopes, and check them.",
    )
    message = re.sub(r"needs_nothing \([^)]*\)", "needs_nothing", register(view))
    assert re.fullmatch(wanted.replace(r"view\ \ ", r"view\ \S+\ "), message)


@pytest.mark.parametrize("provider", [needs_scopes, needs_both, HTTPBearer()])
def test_scopes_that_somebody_looks_at(provider: Any) -> None:
    """The provider may be below, or a scheme, which publishes them."""
    app = Flask("shop")

    def view(who: Any) -> int: ...

    view.__annotations__["who"] = Annotated[Any, Security(provider, scopes=["admin"])]
    Typed(app).get("/")(view)
    assert len(app.extensions["typed"].operations) == 1


def serve(annotation: Any, **options: Any) -> Any:
    """Return the client of an app with a view that answers its argument."""
    app = Flask("shop")

    def view(argument: Any) -> Any:
        return argument

    view.__annotations__["argument"] = annotation
    Typed(app, **options).get("/")(view)
    return app.test_client()


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(Annotated[Any, Search(unknown=EXCLUDE), Query()], id="EXCLUDE"),
        pytest.param(Annotated[Search, Query()], id="class"),
        pytest.param(Annotated[Any, Search(only=["size"]), Query()], id="only"),
    ],
)
def test_schemas_of_parameters(annotation: Any) -> None:
    """A Schema in the query ignores what nobody asked for, unless it says something else."""
    assert serve(annotation).get("/?size=1&page=2").json == {"size": 1}


@pytest.mark.parametrize(
    "item",
    ["words", b"bytes", 1, 2.5, True, None, ..., ("a", 1), ["a"], {"a": [1]}, {1}, frozenset({1})],
    ids=repr,
)
def test_plain_data(item: Any) -> None:
    """Text, numbers and collections of them restrict nothing, and may stand anywhere."""
    assert serve(Annotated[int, item]).get("/?argument=1").json == 1


def test_metadata_of_others() -> None:
    """What the app says that others read is left to them."""
    annotation = Annotated[int, Timezones(), Timezones]
    assert serve(annotation, metadata=[Timezones]).get("/?argument=1").json == 1


def test_a_field_has_the_name_and_the_words_of_its_marker() -> None:
    """A marker on a field of a model says what it says on an argument."""
    app = Flask("shop")

    @Typed(app).get("/")
    def view(point: Annotated[OfQuery, Query()]) -> OfQuery:
        return point

    assert app.test_client().get("/?number=7").json == {"number": 7}
    document = app.test_client().get("/openapi.json").json
    assert document is not None
    (parameter,) = document["paths"]["/"]["get"]["parameters"]
    assert (parameter["name"], parameter["description"]) == ("number", "A number.")


def test_a_hidden_field() -> None:
    """A field of a parameter model may be hidden; where the model leaves, it is not."""

    @dataclass
    class Quiet:
        x: Annotated[int, Query(hidden=True)] = 1

    app = Flask("shop")

    def view(point: Any) -> Any:
        return point

    view.__annotations__.update({"point": Annotated[Quiet, Query()], "return": Quiet})
    Typed(app).get("/")(view)
    assert app.test_client().get("/?x=7").json == {"x": 7}
    document = app.test_client().get("/openapi.json").json
    assert document is not None
    assert "parameters" not in document["paths"]["/"]["get"]
    assert document["components"]["schemas"]["Quiet"]["properties"] == {
        "x": {"type": "integer"}
    } or document["components"]["schemas"]["Quiet"]["properties"] == {
        "x": {"type": "integer", "default": 1}
    }


def test_fields_of_a_body_that_may_be_a_form() -> None:
    """Its fields may be marked as either."""

    @dataclass
    class Note:
        text: Annotated[str, Body(alias="words")]
        stars: Annotated[int, Form()] = 1

    app = Flask("shop")

    def view(note: Any) -> Any:
        return [note.text, note.stars]

    view.__annotations__["note"] = Annotated[Note, Body(form=True)]
    Typed(app).post("/")(view)
    client = app.test_client()
    assert client.post("/", json={"words": "a", "stars": 2}).json == ["a", 2]
    assert client.post("/", data={"words": "a", "stars": "3"}).json == ["a", 3]


@dataclass
class Circle:
    """A member of a tagged union."""

    radius: int
    kind: Literal["circle"] = "circle"


@dataclass
class Square:
    """Another, with a field of the headers."""

    side: Annotated[int, Header()]
    kind: Literal["square"] = "square"


def test_marks_in_tagged_unions() -> None:
    """Their members are looked at too."""
    what = "The field is marked Header(), but its object comes from the body."
    places = ["field 'side'", "Square", "argument 'argument'"]
    instead = "Use the marker of the object, or take the field as an argument of its own."
    wanted = describe(what, places, "refuse.view", instead)
    assert re.fullmatch(wanted, refuse(Circle | Square))


def test_recursive_models_with_marks() -> None:
    """A model that contains itself is looked at once."""
    app = Flask("shop")

    def view(branch: Branch) -> int:
        return branch.value

    Typed(app).post("/")(view)
    wire = {"number": 1, "left": {"number": 2}}
    assert app.test_client().post("/", json=wire).json == 1


@dataclass
class Branch:
    """A model that contains itself."""

    value: Annotated[int, Body(alias="number")]
    left: Branch | None = None


@dataclass
class Role:
    """A guard that is called: an instance for each role."""

    name: str

    def __call__(self) -> str:
        """Let in, or not."""
        return self.name


def test_a_class_whose_instances_are_called() -> None:
    """The class alone would make guards of what the client sends, and ask none of them."""
    with pytest.raises(DeclarationError, match=r"Depends\(Role\) names a class whose instances"):
        Typed(Flask("guarded")).get("/", dependencies=[Depends(Role)])(lambda: None)
    assert "Write `Security(Role(…))`" in refuse(Annotated[str, Security(Role)])
    client = serve(Annotated[str, Depends(Role("admin"))])
    assert client.get("/").json == "admin"


def test_a_callable_object_that_the_view_wants() -> None:
    """The annotation says so."""

    def view(role: Annotated[Role, Depends(Role)]) -> str:
        return role()

    app = Flask("wanted")
    Typed(app).get("/")(view)
    assert app.test_client().get("/?name=clerk").json == "clerk"


def make_scheme() -> HTTPBearer:
    """Make what nobody would ask."""
    return HTTPBearer()


def test_a_provider_that_makes_a_scheme() -> None:
    """It lets nobody in."""
    app = Flask("made")
    app.testing = True
    Typed(app).get("/", dependencies=[Security(make_scheme)])(lambda: None)
    with pytest.raises(DependencyError, match=r"make_scheme .* made a security scheme, so no req"):
        app.test_client().get("/")


def require_login(view=None):  # type: ignore[no-untyped-def]
    """Return a decorator, as Flask-HTTPAuth does where it gets no view."""
    return lambda view: view  # pragma: no cover: nothing calls it


def measure(text: str) -> int:
    """Return a length."""
    return len(text)


LOST_GUARDS = [
    pytest.param(Annotated[int, Query()], [Security(require_login)], id="of the route"),
    pytest.param(Annotated[int, Query()], [Depends(require_login)], id="not as security"),
    pytest.param(Annotated[str, Security(require_login)], [], id="of an argument"),
]


@pytest.mark.parametrize(("annotation", "dependencies"), LOST_GUARDS)
def test_a_decorator_as_a_provider(annotation: Any, dependencies: Any) -> None:
    """It is called without a view, returns a decorator, and would let everybody in."""

    def view(number: Any) -> None: ...

    view.__annotations__["number"] = annotation
    app = Flask("open")
    app.testing = True
    Typed(app).get("/", dependencies=dependencies)(view)
    with pytest.raises(DependencyError, match=r"require_login .* made a function, which nothing c"):
        app.test_client().get("/?number=1")


@pytest.mark.parametrize("marker", [Depends, Security])
@pytest.mark.parametrize("kind", [Callable[[str], int], Any, object])
def test_a_function_that_the_view_calls(marker: Any, kind: Any) -> None:
    """The annotation may be one of functions."""

    def view(count: Any) -> int:
        return count("Emma")

    view.__annotations__["count"] = Annotated[kind, marker(lambda: measure)]
    app = Flask("called")
    Typed(app).get("/")(view)
    assert app.test_client().get("/").json == 4


class OtherDoc:
    """A ``Doc`` of another package."""

    def __init__(self, documentation: str) -> None:
        self.documentation = documentation


OtherDoc.__name__ = "Doc"


class Colour(Enum):
    """Plain data."""

    RED = "red"


HARMLESS = [OtherDoc("A number."), Colour.RED, Decimal(1), date(2026, 1, 1), range(3), at.Unit("m")]


@pytest.mark.parametrize("item", HARMLESS, ids=lambda item: type(item).__name__)
def test_what_restricts_nothing(item: Any) -> None:
    """Words of other packages, and plain data, stay where they are."""
    assert serve(Annotated[int, item, Query()]).get("/?argument=1").json == 1


def test_words_of_another_package_are_published() -> None:
    """As those of ``typing_extensions`` are."""
    client = serve(Annotated[int, OtherDoc("A number.")])
    (parameter,) = client.get("/openapi.json").json["paths"]["/"]["get"]["parameters"]
    assert parameter["description"] == "A number."


class OtherDepends:
    """A marker of another package."""


OtherDepends.__name__ = "Depends"


def test_a_marker_of_another_package_is_named() -> None:
    """It is told from ours, and never one to be ignored."""
    for item in (OtherDepends, OtherDepends()):
        message = refuse(Annotated[int, item])
        assert "Depends is a marker of another package, and would be ignored." in message
        assert "Write `from flask_typed import Depends`." in message


def test_options_of_marshmallow_that_say_nothing() -> None:
    """Those that are off, or empty, are no options."""
    options = {"validate": None, "load_only": False, "allow_none": False}
    point = make_dataclass("Point", [("x", int, field(metadata=options))])
    assert serve(Annotated[point, Query()]).get("/?x=one").json["errors"][0]["pointer"] == "/x"
