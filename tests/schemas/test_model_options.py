"""Options of models: names on the wire, computed values, validators, extra keys."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

import attr
import msgspec
import pytest
from annotated_types import Ge
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    Body,
    Cookie,
    DeclarationError,
    Extra,
    Header,
    Problem,
    Query,
    ReadOnly,
    ResponseMismatch,
    Typed,
    computed,
    model,
    raises,
)
from marshmallow import ValidationError
from typing_extensions import NotRequired, TypedDict

from .codec import Codec

T = TypeVar("T")
BOTH = pytest.mark.parametrize("accelerated", [True, False], ids=["accelerated", "plain"])


def make_client(kind: Any, returned: Any = None, **config: Any) -> FlaskClient:
    """Return a client of an app with a route that gives back what it takes."""
    app = Flask("shop")
    app.testing = True
    app.config.update(config)

    def echo(thing: Any) -> Any:
        return thing

    echo.__annotations__.update({"thing": kind, "return": returned or kind})
    Typed(app).post("/")(echo)
    return app.test_client()


def faults(client: FlaskClient, body: Any) -> Any:
    """Return the faults of a body, which must be rejected."""
    answer: Any = client.post("/", json=body).get_json()
    return [(fault["pointer"], fault["detail"]) for fault in answer["errors"]]


def schemas(client: FlaskClient) -> Any:
    """Return the components of the document."""
    document: Any = client.get("/openapi.json").get_json()
    return document["components"]["schemas"]


@dataclass
class Line:
    """A dataclass."""

    unit_price: int
    n_items: int = 2

    @property
    @computed
    def total_price(self) -> Annotated[int, Ge(0)]:
        """The price of all items."""
        return self.unit_price * self.n_items


@attr.s(auto_attribs=True)
class Classed:
    """A class of attrs, whose value is computed once."""

    unit_price: int

    @functools.cached_property
    @computed
    def total_price(self) -> int:
        """Twice as much."""
        return self.unit_price * 2


class Struct(msgspec.Struct):
    """A Struct."""

    unit_price: int

    @property
    @computed
    def total_price(self) -> int:
        """Twice as much."""
        return self.unit_price * 2


@model(computed=["total_price"])
class Pair(NamedTuple):
    """A NamedTuple whose options name the property."""

    unit_price: int

    @property
    def total_price(self) -> int:
        """Twice as much."""
        return self.unit_price * 2


@dataclass
class Box(Generic[T]):
    """A generic class."""

    unit_price: T

    @property
    @computed
    def total_price(self) -> list[T]:
        """The price in a list."""
        return [self.unit_price]


@dataclass
class IntBox(Box[int]):
    """A subclass that binds the type variable."""


class Record(TypedDict):
    """A TypedDict."""

    unit_price: int


MODELS = [
    pytest.param(Line, {"n_items": 2, "total_price": 6}, id="dataclass"),
    pytest.param(Classed, {"total_price": 6}, id="attrs"),
    pytest.param(Struct, {"total_price": 6}, id="Struct"),
    pytest.param(Pair, {"total_price": 6}, id="NamedTuple"),
    pytest.param(Box[int], {"total_price": [3]}, id="generic"),
    pytest.param(IntBox, {"total_price": [3]}, id="subclass"),
    pytest.param(Record, {}, id="TypedDict"),
]


class TestComputed:
    """Values of properties, which only responses have."""

    @BOTH
    @pytest.mark.parametrize(("kind", "more"), MODELS)
    def test_responses_have_it(self, kind: Any, more: Any, accelerated: bool) -> None:
        """Next to the fields."""
        client = make_client(kind, TYPED_ACCELERATION=accelerated)
        assert client.post("/", json={"unit_price": 3}).get_json() == {"unit_price": 3, **more}

    def test_requests_have_it_not(self) -> None:
        """As any read-only key."""
        client = make_client(Line)
        assert faults(client, {"unit_price": 1, "total_price": 2}) == [
            ("/total_price", "Unknown field.")
        ]

    def test_the_document_has_it_in_responses(self) -> None:
        """With the constraints of the return annotation, and the docstring."""
        known = schemas(make_client(Line))
        assert known["Line"]["properties"]["total_price"] == {
            "type": "integer",
            "readOnly": True,
            "minimum": 0,
            "description": "The price of all items.",
        }
        assert "total_price" in known["Line"]["required"]
        assert "total_price" not in known["LineInput"]["properties"]

    @BOTH
    def test_it_has_to_fit(self, accelerated: bool) -> None:
        """A value that breaks a constraint is an error of the program."""
        client = make_client(Line, TYPED_ACCELERATION=accelerated)
        with pytest.raises(ResponseMismatch, match=r"at \$\.total_price expected an int"):
            client.post("/", json={"unit_price": -1})

    def test_the_marker_may_stand_above_the_property(self, json: Codec) -> None:
        """As pydantic's does."""

        @dataclass
        class Named:
            @computed
            @property
            def name(self) -> str:
                return "a"

        assert json.dump(Named, Named()) == {"name": "a"}

    def test_the_nearest_property_counts(self, json: Codec) -> None:
        """A subclass computes another value; the mark is inherited."""

        class Half(Line):
            @property
            def total_price(self) -> float:
                return 0.5

        assert json.dump(Half, Half(1))["total_price"] == 0.5

    def test_a_property_without_annotation_is_refused(self, json: Codec) -> None:
        """Its type is needed; a docstring is not."""

        @dataclass
        class Wrong:
            @property
            @computed
            def name(self):  # type: ignore[no-untyped-def]  # that is the mistake
                return "a"

        error = json.reject(Wrong)
        assert error.what == "The property has no return annotation."
        assert error.where[0] == "property 'name'"
        assert Wrong().name == "a"

    @pytest.mark.parametrize("name", ["count", "absent"])
    def test_a_name_that_is_no_property_is_refused(self, json: Codec, name: str) -> None:
        """A misspelled one, and another attribute."""
        kind = model(computed=[name])(type("Wrong", (Line,), {"count": 3}))
        assert json.reject(kind).what == "Wrong has no property of this name."

    def test_a_typeddict_has_no_properties(self, json: Codec) -> None:
        """It is a dict."""
        kind = model(computed=["a"])(TypedDict("Row", {"b": int}))
        assert json.reject(kind).what == "Row has no property of this name."

    def test_a_field_is_refused(self, json: Codec) -> None:
        """It is sent anyway."""
        kind = model(computed=["unit_price"])(type("Wrong", (Line,), {}))
        assert json.reject(kind).what == "The property has the name of a field."

    def test_a_function_that_cannot_be_marked_is_refused(self) -> None:
        """A built-in function."""
        with pytest.raises(DeclarationError, match="directly above the function"):
            computed(len)


class TestRename:
    """Names on the wire."""

    @BOTH
    @pytest.mark.parametrize(("kind", "more"), MODELS)
    def test_the_app_renames_all(self, kind: Any, more: Any, accelerated: bool) -> None:
        """Fields and computed values, in requests and responses."""
        client = make_client(kind, TYPED_RENAME="camel", TYPED_ACCELERATION=accelerated)
        names = {"n_items": "nItems", "total_price": "totalPrice"}
        renamed = {names[name]: value for name, value in more.items()}
        assert client.post("/", json={"unitPrice": 3}).get_json() == {"unitPrice": 3, **renamed}
        assert faults(client, {"unit_price": 3}) == [
            ("/unitPrice", "Missing data for required field."),
            ("/unit_price", "Unknown field."),
        ]

    @pytest.mark.parametrize(
        ("style", "name"),
        [("camel", "unitPrice"), ("pascal", "UnitPrice"), ("kebab", "unit-price")],
    )
    def test_the_styles(self, style: Any, name: str) -> None:
        """As msgspec's."""
        kind = model(rename=style)(TypedDict("Row", {"unit_price": int}))
        assert list(schemas(make_client(kind))["Row"]["properties"]) == [name]

    @pytest.mark.parametrize(
        ("name", "camel"),
        [("_own_id", "_ownId"), ("class_", "class"), ("a__b", "aB"), ("_", "_"), ("aB", "aB")],
    )
    def test_unusual_names(self, name: str, camel: str) -> None:
        """Underscores before a name stay, those behind it do not."""
        kind = model(rename="camel")(TypedDict("Row", {name: int}))  # type: ignore[misc]  # drawn
        assert list(schemas(make_client(kind))["Row"]["properties"]) == [camel]

    def test_a_function_renames(self, json: Codec) -> None:
        """Any from name to name."""
        kind = model(rename=str.upper)(type("Loud", (Line,), {}))
        assert json.dump(kind, Line(1)) == {"UNIT_PRICE": 1, "N_ITEMS": 2, "TOTAL_PRICE": 2}

    def test_a_model_wins_over_the_app(self) -> None:
        """None keeps the names of the fields."""

        @model(rename=None)
        class Plain(Record):
            pass

        client = make_client(Plain, TYPED_RENAME="camel")
        assert client.post("/", json={"unit_price": 1}).status_code == 200

    def test_names_that_the_program_gives_win(self) -> None:
        """An alias, and a data_key."""

        @model(rename="camel")
        @dataclass
        class Named:
            one_a: Annotated[int, Body(alias="A")]
            two_b: int = field(metadata={"data_key": "B"})
            three_c: int = 3

        client = make_client(Named, TYPED_RENAME="kebab")
        assert client.post("/", json={"A": 1, "B": 2}).get_json() == {"A": 1, "B": 2, "threeC": 3}

    def test_a_struct_with_names_of_its_own_keeps_all(self) -> None:
        """What msgspec writes is what is sent."""
        kind = msgspec.defstruct("Own", [("a_b", int), ("c", int, 3)], rename="pascal")
        client = make_client(kind, TYPED_RENAME="camel")
        assert client.post("/", json={"AB": 1}).get_json() == {"AB": 1, "C": 3}

    def test_a_struct_is_renamed_once(self, json: Codec) -> None:
        """By msgspec, or by flask_typed."""
        kind = msgspec.defstruct("Own", [("a_b", int)], rename="pascal")
        assert json.reject(model(rename="camel")(kind)).what == (
            "Own has @model(rename=…) and names of its own."
        )

    def test_a_subclass_inherits_it(self, json: Codec) -> None:
        """The nearest style counts, also that of a TypedDict's base."""

        @model(rename="pascal")
        class Base(TypedDict):
            a_b: NotRequired[int]

        class Derived(Base):
            c_d: int

        assert json.dump(Derived, {"a_b": 1, "c_d": 2}) == {"AB": 1, "CD": 2}

    def test_a_tag_is_renamed(self) -> None:
        """The members of a union are told apart by the name on the wire."""

        @dataclass
        class Cat:
            the_kind: Literal["cat"]

        @dataclass
        class Dog:
            the_kind: Literal["dog"]

        client = make_client(list[Cat | Dog], TYPED_RENAME="camel")
        assert client.post("/", json=[{"theKind": "dog"}]).get_json() == [{"theKind": "dog"}]
        assert faults(client, [{"theKind": "cow"}]) == [("/0/theKind", "Must be one of: cat, dog.")]

    def test_two_fields_with_one_name_are_refused(self) -> None:
        """The error names it."""
        kind = dataclasses.make_dataclass("Row", [("a_b", int), ("aB", int)])
        with pytest.raises(DeclarationError, match=r"Two fields are called 'aB' on the wire\."):
            make_client(kind, TYPED_RENAME="camel")

    def test_a_typeddict_with_extra_items_is_refused(self) -> None:
        """An extra item could have the name of the field."""
        kind: Any = TypedDict("Row", {"a_b": int}, extra_items=int)  # type: ignore[call-overload]
        with pytest.raises(DeclarationError, match=r"field 'a_b' is called 'aB' on the wire"):
            make_client(kind, TYPED_RENAME="camel")

    def test_parameters_are_renamed_and_headers_are_not(self) -> None:
        """Query parameters by name and by model; not headers, cookies and URL variables."""
        app = Flask("shop")
        app.config["TYPED_RENAME"] = "camel"
        typed = Typed(app)

        @typed.get("/<int:book_id>")
        def read(
            book_id: int,
            line: Annotated[Line, Query()],
            heads: Annotated[Record, Header()],
            cookies: Annotated[Record, Cookie()],
            page_size: int = 1,
            x_user: Annotated[str, Header()] = "",
            session_id: Annotated[str, Cookie()] = "",
        ) -> int:
            return page_size + book_id

        client = app.test_client()
        document: Any = client.get("/openapi.json").get_json()
        parameters = document["paths"]["/{book_id}"]["get"]["parameters"]
        client.set_cookie("unit_price", "1")
        answer = client.get("/2?pageSize=3&unitPrice=1", headers={"Unit-Price": "1"})
        assert answer.get_json() == 5
        assert sorted(f"{p['in']} {p['name']}" for p in parameters) == [
            "cookie session_id",
            "cookie unit_price",
            "header unit-price",
            "header x-user",
            "path book_id",
            "query nItems",
            "query pageSize",
            "query unitPrice",
        ]

    def test_keys_of_a_body_and_of_problems_are_renamed(self) -> None:
        """Arguments that are keys of an object, and the members of a problem."""
        app = Flask("shop")
        app.config["TYPED_RENAME"] = "camel"
        typed = Typed(app)

        class Gone(Problem):
            """It is gone."""

            status = 410
            book_id: int

        @typed.post("/")
        @raises(Gone)
        def add(book_id: Annotated[int, Body()], n_copies: Annotated[int, Body()]) -> int:
            raise Gone(book_id=book_id * n_copies)

        answer = app.test_client().post("/", json={"bookId": 2, "nCopies": 3})
        assert answer.get_json()["bookId"] == 6


def no_free_lines(line: Any) -> None:
    """Reject a line in each of the ways."""
    if line.unit_price == 0:
        raise ValueError("Nothing is free.")
    if line.unit_price == 1:
        raise ValidationError("Too cheap.", "unit_price")
    if line.unit_price == 2:
        raise KeyError("two")


@model(rename="camel", validators=[no_free_lines])
class Checked(Line):
    """A dataclass with a validator."""


class TestValidators:
    """Functions that check whole instances."""

    @BOTH
    @pytest.mark.parametrize(
        ("price", "found"),
        [(0, ("", "Nothing is free.")), (1, ("/unitPrice", "Too cheap."))],
    )
    def test_an_instance_is_rejected(self, price: int, found: Any, accelerated: bool) -> None:
        """With a fault of the object, or of one of its fields by its name on the wire."""
        client = make_client(Checked, TYPED_ACCELERATION=accelerated)
        assert client.post("/", json={"unitPrice": 3}).status_code == 200
        assert faults(client, {"unitPrice": price}) == [found]

    @BOTH
    def test_another_exception_is_one_of_the_program(self, accelerated: bool) -> None:
        """It is not taken for a fault of the request."""
        client = make_client(Checked, TYPED_ACCELERATION=accelerated)
        with pytest.raises(KeyError, match="two"):
            client.post("/", json={"unitPrice": 2})

    @BOTH
    def test_a_returned_instance_takes_its_place(self, accelerated: bool) -> None:
        """A TypedDict has validators too."""

        def double(row: Any) -> Any:
            return {"unit_price": row["unit_price"] * 2}

        kind = model(validators=[double])(TypedDict("Row", {"unit_price": int}))
        client = make_client(kind, TYPED_ACCELERATION=accelerated)
        assert client.post("/", json={"unit_price": 2}).get_json() == {"unit_price": 4}

    def test_a_subclass_adds_to_them(self, json: Codec) -> None:
        """Those of the base run first."""
        seen: list[str] = []

        def note(name: str) -> Callable[[Any], None]:
            return lambda made: seen.append(name)

        @model(validators=[note("base")])
        @dataclass
        class Base:
            a: int

        @model(validators=[note("derived")])
        class Derived(Base):
            pass

        json.load(Derived, {"a": 1})
        assert seen == ["base", "derived"]


@dataclass
class Open:
    """A dataclass with a field for other keys."""

    name: str
    more: Annotated[dict[str, int], Extra()] = field(default_factory=dict)


@attr.s(auto_attribs=True)
class OpenClassed:
    """A class of attrs with a private field for other keys."""

    name: str
    _more: Annotated[dict[str, int], Extra()]


class OpenStruct(msgspec.Struct, rename="camel"):
    """A Struct with a field for other keys."""

    name: str
    more: Annotated[dict[str, int], Extra()]


class TestExtra:
    """Keys that no field has."""

    @BOTH
    @pytest.mark.parametrize("kind", [Open, OpenClassed, OpenStruct])
    def test_they_are_kept(self, kind: Any, accelerated: bool) -> None:
        """They come, and leave, beside the fields."""
        client = make_client(kind, TYPED_ACCELERATION=accelerated)
        body = {"name": "a", "b": 1, "more": 2}
        assert client.post("/", json=body).get_json() == body
        assert faults(client, {"name": "a", "b": "1"}) == [("/b", "Not a valid integer.")]

    def test_the_document_has_their_type(self) -> None:
        """The field itself is no key."""
        known = schemas(make_client(Open))["Open"]
        assert known["additionalProperties"] == {"type": "integer"}
        assert list(known["properties"]) == ["name"]

    def test_a_mapping_has_them_under_the_fields_name(self, json: Codec) -> None:
        """As it has the other fields."""
        assert json.dump(Open, {"name": "a", "more": {"b": 1}}) == {"name": "a", "b": 1}
        assert json.dump(Open, {"name": "a"}) == {"name": "a"}

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            ({"name": 1}, "expected extra keys beside the fields, found the key 'name' of a field"),
            ([], "expected a mapping of extra keys, found one of type list"),
            ({1: 1}, "expected keys that are text, found one of type int"),
        ],
    )
    def test_others_do_not_leave(self, json: Codec, more: Any, message: str) -> None:
        """Two values of one key, and what is no object."""
        assert message in json.mismatch(Open, Open("a", more))

    @pytest.mark.parametrize(
        "annotation",
        [
            Annotated[int, Extra()],
            Annotated[dict[int, int], Extra()],
            Annotated[dict[str, int] | None, Extra()],
        ],
        ids=str,
    )
    def test_the_field_is_a_mapping_from_text(self, json: Codec, annotation: Any) -> None:
        """Nothing else can hold them."""
        kind = msgspec.defstruct("Wrong", [("more", annotation)])
        assert json.reject(kind).what == "Wrong has no single dict for its extra keys."

    def test_a_bare_dict_holds_anything(self, json: Codec) -> None:
        """As `dict` does elsewhere."""
        kind: Any = msgspec.defstruct("Bare", [("more", Annotated[dict, Extra()])])
        assert json.load(kind, {"a": [1]}).more == {"a": [1]}

    def test_a_one_way_field_is_refused(self, json: Codec) -> None:
        """Its key would be an extra one in the other direction."""
        members = [("more", Annotated[dict, Extra()]), ("id", Annotated[int, ReadOnly()], 1)]
        kind = msgspec.defstruct("Wrong", members)
        assert json.reject(kind).what == (
            "Wrong has extra keys, and its field 'id' is only in requests or only in responses."
        )

    def test_one_rule_is_enough(self, json: Codec) -> None:
        """For a TypedDict, for a class with a policy, and for a Struct with its own."""
        extra = [("more", Annotated[dict[str, int], Extra()])]
        kinds: list[Any] = [
            TypedDict("Wrong", {"more": Annotated[dict[str, int], Extra()]}),
            model(extra="forbid")(msgspec.defstruct("Wrong", extra)),
            model(extra="ignore")(msgspec.defstruct("Wrong", extra)),
        ]
        assert {json.reject(kind).what for kind in kinds} == {
            "Wrong has Extra() beside another rule for extra keys."
        }
        strict = msgspec.defstruct("Wrong", extra, forbid_unknown_fields=True)
        assert json.reject(strict).what == (
            "Wrong has forbid_unknown_fields, and a rule that allows unknown keys."
        )
        closed: Any = TypedDict("Wrong", {"a": int}, closed=True)  # type: ignore[call-overload]
        assert json.reject(model(extra="ignore")(closed)).what == (
            "Wrong has both @model(extra=…) and closed= or extra_items=."
        )

    def test_extra_needs_a_field(self, json: Codec) -> None:
        """Inside another value it means nothing."""
        error = json.reject(list[Annotated[dict[str, int], Extra()]])
        assert error.what == "Extra() has no meaning inside another value."

    @pytest.mark.parametrize("policy", ["raise", "exclude"])
    @pytest.mark.parametrize(
        ("extra", "status", "closed"), [("forbid", 422, True), ("ignore", 200, False)]
    )
    def test_a_model_has_its_own_policy(
        self, policy: str, extra: Any, status: int, closed: bool
    ) -> None:
        """Whatever the app's is, and in the document too."""
        kind = model(extra=extra)(TypedDict("Row", {"a": int}))
        client = make_client(kind, TYPED_UNKNOWN_KEYS=policy)
        assert client.post("/", json={"a": 1, "b": 2}).status_code == status
        assert ("additionalProperties" in schemas(client)["Row"]) == closed

    def test_a_struct_may_forbid_them(self) -> None:
        """By msgspec's own option."""
        kind = msgspec.defstruct("Row", [("a", int)], forbid_unknown_fields=True)
        client = make_client(kind, TYPED_UNKNOWN_KEYS="exclude")
        assert client.post("/", json={"a": 1, "b": 2}).status_code == 422


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rename": "snake"}, "rename= of @model is 'snake'"),
        ({"rename": 3}, "rename= of @model is 3"),
        ({"extra": "allow"}, "extra= of @model is 'allow'"),
        ({"computed": "total"}, "computed= of @model is 'total', not a list of names"),
        ({"computed": [len]}, "computed= of @model is"),
        ({"validators": [3]}, r"validators= of @model is \[3\], not a list of functions"),
        ({"validators": len}, "validators= of @model is"),
    ],
    ids=str,
)
def test_an_option_that_is_none_is_refused(options: Any, message: str) -> None:
    """With what may be written."""
    with pytest.raises(DeclarationError, match=message):
        model(**options)


def test_only_a_class_has_options() -> None:
    """And not one that pydantic knows."""
    pydantic = pytest.importorskip("pydantic")
    with pytest.raises(DeclarationError, match="has `model_config`"):
        model(rename="camel")(type("Item", (pydantic.BaseModel,), {"__annotations__": {}}))
    with pytest.raises(DeclarationError, match="@model decorates len"):
        model(rename="camel")(len)  # type: ignore[type-var]  # that is the mistake
