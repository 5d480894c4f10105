"""Collections and objects of the query string, in each of OpenAPI's styles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, NamedTuple

import pytest
from annotated_types import Ge, Len
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Form, Header, Query, Typed
from flask_typed.messages.recognizing import find_code
from marshmallow import Schema, fields
from typing_extensions import NotRequired, TypedDict
from webargs.fields import DelimitedList

MISSING = "Missing data for required field."
UNKNOWN = "Unknown field."
NO_INTEGER = "Not a valid integer."
NO_GENRE = "Must be one of: 1, 2."
BRACKETS = "Must not hold brackets."


class Genre(Enum):
    """An enum of integers."""

    NOVEL = 1
    POETRY = 2


@dataclass
class Filter:
    """What a deepObject may hold: scalars, lists, sets, tuples; nothing is required but one."""

    limit: Annotated[int, Ge(1)]
    genre: list[Genre] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    span: tuple[int, int] = (0, 9)
    price: Decimal | None = None
    secret: str = field(default="x", init=False)

    def __post_init__(self) -> None:
        """Refuse a number."""
        if self.limit == 13:
            raise ValueError("No such limit.")


class Window(TypedDict):
    """A deepObject that is a dict."""

    limit: int
    offset: NotRequired[int]


class Point(NamedTuple):
    """A deepObject that is a tuple."""

    x: int
    y: int = 0


class FilterSchema(Schema):
    """A deepObject of marshmallow's own."""

    limit = fields.Integer(required=True)
    genres = fields.List(fields.Integer(), data_key="genre")


Ask = Callable[[str], Any]


def serve(app: Flask, annotation: Any, *default: Any) -> Ask:
    """Serve a view with one argument, ``q``; return what sends a query string to it."""

    def view(q: Any) -> Any:
        return repr(sorted(q) if isinstance(q, (set, frozenset)) else q)

    view.__annotations__ = {"q": annotation, "return": str}
    view.__defaults__ = default or None
    Typed(app).get("/")(view)
    return lambda query: app.test_client().get(f"/?{query}")


def invalid(*faults: tuple[str, str]) -> dict[str, Any]:
    """Return the body of a 422 for faults of the query."""
    count = "One value" if len(faults) == 1 else f"{len(faults)} values"
    return {
        "type": "about:blank",
        "title": "The request is not valid.",
        "status": 422,
        "detail": f"{count} of the request cannot be accepted.",
        "errors": [
            {"in": "query", "pointer": place, "code": find_code(text), "detail": text}
            for place, text in faults
        ],
    }


COMMAS = Query(explode=False)
SPACES = Query(style="spaceDelimited")
PIPES = Query(style="pipeDelimited")
DEEP = Query(style="deepObject")


@pytest.mark.parametrize(
    ("annotation", "query", "value"),
    [
        pytest.param(Annotated[list[int], Query()], "q=1&q=2", [1, 2], id="repeated"),
        pytest.param(Annotated[list[str], Query()], "q=a,b&q=", ["a,b", ""], id="repeated-commas"),
        pytest.param(Annotated[list[int], COMMAS], "q=1,2", [1, 2], id="commas"),
        pytest.param(Annotated[list[int], COMMAS], "q=1%2C2", [1, 2], id="commas-encoded"),
        pytest.param(Annotated[list[int], COMMAS], "q=1", [1], id="one"),
        pytest.param(Annotated[list[int], COMMAS], "q=", [], id="none"),
        pytest.param(Annotated[list[int], COMMAS], "q=1,2&q=3", [1, 2], id="the-first-counts"),
        pytest.param(Annotated[list[str], COMMAS], "q=a,,%20b", ["a", "", " b"], id="spaces-stay"),
        pytest.param(Annotated[list[int] | None, COMMAS], "q=1,2", [1, 2], id="or-none"),
        pytest.param(Annotated[set[str], COMMAS], "q=b,a", ["a", "b"], id="set"),
        pytest.param(Annotated[tuple[int, ...], COMMAS], "q=1,2", (1, 2), id="tuple"),
        pytest.param(Annotated[tuple[int, str], COMMAS], "q=1,2", (1, "2"), id="fixed-tuple"),
        pytest.param(Annotated[list[int], SPACES], "q=1%202+3", [1, 2, 3], id="spaces"),
        pytest.param(Annotated[list[str], SPACES], "q=a,b|c", ["a,b|c"], id="spaces-only"),
        pytest.param(Annotated[list[int], PIPES], "q=1|2%7C3", [1, 2, 3], id="pipes"),
        pytest.param(Annotated[frozenset[int], PIPES], "q=2|1", [1, 2], id="frozenset-pipes"),
        pytest.param(
            Annotated[list[Genre], COMMAS], "q=2,1", [Genre.POETRY, Genre.NOVEL], id="enums"
        ),
        pytest.param(
            Annotated[list[Literal[1, True]], COMMAS], "q=true,1", [True, 1], id="literal"
        ),
        pytest.param(
            Annotated[list[str], DelimitedList(fields.String(), delimiter="|")],
            "q=a|b",
            ["a", "b"],
            id="webargs",
        ),
        pytest.param(
            Annotated[list[str], DelimitedList(fields.String()), COMMAS],
            "q=a,b",
            ["a", "b"],
            id="webargs-and-style",
        ),
    ],
)
def test_collections(app: Flask, annotation: Any, query: str, value: Any) -> None:
    """The style says what stands between the items."""
    assert serve(app, annotation)(query).json == repr(value)


@pytest.mark.parametrize(
    ("annotation", "query", "faults"),
    [
        pytest.param(
            Annotated[list[int], COMMAS],
            "q=1,a,,3",
            [("/q/1", NO_INTEGER), ("/q/2", NO_INTEGER)],
            id="items",
        ),
        pytest.param(
            Annotated[list[int], COMMAS], "q=1,%202", [("/q/1", NO_INTEGER)], id="no-spaces"
        ),
        pytest.param(Annotated[list[int], PIPES], "q=1,2", [("/q/0", NO_INTEGER)], id="no-commas"),
        pytest.param(
            Annotated[list[Genre], COMMAS],
            "q=1,3,02",
            [("/q/1", NO_GENRE), ("/q/2", NO_GENRE)],
            id="enums",
        ),
        pytest.param(
            Annotated[set[str], SPACES], "q=a+a", [("/q", "Must not hold an item twice.")], id="set"
        ),
        pytest.param(
            Annotated[set[int], COMMAS],
            "q=1,1.0",
            [("/q", "Must not hold an item twice.")],
            id="set-of-numbers",
        ),
        pytest.param(
            Annotated[tuple[int, int], PIPES],
            "q=1",
            [("/q", "Must hold exactly 2 items.")],
            id="fixed-tuple",
        ),
        pytest.param(
            Annotated[list[int], COMMAS, Len(1)],
            "q=",
            [("/q", "Shorter than minimum length 1.")],
            id="length",
        ),
        pytest.param(Annotated[list[int], COMMAS], "", [("/q", MISSING)], id="missing"),
    ],
)
def test_refused_collections(
    app: Flask, annotation: Any, query: str, faults: list[tuple[str, str]]
) -> None:
    """The index counts between the separators."""
    response = serve(app, annotation)(query)
    assert (response.status_code, response.json) == (422, invalid(*faults))


def test_a_collection_that_is_left_out_is_its_default(app: Flask) -> None:
    """No text is the default, an empty text is no items."""
    ask = serve(app, Annotated[list[int], COMMAS], [7])
    assert (ask("").json, ask("q=").json) == ("[7]", "[]")


@dataclass
class Search:
    """A model that spreads, with a style for one field."""

    sort: Annotated[list[str], COMMAS] = field(default_factory=list)
    genre: list[Genre] = field(default_factory=list)


def test_a_field_of_a_spread_model_has_its_own_style(app: Flask) -> None:
    """Each field is a parameter, and its marker says how it is written."""
    ask = serve(app, Annotated[Search, Query()])
    assert ask("sort=a,b&genre=1&genre=2").json == repr(
        Search(["a", "b"], [Genre.NOVEL, Genre.POETRY])
    )


@pytest.mark.parametrize(
    ("marker", "sent"),
    [
        pytest.param(Form(), {"data": {"sort": ["a,b", "c"]}}, id="form"),
        pytest.param(Header(), {"headers": {"Sort": "a,b, c"}}, id="header"),
    ],
)
def test_a_style_is_for_the_query_alone(
    typed: Typed, client: FlaskClient, marker: Any, sent: dict[str, Any]
) -> None:
    """The same model in another place is written as that place has it."""

    def view(q: Any) -> list[str]:
        sort: list[str] = q.sort
        return sort

    view.__annotations__["q"] = Annotated[Search, marker]
    typed.post("/")(view)
    expected = {"form": ["a,b", "c"], "header": ["a", "b", "c"]}[marker.location]
    assert client.post("/", **sent).json == expected


@pytest.mark.parametrize(
    ("annotation", "query", "value"),
    [
        pytest.param(
            Annotated[Filter, DEEP],
            "q[limit]=3&q[genre]=1&q[genre]=2&q[tags]=a&q[span]=1&q[span]=2&q[price]=1.50",
            Filter(3, [Genre.NOVEL, Genre.POETRY], {"a"}, (1, 2), Decimal("1.50")),
            id="dataclass",
        ),
        pytest.param(Annotated[Filter, DEEP], "q[limit]=3&q[limit]=x", Filter(3), id="repeated"),
        pytest.param(Annotated[Filter | None, DEEP], "q%5Blimit%5D=3", Filter(3), id="encoded"),
        pytest.param(
            Annotated[Window, DEEP], "q[offset]=2&q[limit]=1", {"limit": 1, "offset": 2}, id="dict"
        ),
        pytest.param(Annotated[Point, DEEP], "q[x]=1", Point(1), id="namedtuple"),
        pytest.param(
            Annotated[FilterSchema, DEEP],
            "q[limit]=3&q[genre]=1&q[genre]=2",
            {"limit": 3, "genres": [1, 2]},
            id="schema",
        ),
        pytest.param(
            Annotated[Any, fields.Nested(FilterSchema), DEEP],
            "q[limit]=3",
            {"limit": 3},
            id="ready-nested",
        ),
        pytest.param(
            Annotated[dict[str, int], DEEP], "q[a]=1&q[b.c]=2&q[a]=3", {"a": 1, "b.c": 2}, id="free"
        ),
        pytest.param(
            Annotated[dict[Genre, list[bool]], DEEP],
            "q[2]=yes&q[2]=no",
            {Genre.POETRY: [True, False]},
            id="free-lists",
        ),
        pytest.param(
            Annotated[Any, fields.Dict(values=fields.Integer()), DEEP],
            "q[a]=1",
            {"a": 1},
            id="ready-dict",
        ),
    ],
)
def test_deep_objects(app: Flask, annotation: Any, query: str, value: Any) -> None:
    """An object is one parameter: its keys are in brackets, and a list repeats its key."""
    assert serve(app, annotation)(query).json == repr(value)


@pytest.mark.parametrize(
    ("annotation", "query", "faults"),
    [
        pytest.param(Annotated[Filter, DEEP], "", [("/q", MISSING)], id="nothing"),
        pytest.param(Annotated[Filter, DEEP], "q=3&limit=3", [("/q", MISSING)], id="other-names"),
        pytest.param(
            Annotated[Filter, DEEP],
            "q[&q[]=1&q[limit=1&q[limit]x=1&xq[limit]=1&[limit]=1",
            [("/q", MISSING)],
            id="malformed-names",
        ),
        pytest.param(
            Annotated[dict[str, int], DEEP], "q[]=1", [("/q", MISSING)], id="malformed-free"
        ),
        pytest.param(
            Annotated[Filter, DEEP],
            "q[zoo]=1&q[price]=much&q[genre]=1&q[genre]=3&q[span]=1&q[ant]=1",
            [
                ("/q/limit", MISSING),
                ("/q/genre/1", NO_GENRE),
                ("/q/span", "Must hold exactly 2 items."),
                ("/q/price", "Not a valid decimal number in text form."),
                ("/q/ant", UNKNOWN),
                ("/q/zoo", UNKNOWN),
            ],
            id="everything-at-once",
        ),
        pytest.param(
            Annotated[Filter, DEEP],
            "q[limit]=0",
            [("/q/limit", "Must be greater than or equal to 1.")],
            id="constraint",
        ),
        pytest.param(
            Annotated[Filter, DEEP], "q[limit]=13", [("/q", "No such limit.")], id="constructor"
        ),
        pytest.param(
            Annotated[Filter, DEEP],
            "q[limit]=1&q[secret]=x",
            [("/q/secret", UNKNOWN)],
            id="only-leaves",
        ),
        pytest.param(
            Annotated[Filter, DEEP],
            "q[limit]=1&q[genre][0]=1",
            [("/q/genre][0", UNKNOWN)],
            id="two-levels",
        ),
        pytest.param(
            Annotated[dict[str, str], DEEP],
            "q[a][b]=1&q[[]=1&q[c]=1",
            [("/q/a][b", BRACKETS), ("/q/[", BRACKETS)],
            id="two-levels-free",
        ),
        pytest.param(
            Annotated[dict[int, list[int]], DEEP],
            "q[x]=1&q[7]=1&q[7]=a",
            [("/q/x", NO_INTEGER), ("/q/7/1", NO_INTEGER)],
            id="free",
        ),
        pytest.param(
            Annotated[dict[str, int], Len(0, 1), DEEP],
            "q[a]=1&q[b]=2",
            [("/q", "Longer than maximum length 1.")],
            id="length",
        ),
        pytest.param(
            Annotated[FilterSchema, DEEP],
            "q[genre]=x&q[zoo]=1",
            [("/q/limit", MISSING), ("/q/genre/0", NO_INTEGER), ("/q/zoo", UNKNOWN)],
            id="schema",
        ),
    ],
)
def test_refused_deep_objects(
    app: Flask, annotation: Any, query: str, faults: list[tuple[str, str]]
) -> None:
    """What is inside is as strict as a JSON body; names of another form are other parameters."""
    response = serve(app, annotation)(query)
    assert (response.status_code, response.json) == (422, invalid(*faults))


def test_a_deep_object_that_is_left_out_is_its_default(app: Flask) -> None:
    """Without any key in brackets there is nothing to read."""
    ask = serve(app, Annotated[Filter | None, DEEP], None)
    assert (ask("").json, ask("q=1&q[]=2").json, ask("q[limit]=2").json) == (
        "None",
        "None",
        repr(Filter(2)),
    )


def test_faults_of_several_places_of_the_query_come_together(
    typed: Typed, client: FlaskClient
) -> None:
    """A deepObject is one parameter among others; an alias is its name."""

    @typed.get("/")
    def view(
        limit: int,
        where: Annotated[Window, Query(style="deepObject", alias="filter")],
        also: Annotated[dict[str, int], DEEP],
    ) -> None: ...

    response = client.get("/?limit=x&filter[limit]=y&where[limit]=1&also[a]=z")
    assert (response.status_code, response.json) == (
        422,
        invalid(("/filter/limit", NO_INTEGER), ("/also/a", NO_INTEGER), ("/limit", NO_INTEGER)),
    )


def test_unknown_keys_may_be_ignored(app: Flask) -> None:
    """The configuration of JSON's unknown keys holds for a deepObject too."""
    app.config["TYPED_UNKNOWN_KEYS"] = "exclude"
    assert serve(app, Annotated[Window, DEEP])("q[limit]=1&q[zoo]=2").json == "{'limit': 1}"
