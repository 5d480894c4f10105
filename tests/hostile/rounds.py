"""Rounds of drawn requests at drawn apps: a round is a seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from .apps import DrawnApp, Route, make_app
from .judging import Answer, Judge
from .requests import Request
from .serving import Server, serving
from .wounds import draw_request

#: How many requests each route of an app gets.
REQUESTS = 16
#: How many apps one server has.
APPS = 20


@dataclass(frozen=True)
class Failure:
    """What went wrong with one request, and how to see it again."""

    seed: int
    what: str
    route: Route
    request: Request
    answer: Answer

    def __str__(self) -> str:
        arguments = [
            f"  {p.name}: {p.drawn.annotation}, {p.place}{'' if p.required else ', optional'}"
            for p in self.route.parameters
        ]
        return "\n".join(
            [
                f"{self.what}",
                f"again: python -m tests.hostile {self.seed}",
                f"{self.route.method} {self.route.rule}, {self.route.kind}, guard"
                f" {self.route.guard!r}, answer {self.route.answer}, {self.request.wounds}",
                *arguments,
                f"request: {self.request.write()[:3000]!r}",
                f"answer: {self.answer.status} {self.answer.body[:1500]!r}",
            ]
        )


def run(folder: Path, first: int, count: int, figures: Counter[Any]) -> Iterator[Failure | str]:
    """Yield what goes wrong in the rounds of some seeds.

    :param figures: takes how many requests were answered, by status.
    """
    for start in range(first, first + count, APPS):
        number = min(APPS, first + count - start)
        with serving(folder, start, number) as server:
            for seed in range(start, start + number):
                yield from play(server, seed, figures)


def play(server: Server, seed: int, figures: Counter[Any]) -> Iterator[Failure | str]:
    """Yield what goes wrong with one app."""
    app = make_app(seed)
    document = app.flask.test_client().get("/openapi.json").get_json()
    if server.fetch(f"/{seed}/openapi.json").get("paths") != document["paths"]:
        yield f"the server has another app for seed {seed}"
    judge = Judge(document)
    random = Random(f"requests {seed}")
    figures["apps"] += 1
    for route in app.routes:
        for _ in range(REQUESTS):
            yield from send(server, judge, app, route, random, figures)
    if server.fetch("/health") != {"status": "ok"}:
        yield f"after seed {seed}, /health does not answer"


def send(
    server: Server,
    judge: Judge,
    app: DrawnApp,
    route: Route,
    random: Random,
    figures: Counter[Any],
) -> Iterator[Failure]:
    """Yield what goes wrong with one request."""
    request = draw_request(random, app, route)
    answer = server.exchange(request.write())
    figures["requests"] += 1
    figures[answer.status] += 1
    found = list(judge.judge(route, request, answer))
    if logged := server.read_traceback():
        found.append(f"a traceback in the log:\n{logged}")
    if found:
        yield Failure(app.seed, "\n".join(found), route, request, answer)
