"""Generated apps of any size for each framework: a number of routes with a number of models.

Route ``i`` is ``POST /things<i>/<key>?page=…`` with a body of model ``i`` modulo their number,
which it returns. A model has an integer, a text of 1 to 50 characters, a number, a list of texts,
a date, and, except for every third model, the previous model or null.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import field, make_dataclass
from typing import Annotated, Any, Optional

#: What is sent to any of the routes.
BODY = {
    "number": 1,
    "name": "a thing",
    "price": 1.5,
    "tags": ["new"],
    "due": "2026-12-24",
}


def is_nested(index: int) -> bool:
    """Say whether a model holds the one before it."""
    return index % 3 != 0


def make_view(
    index: int, annotations: dict[str, Any], body: str, prefix: str = ""
) -> Callable[..., Any]:
    """Return a view with annotations, which returns its body."""
    names = [name for name in annotations if name != "return"]
    text = f"{prefix}def view{index}({', '.join(names)}): return {body}"
    made: dict[str, Any] = {"__name__": __name__}
    exec(text, made)  # noqa: S102  # of names that are made here alone
    view: Callable[..., Any] = made[f"view{index}"]
    view.__annotations__ = annotations
    view.__defaults__ = (1,)
    return view


def make_dataclasses(count: int, text: Any) -> list[Any]:
    """Return dataclasses.

    :param text: the annotation of the text.
    """
    models: list[Any] = []
    for index in range(count):
        fields: list[Any] = [
            ("number", int),
            ("name", text),
            ("price", float),
            ("tags", list[str]),
            ("due", dt.date),
        ]
        if is_nested(index):
            fields.append(("inner", Optional[models[-1]], field(default=None)))  # noqa: UP045
        models.append(make_dataclass(f"Thing{index}", fields))
    return models


def make_flask_typed(routes: int, models: int) -> Any:
    """Return an app of flask_typed."""
    from annotated_types import Len  # noqa: PLC0415
    from flask import Flask  # noqa: PLC0415
    from flask_typed import Typed  # noqa: PLC0415

    app = Flask("growth")
    typed = Typed(app)
    made = make_dataclasses(models, Annotated[str, Len(1, 50)])
    for index in range(routes):
        model = made[index % models]
        view = make_view(index, {"key": int, "thing": model, "page": int, "return": model}, "thing")
        typed.post(f"/things{index}/<int:key>")(view)
    return app


def make_pydantic(count: int) -> list[Any]:
    """Return models of pydantic."""
    from pydantic import Field, create_model  # noqa: PLC0415

    models: list[Any] = []
    for index in range(count):
        fields: dict[str, Any] = {
            "number": int,
            "name": Annotated[str, Field(min_length=1, max_length=50)],
            "price": float,
            "tags": list[str],
            "due": dt.date,
        }
        if is_nested(index):
            fields["inner"] = (Optional[models[-1]], None)  # noqa: UP045
        models.append(create_model(f"Thing{index}", **fields))
    return models


def make_fastapi(routes: int, models: int) -> Any:
    """Return an app of FastAPI."""
    from fastapi import FastAPI  # noqa: PLC0415

    app = FastAPI()
    made = make_pydantic(models)
    for index in range(routes):
        model = made[index % models]
        arguments = {"key": int, "thing": model, "page": int, "return": model}
        view = make_view(index, arguments, "thing", "async ")
        app.post(f"/things{index}/{{key}}")(view)
    return app


def make_openapi3(routes: int, models: int) -> Any:
    """Return an app of flask-openapi3."""
    from flask_openapi3 import OpenAPI  # noqa: PLC0415
    from pydantic import BaseModel  # noqa: PLC0415

    class Page(BaseModel):
        page: int = 1

    class Key(BaseModel):
        key: int

    app = OpenAPI("growth")
    made = make_pydantic(models)
    for index in range(routes):
        model = made[index % models]
        view = make_view(
            index, {"path": Key, "body": model, "query": Page}, "body.model_dump(mode='json')"
        )
        app.post(f"/things{index}/<int:key>", responses={200: model})(view)
    return app


def make_schemas(count: int) -> list[Any]:
    """Return schemas of marshmallow."""
    from marshmallow import Schema, fields, validate  # noqa: PLC0415

    made: list[Any] = []
    for index in range(count):
        declared: dict[str, Any] = {
            "number": fields.Integer(required=True),
            "name": fields.String(required=True, validate=validate.Length(1, 50)),
            "price": fields.Float(required=True),
            "tags": fields.List(fields.String(), required=True),
            "due": fields.Date(required=True),
        }
        if is_nested(index):
            declared["inner"] = fields.Nested(made[-1], allow_none=True)
        made.append(Schema.from_dict(declared, name=f"Thing{index}Schema"))
    return made


def make_page_schema() -> Any:
    """Return the schema of the query."""
    from marshmallow import Schema, fields  # noqa: PLC0415

    return Schema.from_dict({"page": fields.Integer(load_default=1)}, name="PageSchema")


def make_smorest(routes: int, models: int) -> Any:
    """Return an app of flask-smorest."""
    from flask import Flask  # noqa: PLC0415
    from flask_smorest import Api, Blueprint  # noqa: PLC0415

    app = Flask("growth")
    app.config.update(
        API_TITLE="Growth", API_VERSION="1", OPENAPI_VERSION="3.0.3", OPENAPI_URL_PREFIX="/"
    )
    things = Blueprint("things", __name__)
    made, page = make_schemas(models), make_page_schema()
    for index in range(routes):
        schema = made[index % models]
        view = make_view(index, {"thing": dict, "query": dict, "key": int}, "thing")
        view = things.arguments(schema)(things.arguments(page, location="query")(view))
        things.post(f"/things{index}/<int:key>")(things.response(200, schema)(view))
    Api(app).register_blueprint(things)
    return app


def make_apiflask(routes: int, models: int) -> Any:
    """Return an app of APIFlask."""
    from apiflask import APIFlask  # noqa: PLC0415

    app = APIFlask("growth")
    made, page = make_schemas(models), make_page_schema()
    for index in range(routes):
        schema = made[index % models]
        view = make_view(index, {"key": int, "thing": dict, "query": dict}, "thing")
        view = app.input(page, location="query", arg_name="query")(app.output(schema)(view))
        app.post(f"/things{index}/<int:key>")(app.input(schema, arg_name="thing")(view))
    return app


def make_litestar(routes: int, models: int) -> Any:
    """Return an app of Litestar."""
    from litestar import Litestar, post  # noqa: PLC0415
    from msgspec import Meta  # noqa: PLC0415

    made = make_dataclasses(models, Annotated[str, Meta(min_length=1, max_length=50)])
    views = []
    for index in range(routes):
        model = made[index % models]
        arguments = {"key": int, "data": model, "page": int, "return": model}
        view = make_view(index, arguments, "data", "async ")
        views.append(post(f"/things{index}/{{key:int}}")(view))
    return Litestar(views)


#: What makes an app, whether it is one of ASGI, the modules that are imported, and where its
#: document is.
FRAMEWORKS: dict[str, tuple[Callable[[int, int], Any], bool, str, str]] = {
    "flask_typed": (make_flask_typed, False, "flask_typed", "/openapi.json"),
    "FastAPI": (make_fastapi, True, "fastapi", "/openapi.json"),
    "flask-smorest": (make_smorest, False, "flask_smorest", "/openapi.json"),
    "APIFlask": (make_apiflask, False, "apiflask", "/openapi.json"),
    "flask-openapi3": (make_openapi3, False, "flask_openapi3", "/openapi/openapi.json"),
    "Litestar": (make_litestar, True, "litestar", "/schema/openapi.json"),
}


def make_parameters(framework: str, count: int) -> Any:
    """Return an app whose one route has so many integers in its query."""
    names = ", ".join(f"p{index}" for index in range(count))
    return make_one(
        framework, f"def view({names}): return p0", dict.fromkeys(names.split(", "), int)
    )


def make_chain(framework: str, count: int) -> Any:
    """Return an app whose one route needs a chain of so many providers."""
    if framework == "FastAPI":
        from fastapi import Depends  # noqa: PLC0415
    else:
        from flask_typed import Depends  # type: ignore[assignment]  # noqa: PLC0415
    asynchronous = "async " if framework == "FastAPI" else ""
    names: dict[str, Any] = {"__name__": __name__}
    exec(f"{asynchronous}def link0(): return 1", names)  # noqa: S102
    for index in range(1, count):
        exec(f"{asynchronous}def link{index}(before): return before", names)  # noqa: S102
        needed = Depends(names[f"link{index - 1}"])
        names[f"link{index}"].__annotations__ = {"before": Annotated[int, needed]}
    if not count:
        return make_one(framework, "def view(): return 1", {})
    last = Annotated[int, Depends(names[f"link{count - 1}"])]
    return make_one(framework, "def view(last): return last", {"last": last})


def make_list(framework: str) -> Any:
    """Return an app whose one route takes a list of objects, and returns it."""
    if framework == "FastAPI":
        (model,) = make_pydantic(1)
    else:
        from annotated_types import Len  # noqa: PLC0415

        (model,) = make_dataclasses(1, Annotated[str, Len(1, 50)])
    annotations = {"things": list[model], "return": list[model]}
    return make_one(framework, "def view(things): return things", annotations, method="post")


def make_one(framework: str, text: str, annotations: dict[str, Any], *, method: str = "get") -> Any:
    """Return an app with one route, ``/``; a view of FastAPI is async."""
    names: dict[str, Any] = {"__name__": __name__}
    exec(f"async {text}" if framework == "FastAPI" else text, names)  # noqa: S102
    view = names["view"]
    view.__annotations__ = {"return": int, **annotations}
    if framework == "FastAPI":
        from fastapi import FastAPI  # noqa: PLC0415

        app: Any = FastAPI()
        getattr(app, method)("/")(view)
        return app
    from flask import Flask  # noqa: PLC0415
    from flask_typed import Typed  # noqa: PLC0415

    app = Flask("growth")
    getattr(Typed(app), method)("/")(view)
    return app
