"""One contract, many hosts: the same requests get the same answers however a view is registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from annotated_types import Ge, Len
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from flask.views import MethodView
from flask_typed import Created, Header, Problem, Query, Typed, TypedBlueprint, raises


@dataclass
class NewItem:
    """What a client sends."""

    name: Annotated[str, Len(1, 10)]
    size: Annotated[int, Ge(0)] = 1


@dataclass
class Item(NewItem):
    """What a client gets."""

    id: int = 0


@dataclass
class Window:
    """Which part of a search is wanted."""

    limit: Annotated[int, Ge(1)]
    tags: list[str] = field(default_factory=list)


Sort = Annotated[list[str], Query(explode=False)]
InWindow = Annotated[Window, Query(style="deepObject")]
EVERYTHING = Window(100)


class ItemNotFound(Problem):
    """No item has this id."""

    status = 404
    item_id: int


def list_items(tag: list[str] = [], limit: Annotated[int, Ge(1)] = 10) -> list[Item]:
    """List items."""
    return [Item(name, id=limit) for name in tag]


def add_item(item: NewItem, x_user: Annotated[str, Header()] = "nobody") -> Created[Item]:
    """Add an item."""
    return Created(Item(item.name, item.size, 7), headers={"X-User": x_user})


@raises(ItemNotFound)
def read_item(item_id: int) -> Item:
    """Read an item."""
    if item_id != 7:
        raise ItemNotFound(item_id=item_id)
    return Item("pen", 2, 7)


def delete_item(item_id: int) -> None:
    """Delete an item."""


def search_items(sort: Sort = ["id"], window: InWindow = EVERYTHING) -> list[Item]:
    """Search items."""
    return [Item(name, id=window.limit) for name in (*sort, *window.tags)]


async def list_items_async(tag: list[str] = [], limit: Annotated[int, Ge(1)] = 10) -> list[Item]:
    """List items."""
    return list_items(tag, limit)


async def add_item_async(
    item: NewItem, x_user: Annotated[str, Header()] = "nobody"
) -> Created[Item]:
    """Add an item."""
    return add_item(item, x_user)


@raises(ItemNotFound)
async def read_item_async(item_id: int) -> Item:
    """Read an item."""
    return read_item(item_id)


async def delete_item_async(item_id: int) -> None:
    """Delete an item."""


async def search_items_async(sort: Sort = ["id"], window: InWindow = EVERYTHING) -> list[Item]:
    """Search items."""
    return search_items(sort, window)


class ItemsView(MethodView):
    """The collection."""

    def get(self, tag: list[str] = [], limit: Annotated[int, Ge(1)] = 10) -> list[Item]:
        """List items."""
        return list_items(tag, limit)

    def post(self, item: NewItem, x_user: Annotated[str, Header()] = "nobody") -> Created[Item]:
        """Add an item."""
        return add_item(item, x_user)


class SearchView(MethodView):
    """The search."""

    def get(self, sort: Sort = ["id"], window: InWindow = EVERYTHING) -> list[Item]:
        """Search items."""
        return search_items(sort, window)


class ItemView(MethodView):
    """One item."""

    @raises(ItemNotFound)
    def get(self, item_id: int) -> Item:
        """Read an item."""
        return read_item(item_id)

    def delete(self, item_id: int) -> None:
        """Delete an item."""


def add_functions(host: Typed | TypedBlueprint, prefix: str = "") -> None:
    """Register the functions."""
    host.get(f"{prefix}/")(list_items)
    host.post(f"{prefix}/")(add_item)
    host.get(f"{prefix}/search")(search_items)
    host.get(f"{prefix}/<int:item_id>")(read_item)
    host.delete(f"{prefix}/<int:item_id>")(delete_item)


def on_app(app: Flask) -> None:
    """Register with the extension object's own decorators."""
    add_functions(Typed(app), "/items")


def on_blueprint(app: Flask) -> None:
    """Register on a blueprint, after Typed."""
    Typed(app)
    items = TypedBlueprint("items", __name__, url_prefix="/items")
    add_functions(items)
    app.register_blueprint(items)


def on_blueprint_first(app: Flask) -> None:
    """Register on a blueprint, before Typed."""
    items = TypedBlueprint("items", __name__, url_prefix="/items")
    add_functions(items)
    app.register_blueprint(items)
    Typed(app)


def on_nested_blueprint(app: Flask) -> None:
    """Register on a typed blueprint inside a plain one."""
    Typed(app)
    outer = Blueprint("outer", __name__, url_prefix="/items")
    inner = TypedBlueprint("inner", __name__)
    add_functions(inner)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)


def on_method_views(app: Flask) -> None:
    """Register class-based views, one as Flask does and one by decorator."""
    Typed(app)
    items = TypedBlueprint("items", __name__, url_prefix="/items")
    items.add_url_rule("/", view_func=ItemsView.as_view("items"))
    items.route("/search")(SearchView)
    items.route("/<int:item_id>")(ItemView)
    app.register_blueprint(items)


def on_async_views(app: Flask) -> None:
    """Register coroutine functions."""
    typed = Typed(app)
    typed.get("/items/")(list_items_async)
    typed.post("/items/")(add_item_async)
    typed.get("/items/search")(search_items_async)
    typed.get("/items/<int:item_id>")(read_item_async)
    typed.delete("/items/<int:item_id>")(delete_item_async)


HOSTS = (
    on_app,
    on_blueprint,
    on_blueprint_first,
    on_nested_blueprint,
    on_method_views,
    on_async_views,
)


def invalid(*errors: dict[str, str]) -> dict[str, Any]:
    """Return the body of a 422."""
    count = "One value" if len(errors) == 1 else f"{len(errors)} values"
    return {
        "type": "about:blank",
        "title": "The request is not valid.",
        "status": 422,
        "detail": f"{count} of the request cannot be accepted.",
        "errors": list(errors),
    }


@pytest.fixture(params=HOSTS, ids=lambda host: host.__name__.removeprefix("on_"))
def host(request: pytest.FixtureRequest, app: Flask) -> Flask:
    """Return the app with the views on one of the hosts."""
    request.param(app)
    return app


@pytest.fixture
def client(host: Flask) -> FlaskClient:
    """Return a client of the host."""
    return host.test_client()


def test_defaults_stand_for_what_is_left_out(client: FlaskClient) -> None:
    """A request without optional values gets the defaults."""
    response = client.get("/items/")
    assert (response.status_code, response.json) == (200, [])


def test_repeated_keys_are_a_list(client: FlaskClient) -> None:
    """A repeated query key fills a list."""
    response = client.get("/items/?tag=a&tag=b&limit=3")
    assert response.json == [
        {"name": "a", "size": 1, "id": 3},
        {"name": "b", "size": 1, "id": 3},
    ]


@pytest.mark.parametrize(
    ("query", "items"),
    [
        pytest.param("", [("id", 100)], id="defaults"),
        pytest.param("sort=a,b", [("a", 100), ("b", 100)], id="commas"),
        pytest.param("sort=&window[limit]=2&window[tags]=x", [("x", 2)], id="object"),
    ],
)
def test_styles_of_the_query(client: FlaskClient, query: str, items: list[Any]) -> None:
    """Commas stand between items, and an object is one parameter."""
    response = client.get(f"/items/search?{query}")
    assert [(item["name"], item["id"]) for item in response.get_json()] == items


def test_an_object_in_the_query_is_checked(client: FlaskClient) -> None:
    """A fault is at its key, by the name of the parameter."""
    response = client.get("/items/search?window[limit]=0&window[colour]=red")
    assert (response.status_code, response.json) == (
        422,
        invalid(
            {
                "in": "query",
                "pointer": "/window/limit",
                "code": "out_of_range",
                "detail": "Must be greater than or equal to 1.",
            },
            {
                "in": "query",
                "pointer": "/window/colour",
                "code": "unknown",
                "detail": "Unknown field.",
            },
        ),
    )


def test_a_model_is_the_body(client: FlaskClient) -> None:
    """A dataclass argument is the JSON body; Created answers 201 with its headers."""
    response = client.post("/items/", json={"name": "pen"}, headers={"X-User": "ann"})
    assert (response.status_code, response.json) == (201, {"name": "pen", "size": 1, "id": 7})
    assert response.headers["X-User"] == "ann"


def test_every_fault_is_in_one_answer(client: FlaskClient) -> None:
    """All faults of a body come together, with their places."""
    response = client.post("/items/", json={"name": "", "size": "3", "colour": 1})
    assert response.mimetype == "application/problem+json"
    assert (response.status_code, response.json) == (
        422,
        invalid(
            {
                "in": "body",
                "pointer": "/name",
                "code": "wrong_length",
                "detail": "Shorter than minimum length 1.",
            },
            {
                "in": "body",
                "pointer": "/size",
                "code": "invalid_integer",
                "detail": "Not a valid integer.",
            },
            {"in": "body", "pointer": "/colour", "code": "unknown", "detail": "Unknown field."},
        ),
    )


def test_query_is_checked(client: FlaskClient) -> None:
    """A constraint on a query parameter holds."""
    response = client.get("/items/?limit=0")
    assert (response.status_code, response.json) == (
        422,
        invalid(
            {
                "in": "query",
                "pointer": "/limit",
                "code": "out_of_range",
                "detail": "Must be greater than or equal to 1.",
            }
        ),
    )


def test_path_variable_arrives(client: FlaskClient) -> None:
    """A variable of the URL rule is an argument."""
    assert client.get("/items/7").json == {"name": "pen", "size": 2, "id": 7}


def test_problem_is_answered(client: FlaskClient) -> None:
    """A raised problem is a problem document with its members."""
    response = client.get("/items/8")
    assert response.mimetype == "application/problem+json"
    assert (response.status_code, response.json) == (
        404,
        {"type": "about:blank", "title": "No item has this id.", "status": 404, "item_id": 8},
    )


def test_none_is_no_content(client: FlaskClient) -> None:
    """A view that returns None answers 204 with nothing in it."""
    response = client.delete("/items/7")
    assert (response.status_code, response.data) == (204, b"")
    assert "Content-Type" not in response.headers


def test_head_is_served_by_get(client: FlaskClient) -> None:
    """HEAD answers as GET does, without the body."""
    response = client.head("/items/7")
    assert (response.status_code, response.data) == (200, b"")
    assert response.content_length == len('{"name":"pen","size":2,"id":7}')


def test_options_and_405_stay_flasks(client: FlaskClient) -> None:
    """Flask goes on answering OPTIONS and methods that a rule does not have."""
    assert set(client.options("/items/7").allow or ()) == {"GET", "HEAD", "OPTIONS", "DELETE"}
    assert client.patch("/items/7").status_code == 405


def test_the_document_is_the_same(
    host: Flask, document: Callable[[], dict[str, Any]], request: pytest.FixtureRequest
) -> None:
    """All hosts publish the same operations, but for names that come from endpoints."""
    published = document()["paths"]
    reference = Flask("shop")
    on_app(reference)
    expected = reference.test_client().get("/openapi.json").get_json()["paths"]
    assert without_names(published) == without_names(expected)


def without_names(paths: dict[str, Any]) -> dict[str, Any]:
    """Return paths without what comes from endpoints and blueprints."""
    names = ("operationId", "tags")
    return {
        path: {
            method: {key: value for key, value in operation.items() if key not in names}
            for method, operation in sorted(item.items())
        }
        for path, item in paths.items()
    }
