"""Classes that bring the provider of their arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import pytest
from annotated_types import Ge
from flask.testing import FlaskClient
from flask_typed import (
    DeclarationError,
    Depends,
    Header,
    Paging,
    ProvidedArgument,
    Query,
    Typed,
    make_provider,
)

T = TypeVar("T")
Document = Callable[[], dict[str, Any]]


class Currency:
    """Metadata that the class reads."""

    def __init__(self, code: str) -> None:
        self.code = code


@dataclass
class Money(Generic[T]):
    """An amount in the query, and its currency in the annotation."""

    amount: T
    code: str

    __typed_metadata__ = (Currency,)

    @classmethod
    def __typed_provider__(cls, argument: ProvidedArgument) -> Callable[..., Any]:
        """Return the provider of an argument."""
        (kind,) = argument.arguments
        codes = [item.code for item in argument.metadata] or ["EUR"]
        default = inspect.Parameter.empty if argument.default is None else argument.default.amount

        def make(**values: Any) -> Money[Any]:
            return cls(values[argument.name], codes[-1])

        return make_provider("Money", make, {argument.name: (Annotated[kind, Query()], default)})


FEE = Money(0.5, "EUR")


def test_a_class_of_a_program(typed: Typed, client: FlaskClient, document: Document) -> None:
    """It reads its type arguments, its metadata, and the name and default of the argument."""

    @typed.get("/")
    def view(price: Annotated[Money[int], Currency("USD")], fee: Money[float] = FEE) -> list[str]:
        return [f"{one.amount} {one.code}" for one in (price, fee)]

    assert client.get("/?price=3").get_json() == ["3 USD", "0.5 EUR"]
    assert client.get("/?price=3&fee=2").get_json() == ["3 USD", "2.0 EUR"]
    assert client.get("/").status_code == 422
    names = [one["name"] for one in document()["paths"]["/"]["get"]["parameters"]]
    assert names == ["price", "fee"]


def find_paging(size: Annotated[int, Header()] = 7) -> Paging:
    """Provide the page by a header."""
    return Paging(size)


def test_another_provider(typed: Typed, client: FlaskClient) -> None:
    """``Depends`` names another one."""

    @typed.get("/")
    def view(paging: Annotated[Paging, Depends(find_paging)]) -> int:
        return paging.limit

    assert client.get("/", headers={"Size": "3"}).get_json() == 3


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (Annotated[Paging, Header()], r"Paging reads its own parameters, but Header\(\) names a"),
        (Annotated[Paging, Ge(1)], "on Paging, which reads its own parameters"),
        (Annotated[Paging, Currency("EUR")], r"Currency\(\) in Annotated is not understood"),
    ],
)
def test_what_the_class_does_not_read(typed: Typed, annotation: Any, message: str) -> None:
    """It is refused when the view is registered."""

    def view(paging: Any) -> None: ...

    view.__annotations__["paging"] = annotation
    with pytest.raises(DeclarationError, match=message):
        typed.get("/")(view)
