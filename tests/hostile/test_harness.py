"""The harness finds what it looks for, and draws the same each time."""

from __future__ import annotations

import json
from email.message import Message
from pathlib import Path
from random import Random
from typing import Any

import pytest

from . import __main__ as program
from . import rounds
from .apps import MARK, DrawnApp, Route, make_app
from .drawing import SCALARS, draw_type
from .judging import Answer, Judge
from .requests import ABSENT, Request, make_request
from .rounds import Failure
from .serving import Server, read_answer
from .values import BREAKS, mutate, sink, swell
from .wounds import WOUNDS, draw_request

APPS = [make_app(seed) for seed in range(1000, 1012)]


def test_a_seed_makes_the_same_app_and_the_same_requests() -> None:
    """So that a failure can be seen again."""
    again = make_app(1000)
    documents = [app.flask.test_client().get("/openapi.json").data for app in (APPS[0], again)]
    assert documents[0] == documents[1]
    timeless = [route for route in APPS[0].routes if route.guard not in ("digest", "md5")]
    for route in timeless:
        drawn = [draw_request(Random(7), app, route).write() for app in (APPS[0], again)]
        assert drawn[0] == drawn[1]


def test_every_scalar_and_type_has_values() -> None:
    """They can be written as JSON."""
    random = Random(1)
    drawn = [*SCALARS, *(draw_type(random) for _ in range(300))]
    assert all(json.dumps(one.sample(random)) for one in drawn for _ in range(3))


@pytest.mark.parametrize("wound", dict.fromkeys(WOUNDS), ids=lambda wound: wound.__name__)
def test_every_wound_can_be_done_to_every_request(wound: Any) -> None:
    """What comes out can be written."""
    for number, app in enumerate(APPS):
        for route in app.routes:
            random = Random(f"{number} {route.number}")
            request = make_request(random, app, route)
            wound(random, request, route)
            assert request.write().endswith(request.body) or request.chunks


@pytest.mark.parametrize("number", range(len(BREAKS)))
def test_every_break_of_a_text(number: int) -> None:
    """Whatever the text is."""
    for text in (b"{}", b'{"a": 1}', b"[]", b'"x"'):
        assert isinstance(BREAKS[number](Random(number), text), bytes)


def test_values_near_a_value() -> None:
    """They are JSON, too."""
    random = Random(2)
    values: list[Any] = [{"a": [1, "x"]}, [[], {}], "text", 5, 1e300, None, True]
    for value in values * 200:
        json.dumps([mutate(random, value), swell(random, value)])
        assert sink(random, value)


def find_app(kind: str, guard: str = "") -> tuple[DrawnApp, Route]:
    """Return a route of a kind, and its app."""
    return next(
        (app, route)
        for app in map(make_app, range(1, 200))
        for route in app.routes
        if (route.kind, route.guard) == (kind, guard)
    )


def make_answer(status: int, body: Any = None, media_type: str = "application/json") -> Answer:
    """Return an answer of the app."""
    headers = Message()
    headers["Content-Type"] = media_type
    headers[MARK] = "app"
    return Answer(status, headers, json.dumps(body).encode(), 0.0)


PROBLEM = {
    "type": "about:blank",
    "title": "The request is not valid.",
    "status": 422,
    "detail": "d",
}
REFUSED = {**PROBLEM, "errors": [{"in": "body", "pointer": "", "code": "invalid", "detail": "no"}]}
OTHER = {**PROBLEM, "errors": [{"in": "query", "pointer": "", "code": "invalid", "detail": "no"}]}


def judge(route: Route, request: Request, answer: Answer, app: DrawnApp) -> list[str]:
    """Return what is wrong with an answer."""
    document = app.flask.test_client().get("/openapi.json").get_json()
    return list(Judge(document).judge(route, request, answer))


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (make_answer(500), "500: b'null'"),
        (make_answer(418), "418 is not in the document"),
        (make_answer(404), "a request that nothing is wrong with is answered with 404"),
        (make_answer(422, {"status": 422}, "application/problem+json"), "breaks the schema at $"),
        (make_answer(422, REFUSED, "text/html"), "422 is text/html, which is not in the documen"),
        (make_answer(422, REFUSED, "application/problem+json"), "a valid body is refused: "),
        (Answer(422, Message(), b"x" * 100_000, 0.0), "100,000 bytes of answer to "),
        (Answer(0, Message(), b"", 0.0), "the server answers 0 to what it has to understand"),
        (Answer(200, Message(), b"", 1000.0), "1000.0 seconds"),
    ],
    ids=["500", "undeclared", "good", "schema", "media-type", "refused", "large", "silent", "slow"],
)
def test_what_an_answer_may_not_be(answer: Answer, complaint: str) -> None:
    """Each is found."""
    app, route = find_app("json")
    request = make_request(Random(1), app, route)
    assert any(complaint in found for found in judge(route, request, answer, app))


def test_an_invalid_body_that_is_taken() -> None:
    """The published schema decides."""
    app, route = find_app("json")
    request = make_request(Random(1), app, route)
    request.json = {"nobody": "knows this"}
    answer = make_answer(422, OTHER, "application/problem+json")
    found = judge(route, request, answer, app)
    assert found[-1].startswith("an invalid body is taken: the body breaks the schema at $")


def test_faults_of_a_body_that_are_not_all_reported() -> None:
    """Those that are reported may be of other places."""
    app, route = find_app("json")
    request = make_request(Random(1), app, route)
    request.json = {"nobody": "knows this"}
    problem = {**OTHER, "detail": "100 values cannot be accepted, and there are more."}
    answer = make_answer(422, problem, "application/problem+json")
    assert not any("is taken" in found for found in judge(route, request, answer, app))


def test_answers_to_who_may_not_ask() -> None:
    """Nobody is let in, and a 401 names the scheme."""
    app, route = find_app("json", "bearer")
    request = make_request(Random(1), app, route)
    request.is_known, request.json = False, ABSENT
    assert "200 without the right credentials" in judge(route, request, make_answer(200), app)
    assert "401 has no WWW-Authenticate" in judge(route, request, make_answer(401), app)


def test_answers_that_are_not_held_against_the_document() -> None:
    """Those of the server itself to what is no HTTP, and those of routing."""
    app, route = find_app("none")
    request = make_request(Random(1), app, route)
    request.is_http = False
    assert judge(route, request, Answer(400, Message(), b"", 0.0), app) == []
    request.is_http, request.is_routed = True, False
    request.wounds.append("break_path")
    assert judge(route, request, make_answer(404), app) == []


def test_answers_are_read() -> None:
    """An interim answer is none."""
    answer = read_answer(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", 1.0)
    assert (answer.status, answer.headers["a"], answer.body) == (200, "b", b"body")
    assert read_answer(b"", 1.0).status == 0


class Failing(Server):
    """A server that answers with nothing but faults."""

    def fetch(self, path: str) -> Any:
        """Return nothing."""
        return {}

    def exchange(self, data: bytes) -> Answer:
        """Answer nothing."""
        return Answer(0, Message(), b"", 0.0)

    def read_traceback(self) -> str:
        """Return one."""
        return "Traceback (most recent call last)"


def test_failures_say_how_to_see_them_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By one command, with the declaration, the request and the answer."""
    monkeypatch.setattr(program, "run", lambda *args: rounds.play(server, 3, args[-1]))
    server = Failing(None, Path())  # type: ignore[arg-type]  # it needs none
    assert program.main(3, 1) > 100
    shown = capsys.readouterr().out
    assert "\nthe server has another app for seed 3\n" in shown
    assert "\nafter seed 3, /health does not answer\n" in shown
    assert "a traceback in the log:\nTraceback (most recent call last)\n" in shown
    assert "\nagain: python -m tests.hostile 3\n" in shown
    assert "  body_0: " in shown
    assert "\nanswer: 0 b''\n" in shown


def test_tracebacks_are_found_in_the_log(tmp_path: Path) -> None:
    """Each once."""
    server = Server(None, tmp_path / "log")  # type: ignore[arg-type]  # it needs none
    server.log.write_text("all is well\n")
    assert server.read_traceback() == ""
    with server.log.open("a") as log:
        log.write("Traceback (most recent call last)\n")
    assert server.read_traceback() == "Traceback (most recent call last)\n"
    assert server.read_traceback() == ""


def test_a_failure_has_the_arguments_of_its_route() -> None:
    """With their types and places."""
    app, route = find_app("json")
    request = make_request(Random(1), app, route)
    text = str(Failure(1, "what", route, request, make_answer(200)))
    assert text.startswith("what\nagain: python -m tests.hostile 1\n")
