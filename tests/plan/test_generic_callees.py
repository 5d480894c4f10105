"""Type variables of generic class-based views, and of generic classes that are providers."""

from __future__ import annotations

import functools
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask.views import MethodView, View
from flask_typed import DeclarationError, Depends, Query, Typed

T = TypeVar("T")
K = TypeVar("K")


@dataclass
class Item:
    """A model."""

    name: str


class Limits(Generic[T]):
    """A generic provider with a value of the request."""

    def __init__(self, limit: T) -> None:
        self.limit = limit

    def find(self, offset: T) -> T:
        """Return what it gets."""
        return offset


class Repository(Generic[T]):
    """A generic provider that needs another one."""

    def __init__(self, limits: Annotated[Limits[T], Depends()]) -> None:
        self.limits = limits


class Numbers(Repository[int]):
    """A subclass that binds the variable."""


class Doubled(Generic[T]):
    """A generic class whose instances are called."""

    def __call__(self, number: T) -> tuple[T, T]:
        """Return a number twice."""
        return number, number


class DoubledInt(Doubled[int]):
    """A subclass that binds the variable."""


class Crud(MethodView, Generic[T, K]):
    """A class-based view for any type."""

    def post(self, item: T, key: Annotated[K, Query()]) -> Mapping[str, T]:
        """Add an item."""
        return {str(key): item}

    def get(self, repository: Annotated[Repository[K], Depends()]) -> list[K]:
        """List the limit."""
        return [repository.limits.limit]


class Keyed(Crud[T, int]):
    """Binds one of the variables."""


class Items(Keyed[Item]):
    """Binds the other one."""


def make_client(*views: Any) -> FlaskClient:
    """Return a client of an app with views, at the paths of their numbers."""
    app = Flask("shop")
    app.testing = True
    typed = Typed(app)
    for number, view in enumerate(views):
        add = typed.route if isinstance(view, type) else typed.get
        add(f"/{number}", endpoint=f"view{number}")(view)
    return app.test_client()


def refuse(view: Any) -> DeclarationError:
    """Return the error for a view."""
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        make_client(view)
    return caught.value


def test_a_view_has_the_types_of_its_class() -> None:
    """In arguments, in providers and in the response, through several bases."""
    client = make_client(Items)
    assert client.post("/0?key=2", json={"name": "a"}).get_json() == {"2": {"name": "a"}}
    faults: Any = client.post("/0?key=a", json={"name": 1}).get_json()["errors"]
    assert [fault["pointer"] for fault in faults] == ["/key", "/name"]
    assert client.get("/0?limit=3").get_json() == [3]


def test_the_document_has_the_types_of_its_class() -> None:
    """As if the methods were written for them."""
    document: Any = make_client(Items).get("/openapi.json").get_json()
    post = document["paths"]["/0"]["post"]
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/Item"}
    assert post["parameters"][0]["schema"] == {"type": "integer"}


def test_a_view_without_type_arguments_is_refused() -> None:
    """Nothing stands for the variable."""
    error = refuse(Crud)
    assert error.what == "K is a type variable without a type argument."


def test_a_plain_view_class_has_them_too() -> None:
    """It has one method."""

    class Show(View, Generic[T]):
        def dispatch_request(self, number: T) -> T:
            return number

    class ShowInt(Show[int]):
        pass

    assert make_client(ShowInt).get("/0?number=3").get_json() == 3


def test_a_generic_class_is_a_provider() -> None:
    """By its annotation, by a subclass, and in Depends(); each value is made once."""

    def view(
        one: Annotated[Repository[int], Depends()],
        same: Annotated[Any, Depends(Repository[int])],
        other: Annotated[Numbers, Depends()],
        partial: Annotated[Any, Depends(functools.partial(Limits[int]))],
    ) -> list[object]:
        return [one is same, one is other, other.limits.limit, partial.limit]

    client = make_client(view)
    assert client.get("/0?limit=3").get_json() == [True, False, 3, 3]
    faults: Any = client.get("/0?limit=a").get_json()["errors"]
    assert [fault["pointer"] for fault in faults] == ["/limit"]


def test_methods_and_instances_are_providers() -> None:
    """They have the types of their classes."""

    class IntLimits(Limits[int]):
        pass

    def view(
        found: Annotated[int, Depends(IntLimits(1).find)],
        pair: Annotated[tuple[int, int], Depends(DoubledInt())],
    ) -> list[int]:
        return [found, *pair]

    view.__annotations__["found"] = Annotated[int, Depends(IntLimits(1).find)]
    assert make_client(view).get("/0?offset=1&number=2").get_json() == [1, 2, 2]


def test_a_provider_without_type_arguments_is_refused() -> None:
    """Its error names the chain."""

    def view(repository: Annotated[Repository, Depends()]) -> None: ...  # type: ignore[type-arg]

    error = refuse(view)
    assert error.what == "T is a type variable without a type argument."
    assert "dependency Repository" in error.where


def test_a_collection_is_no_provider() -> None:
    """It is generic, but makes nothing for a view."""

    def view(numbers: Annotated[list[int], Depends()]) -> None: ...

    assert "the annotation is not a class" in refuse(view).what


def test_a_generic_provider_can_be_overridden() -> None:
    """By its type arguments."""
    app = Flask("shop")
    typed = Typed(app)

    @typed.get("/")
    def view(limits: Annotated[Limits[int], Depends()]) -> int:
        return limits.limit

    with typed.override(Limits[int], lambda: Limits(7)):
        assert app.test_client().get("/").get_json() == 7


@pytest.mark.skipif(sys.version_info < (3, 12), reason="classes have no type parameters")
def test_type_parameters_of_a_class() -> None:  # pragma: no cover: Python 3.11 has none
    """Annotations that are evaluated late find them."""
    names: dict[str, Any] = {"MethodView": MethodView}
    exec(  # the syntax of Python 3.12
        "from __future__ import annotations\n"
        "class Show[N](MethodView):\n  def get(self, number: N) -> N:\n    return number\n"
        "class ShowInt(Show[int]): pass",
        names,
    )
    assert make_client(names["ShowInt"]).get("/0?number=3").get_json() == 3
