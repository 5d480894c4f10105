"""Security schemes and requirements in the document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from flask import Flask
from flask_typed import (
    APIKeyHeader,
    AuthorizationCodeFlow,
    ClientCredentialsFlow,
    DeclarationError,
    Depends,
    HTTPBasic,
    HTTPBearer,
    HTTPDigest,
    ImplicitFlow,
    MutualTLS,
    NotAuthenticated,
    OAuth2,
    OpenIdConnect,
    PasswordFlow,
    Problem,
    Scheme,
    Security,
    Typed,
    raises,
)
from openapi_spec_validator import OpenAPIV30SpecValidator

Document = Callable[[], dict[str, Any]]


def nothing() -> None: ...


def add(typed: Typed, path: str, *dependencies: Depends, **options: Any) -> None:
    """Add a view with dependencies."""
    typed.get(path, endpoint=path.strip("/"), dependencies=dependencies, **options)(nothing)


@pytest.mark.parametrize(
    ("scheme", "described"),
    [
        pytest.param(HTTPBasic(), {"type": "http", "scheme": "basic"}, id="basic"),
        pytest.param(
            HTTPBearer(bearer_format="JWT", description="From /token."),
            {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "From /token.",
            },
            id="bearer",
        ),
        pytest.param(HTTPDigest(), {"type": "http", "scheme": "digest"}, id="digest"),
        pytest.param(
            APIKeyHeader("X-Key"), {"type": "apiKey", "in": "header", "name": "X-Key"}, id="key"
        ),
        pytest.param(
            OpenIdConnect("https://id.example/.well-known/openid-configuration"),
            {
                "type": "openIdConnect",
                "openIdConnectUrl": "https://id.example/.well-known/openid-configuration",
            },
            id="openid",
        ),
        pytest.param(MutualTLS(), {"type": "mutualTLS"}, id="mutual-tls"),
        pytest.param(
            OAuth2(
                PasswordFlow(token_url="/token", scopes={"a": "A."}, refresh_url="/refresh"),
                ClientCredentialsFlow(token_url="/token"),
                ImplicitFlow(authorization_url="/authorize"),
                AuthorizationCodeFlow(authorization_url="/authorize", token_url="/token"),
            ),
            {
                "type": "oauth2",
                "flows": {
                    "password": {
                        "tokenUrl": "/token",
                        "refreshUrl": "/refresh",
                        "scopes": {"a": "A."},
                    },
                    "clientCredentials": {"tokenUrl": "/token", "scopes": {}},
                    "implicit": {"authorizationUrl": "/authorize", "scopes": {}},
                    "authorizationCode": {
                        "authorizationUrl": "/authorize",
                        "tokenUrl": "/token",
                        "scopes": {},
                    },
                },
            },
            id="oauth",
        ),
    ],
)
def test_schemes(
    typed: Typed, document: Document, scheme: Scheme[Any], described: dict[str, Any]
) -> None:
    """Each is published under the name of its class."""
    add(typed, "/", Depends(scheme))
    published = document()
    assert published["components"]["securitySchemes"] == {type(scheme).__name__: described}
    assert published["paths"]["/"]["get"]["security"] == [{type(scheme).__name__: []}]


def test_requirements(typed: Typed, document: Document) -> None:
    """Alternatives are several, combinations are one, an optional one is nothing too."""
    bearer, key = HTTPBearer(name="bearer"), APIKeyHeader("X-Key", name="key")
    tls = MutualTLS(name="tls")
    maybe = HTTPBasic(name="basic", optional=True)

    def enter(token: Any) -> None: ...

    enter.__annotations__["token"] = Annotated[str, Depends(bearer)]
    add(typed, "/either", Depends(bearer | key))
    add(typed, "/both", Depends(bearer & key))
    add(typed, "/mixed", Depends((bearer | key) & tls))
    add(typed, "/each", Depends(bearer | key), Depends(bearer))
    add(typed, "/optional", Depends(maybe))
    add(typed, "/either-optional", Depends(maybe | key))
    add(typed, "/both-optional", Depends(maybe & HTTPBearer(name="other", optional=True)))
    add(typed, "/one-optional", Depends(maybe & key))
    add(typed, "/scopes", Security(enter, scopes=["b", "a"]), Security(bearer, scopes=["c"]))
    add(typed, "/none")
    paths = document()["paths"]
    assert {path: item["get"].get("security") for path, item in paths.items()} == {
        "/either": [{"bearer": []}, {"key": []}],
        "/both": [{"bearer": [], "key": []}],
        "/mixed": [{"bearer": [], "tls": []}, {"key": [], "tls": []}],
        "/each": [{"bearer": []}, {"key": [], "bearer": []}],
        "/optional": [{"basic": []}, {}],
        "/either-optional": [{"basic": []}, {"key": []}, {}],
        "/both-optional": [{"basic": [], "other": []}, {}],
        "/one-optional": [{"basic": [], "key": []}],
        "/scopes": [{"bearer": ["b", "a", "c"]}],
        "/none": None,
    }
    statuses = {path: sorted(item["get"]["responses"]) for path, item in paths.items()}
    assert statuses["/either"] == ["401", "204"][::-1]
    assert statuses["/optional"] == ["204", "401"]  # malformed credentials
    assert statuses["/scopes"] == ["204", "401", "403"]
    assert statuses["/none"] == ["204", "4XX"]


def test_what_the_app_asks_for_stands_once(app: Flask, document: Document) -> None:
    """Operations say what differs; a public one asks for nothing."""
    bearer = HTTPBearer(name="bearer")
    typed = Typed(app, dependencies=[Security(bearer)])
    add(typed, "/same")
    add(typed, "/public", public=True)
    add(typed, "/more", Security(bearer, scopes=["a"]))
    published = document()
    assert published["security"] == [{"bearer": []}]
    security = {path: item["get"].get("security") for path, item in published["paths"].items()}
    assert security == {"/same": None, "/public": [], "/more": [{"bearer": ["a"]}]}


def test_401_has_a_header(typed: Typed, document: Document) -> None:
    """And a schema like every problem."""
    add(typed, "/", Depends(HTTPBearer()))
    response = document()["paths"]["/"]["get"]["responses"]["401"]
    assert response["description"] == "Authentication is required."
    assert response["headers"] == {
        "WWW-Authenticate": {
            "description": "How the client must authenticate.",
            "schema": {"type": "string"},
            "required": True,
        }
    }
    assert list(response["content"]) == ["application/problem+json"]


class Expired(Problem):
    """The token has expired."""

    status = 401


class Locked(Problem):
    """The account is locked."""

    status = 403


def test_what_providers_raise_is_published(typed: Typed, document: Document) -> None:
    """On every route that uses them, however far below; several of one status are anyOf."""

    @raises(Expired, Locked, NotAuthenticated)
    def enter(token: Any) -> str: ...

    def find(who: Any) -> str: ...

    enter.__annotations__["token"] = Annotated[str, Depends(HTTPBearer())]
    find.__annotations__["who"] = Annotated[str, Depends(enter)]
    add(typed, "/", Depends(find))
    responses = document()["paths"]["/"]["get"]["responses"]
    assert list(responses) == ["204", "401", "403"]
    assert [responses[s]["headers"]["WWW-Authenticate"]["required"] for s in ("401", "403")] == [
        True,
        False,
    ]
    assert responses["401"]["description"] == ("The token has expired. Authentication is required.")
    schema = responses["401"]["content"]["application/problem+json"]["schema"]
    assert schema == {
        "anyOf": [
            {"$ref": "#/components/schemas/Expired"},
            {"$ref": "#/components/schemas/NotAuthenticated"},
        ]
    }


def test_two_schemes_of_one_name(typed: Typed, document: Document) -> None:
    """One of them would be lost; two that say the same are one."""
    add(typed, "/one", Depends(HTTPBearer()), Depends(HTTPBearer(realm="x")))
    with pytest.raises(
        DeclarationError, match="Two different security schemes are called 'HTTPBearer'"
    ):
        add(typed, "/two", Depends(HTTPBearer(bearer_format="JWT")))
    assert list(document()["paths"]) == ["/one"]


def test_openapi_30(app: Flask) -> None:
    """Only tokens have scopes, and a client's certificate is asked for in words."""
    app.config["TYPED_OPENAPI_VERSION"] = "3.0.3"
    bearer, tls = HTTPBearer(name="bearer"), MutualTLS(name="tls")
    oauth = OAuth2(PasswordFlow(token_url="/token", scopes={"a": "A."}), name="oauth")
    typed = Typed(app, dependencies=[Security(bearer, scopes=["a"])])
    add(typed, "/oauth", Security(oauth, scopes=["a"]), public=True)
    add(typed, "/default")
    add(typed, "/tls", Depends(tls), public=True)
    add(typed, "/both", Depends(tls & oauth), public=True, description="Both.")
    add(typed, "/optional", Depends(HTTPBearer(name="bearer", optional=True)), public=True)
    published = app.test_client().get("/openapi.json").get_json()
    OpenAPIV30SpecValidator(published).validate()
    assert published["security"] == [{"bearer": []}]
    assert list(published["components"]["securitySchemes"]) == ["bearer", "oauth"]
    gets = {path: item["get"] for path, item in published["paths"].items()}
    assert {path: get.get("security") for path, get in gets.items()} == {
        "/oauth": [{"oauth": ["a"]}],
        "/default": None,
        "/tls": [],
        "/both": [{"oauth": []}],
        "/optional": [{"bearer": []}, {}],
    }
    assert gets["/tls"]["description"] == "Requires a client certificate."
    assert gets["/both"]["description"] == "Both. Requires a client certificate."
