"""The names of types: those of the document, and each of them unique."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask_typed.graphql.names import RESERVED

from .graphs import Graph


def make_model(name: str, module: str, qualname: str = "") -> Any:
    """Return a dataclass of a module."""
    body = {"__annotations__": {"n": int}, "__module__": module, "__qualname__": qualname or name}
    return dataclass(type(name, (), body))


BOOK = make_model("Book", "shop.models")
OTHER_BOOK = make_model("Book", "library.models")


def find_names(*models: Any) -> list[str]:
    """Return the names of types of results."""
    graph = Graph()
    for index, model in enumerate(models):
        graph.add(f"it{index}", model, dict)
    assert graph.schema is not None
    return [graph.type_of(f"it{index}").rstrip("!") for index, _ in enumerate(models)]


@pytest.mark.parametrize(
    ("models", "names"),
    [
        pytest.param([BOOK], ["Book"], id="unique"),
        pytest.param([BOOK, BOOK], ["Book", "Book"], id="same"),
        pytest.param([BOOK, OTHER_BOOK], ["ShopModelsBook", "LibraryModelsBook"], id="two modules"),
        pytest.param([OTHER_BOOK, BOOK], ["LibraryModelsBook", "ShopModelsBook"], id="any order"),
        pytest.param(
            [BOOK, make_model("Book", "shop.old")], ["ModelsBook", "OldBook"], id="last parts"
        ),
        pytest.param(
            [make_model("Book", "shop", "b.Book"), make_model("Book", "shop", "a.Book")],
            ["ShopBook2", "ShopBook"],
            id="one module",
        ),
        pytest.param([make_model("Date", "shop.models")], ["ModelsDate"], id="reserved"),
        pytest.param(
            [make_model("ModelsBook", "x"), BOOK, make_model("Book", "shop.old")],
            ["ModelsBook", "ModelsBook2", "OldBook"],
            id="taken",
        ),
        pytest.param([make_model("Grösse", "shop")], ["Grosse"], id="not ASCII"),
    ],
)
def test_names(models: list[Any], names: list[str]) -> None:
    """Names that clash are qualified by modules, in whichever order types are used."""
    assert find_names(*models) == names


@pytest.mark.parametrize(("name", "expected"), [("Book", "BookInput"), ("BookInput", "BookInput")])
def test_names_of_arguments(name: str, expected: str) -> None:
    """The names of types of arguments end in Input."""
    graph = Graph().add("it", int, len, value=make_model(name, "shop"))
    assert graph.type_of_argument("it", "value") == f"{expected}!"


def test_input_in_both_directions() -> None:
    """A model that is called so already has two types of different names."""
    graph = Graph().echo(make_model("BookInput", "shop"))
    assert graph.schema is not None
    names = graph.type_of("echo"), graph.type_of_argument("echo", "value")
    assert names == ("BookInput!", "BookInputInput!")


def test_names_of_scalars() -> None:
    """No type gets the name of a scalar."""
    scalars = {definition.name for definition in Graph().types.scalars.values()}
    assert scalars <= RESERVED
