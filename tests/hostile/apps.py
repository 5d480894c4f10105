"""Draws apps: routes with parameters in every place, bodies of every kind, and guards.

A seed makes the same app wherever it is made: in the server, and where its requests are made.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Interface, IPv4Network
from random import Random
from typing import Annotated, Any

from flask import Flask
from flask_typed import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    Body,
    Cookie,
    Created,
    DeclarationError,
    Depends,
    File,
    Form,
    Header,
    HTTPBasic,
    HTTPBearer,
    HTTPDigest,
    MediaType,
    NotAuthenticated,
    OAuth2,
    PasswordFlow,
    Path,
    Problem,
    Query,
    Typed,
    raises,
)
from werkzeug.datastructures import FileStorage
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from .drawing import TEXTS, Drawn, draw_texts, draw_type

SECRET = "a secret of the drawn apps"
#: How many routes an app has.
ROUTES = 8
#: Types whose values have slashes.
WITH_SLASHES = (bytes, IPv4Interface, IPv4Network)
#: The markers of parameters outside of the body.
PLACES: dict[str, Callable[..., Any]] = {
    "path": Path,
    "query": Query,
    "header": Header,
    "cookie": Cookie,
}
SCHEMES: dict[str, Any] = {
    "basic": HTTPBasic(),
    "bearer": HTTPBearer(),
    "header": APIKeyHeader("X-Key"),
    "query": APIKeyQuery("key"),
    "cookie": APIKeyCookie("key"),
    "digest": HTTPDigest(),
    "md5": HTTPDigest(name="Md5", algorithm="MD5"),
    "oauth": OAuth2(PasswordFlow(token_url="/token", scopes={})),
    "either": HTTPBearer(name="One") | APIKeyHeader("X-Key", name="Other"),
    "both": HTTPBasic(name="First") & APIKeyHeader("X-Key", name="Second"),
}


class SoldOut(Problem):
    """There is nothing left."""

    status = 409
    left: int


@dataclass(frozen=True)
class Parameter:
    """An argument of a view.

    :param place: path, query, header, cookie, form, file or body.
    """

    name: str
    place: str
    drawn: Drawn
    required: bool

    @property
    def wire_name(self) -> str:
        """The name in a request."""
        return self.name.replace("_", "-") if self.place == "header" else self.name


@dataclass(frozen=True)
class Route:
    """A typed route.

    :param kind: of its body: none, json, embedded, form or files.
    :param guard: the name of its scheme; empty for none.
    :param answer: the kind of its answer.
    """

    number: int
    method: str
    kind: str
    guard: str
    answer: str
    parameters: list[Parameter] = field(default_factory=list)

    @property
    def rule(self) -> str:
        """The URL rule."""
        return "/".join([f"/r{self.number}", *(f"<{p.name}>" for p in self.at("path"))])

    @property
    def path(self) -> str:
        """The path in the document."""
        return self.rule.replace("<", "{").replace(">", "}")

    def at(self, *places: str) -> list[Parameter]:
        """Return the parameters of some places."""
        return [parameter for parameter in self.parameters if parameter.place in places]


def draw_route(random: Random, number: int) -> Route:
    """Return a route."""
    kind = random.choice(["none", "json", "json", "embedded", "form", "files"])
    methods = ["GET", "DELETE"] if kind == "none" else ["POST", "PUT", "PATCH"]
    guard = random.choice(["", "", *SCHEMES])
    answer = random.choice(["tuple", "tuple", "created", "text", "problem"])
    route = Route(number, random.choice(methods), kind, guard, answer)
    route.parameters.extend(draw_parameters(random, kind))
    return route


def draw_parameters(random: Random, kind: str) -> Iterator[Parameter]:
    """Yield the parameters of a route."""
    for number in range(random.randint(0, 3)):
        place = random.choice(list(PLACES))
        drawn = draw_path(random) if place == "path" else draw_texts(random)
        required = place == "path" or random.random() < 0.4
        yield Parameter(f"p_{number}", place, drawn, required)
    if kind in ("json", "embedded"):
        for number in range(1 if kind == "json" else 2):
            yield Parameter(f"body_{number}", "body", draw_type(random), required=True)
    if kind in ("form", "files"):
        for number in range(random.randint(1, 3)):
            required = random.random() < 0.5
            yield Parameter(f"field_{number}", "form", draw_texts(random), required)
    if kind == "files":
        file: Any = random.choice([FileStorage, list[FileStorage]])
        yield Parameter("upload", "file", Drawn(file, lambda random: "file"), required=True)


def draw_path(random: Random) -> Drawn:
    """Return a type of which every value is a part of a path."""
    return random.choice([drawn for drawn in TEXTS if drawn.annotation not in WITH_SLASHES])


def make_argument(parameter: Parameter) -> inspect.Parameter:
    """Return a parameter as a view has it."""
    markers = {**PLACES, "form": Form, "file": File, "body": Body}
    marker = markers[parameter.place]()
    kind: Any = parameter.drawn.annotation
    default = inspect.Parameter.empty if parameter.required else None
    annotation = Annotated[kind if parameter.required else kind | None, marker]
    return inspect.Parameter(
        parameter.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def make_view(route: Route) -> Callable[..., Any]:
    """Return a view that answers with the values that it takes."""
    arguments = [make_argument(parameter) for parameter in route.parameters]
    shown = [a for a, p in zip(arguments, route.parameters, strict=True) if p.place != "file"]
    kinds: Any = tuple[tuple(a.annotation.__origin__ for a in shown)] if shown else list[int]  # type: ignore[misc]
    returns = {
        "created": Created[kinds],
        "text": Annotated[str, MediaType("text/plain")],
    }.get(route.answer, kinds)

    def view(**given: Any) -> Any:  # pragma: no cover: the server runs it
        value = tuple(given.get(argument.name) for argument in shown)
        return answer(route.answer, value or [])

    view.__name__ = f"view_{route.number}"
    view.__signature__ = inspect.Signature(arguments, return_annotation=returns)  # type: ignore[attr-defined]
    view.__annotations__ = {**{a.name: a.annotation for a in arguments}, "return": returns}
    return raises(SoldOut)(view) if route.answer == "problem" else view


def answer(kind: str, value: Any) -> Any:  # pragma: no cover: the server runs it
    """Return what a view answers."""
    if kind == "problem":
        raise SoldOut(left=0)
    if kind == "created":
        return Created(value, headers={"Location": "/"})
    if kind == "text":
        return "text"
    return value


def make_guard(name: str) -> Depends:
    """Return a dependency that lets in who knows the secret."""
    scheme = SCHEMES[name]

    def guard(credentials: Any) -> None:  # pragma: no cover: the server runs it
        if not knows(credentials):
            raise NotAuthenticated

    guard.__annotations__["credentials"] = Annotated[Any, Depends(scheme)]
    return Depends(guard)


def knows(credentials: Any) -> bool:  # pragma: no cover: the server runs it
    """Return whether credentials prove that the secret is known."""
    if isinstance(credentials, tuple):
        return all(map(knows, credentials))
    if hasattr(credentials, "matches"):
        return bool(credentials.matches(SECRET))
    return getattr(credentials, "password", credentials) == SECRET


@dataclass(frozen=True)
class DrawnApp:
    """An app, and its routes."""

    seed: int
    flask: Flask
    routes: list[Route]


def make_app(seed: int) -> DrawnApp:
    """Return the app of a seed; routes that are refused are drawn again."""
    random = Random(f"app {seed}")
    app = Flask(f"app{seed}")
    app.config.update(
        SECRET_KEY=SECRET,
        MAX_CONTENT_LENGTH=1_000_000,
        TYPED_ACCELERATION=random.random() < 0.7,
        TYPED_UNKNOWN_KEYS=random.choice(["raise", "exclude"]),
        TYPED_READ_ONLY_KEYS="exclude",
        TYPED_MAX_FAULTS=random.choice([100, 100, 3]),
    )
    typed = Typed(app)
    routes: list[Route] = []
    while len(routes) < ROUTES:
        route = draw_route(random, len(routes))
        guards = [make_guard(route.guard)] if route.guard else []
        try:
            add = typed.route(route.rule, methods=[route.method], dependencies=guards)
            add(make_view(route))
        except DeclarationError:
            continue
        routes.append(route)
    return DrawnApp(seed, app, routes)


#: Tells what an app answers from what the server answers for it.
MARK = "X-Answered-By"


def make_served() -> Any:  # pragma: no cover: the server runs it
    """Return what gunicorn serves: the apps of some seeds, each under its own prefix."""
    first, count = map(int, os.environ["HOSTILE_SEEDS"].split())
    root = Flask("root")
    root.get("/health")(lambda: {"status": "ok"})
    apps = {f"/{seed}": mark(make_app(seed).flask) for seed in range(first, first + count)}
    return DispatcherMiddleware(root, apps)


def mark(app: Any) -> Any:  # pragma: no cover: the server runs it
    """Return an app whose answers have a mark."""

    def marked(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, (MARK, "app")], *rest)

        return app(environ, start)

    return marked
