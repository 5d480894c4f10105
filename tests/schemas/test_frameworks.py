"""Classes of FastAPI and Starlette, which a service that is moved over still has.

They are made here: the packages need not be installed.
"""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from flask import Flask
from flask_typed import DeclarationError, Depends, Preconditions, Typed, UnsupportedType
from flask_typed.pydantic import PYDANTIC
from flask_typed.stores.redis import RedisStore
from marshmallow import fields
from pydantic import BaseModel


class Connection:
    """The base of a request."""


class FrameworkRequest(Connection):
    """A request."""


class File:
    """An uploaded file, which pydantic reads."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Never called: it is refused before."""


class Credentials(BaseModel):
    """What a scheme would make, not a body."""


class Bearer:
    """A scheme."""

    def __call__(self, request: FrameworkRequest) -> str:
        """Never called: it is refused before."""


class Data:
    """A marker, whose name is set below."""


for kind, module, name in (
    (Connection, "starlette.requests", "HTTPConnection"),
    (FrameworkRequest, "starlette.requests", "Request"),
    (File, "fastapi.datastructures", "UploadFile"),
    (Credentials, "fastapi.security.http", "HTTPAuthorizationCredentials"),
    (Bearer, "fastapi.security.base", "SecurityBase"),
    (Data, "fastapi.params", "Query"),
):
    kind.__module__ = module
    kind.__name__ = kind.__qualname__ = name


class OwnRequest(FrameworkRequest):
    """A subclass of the program."""


CLASSES = [
    pytest.param(FrameworkRequest, "Request", "Annotate flask.Request.", id="class"),
    pytest.param(OwnRequest, "OwnRequest", "Annotate flask.Request.", id="subclass"),
    pytest.param(File, "UploadFile", "Annotate werkzeug's FileStorage.", id="pydantic's"),
    pytest.param(list[File], "UploadFile", "Annotate werkzeug's FileStorage.", id="list"),
    pytest.param(
        Credentials,
        "HTTPAuthorizationCredentials",
        "Write `Annotated[str, Depends(HTTPBearer())]`.",
        id="model",
    ),
    pytest.param(
        Annotated[str, Depends(Bearer())],
        "SecurityBase",
        "Write a scheme of flask_typed, such as HTTPBearer or OAuth2.",
        id="provider",
    ),
    pytest.param(
        Annotated[Bearer, Depends()],
        "SecurityBase",
        "Write a scheme of flask_typed, such as HTTPBearer or OAuth2.",
        id="class as a provider",
    ),
]


@pytest.mark.parametrize("types", [{}, PYDANTIC], ids=["plain", "pydantic"])
@pytest.mark.parametrize(("annotation", "name", "instead"), CLASSES)
def test_arguments(types: Any, annotation: Any, name: str, instead: str) -> None:
    """The message names the replacement, also of a class that pydantic could read."""

    def view(argument: Any) -> None: ...

    view.__annotations__["argument"] = annotation
    typed = Typed(Flask("moved"), types=types)
    with pytest.raises(UnsupportedType) as caught:
        typed.post("/")(view)
    assert caught.value.what == f"{name} is a class of another framework."
    assert caught.value.instead == instead


@pytest.mark.parametrize(
    ("annotation", "instead"),
    [
        (Preconditions, "Write `match: IfMatch`."),
        (Annotated[Any, Depends(RedisStore)], "Write a function that makes the store: `Idem"),
    ],
)
def test_classes_of_flask_typed(typed: Typed, annotation: Any, instead: str) -> None:
    """What no request can fill: a client would set the address of a store."""

    def view(argument: Any) -> None: ...

    view.__annotations__["argument"] = annotation
    with pytest.raises(UnsupportedType, match=r"^\w+ is not a value of a request\.\n") as caught:
        typed.post("/")(view)
    assert str(caught.value.instead).startswith(instead)


def test_a_default() -> None:
    """FastAPI's older way to write a parameter: its marker is the default."""

    def view(size: int = Data()) -> None: ...  # type: ignore[assignment]

    message = (
        r"^Query\(\), a marker of another package, is the argument's default\.\n.*\n"
        r"  Write the marker of flask_typed into the annotation, constraints beside it, and a"
        r" default after `=`: `Annotated\[…, Query\(…\)\]`\.$"
    )
    with pytest.raises(DeclarationError, match=message):
        Typed(Flask("moved")).get("/")(view)


def test_a_type_of_the_app() -> None:
    """Who registers a type for such a class means it."""
    typed = Typed(Flask("moved"), types={File: fields.Raw})

    @typed.post("/")
    def view(argument: File) -> None: ...
