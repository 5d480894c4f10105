"""Header parameters that OpenAPI ignores are published where clients look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from flask_typed import APIKeyHeader, Depends, Header, HTTPBearer, Typed
from typing_extensions import Doc

SCHEME = {"type": "apiKey", "in": "header", "name": "Authorization"}
Publish = Callable[[], Any]


def test_they_are_sentences(typed: Typed, document: Publish) -> None:
    """Each is described in the operation; other headers are parameters."""

    @typed.get("/")
    def view(
        accept: Annotated[str, Header(), Doc("The format.")] = "",
        kind: Annotated[str, Header(alias="CONTENT-TYPE")] = "",
        x_trace: Annotated[str, Header()] = "",
    ) -> None:
        """Return something."""

    operation = document()["paths"]["/"]["get"]
    assert [parameter["name"] for parameter in operation["parameters"]] == ["x-trace"]
    assert operation["description"] == (
        "Return something.\n\nReads the header `accept`: The format.\n\n"
        "Reads the header `CONTENT-TYPE`."
    )
    assert "security" not in operation


def test_authorization_is_a_scheme(typed: Typed, document: Publish) -> None:
    """A required one is required, an optional one is not."""

    @typed.get("/")
    def view(authorization: Annotated[str, Header()]) -> None: ...

    @typed.post("/")
    def act(authorization: Annotated[str | None, Header()] = None) -> None: ...

    made = document()
    assert made["components"]["securitySchemes"] == {"AuthorizationHeader": SCHEME}
    path = made["paths"]["/"]
    assert path["get"]["security"] == [{"AuthorizationHeader": []}]
    assert path["post"]["security"] == [{}, {"AuthorizationHeader": []}]


@pytest.mark.parametrize(
    ("scheme", "security"),
    [
        (HTTPBearer(), [{"HTTPBearer": []}]),
        (APIKeyHeader("X-Key"), [{"APIKeyHeader": [], "AuthorizationHeader": []}]),
    ],
)
def test_other_schemes(
    typed: Typed, document: Publish, scheme: Any, security: list[dict[str, list[str]]]
) -> None:
    """One that reads the header describes it; any other is needed too."""

    def view(user: Any, authorization: Annotated[str, Header()]) -> None: ...

    view.__annotations__["user"] = Annotated[str, Depends(scheme)]
    typed.get("/")(view)
    assert document()["paths"]["/"]["get"]["security"] == security
