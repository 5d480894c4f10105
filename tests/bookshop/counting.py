"""The shop with a count of its connections, and commits that fail when a request asks for it.

``gunicorn "counting:create_app()"`` runs it; imports nothing of the tests.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa
from flask import Flask, has_request_context, request
from sqlalchemy import event

import bookshop

#: The header that lets what its request has written fail to be committed.
BREAK_COMMIT = "X-Break-Commit"


@dataclass
class Counts:
    """How often a session has taken a connection, and given it back."""

    opened: int = 0
    closed: int = 0
    broken: int = 0

    def open(self, *connection: object) -> None:
        """Count a connection that is taken."""
        self.opened += 1

    def close(self, *connection: object) -> None:
        """Count a connection that comes back."""
        self.closed += 1

    def commit(self, connection: sa.Connection) -> None:
        """Fail, if the request asks for it."""
        writes = connection.get_execution_options().get("bookshop_writes")
        if writes and has_request_context() and BREAK_COMMIT in request.headers:
            self.broken += 1
            raise OSError("The disk is full.")


def create_app() -> Flask:
    """Make the shop, with a route for the counts."""
    app = bookshop.create_app()
    counts = Counts()
    engine: sa.Engine = app.extensions["bookshop.engine"]
    event.listen(engine, "checkout", counts.open)
    event.listen(engine, "checkin", counts.close)
    event.listen(engine, "commit", counts.commit)
    app.add_url_rule("/counts", view_func=lambda: asdict(counts), endpoint="counts")
    return app
