"""Unions: of models by their tags or classes, and one key for each member in arguments."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Le
from marshmallow import Schema, fields
from typing_extensions import TypeAliasType, TypedDict

from .graphs import Graph


@dataclass
class Cat:
    """A cat."""

    kind: Literal["cat"]
    lives: Annotated[int, Le(9)] = 9


@dataclass
class Dog:
    """A dog."""

    kind: Literal["dog", "puppy"]
    name: str


@dataclass
class Kitten(Cat):
    """A young cat."""

    age: int = 1


class Bird(TypedDict):
    """A bird."""

    wings: int


class Fish(TypedDict):
    """A fish."""

    fins: int


Pet = TypeAliasType("Pet", Cat | Dog)
SELECTION = "{__typename ... on Cat {kind lives} ... on Dog {name}}"


def test_union_of_results() -> None:
    """A union has the models, and its name of them."""
    graph = Graph().add("it", Cat | Dog, dict)
    assert graph.type_of("it") == "CatOrDog!"
    assert graph.show("CatOrDog") == "union CatOrDog = Cat | Dog"


def test_named_union() -> None:
    """An alias names a union."""
    graph = Graph().add("it", Pet, dict).add("all", list[Pet | None], list)
    assert graph.type_of("it") == "Pet!"
    assert graph.type_of("all") == "[Pet]!"


def test_equal_unions() -> None:
    """Equal unions are one type."""
    graph = Graph().add("it", Cat | Dog, dict).add("all", list[Cat | Dog], list)
    assert graph.type_of("all") == "[CatOrDog!]!"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(Cat("cat"), {"__typename": "Cat", "kind": "cat", "lives": 9}, id="instance"),
        pytest.param(
            Kitten("cat", 3), {"__typename": "Cat", "kind": "cat", "lives": 3}, id="subclass"
        ),
        pytest.param(
            {"kind": "dog", "name": "a"}, {"__typename": "Dog", "name": "a"}, id="mapping"
        ),
        pytest.param(
            SimpleNamespace(kind="puppy", name="a"), {"__typename": "Dog", "name": "a"}, id="row"
        ),
    ],
)
def test_types_of_values(value: Any, written: Any) -> None:
    """The class of a value, or its tag, tells its type."""
    graph = Graph().add("it", Cat | Dog, lambda: value)
    assert graph.run(f"{{it {SELECTION}}}") == {"it": written}


def test_values_of_no_member() -> None:
    """A value of another type is an error."""
    graph = Graph().add("it", Cat | Dog, lambda: {"kind": "cow"})
    assert "expected Cat or Dog" in graph.run_with_error(f"{{it {SELECTION}}}")


def test_members_without_tags() -> None:
    """Without a tag, the first member as which a value can be written counts."""
    graph = Graph().add("it", Bird | Fish | None, lambda: {"fins": 3})
    assert graph.type_of("it") == "BirdOrFish"
    assert graph.run("{it {__typename ... on Fish {fins}}}") == {
        "it": {"__typename": "Fish", "fins": 3}
    }


def test_nothing_of_members_without_tags() -> None:
    """A value that no member can write is an error."""
    graph = Graph().add("it", Bird | Fish, lambda: {"legs": 3})
    assert "expected Bird or Fish" in graph.run_with_error("{it {__typename}}")


def test_union_of_arguments() -> None:
    """An argument names the member by its only key; a single tag may be left out."""
    graph = Graph().echo(Pet)
    assert graph.show("PetInput") == "input PetInput {\n  cat: CatInput\n  dog: DogInput\n}"
    assert "input PetInput @oneOf {" in str(graph.schema)
    assert (
        graph.show("CatInput") == 'input CatInput {\n  kind: String! = "cat"\n  lives: Int! = 9\n}'
    )
    assert graph.show("DogInput") == "input DogInput {\n  kind: DogOrPuppy!\n  name: String!\n}"
    assert graph.run(f"{{echo(value: {{cat: {{lives: 3}}}}) {SELECTION}}}") == {
        "echo": {"__typename": "Cat", "kind": "cat", "lives": 3}
    }


def test_faults_in_a_member() -> None:
    """Their places have the key of the member."""
    graph = Graph().echo(Cat | Dog)
    assert graph.run_with_faults(f"{{echo(value: {{cat: {{lives: 10}}}}) {SELECTION}}}") == [
        {
            "pointer": "/value/cat/lives",
            "code": "out_of_range",
            "detail": "Must be less than or equal to 9.",
        }
    ]


def test_two_members() -> None:
    """GraphQL rejects an argument with two keys."""
    graph = Graph().echo(Cat | Dog)
    query = f'{{echo(value: {{cat: {{}}, dog: {{kind: dog, name: "a"}}}}) {SELECTION}}}'
    assert "exactly one key" in graph.run_with_error(query)


def test_unions_inside_models() -> None:
    """A list of a union inside a model has the union's type."""

    @dataclass
    class Home:
        pets: list[Cat | Dog]

    graph = Graph().echo(Home)
    assert "pets: [CatOrDogInput!]!" in graph.show("HomeInput")
    query = f"{{echo(value: {{pets: [{{cat: {{}}}}]}}) {{pets {SELECTION}}}}}"
    assert graph.run(query) == {
        "echo": {"pets": [{"__typename": "Cat", "kind": "cat", "lives": 9}]}
    }


def test_unions_of_unions() -> None:
    """The members of a union inside another are members of both."""
    graph = Graph().add("it", Pet | Bird, lambda: {"wings": 2})
    assert graph.run("{it {__typename ... on Bird {wings}}}") == {
        "it": {"__typename": "Bird", "wings": 2}
    }


def make_cat(module: str) -> type:
    """Return another class of the same name."""
    return dataclass(type("Cat", (), {"__annotations__": {"tail": int}, "__module__": module}))


def test_members_of_one_name() -> None:
    """Two members of one name have a number in the keys of an argument."""
    graph = Graph().add("it", bool, lambda value: value.tail == 3, value=make_cat("a") | Cat)
    kind = graph.type_of_argument("it", "value").rstrip("!")
    assert "cat: " in graph.show(kind)
    assert "cat2: " in graph.show(kind)
    assert graph.run("{it(value: {cat: {tail: 3}})}") == {"it": True}


def test_equal_unions_of_arguments() -> None:
    """Equal unions are one type of arguments too."""
    graph = Graph().add("it", int, len, value=Cat | Dog, values=list[Cat | Dog])
    assert graph.type_of_argument("it", "value") == "CatOrDogInput!"
    assert graph.type_of_argument("it", "values") == "[CatOrDogInput!]!"


class NumberSchema(Schema):
    """A Schema in a model."""

    number = fields.Integer(required=True)


@dataclass
class Cage:
    """A model with a union and a Schema."""

    pet: Cat | Dog
    label: Annotated[dict[str, int], NumberSchema]


def test_rows_with_unions() -> None:
    """A row is told by all of its fields, of unions and Schemas too."""
    row = SimpleNamespace(pet=Cat("cat"), label={"number": 3})
    graph = Graph().add("it", Bird | Cage, lambda: row)
    assert graph.run("{it {... on Cage {label {number}}}}") == {"it": {"label": {"number": 3}}}


def test_unions_in_unions_of_classes() -> None:
    """The value of a union inside a set is written by its member."""
    graph = Graph().add("it", list[Cage | Pet], lambda: [Dog("dog", "a")])
    assert graph.run("{it {... on Dog {name}}}") == {"it": [{"name": "a"}]}
