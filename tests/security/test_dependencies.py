"""Dependencies that decide who may come in: scopes, and routes that are public."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    APIKeyHeader,
    HTTPBearer,
    Security,
    SecurityScopes,
    Typed,
    TypedBlueprint,
)

from .asking import BEARER


def test_scopes_are_collected_through_the_tree(typed: Typed, client: FlaskClient) -> None:
    """A provider runs once, with all scopes that are required of it, outermost first."""
    seen = []

    def enter(scopes: SecurityScopes, token: Any) -> str:
        seen.append(scopes)
        return f"{token} for {scopes}"

    def admin(who: Any) -> Any:
        return who

    def view(who: Any, boss: Any) -> list[Any]:
        return [who, boss]

    enter.__annotations__["token"] = Annotated[str, Security(HTTPBearer())]
    admin.__annotations__["who"] = Annotated[str, Security(enter, scopes=["admin"])]
    view.__annotations__.update(
        who=Annotated[str, Security(enter, scopes=["books"])],
        boss=Annotated[str, Security(admin, scopes=["staff", "books"])],
    )
    typed.get("/")(view)
    who = "t0ken for staff books admin"
    assert client.get("/", headers=BEARER).get_json() == [who, who]
    assert list(seen[0]) == ["staff", "books", "admin"]
    assert len(seen) == 1


def test_scopes_are_several() -> None:
    """A text would be taken letter by letter."""
    with pytest.raises(TypeError, match=r"scopes= takes a list: write scopes=\['books'\]\."):
        Security(HTTPBearer(), scopes="books")


def test_public_routes(app: Flask) -> None:
    """They drop what the app and the blueprints ask for; what is their own is asked for."""
    bearer, key = HTTPBearer(), APIKeyHeader("X-Key")
    typed = Typed(app, dependencies=[Security(bearer)])
    outer = TypedBlueprint("outer", __name__, dependencies=[Security(key)])
    inner = TypedBlueprint("inner", __name__, url_prefix="/inner", public=True)
    own = TypedBlueprint(
        "own", __name__, url_prefix="/own", public=True, dependencies=[Security(key)]
    )

    def view() -> None: ...

    typed.get("/app")(view)
    typed.get("/public", endpoint="public", public=True)(view)
    outer.get("/outer")(view)
    outer.get("/outer/public", endpoint="public", public=True)(view)
    inner.get("/")(view)
    own.get("/")(view)
    own.get("/public", endpoint="public", public=True)(view)
    outer.register_blueprint(inner)
    outer.register_blueprint(own)
    app.register_blueprint(outer)
    client = app.test_client()
    with_key = {"X-Key": "k"}
    statuses = {
        path: [client.get(path, headers=h).status_code for h in ({}, with_key, BEARER)]
        for path in (
            "/app",
            "/public",
            "/outer",
            "/outer/public",
            "/inner/",
            "/own/",
            "/own/public",
        )
    }
    assert statuses == {
        "/app": [401, 401, 204],
        "/public": [204, 204, 204],
        "/outer": [401, 401, 401],
        "/outer/public": [204, 204, 204],
        "/inner/": [204, 204, 204],
        "/own/": [401, 204, 401],
        "/own/public": [204, 204, 204],
    }
    assert client.get("/outer", headers={**BEARER, **with_key}).status_code == 204
