"""Observers of requests see the providers of resolvers; values of scope app open at the start."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Annotated, Any

from flask import Flask
from flask_typed import Depends, ObservedRequest, Observer, RequestWatch, Typed
from flask_typed.serve.injection import open_values
from flask_typed.state import get_state

notes: list[Any] = []


class Watch(RequestWatch):
    """Notes the parts of the work."""

    def part(self, kind: Any, name: str) -> AbstractContextManager[Any]:
        return note(kind, name)


@contextmanager
def note(kind: str, name: str) -> Iterator[None]:
    """Note a part when it begins and when it ends."""
    notes.append((kind, name))
    yield
    notes.append(kind)


class Noting(Observer):
    """Observes all requests."""

    def start(self, request: ObservedRequest) -> RequestWatch:
        return Watch()


def get_store() -> str:
    """Return the store."""
    return "store"


def get_pool() -> str:
    """Return the pool, which all requests share."""
    notes.append("pool")
    return "pool"


class Queries:
    async def later(self) -> list[int]:
        await asyncio.sleep(0)
        return [1]

    def one(
        self,
        store: Annotated[str, Depends(get_store)],
        pool: Annotated[str, Depends(get_pool, scope="app")],
    ) -> str:
        return store + pool


def test_parts() -> None:
    """A provider is a part of the view's work, once in a request."""
    app = Flask("shop")
    typed = Typed(app, observers=[Noting()])
    typed.graphql("/graphql", Queries)
    open_values(get_state(app).needing, app)
    assert notes == ["pool"]
    notes.clear()
    response = app.test_client().post("/graphql", json={"query": "{ later one b: one }"})
    assert response.get_json() == {"data": {"later": [1], "one": "storepool", "b": "storepool"}}
    begun = [one for one in notes if isinstance(one, tuple) and one[0] in ("view", "provider")]
    assert [name for kind, name in begun] == ["make_graphql_view.graphql", "get_store"]
    typed.close()
