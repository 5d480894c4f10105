"""Views with a timeout that a worker cannot enforce."""

from __future__ import annotations

from flask import Flask
from flask.views import MethodView
from flask_typed import Typed
from flask_typed.doctor.deadlines import check_deadlines
from flask_typed.doctor.surroundings import Surroundings


def wait() -> None: ...


async def wait_async() -> None: ...


class Both(MethodView):
    """A class with a method of each kind."""

    def get(self) -> None: ...

    async def put(self) -> None: ...


def test_views_of_threads() -> None:
    """They are one finding; async views are stopped on every worker."""
    app = Flask("timed")
    assert list(check_deadlines(Surroundings(app, "sync"))) == []
    typed = Typed(app)
    typed.get("/free")(wait)
    typed.get("/async", timeout=1)(wait_async)
    assert list(check_deadlines(Surroundings(app, "sync"))) == []
    typed.route("/both", timeout=1)(Both)
    (finding,) = check_deadlines(Surroundings(app, "gthread"))
    assert finding.check == "deadlines"
    assert finding.is_warning
    assert finding.place.startswith("Both.get (")
    typed.get("/timed", timeout=1, endpoint="timed")(wait)
    (finding,) = check_deadlines(Surroundings(app, "sync"))
    assert finding.place.endswith(" and 1 more")
    assert list(check_deadlines(Surroundings(app, "gevent"))) == []
